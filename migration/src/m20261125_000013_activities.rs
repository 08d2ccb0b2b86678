//! Campaigns, activities, sessions, who came and what came of it (专项行动, 活动, 场次, 考勤, 人次, 成效).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const KIND: &[&str] = &[
    "CLEAN_UP",
    "WASTE_SORTING",
    "THEME_DAY",
    "FREE_CLINIC",
    "CULTURE_SPORT",
    "LECTURE",
    "PARTY_STUDY",
    "CITY_INSPECTION",
    "HOME_HELP",
    "EPIDEMIC_CONTROL",
    "OTHER",
];
const STATUS: &[&str] = &["PLANNED", "UNDER_WAY", "COMPLETED", "CANCELLED"];
const SESSION_STATUS: &[&str] = &["PLANNED", "HELD", "CANCELLED"];
const ORGANISER: &[&str] = &["COMMUNITY", "PARTNER_UNIT", "TEAM"];
const CATEGORY: &[&str] =
    &["TEAM_MEMBER", "PARTY_MEMBER", "PARTY_APPLICANT", "COMMUNITY_WORKER", "PARTNER_EMPLOYEE", "RESIDENT", "OTHER"];

const ORGANISER_LINK: &str =
    "(kind = 'PARTNER_UNIT') = (partner_unit_id IS NOT NULL) AND (kind = 'TEAM') = (team_id IS NOT NULL)";

// The person is the resident, the staff member or else the volunteer: whoever comes as a volunteer and as a resident is one person.
const PERSON: &str = "person_id = COALESCE(resident_id, staff_member_id, volunteer_id) AND (resident_id IS NULL OR staff_member_id IS NULL)";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "campaign")
            .id()
            .reference("community_id", "community")
            .choice("kind", KIND)
            .sorted_text("title")
            .maybe_text("description")
            .choice("status", STATUS)
            .maybe_text("status_reason")
            .term()
            .version()
            .instant("recorded_at")
            .index(&["community_id", "id"])
            .index(&["community_id", "title", "id"])
            .index(&["community_id", "started_on", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "activity")
            .id()
            .reference("community_id", "community")
            .maybe_reference("campaign_id", "campaign")
            .maybe_reference("project_id", "project")
            .choice("kind", KIND)
            .sorted_text("title")
            .maybe_text("description")
            .choice("status", STATUS)
            .maybe_text("status_reason")
            .version()
            .instant("recorded_at")
            .index(&["community_id", "id"])
            .index(&["community_id", "title", "id"])
            .index(&["campaign_id", "id"])
            .index(&["project_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "activity_organiser")
            .id()
            .reference("community_id", "community")
            .reference("activity_id", "activity")
            .choice("kind", ORGANISER)
            .maybe_reference("partner_unit_id", "partner_unit")
            .maybe_reference("team_id", "team")
            .check("link", ORGANISER_LINK)
            .unique_where("community", &["activity_id"], "kind = 'COMMUNITY'")
            .unique("partner_unit", &["activity_id", "partner_unit_id"])
            .unique("team", &["activity_id", "team_id"])
            .index(&["activity_id", "id"])
            .index(&["partner_unit_id", "id"])
            .index(&["team_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "session")
            .id()
            .reference("community_id", "community")
            .reference("activity_id", "activity")
            .choice("status", SESSION_STATUS)
            .maybe_text("status_reason")
            .date("held_on")
            .maybe_instant("starts_at")
            .maybe_instant("ends_at")
            .maybe_reference("facility_id", "facility")
            .maybe_text("place")
            .version()
            .instant("recorded_at")
            .check("times", "ends_at > starts_at")
            .check("start_before_end", "ends_at IS NULL OR starts_at IS NOT NULL")
            .index(&["community_id", "id"])
            .index(&["community_id", "held_on", "id"])
            .index(&["activity_id", "held_on"])
            .index(&["facility_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "attendance")
            .id()
            .reference("community_id", "community")
            .reference("session_id", "session")
            .uuid("person_id")
            .maybe_reference("resident_id", "resident")
            .maybe_reference("staff_member_id", "staff_member")
            .maybe_reference("volunteer_id", "volunteer")
            .maybe_reference("team_id", "team")
            .choice("category", CATEGORY)
            .maybe_text("note")
            .maybe_instant("voided_at")
            .maybe_text("void_reason")
            .check("voided", "(voided_at IS NULL) = (void_reason IS NULL)")
            .version()
            .instant("recorded_at")
            .check("person", PERSON)
            .unique_where("once", &["session_id", "person_id"], "voided_at IS NULL")
            .index(&["session_id", "id"])
            .index(&["person_id", "id"])
            .index(&["resident_id", "id"])
            .index(&["volunteer_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "head_count")
            .id()
            .reference("community_id", "community")
            .reference("session_id", "session")
            .figure("persons", "persons_precision")
            .maybe_text("source")
            .maybe_instant("voided_at")
            .maybe_text("void_reason")
            .check("voided", "(voided_at IS NULL) = (void_reason IS NULL)")
            .version()
            .instant("recorded_at")
            .unique_where("one", &["session_id"], "voided_at IS NULL")
            .index(&["session_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "activity_result")
            .id()
            .reference("community_id", "community")
            .maybe_reference("campaign_id", "campaign")
            .maybe_reference("activity_id", "activity")
            .sorted_text("measure")
            .figure("quantity_milli", "quantity_precision")
            .sorted_text("unit")
            .date("achieved_on")
            .maybe_text("note")
            .maybe_instant("voided_at")
            .maybe_text("void_reason")
            .check("voided", "(voided_at IS NULL) = (void_reason IS NULL)")
            .version()
            .instant("recorded_at")
            .check("one_owner", "(campaign_id IS NULL) <> (activity_id IS NULL)")
            .index(&["campaign_id", "id"])
            .index(&["activity_id", "id"])
            .index(&["community_id", "achieved_on", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &["activity_result", "head_count", "attendance", "session", "activity_organiser", "activity", "campaign"],
        )
        .await
    }
}

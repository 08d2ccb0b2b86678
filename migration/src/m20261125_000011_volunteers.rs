//! Volunteers, their teams, who is in which, and who is in the party (志愿者, 志愿服务队, 队员, 党员身份).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const KIND: &[&str] = &["RESIDENT", "PARTNER_EMPLOYEE", "COMMUNITY_WORKER", "OTHER"];
const PARTY_RULE: &[&str] = &["NONE", "MEMBER", "MEMBER_OR_APPLICANT"];
const PARTY_STANDING: &[&str] = &["MEMBER", "PROBATIONARY_MEMBER", "APPLICANT"];
const TEAM_ROLE: &[&str] = &["LEADER", "MEMBER"];

// Who a volunteer is besides: a resident, an employee of a unit, a staff member; each kind names exactly what it needs.
const LINK: &str = "(kind = 'RESIDENT') = (resident_id IS NOT NULL) \
    AND (kind = 'PARTNER_EMPLOYEE') = (partner_unit_id IS NOT NULL) \
    AND (kind = 'COMMUNITY_WORKER') = (staff_member_id IS NOT NULL)";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "volunteer")
            .id()
            .reference("community_id", "community")
            .choice("kind", KIND)
            .maybe_reference("resident_id", "resident")
            .maybe_reference("partner_unit_id", "partner_unit")
            .maybe_reference("staff_member_id", "staff_member")
            .sorted_text("full_name")
            .term()
            .maybe_text("ended_reason")
            .version()
            .instant("enrolled_at")
            .check("link", LINK)
            .unique_where("resident", &["resident_id"], "ended_on IS NULL")
            .unique_where("staff_member", &["staff_member_id"], "ended_on IS NULL")
            .index(&["community_id", "id"])
            .index(&["community_id", "full_name", "id"])
            .index(&["community_id", "started_on", "id"])
            .index(&["partner_unit_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "party_membership")
            .id()
            .reference("community_id", "community")
            .reference("volunteer_id", "volunteer")
            .choice("standing", PARTY_STANDING)
            .maybe_text("source")
            .term()
            .version()
            .unique_where("one_standing", &["volunteer_id"], "ended_on IS NULL")
            .index(&["volunteer_id", "started_on"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "team")
            .id()
            .reference("community_id", "community")
            .sorted_text("name")
            .maybe_text("description")
            .choice("party_rule", PARTY_RULE)
            .term()
            .version()
            .instant("created_at")
            .unique("name", &["community_id", "name"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "team_membership")
            .id()
            .reference("community_id", "community")
            .reference("team_id", "team")
            .reference("volunteer_id", "volunteer")
            .choice("role", TEAM_ROLE)
            .term()
            .version()
            .unique_where("once", &["team_id", "volunteer_id"], "ended_on IS NULL")
            .unique_where("one_leader", &["team_id"], "role = 'LEADER' AND ended_on IS NULL")
            .index(&["team_id", "id"])
            .index(&["volunteer_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["team_membership", "team", "party_membership", "volunteer"]).await
    }
}

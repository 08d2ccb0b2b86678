//! Households, residents, who lives where, and their circumstances (户, 居民, 户成员, 困难/身份类别).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const SEX: &[&str] = &["MALE", "FEMALE", "UNKNOWN"];
const ID_DOCUMENT_KIND: &[&str] = &["NONE", "RESIDENT_ID_CARD", "PASSPORT"];
const LIFE_STATUS: &[&str] = &["LIVING_HERE", "MOVED_OUT", "DECEASED"];
const RELATION: &[&str] =
    &["HEAD", "SPOUSE", "CHILD", "PARENT", "GRANDCHILD", "GRANDPARENT", "SIBLING", "OTHER_RELATIVE", "NON_RELATIVE"];
const CIRCUMSTANCE_KIND: &[&str] = &[
    "LOW_INCOME",
    "SPECIAL_HARDSHIP",
    "DISABILITY",
    "LIVING_ALONE",
    "CHILD_IN_DIFFICULTY",
    "PUPIL",
    "VETERAN",
    "PARTY_MEMBER",
    "OTHER",
];
const DISABILITY_KIND: &[&str] = &["VISION", "HEARING", "SPEECH", "LIMB", "INTELLECTUAL", "MENTAL", "MULTIPLE"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "household")
            .id()
            .reference("community_id", "community")
            .reference("building_id", "building")
            .maybe_sorted_text("unit")
            .sorted_text("room")
            .version()
            .instant("registered_at")
            .index(&["community_id", "id"])
            .index(&["building_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "resident")
            .id()
            .reference("community_id", "community")
            .reference("data_key_id", "data_key")
            .sorted_text("full_name")
            .choice("sex", SEX)
            .maybe_date("birth_date")
            .choice("id_document_kind", ID_DOCUMENT_KIND)
            .maybe_bytes("id_document")
            .maybe_bytes("id_document_index")
            .maybe_bytes("phone")
            .maybe_bytes("phone_index")
            .choice("life_status", LIFE_STATUS)
            .maybe_date("life_status_on")
            .maybe_reference("household_id", "household")
            .maybe_reference("building_id", "building")
            .maybe_reference("merged_into", "resident")
            .instant("registered_at")
            .version()
            .check("id_document_present", "(id_document_kind = 'NONE') = (id_document IS NULL)")
            .check("id_document_index_present", "(id_document_kind = 'NONE') = (id_document_index IS NULL)")
            .check("merged_into_another", "merged_into <> id")
            .unique("id_document", &["community_id", "id_document_kind", "id_document_index"])
            .index(&["community_id", "id"])
            .index(&["building_id", "id"])
            .index(&["household_id", "id"])
            .index(&["community_id", "full_name", "id"])
            .index(&["community_id", "birth_date", "id"])
            .index(&["community_id", "registered_at", "id"])
            .index(&["full_name", "id"])
            .index(&["community_id", "phone_index"])
            .create(manager)
            .await?;

        NewTable::new(manager, "household_membership")
            .id()
            .reference("community_id", "community")
            .reference("household_id", "household")
            .reference("resident_id", "resident")
            .choice("relation", RELATION)
            .term()
            .version()
            .unique_where("one_household", &["resident_id"], "ended_on IS NULL")
            .unique_where("one_head", &["household_id"], "relation = 'HEAD' AND ended_on IS NULL")
            .index(&["household_id", "id"])
            .index(&["resident_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "circumstance")
            .id()
            .reference("community_id", "community")
            .reference("resident_id", "resident")
            .choice("kind", CIRCUMSTANCE_KIND)
            .maybe_choice("disability_kind", DISABILITY_KIND)
            .column(ColumnDef::new("disability_grade").small_integer().null().take())
            .maybe_text("source")
            .term()
            .version()
            .check("disability_has_kind", "(kind = 'DISABILITY') = (disability_kind IS NOT NULL)")
            .check(
                "disability_grade",
                "disability_grade IS NULL OR (kind = 'DISABILITY' AND disability_grade BETWEEN 1 AND 4)",
            )
            .unique_where("one_of_kind", &["resident_id", "kind"], "ended_on IS NULL AND kind <> 'DISABILITY'")
            .unique_where(
                "one_of_disability_kind",
                &["resident_id", "disability_kind"],
                "ended_on IS NULL AND kind = 'DISABILITY'",
            )
            .index(&["resident_id", "started_on"])
            .index(&["community_id", "kind", "resident_id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["circumstance", "household_membership", "resident", "household"]).await
    }
}

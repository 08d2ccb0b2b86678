//! The directory of partner units, their aliases, and the pairings of communities with them (共建单位, 别名, 结对).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const KIND: &[&str] = &[
    "GOVERNMENT",
    "PUBLIC_INSTITUTION",
    "STATE_OWNED_ENTERPRISE",
    "ENTERPRISE",
    "BANK",
    "SOCIAL_ORGANISATION",
    "CHARITY",
    "MEDICAL",
    "EDUCATION",
    "CULTURE",
    "COLLECTIVE",
    "OTHER",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "partner_unit")
            .id()
            .sorted_text("name")
            .choice("kind", KIND)
            .column(ColumnDef::new("name_known").boolean().not_null().default(true).take())
            .maybe_text("credit_code")
            .maybe_text("credit_code_override")
            .version()
            .instant("registered_at")
            .unique("credit_code", &["credit_code"])
            .index(&["name", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "partner_unit_alias")
            .id()
            .reference("partner_unit_id", "partner_unit")
            .sorted_text("alias")
            .unique("alias", &["partner_unit_id", "alias"])
            .index(&["alias"])
            .create(manager)
            .await?;

        NewTable::new(manager, "pairing")
            .id()
            .reference("community_id", "community")
            .reference("partner_unit_id", "partner_unit")
            .term()
            .maybe_text("note")
            .version()
            .unique_where("one_running", &["community_id", "partner_unit_id"], "ended_on IS NULL")
            .index(&["partner_unit_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["pairing", "partner_unit_alias", "partner_unit"]).await
    }
}

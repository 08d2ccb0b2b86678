//! What the program reminded of and escalated, once each (催办与督办).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "request_notice")
            .reference("request_id", "request")
            .choice("kind", &["REMINDED", "ESCALATED"])
            .column(ColumnDef::new("round").integer().not_null().take())
            .instant("noticed_at")
            .primary_key(&["request_id", "kind", "round"])
            .create(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["request_notice"]).await
    }
}

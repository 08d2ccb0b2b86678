//! The keys that seal personal values; first, because people refer to theirs.

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const PURPOSE: &[&str] = &["PERSON", "BLIND_INDEX", "CURSOR", "DIGEST"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "data_key")
            .id()
            .choice("purpose", PURPOSE)
            .maybe_bytes("wrapped")
            .text("wrapped_by")
            .instant("created_at")
            .maybe_instant("destroyed_at")
            .check("destroyed", "(wrapped IS NULL) = (destroyed_at IS NOT NULL)")
            .unique_where("purpose", &["purpose"], "purpose <> 'PERSON'")
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["data_key"]).await
    }
}

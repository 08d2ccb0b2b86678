//! Replacing the key of the blind indexes (盲索引密钥轮换): the next key, and what the indexes will be under it.

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

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
        // One at a time.
        NewTable::new(manager, "index_rotation")
            .text("purpose")
            .reference("data_key_id", "data_key")
            .instant("started_at")
            .check("purpose", "purpose = 'BLIND_INDEX'")
            .primary_key(&["purpose"])
            .create(manager)
            .await?;
        NewTable::new(manager, "next_index")
            .reference("resident_id", "resident")
            .maybe_bytes("id_document_index")
            .maybe_bytes("phone_index")
            .maybe_bytes("from_id_document")
            .maybe_bytes("from_phone")
            .check("id_document", "(id_document_index IS NULL) = (from_id_document IS NULL)")
            .check("phone", "(phone_index IS NULL) = (from_phone IS NULL)")
            .primary_key(&["resident_id"])
            .create(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["next_index", "index_rotation"]).await
    }
}

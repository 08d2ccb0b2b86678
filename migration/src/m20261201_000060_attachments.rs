//! Photos and documents that are uploaded, and then become part of requests and visits (附件).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const KIND: &[&str] = &["JPEG", "PNG", "PDF"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let number = |name: &'static str| ColumnDef::new(name).integer().null().take();
        NewTable::new(manager, "attachment")
            .id()
            .maybe_reference("request_id", "request")
            .maybe_reference("visit_id", "visit")
            .maybe_instant("attached_at")
            .reference("account_id", "account")
            .choice("kind", KIND)
            .maybe_text("file_name")
            .column(ColumnDef::new("bytes").integer().not_null().take())
            .column(number("width"))
            .column(number("height"))
            .instant("uploaded_at")
            .instant("expires_at")
            .column(ColumnDef::new("expired").boolean().not_null().default(false).take())
            .check("bytes", "bytes > 0")
            .check("size", "(width IS NULL) = (kind = 'PDF') AND (height IS NULL) = (kind = 'PDF')")
            .check("owner", "request_id IS NULL OR visit_id IS NULL")
            .check("attached", "(attached_at IS NULL) = (request_id IS NULL AND visit_id IS NULL)")
            .check("expired", "attached_at IS NULL OR NOT expired")
            .index(&["request_id", "id"])
            .index(&["visit_id", "id"])
            .index(&["account_id", "attached_at"])
            .index(&["expires_at", "id"])
            .create(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["attachment"]).await
    }
}

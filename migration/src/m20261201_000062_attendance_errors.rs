//! What volunteers say is wrong in the record of their service, and what they are answered (工时异议).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const STATUS: &[&str] = &["OPEN", "CORRECTED", "REFUSED"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "attendance_error")
            .id()
            .reference("community_id", "community")
            .reference("session_id", "session")
            .reference("volunteer_id", "volunteer")
            .uuid("person_id")
            .maybe_reference("attendance_id", "attendance")
            .text("message")
            .choice("status", STATUS)
            .maybe_text("answer")
            .maybe_reference("correction_id", "attendance")
            .instant("reported_at")
            .maybe_instant("answered_at")
            .version()
            .check("answer", "(status = 'OPEN') = (answer IS NULL)")
            .check("answered_at", "(status = 'OPEN') = (answered_at IS NULL)")
            .check("correction", "correction_id IS NULL OR (status = 'CORRECTED' AND (attendance_id IS NULL OR attendance_id <> correction_id))")
            .unique_where("open", &["session_id", "person_id"], "status = 'OPEN'")
            .index(&["community_id", "id"])
            .index(&["community_id", "reported_at", "id"])
            .index(&["session_id", "id"])
            .index(&["volunteer_id", "reported_at", "id"])
            .index(&["attendance_id", "reported_at", "id"])
            .index(&["correction_id", "id"])
            .create(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["attendance_error"]).await
    }
}

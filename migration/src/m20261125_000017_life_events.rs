//! What happened to residents (moving out, death, coming back) and what was closed on that account (居民变动).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const KIND: &[&str] = &["MOVE_OUT", "DEATH", "RETURN"];

// What stood on residents' rows before there was this table; one event each, so the resident's own id will do.
const FROM_RESIDENTS: &str = "
    INSERT INTO life_event (id, community_id, resident_id, kind, occurred_on, together_id, recorded_at, version)
    SELECT id, community_id, id, CASE life_status WHEN 'DECEASED' THEN 'DEATH' ELSE 'MOVE_OUT' END, life_status_on, id, registered_at, 1
    FROM resident WHERE life_status <> 'LIVING_HERE'";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "life_event")
            .id()
            .reference("community_id", "community")
            .reference("resident_id", "resident")
            .choice("kind", KIND)
            // Null only where it was put on file before the day was asked for.
            .maybe_date("occurred_on")
            .maybe_text("note")
            .reference("together_id", "life_event")
            .maybe_reference("recorded_by", "account")
            .instant("recorded_at")
            .maybe_instant("withdrawn_at")
            .maybe_text("withdrawn_reason")
            .version()
            .check("withdrawn", "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)")
            .unique_where("one_death", &["resident_id"], "kind = 'DEATH' AND withdrawn_at IS NULL")
            .index(&["resident_id", "id"])
            .index(&["together_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;

        // The objects are of many kinds, so no foreign key leads to them; what they are is never deleted.
        NewTable::new(manager, "life_closure")
            .reference("life_event_id", "life_event")
            .text("subject_kind")
            .uuid("subject_id")
            .primary_key(&["life_event_id", "subject_kind", "subject_id"])
            .create(manager)
            .await?;
        manager.get_connection().execute_unprepared(FROM_RESIDENTS).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["life_closure", "life_event"]).await
    }
}

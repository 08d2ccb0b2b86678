//! How many may come to a session, who signed up for it and who waits (场次容量, 报名, 候补).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, Table};

use crate::kit::{NewTable, drop_tables};

const STATUS: &[&str] = &["CONFIRMED", "WAITING", "WITHDRAWN"];

/// Columns of sessions, in the order in which they come; each one's rule is its own, so that it goes with the column.
fn columns() -> [ColumnDef; 6] {
    let checked = |name: &str, rule: &str| format!("CONSTRAINT ck_session_{name} CHECK ({rule})");
    [
        ColumnDef::new("capacity").integer().null().extra(checked("capacity", "capacity BETWEEN 1 AND 100000")).take(),
        ColumnDef::new("roles_needed").text().null().take(),
        ColumnDef::new("is_training").boolean().not_null().default(false).take(),
        ColumnDef::new("published_at").timestamp_with_time_zone().null().take(),
        ColumnDef::new("confirmed_count")
            .integer()
            .not_null()
            .default(0)
            .extra(checked(
                "confirmed_count",
                "confirmed_count >= 0 AND (capacity IS NULL OR confirmed_count <= capacity)",
            ))
            .take(),
        ColumnDef::new("waiting_count")
            .integer()
            .not_null()
            .default(0)
            .extra(checked("waiting_count", "waiting_count >= 0"))
            .take(),
    ]
}

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for mut column in columns() {
            manager.alter_table(Table::alter().table("session").add_column(&mut column).take()).await?;
        }
        NewTable::new(manager, "session_sign_up")
            .id()
            .reference("community_id", "community")
            .reference("session_id", "session")
            .reference("volunteer_id", "volunteer")
            .uuid("person_id")
            .choice("status", STATUS)
            .column(ColumnDef::new("arrival").integer().not_null().take())
            .check("arrival", "arrival >= 1")
            .maybe_text("overlap_reason")
            .instant("signed_up_at")
            .maybe_instant("confirmed_at")
            .maybe_instant("withdrawn_at")
            .maybe_text("withdrawn_reason")
            .check("confirmed", "CASE status WHEN 'CONFIRMED' THEN confirmed_at IS NOT NULL WHEN 'WAITING' THEN confirmed_at IS NULL ELSE TRUE END")
            .check("withdrawn", "(status = 'WITHDRAWN') = (withdrawn_at IS NOT NULL)")
            .check("withdrawn_reason", "withdrawn_reason IS NULL OR withdrawn_at IS NOT NULL")
            .version()
            .unique_where("once", &["session_id", "person_id"], "status <> 'WITHDRAWN'")
            .unique("arrival", &["session_id", "arrival"])
            .index(&["session_id", "id"])
            .index(&["volunteer_id", "id"])
            .index(&["person_id", "id"])
            .index(&["community_id", "id"])
            .create(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["session_sign_up"]).await?;
        // The last first: its rule speaks of those before it.
        for column in ["waiting_count", "confirmed_count", "published_at", "is_training", "roles_needed", "capacity"] {
            manager.alter_table(Table::alter().table("session").drop_column(column).take()).await?;
        }
        Ok(())
    }
}

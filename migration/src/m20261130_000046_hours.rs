//! When somebody came and went, and who did not come (签到签退, 缺席).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, Table};

/// Columns, each with its rule, in the order in which they come.
fn columns() -> [(&'static str, ColumnDef); 5] {
    let checked = |name: &str, rule: &str| format!("CONSTRAINT ck_{name} CHECK ({rule})");
    let instant = |name: &'static str| ColumnDef::new(name).timestamp_with_time_zone().null().take();
    [
        ("attendance", instant("checked_in_at")),
        (
            "attendance",
            instant("checked_out_at")
                .extra(checked(
                    "attendance_checked_out_at",
                    "checked_out_at IS NULL OR (checked_in_at IS NOT NULL AND checked_out_at >= checked_in_at)",
                ))
                .take(),
        ),
        (
            "attendance",
            ColumnDef::new("times_reason")
                .text()
                .null()
                .extra(checked("attendance_times_reason", "times_reason IS NULL OR checked_in_at IS NOT NULL"))
                .take(),
        ),
        (
            "session_sign_up",
            ColumnDef::new("absence")
                .text()
                .null()
                .extra(checked("session_sign_up_absence", "absence IN ('EXCUSED', 'UNEXCUSED')"))
                .take(),
        ),
        (
            "session_sign_up",
            ColumnDef::new("absence_reason")
                .text()
                .null()
                .extra(checked("session_sign_up_absence_reason", "absence_reason IS NULL OR absence IS NOT NULL"))
                .take(),
        ),
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
        for (table, mut column) in columns() {
            manager.alter_table(Table::alter().table(table).add_column(&mut column).take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The last first: its rule speaks of the one before it.
        for (table, column) in [
            ("session_sign_up", "absence_reason"),
            ("session_sign_up", "absence"),
            ("attendance", "times_reason"),
            ("attendance", "checked_out_at"),
            ("attendance", "checked_in_at"),
        ] {
            manager.alter_table(Table::alter().table(table).drop_column(column).take()).await?;
        }
        Ok(())
    }
}

//! Sponsorships and their instalments (结对资助, 资助分期).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{NewTable, drop_tables};

const INTERVAL: &[&str] = &["MONTH", "QUARTER", "HALF_YEAR", "YEAR"];
const STATUS: &[&str] = &["ACTIVE", "COMPLETED", "ENDED", "VOIDED"];
const INSTALMENT_STATUS: &[&str] = &["DUE", "PAID", "MISSED", "ENDED"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "sponsorship")
            .id()
            .reference("community_id", "community")
            .reference("partner_unit_id", "partner_unit")
            .reference("resident_id", "resident")
            .maybe_reference("project_id", "project")
            .sorted_text("purpose")
            .column(amount("amount_fen"))
            .choice("payment_interval", INTERVAL)
            .choice("status", STATUS)
            .maybe_text("status_reason")
            .date("started_on")
            .date("ended_on")
            .version()
            .instant("recorded_at")
            .check("amount", "amount_fen BETWEEN 1 AND 10000000000000000")
            // One that is called off before its first day covers none.
            .check("dates", "ended_on >= started_on OR status IN ('ENDED', 'VOIDED')")
            .index(&["community_id", "id"])
            .index(&["community_id", "started_on", "id"])
            .index(&["partner_unit_id", "id"])
            .index(&["resident_id", "id"])
            .index(&["project_id", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "instalment")
            .id()
            .reference("community_id", "community")
            .reference("sponsorship_id", "sponsorship")
            .column(ColumnDef::new("number").integer().not_null().take())
            .date("due_on")
            .column(amount("amount_fen"))
            .choice("status", INSTALMENT_STATUS)
            .maybe_date("paid_on")
            .maybe_text("status_reason")
            .version()
            .check("number", "number >= 1")
            .check("amount", "amount_fen BETWEEN 1 AND 10000000000000000")
            .check("paid", "(status = 'PAID') = (paid_on IS NOT NULL)")
            .unique("number", &["sponsorship_id", "number"])
            .unique("due_on", &["sponsorship_id", "due_on"])
            .index(&["community_id", "due_on", "id"])
            .index(&["community_id", "paid_on"])
            .index(&["community_id", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["instalment", "sponsorship"]).await
    }
}

/// Whole fen.
fn amount(column: &'static str) -> ColumnDef {
    ColumnDef::new(column).big_integer().not_null().take()
}

//! Visits to households and merchants, and what was found on them (走访).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, Index, MigrationTrait, SchemaManager, Table};

use crate::kit::{NewTable, drop_tables};

const STATUS: &[&str] = &["PLANNED", "HELD", "CANCELLED"];

/// What may have been found on a visit.
const FOUND: [(&str, &str); 2] =
    [("request", "ix_request_visit_id_id"), ("circumstance", "ix_circumstance_visit_id_id")];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "visit")
            .id()
            .reference("community_id", "community")
            .reference("data_key_id", "data_key")
            .maybe_reference("household_id", "household")
            .maybe_reference("merchant_id", "merchant")
            .reference("staff_member_id", "staff_member")
            .choice("status", STATUS)
            .maybe_text("purpose")
            .maybe_date("planned_on")
            .maybe_date("held_on")
            .maybe_bytes("note")
            .maybe_text("cancel_reason")
            .version()
            .instant("recorded_at")
            .check("whom", "(household_id IS NULL) <> (merchant_id IS NULL)")
            .check("held", "(status = 'HELD') = (held_on IS NOT NULL)")
            .check("planned", "status <> 'PLANNED' OR planned_on IS NOT NULL")
            .check("note", "note IS NULL OR status <> 'PLANNED'")
            .check("cancelled", "(status = 'CANCELLED') = (cancel_reason IS NOT NULL)")
            .index(&["community_id", "id"])
            .index(&["community_id", "planned_on", "id"])
            .index(&["community_id", "held_on", "id"])
            .index(&["household_id", "held_on", "id"])
            .index(&["merchant_id", "held_on", "id"])
            .index(&["staff_member_id", "id"])
            .create(manager)
            .await?;
        for (table, index) in FOUND {
            let reference = format!("CONSTRAINT fk_{table}_visit_id REFERENCES visit (id)");
            let mut column = ColumnDef::new("visit_id").uuid().null().extra(reference).take();
            manager.alter_table(Table::alter().table(table).add_column(&mut column).take()).await?;
            manager.create_index(Index::create().name(index).table(table).col("visit_id").col("id").take()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, index) in FOUND {
            manager.drop_index(Index::drop().name(index).table(table).to_owned()).await?;
            manager.alter_table(Table::alter().table(table).drop_column("visit_id").take()).await?;
        }
        drop_tables(manager, &["visit"]).await
    }
}

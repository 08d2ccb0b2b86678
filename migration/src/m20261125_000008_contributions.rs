//! What partner units put in, and which of them did (资源投入, 投入单位).
//!
//! The checks keep delivered ≤ allocated ≤ received whatever the program does: no interleaving can hand out more than there is.

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

use crate::kit::{AID_KIND, NewTable, drop_tables};

const CASH_HAS_NO_QUANTITY: &str = "kind <> 'CASH' OR \
    (pledged_milli IS NULL AND received_milli IS NULL AND allocated_milli = 0 AND delivered_milli = 0)";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "contribution")
            .id()
            .reference("community_id", "community")
            .maybe_reference("project_id", "project")
            .choice("kind", AID_KIND)
            .sorted_text("title")
            .sorted_text("unit")
            .figure("pledged_milli", "pledged_precision")
            .figure("pledged_fen", "pledged_value_precision")
            .figure("received_milli", "received_precision")
            .figure("received_fen", "received_value_precision")
            .running_sum("allocated_milli")
            .running_sum("allocated_fen")
            .running_sum("delivered_milli")
            .running_sum("delivered_fen")
            .maybe_text("over_allocation_reason")
            .maybe_date("pledged_on")
            .maybe_date("received_on")
            .instant("recorded_at")
            .version()
            .check("delivered_milli_within_allocated", "delivered_milli <= allocated_milli")
            .check("delivered_fen_within_allocated", "delivered_fen <= allocated_fen")
            .check(
                "allocated_milli_within_received",
                within_received("allocated_milli", "received_milli", "received_precision"),
            )
            .check(
                "allocated_fen_within_received",
                within_received("allocated_fen", "received_fen", "received_value_precision"),
            )
            .check("cash_has_no_quantity", CASH_HAS_NO_QUANTITY)
            .index(&["community_id", "id"])
            .index(&["project_id", "id"])
            .index(&["community_id", "received_on", "id"])
            .index(&["community_id", "title", "id"])
            .create(manager)
            .await?;

        NewTable::new(manager, "contributor")
            .id()
            .reference("community_id", "community")
            .reference("contribution_id", "contribution")
            .reference("partner_unit_id", "partner_unit")
            .maybe_amount("amount_fen")
            .unique("partner_unit", &["contribution_id", "partner_unit_id"])
            .index(&["partner_unit_id", "id"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["contributor", "contribution"]).await
    }
}

/// More than a known received amount may be allocated only if that amount is not exact and the reason is on record.
fn within_received(allocated: &str, received: &str, precision: &str) -> String {
    format!(
        "{received} IS NULL OR {allocated} <= {received} \
         OR ({precision} <> 'EXACT' AND over_allocation_reason IS NOT NULL)"
    )
}

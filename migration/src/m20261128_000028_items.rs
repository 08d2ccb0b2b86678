//! What a contribution of goods is made of, item by item and device by device (物资明细, 器具编号).

use async_trait::async_trait;
use sea_orm_migration::prelude::{
    ColumnDef, ConditionalStatement, DbErr, DeriveMigrationName, Expr, Index, MigrationTrait, SchemaManager, Table,
};

use crate::kit::{NewTable, drop_tables};

const STANDING: &str = "device_id IS NOT NULL AND status IN ('PLANNED', 'APPROVED', 'DELIVERED')";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "contribution_item")
            .id()
            .reference("community_id", "community")
            .reference("contribution_id", "contribution")
            .sorted_text("name")
            .sorted_text("unit")
            .figure("received_milli", "received_precision")
            .figure("received_fen", "received_value_precision")
            .running_sum("allocated_milli")
            .running_sum("allocated_fen")
            .running_sum("delivered_milli")
            .running_sum("delivered_fen")
            .maybe_text("over_allocation_reason")
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
            .unique("name", &["contribution_id", "name"])
            .create(manager)
            .await?;
        NewTable::new(manager, "contribution_device")
            .id()
            .reference("community_id", "community")
            .reference("contribution_item_id", "contribution_item")
            .sorted_text("serial_number")
            .unique("serial_number", &["contribution_item_id", "serial_number"])
            .create(manager)
            .await?;
        for (column, table) in [("item_id", "contribution_item"), ("device_id", "contribution_device")] {
            let reference = format!("CONSTRAINT fk_aid_record_{column} REFERENCES {table} (id)");
            let mut column = ColumnDef::new(column).uuid().null().extra(reference).take();
            manager.alter_table(Table::alter().table("aid_record").add_column(&mut column).take()).await?;
        }
        let of_item = Index::create().name("ix_aid_record_item_id").table("aid_record").col("item_id").take();
        manager.create_index(of_item).await?;
        // A device is with one recipient at a time.
        let one = Index::create()
            .name("uq_aid_record_device")
            .table("aid_record")
            .col("device_id")
            .unique()
            .and_where(Expr::cust(STANDING))
            .take();
        manager.create_index(one).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["uq_aid_record_device", "ix_aid_record_item_id"] {
            manager.drop_index(Index::drop().name(index).table("aid_record").to_owned()).await?;
        }
        for column in ["device_id", "item_id"] {
            manager.alter_table(Table::alter().table("aid_record").drop_column(column).take()).await?;
        }
        drop_tables(manager, &["contribution_device", "contribution_item"]).await
    }
}

/// More than a known received amount may be allocated only if that amount is not exact and the reason is on record.
fn within_received(allocated: &str, received: &str, precision: &str) -> String {
    format!(
        "{received} IS NULL OR {allocated} <= {received} \
         OR ({precision} <> 'EXACT' AND over_allocation_reason IS NOT NULL)"
    )
}

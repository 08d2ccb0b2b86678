//! Aid that is planned for many at once (批量帮扶).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, Index, MigrationTrait, SchemaManager, Table};

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
        NewTable::new(manager, "aid_batch")
            .id()
            .reference("community_id", "community")
            .maybe_reference("programme_id", "aid_programme")
            .reference("contribution_id", "contribution")
            .date("given_on")
            .column(ColumnDef::new("planned").integer().not_null().take())
            .reference("recorded_by", "account")
            .instant("recorded_at")
            .check("planned", "planned >= 1")
            .index(&["community_id", "id"])
            .index(&["programme_id", "id"])
            .create(manager)
            .await?;
        let reference = "CONSTRAINT fk_aid_record_batch_id REFERENCES aid_batch (id)";
        let mut column = ColumnDef::new("batch_id").uuid().null().extra(reference).take();
        manager.alter_table(Table::alter().table("aid_record").add_column(&mut column).take()).await?;
        let of_batch =
            Index::create().name("ix_aid_record_batch_id_id").table("aid_record").col("batch_id").col("id").take();
        manager.create_index(of_batch).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("ix_aid_record_batch_id_id").table("aid_record").to_owned()).await?;
        manager.alter_table(Table::alter().table("aid_record").drop_column("batch_id").take()).await?;
        drop_tables(manager, &["aid_batch"]).await
    }
}

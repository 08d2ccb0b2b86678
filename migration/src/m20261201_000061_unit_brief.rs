//! What a partner unit is told of a request that it is given, which says nothing of who asks (交办说明).

use async_trait::async_trait;
use sea_orm_migration::prelude::{ColumnDef, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager, Table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let only = "CONSTRAINT ck_request_unit_brief CHECK (unit_brief IS NULL OR assignee_unit_id IS NOT NULL)";
        let mut column = ColumnDef::new("unit_brief").text().null().extra(only).take();
        manager.alter_table(Table::alter().table("request").add_column(&mut column).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("request").drop_column("unit_brief").take()).await
    }
}

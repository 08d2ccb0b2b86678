//! Grids that were merged into others: closed, and kept for what refers to them (撤并网格).

use async_trait::async_trait;
use sea_orm_migration::prelude::{
    ColumnDef, ConditionalStatement, DbErr, DeriveMigrationName, Expr, Index, IndexCreateStatement, MigrationTrait,
    SchemaManager, Table,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, ColumnDef::new("closed_on").date().null().take()).await?;
        let reference = "CONSTRAINT fk_grid_merged_into REFERENCES grid (id)";
        add(manager, ColumnDef::new("merged_into").uuid().null().extra(reference).take()).await?;
        // The name of a closed grid is free for a new one.
        manager.drop_index(Index::drop().name("uq_grid_name").table("grid").to_owned()).await?;
        let open = Expr::cust("closed_on IS NULL");
        manager.create_index(name_index().and_where(open).take()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("uq_grid_name").table("grid").to_owned()).await?;
        for column in ["merged_into", "closed_on"] {
            manager.alter_table(Table::alter().table("grid").drop_column(column).take()).await?;
        }
        manager.create_index(name_index()).await
    }
}

async fn add(manager: &SchemaManager<'_>, mut column: ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table("grid").add_column(&mut column).take()).await
}

fn name_index() -> IndexCreateStatement {
    Index::create().name("uq_grid_name").table("grid").col("community_id").col("name").unique().take()
}

//! An account belongs to one staff member of a community at most (工作人员的账号).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, Index, MigrationTrait, SchemaManager};

const NAME: &str = "uq_staff_member_account";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // To a unique index, those without an account differ.
        let once =
            Index::create().name(NAME).table("staff_member").col("community_id").col("account_id").unique().take();
        manager.create_index(once).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name(NAME).table("staff_member").to_owned()).await
    }
}

//! How frequent the tokens of search are (检索统计): PostgreSQL remembers more of them, since it takes every other one for as frequent as the rarest that it
//! remembers, and walks through a million residents in search of a name that nobody has.

use async_trait::async_trait;
use sea_orm_migration::prelude::{ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        remember(manager, "1000").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        remember(manager, "-1").await
    }
}

/// SQLite plans by the order of the tables in the statement.
async fn remember(manager: &SchemaManager<'_>, most: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let sql = format!("ALTER INDEX ix_search_entry_tokens ALTER COLUMN 1 SET STATISTICS {most}; ANALYZE search_entry;");
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}

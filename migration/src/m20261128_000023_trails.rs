//! Indexes by which the two append-only streams are read: who did it, when, and in the order of the feed (事件与审计记录的查询索引).

use async_trait::async_trait;
use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, Index, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

/// Name, table, columns.
type Wanted = (&'static str, &'static str, &'static [&'static str]);

const NEW: &[Wanted] = &[
    ("ix_event_community_id_xid_seq", "event", &["community_id", "xid", "seq"]),
    ("ix_event_account_id_xid_seq", "event", &["account_id", "xid", "seq"]),
    ("ix_event_community_id_occurred_at", "event", &["community_id", "occurred_at"]),
    ("ix_event_occurred_at", "event", &["occurred_at"]),
    ("ix_audit_entry_account_id_occurred_at_id", "audit_entry", &["account_id", "occurred_at", "id"]),
];

/// PostgreSQL has had it from the start. On SQLite the transaction is 0 throughout, and the order of the feed begins with it all the same.
const NEW_ON_SQLITE: &[Wanted] = &[("ix_event_xid_seq", "event", &["xid", "seq"])];

/// It leads to the events of a community, and not in the order of the feed.
const OLD: &[Wanted] = &[("ix_event_community_id_seq", "event", &["community_id", "seq"])];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, NEW).await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            create(manager, NEW_ON_SQLITE).await?;
        }
        discard(manager, OLD).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, OLD).await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            discard(manager, NEW_ON_SQLITE).await?;
        }
        discard(manager, NEW).await
    }
}

async fn create(manager: &SchemaManager<'_>, wanted: &[Wanted]) -> Result<(), DbErr> {
    for (name, table, columns) in wanted {
        let mut index = Index::create().name(*name).table(*table).take();
        for column in *columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    Ok(())
}

async fn discard(manager: &SchemaManager<'_>, unwanted: &[Wanted]) -> Result<(), DbErr> {
    for (name, table, _) in unwanted {
        manager.drop_index(Index::drop().name(*name).table(*table).to_owned()).await?;
    }
    Ok(())
}

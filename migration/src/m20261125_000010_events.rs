//! The append-only events, and the answers to mutations that may be retried (事件, 幂等键).

use async_trait::async_trait;
use sea_orm_migration::prelude::{
    ColumnDef, ConnectionTrait, DbErr, DeriveMigrationName, Expr, MigrationTrait, SchemaManager,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::kit::{NewTable, drop_tables};

// Both engines refuse row by row, so that they behave alike.
const REFUSE_ON_POSTGRES: &str = "
    CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'event is append-only';
    END
    $$;
    CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION event_is_append_only();
";

const REFUSE_ON_SQLITE: &str = "
    CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
    CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let mut xid = ColumnDef::new("xid").big_integer().not_null().take();
        if postgres {
            // Readers of the feed stop below the oldest open transaction, which a plain sequence cannot tell.
            xid.default(Expr::cust("pg_current_xact_id()::text::bigint"));
        } else {
            xid.default(0_i64);
        }
        let mut event = NewTable::new(manager, "event")
            .column(ColumnDef::new("seq").big_integer().not_null().auto_increment().primary_key().take())
            .uuid("id")
            .column(xid)
            .maybe_reference("community_id", "community")
            .instant("occurred_at")
            .maybe_reference("account_id", "account")
            .maybe_text("request_id")
            .text("action")
            .text("subject_kind")
            .uuid("subject_id")
            .text("fields")
            .maybe_reference("data_key_id", "data_key")
            .maybe_bytes("payload")
            .unique("id", &["id"])
            .index(&["community_id", "seq"])
            .index(&["subject_id", "seq"]);

        if postgres {
            event = event.index(&["xid", "seq"]);
        }
        event.create(manager).await?;
        let refusal = if postgres { REFUSE_ON_POSTGRES } else { REFUSE_ON_SQLITE };
        manager.get_connection().execute_unprepared(refusal).await?;

        NewTable::new(manager, "idempotency_key")
            .reference("account_id", "account")
            .text("key")
            .text("action")
            .bytes("input_digest")
            .text("subject_kind")
            .uuid("subject_id")
            .instant("created_at")
            .primary_key(&["account_id", "key"])
            .index(&["created_at"])
            .create(manager)
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["idempotency_key", "event"]).await?;
        // The triggers go with their table, the function of PostgreSQL does not.
        if manager.get_database_backend() == DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP FUNCTION event_is_append_only()").await?;
        }
        Ok(())
    }
}

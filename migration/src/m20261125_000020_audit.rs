//! The audit stream (审计记录): who signed in, what was shown in full or taken out, and what was refused. Beside the events, never among them.

use async_trait::async_trait;
use sea_orm_migration::prelude::{
    ColumnDef, ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::kit::{NewTable, drop_tables};

/// What is put on record.
const KIND: &[&str] = &[
    "SIGN_IN",
    "SIGN_IN_REFUSED",
    "SIGN_OUT",
    "PASSWORD_CHANGED",
    "SESSIONS_REVOKED",
    "TOKEN_CREATED",
    "TOKEN_REVOKED",
    "ACCOUNT_ADDED",
    "ACCOUNT_DISABLED",
    "ACCOUNT_ENABLED",
    "ROLE_CHANGED",
    "WORK_HANDED_OVER",
    "REVEAL",
    "EXPORT",
    "IMPORT",
    "KEYS_CHANGED",
    "REFUSAL",
];

// TRUNCATE passes row triggers by.
const REFUSE_ON_POSTGRES: &str = "
    CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'audit_entry is append-only';
    END
    $$;
    CREATE TRIGGER audit_entry_is_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
    CREATE TRIGGER audit_entry_is_never_emptied BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
    CREATE TRIGGER event_is_never_emptied BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only();
";

const REFUSE_ON_SQLITE: &str = "
    CREATE TRIGGER audit_entry_is_never_updated BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
    CREATE TRIGGER audit_entry_is_never_deleted BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
    CREATE TRIGGER audit_entry_is_never_replaced BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
    CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
    WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR seq = NEW.seq)
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
        NewTable::new(manager, "audit_entry")
            .id()
            .choice("kind", KIND)
            .instant("occurred_at")
            .maybe_reference("account_id", "account")
            .maybe_bytes("name_index")
            .maybe_text("address")
            .maybe_text("request_id")
            .maybe_reference("community_id", "community")
            .maybe_text("subject_kind")
            .column(ColumnDef::new("subject_id").uuid().null().take())
            .maybe_text("action")
            .maybe_text("field")
            .maybe_text("code")
            .maybe_reference("data_key_id", "data_key")
            .maybe_bytes("reason")
            .check("subject", "(subject_kind IS NULL) = (subject_id IS NULL)")
            .check("reason", "(reason IS NULL) = (data_key_id IS NULL)")
            // Nothing is shown in full without an account that answers for it, and a reason.
            .check("reveal", "kind <> 'REVEAL' OR (account_id IS NOT NULL AND subject_id IS NOT NULL AND reason IS NOT NULL)")
            .index(&["occurred_at", "id"])
            .index(&["community_id", "occurred_at", "id"])
            .index(&["account_id", "kind", "occurred_at"])
            .index(&["subject_id", "occurred_at"])
            .create(manager)
            .await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let refusal = if postgres { REFUSE_ON_POSTGRES } else { REFUSE_ON_SQLITE };
        manager.get_connection().execute_unprepared(refusal).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["audit_entry"]).await?;
        let left = match manager.get_database_backend() {
            DbBackend::Postgres => {
                "DROP FUNCTION audit_entry_is_append_only(); DROP TRIGGER event_is_never_emptied ON event;"
            }
            _ => "DROP TRIGGER event_is_never_replaced;",
        };
        manager.get_connection().execute_unprepared(left).await?;
        Ok(())
    }
}

//! Master keys that were replaced (主密钥轮换): what they wrapped is wrapped anew, and the database takes nothing from them any more.

use async_trait::async_trait;
use sea_orm_migration::prelude::{ConnectionTrait, DbErr, DeriveMigrationName, Index, MigrationTrait, SchemaManager};
use sea_orm_migration::sea_orm::DbBackend;

use crate::kit::{NewTable, drop_tables};

// A server that was never told of the new key would go on wrapping with the old one; only the database sees them all.
const REFUSE_ON_POSTGRES: &str = "
    CREATE FUNCTION data_key_is_not_of_a_retired_key() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.wrapped IS NOT NULL AND EXISTS (SELECT 1 FROM retired_master_key WHERE fingerprint = NEW.wrapped_by) THEN
            RAISE EXCEPTION 'the master key % is retired', NEW.wrapped_by;
        END IF;
        RETURN NEW;
    END
    $$;
    CREATE TRIGGER data_key_is_not_of_a_retired_key BEFORE INSERT OR UPDATE ON data_key
    FOR EACH ROW EXECUTE FUNCTION data_key_is_not_of_a_retired_key();
";

const REFUSE_ON_SQLITE: &str = "
    CREATE TRIGGER data_key_is_not_made_by_a_retired_key BEFORE INSERT ON data_key
    WHEN NEW.wrapped IS NOT NULL AND EXISTS (SELECT 1 FROM retired_master_key WHERE fingerprint = NEW.wrapped_by)
    BEGIN SELECT RAISE(ABORT, 'the master key is retired'); END;
    CREATE TRIGGER data_key_is_not_changed_by_a_retired_key BEFORE UPDATE ON data_key
    WHEN NEW.wrapped IS NOT NULL AND EXISTS (SELECT 1 FROM retired_master_key WHERE fingerprint = NEW.wrapped_by)
    BEGIN SELECT RAISE(ABORT, 'the master key is retired'); END;
";

const LEAVE_TO_POSTGRES: &str = "
    DROP TRIGGER data_key_is_not_of_a_retired_key ON data_key;
    DROP FUNCTION data_key_is_not_of_a_retired_key();
";

const LEAVE_TO_SQLITE: &str = "
    DROP TRIGGER data_key_is_not_made_by_a_retired_key;
    DROP TRIGGER data_key_is_not_changed_by_a_retired_key;
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
        NewTable::new(manager, "retired_master_key")
            .text("fingerprint")
            .instant("retired_at")
            .primary_key(&["fingerprint"])
            .create(manager)
            .await?;
        // By this a rotation finds what is left, and counts it.
        let index =
            Index::create().name("ix_data_key_wrapped_by_id").table("data_key").col("wrapped_by").col("id").take();
        manager.create_index(index).await?;
        let refuse = match manager.get_database_backend() {
            DbBackend::Postgres => REFUSE_ON_POSTGRES,
            _ => REFUSE_ON_SQLITE,
        };
        manager.get_connection().execute_unprepared(refuse).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let leave = match manager.get_database_backend() {
            DbBackend::Postgres => LEAVE_TO_POSTGRES,
            _ => LEAVE_TO_SQLITE,
        };
        manager.get_connection().execute_unprepared(leave).await?;
        manager.drop_index(Index::drop().name("ix_data_key_wrapped_by_id").table("data_key").to_owned()).await?;
        drop_tables(manager, &["retired_master_key"]).await
    }
}

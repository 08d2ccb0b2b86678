//! What search looks things up in (检索索引): one row a text, derived from the records, with the full-text index of either engine over it.

use async_trait::async_trait;
use sea_orm_migration::prelude::{
    ColumnDef, ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::kit::{NewTable, drop_tables};

// Tokens are put together by the program, so the index takes them as they are, without any dictionary. What was written last waits in a list that
// every search reads through: it is kept short.
const TOKENS_ON_POSTGRES: &str = "
    CREATE INDEX ix_search_entry_tokens ON search_entry USING gin (string_to_array(tokens, ' ')) WITH (gin_pending_list_limit = 512);
";

// The index holds the tokens and not where they were: a candidate is compared with the text itself in any case.
const TOKENS_ON_SQLITE: &str = "
    CREATE VIRTUAL TABLE search_match USING fts5(
        tokens, content='search_entry', content_rowid='id', tokenize='ascii', detail='none', columnsize=0
    );
    CREATE TRIGGER search_entry_is_matched AFTER INSERT ON search_entry BEGIN
        INSERT INTO search_match (rowid, tokens) VALUES (new.id, new.tokens);
    END;
    CREATE TRIGGER search_entry_is_matched_no_more AFTER DELETE ON search_entry BEGIN
        INSERT INTO search_match (search_match, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    END;
    CREATE TRIGGER search_entry_is_never_updated BEFORE UPDATE ON search_entry
    BEGIN SELECT RAISE(ABORT, 'search_entry is replaced, not updated'); END;
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
        // No foreign keys: the rows are derived from the records, in the same transaction, and can be made again at any time.
        NewTable::new(manager, "search_entry")
            .column(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key().take())
            .text("kind")
            .uuid("subject_id")
            .column(ColumnDef::new("community_id").uuid().null().take())
            .text("field")
            .sorted_text("text")
            .sorted_text("spelling")
            .sorted_text("initials")
            .text("syllables")
            .text("reading")
            .text("tokens")
            .index(&["subject_id"])
            // Within one community, and for those who see all: whoever asks, the first rows are read and no more. Of the texts many are read through,
            // so their indexes hold all that is asked of them.
            .index(&["community_id", "kind", "text", "subject_id", "field", "syllables"])
            .index(&["kind", "text", "subject_id", "field", "syllables"])
            .index(&["community_id", "kind", "spelling", "subject_id"])
            .index(&["kind", "spelling", "subject_id"])
            .index(&["community_id", "kind", "initials", "subject_id"])
            .index(&["kind", "initials", "subject_id"])
            .create(manager)
            .await?;
        let tokens = match manager.get_database_backend() {
            DbBackend::Postgres => TOKENS_ON_POSTGRES,
            _ => TOKENS_ON_SQLITE,
        };
        manager.get_connection().execute_unprepared(tokens).await?;

        NewTable::new(manager, "search_state")
            .column(ColumnDef::new("kind").text().not_null().primary_key().take())
            .column(ColumnDef::new("version").integer().not_null().take())
            .create(manager)
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            manager.get_connection().execute_unprepared("DROP TABLE search_match").await?;
        }
        drop_tables(manager, &["search_state", "search_entry"]).await
    }
}

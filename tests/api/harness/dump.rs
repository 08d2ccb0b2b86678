//! All that a database holds, as text: to see that nothing changed, or that something is nowhere in it.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

async fn texts(db: &DatabaseConnection, sql: impl Into<String>) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql.into())).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Names of all tables, in alphabetical order.
pub async fn tables(db: &DatabaseConnection) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => {
            // What FTS5 keeps its index in is made and dropped with it, and holds nothing that `search_entry` does not.
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_match%' ORDER BY name"
        }
        _ => "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename",
    };
    texts(db, sql).await
}

/// Everything that migrations make, in words: tables with their columns and constraints, indexes, triggers, functions, sequences.
pub async fn definitions(db: &DatabaseConnection) -> Vec<String> {
    match db.get_database_backend() {
        DbBackend::Sqlite => texts(db, "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1").await,
        _ => {
            let parts = [
                "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, collation_name) FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1",
                "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1",
                "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1",
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace) ORDER BY 1",
                "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY 1",
                "SELECT CAST(relname AS text) FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace ORDER BY 1",
            ];
            let mut all = Vec::new();
            for part in parts {
                all.extend(texts(db, part).await);
            }
            all
        }
    }
}

/// Every row of every table as text, bytes in hexadecimal.
pub async fn rows(db: &DatabaseConnection) -> Vec<String> {
    let mut all = Vec::new();
    for table in tables(db).await {
        let row = match db.get_database_backend() {
            DbBackend::Sqlite => {
                let columns = texts(db, format!("SELECT name FROM pragma_table_info('{table}')")).await;
                columns.iter().map(|column| format!("quote(\"{column}\")")).collect::<Vec<_>>().join(" || ' ' || ")
            }
            _ => format!("to_jsonb(\"{table}\")::text"),
        };
        let found = texts(db, format!("SELECT {row} FROM \"{table}\" ORDER BY 1")).await;
        all.extend(found.into_iter().map(|row| format!("{table}: {row}")));
    }
    all
}

//! How the database goes about the statements that a request sends.

use sea_orm::{ConnectionTrait, Statement};

use super::{Engine, TestApp};

/// The plan of a statement, line by line.
pub async fn plan(app: &TestApp, statement: &Statement) -> Vec<String> {
    let (explain, column) = match app.engine {
        Engine::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        Engine::Postgres => ("EXPLAIN", "QUERY PLAN"),
    };
    let sql = format!("{explain} {}", statement.sql);
    let explained = Statement { sql, values: statement.values.clone(), db_backend: statement.db_backend };
    let rows = app.app.db.reader().query_all_raw(explained).await.unwrap();
    rows.iter().map(|row| row.try_get("", column).unwrap()).collect()
}

/// Lines of a plan that read one of these tables from one end to the other, in whatever order.
pub fn whole_tables<'p>(plan: &'p [String], tables: &[&str]) -> Vec<&'p String> {
    let whole = |line: &&String| {
        // `SCAN t USING INDEX …` reads all of t, too, in the order of an index; a covering index is no cheaper by much.
        let scanned = line.strip_prefix("SCAN ").or_else(|| line.split_once("Seq Scan on ").map(|(_, rest)| rest));
        scanned.and_then(|rest| rest.split(' ').next()).is_some_and(|table| tables.contains(&table))
    };
    plan.iter().filter(whole).collect()
}

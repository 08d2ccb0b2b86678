//! All that is in the tables, to prove that a refused change wrote nothing: counts would not notice a changed row.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, Statement};
use tongxin::relay::id;
use uuid::Uuid;

use super::{Engine, TestApp};

/// The rows of each table as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables(BTreeMap<String, Vec<String>>);

impl Tables {
    /// Which tables have other rows now: `resident 3 -> 4`. Not the audit stream, which tells of what was refused, too.
    pub fn changes_to(&self, after: &Self) -> Vec<String> {
        let records = self.0.iter().filter(|(table, _)| *table != "audit_entry");
        let differ = records.filter(|(table, rows)| after.0.get(*table) != Some(rows));
        differ.map(|(table, rows)| format!("{table} {} -> {}", rows.len(), after.rows(table))).collect()
    }

    pub fn rows(&self, table: &str) -> usize {
        self.0.get(table).unwrap_or_else(|| panic!("there is no table {table}")).len()
    }
}

impl TestApp {
    pub async fn tables(&self) -> Tables {
        let sql = self.all_rows.get_or_init(|| self.all_rows_sql()).await;
        let db = self.app.db.reader();
        let found = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in found {
            let rows = tables.entry(row.try_get_by_index(0).unwrap()).or_default();
            rows.extend(row.try_get_by_index::<Option<String>>(1).unwrap());
        }
        tables.values_mut().for_each(|rows| rows.sort_unstable());
        Tables(tables)
    }

    /// One statement for all rows of all tables; a table without any has a row of its name alone.
    async fn all_rows_sql(&self) -> String {
        let names = match self.engine {
            Engine::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_match%'"
            }
            Engine::Postgres => {
                "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema()"
            }
        };
        let mut parts = Vec::new();
        for name in self.texts(names, "name").await {
            let whole = match self.engine {
                Engine::Sqlite => {
                    let columns =
                        format!("SELECT 'quote(\"' || name || '\")' AS name FROM pragma_table_info('{name}')");
                    self.texts(&columns, "name").await.join(" || '|' || ")
                }
                Engine::Postgres => format!("\"{name}\"::text"),
            };
            parts.push(format!("SELECT '{name}', NULL UNION ALL SELECT '{name}', {whole} FROM \"{name}\""));
        }
        parts.join(" UNION ALL ")
    }

    /// One column of a statement's answer, read beside the program.
    pub async fn texts(&self, sql: &str, column: &str) -> Vec<String> {
        let db = self.app.db.reader();
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        rows.iter().map(|row| row.try_get::<String>("", column).unwrap()).collect()
    }

    /// Statements that a test runs behind the program's back.
    pub async fn run(&self, sql: &str) {
        self.app.db.writer().execute_unprepared(sql).await.unwrap();
    }
}

fn snake(name: &str) -> String {
    let parts = name.char_indices().map(|(at, c)| {
        if c.is_uppercase() && at > 0 {
            format!("_{}", c.to_ascii_lowercase())
        } else {
            c.to_ascii_lowercase().to_string()
        }
    });
    parts.collect()
}

/// From the tables: the ids of a type that a community may see. Tables are called like the prefixes of ids.
pub async fn ids_of(app: &TestApp, name: &str, community: Uuid) -> BTreeSet<String> {
    const UNITS: &str = "SELECT partner_unit_id FROM pairing WHERE community_id = $1 UNION SELECT partner_unit_id FROM contributor WHERE community_id = $1
        UNION SELECT partner_unit_id FROM project_participation WHERE community_id = $1
        UNION SELECT partner_unit_id FROM asset_tenure WHERE community_id = $1 AND partner_unit_id IS NOT NULL
        UNION SELECT seconded_by FROM posting WHERE community_id = $1 AND seconded_by IS NOT NULL
        UNION SELECT partner_unit_id FROM sponsorship WHERE community_id = $1
        UNION SELECT partner_unit_id FROM volunteer WHERE community_id = $1 AND partner_unit_id IS NOT NULL
        UNION SELECT partner_unit_id FROM activity_organiser WHERE community_id = $1 AND partner_unit_id IS NOT NULL";
    let table = snake(name);
    let sql = match name {
        "SubDistrict" => "SELECT sub_district_id AS id FROM community WHERE id = $1".to_owned(),
        "Community" => "SELECT id FROM community WHERE id = $1".to_owned(),
        "PartnerUnit" => format!("SELECT id FROM partner_unit WHERE id IN ({UNITS})"),
        "PartnerUnitAlias" => format!("SELECT id FROM partner_unit_alias WHERE partner_unit_id IN ({UNITS})"),
        _ => format!("SELECT id FROM {table} WHERE community_id = $1"),
    };
    let statement = Statement::from_sql_and_values(app.app.db.backend(), sql, [community.into()]);
    let rows = app.app.db.reader().query_all_raw(statement).await.unwrap();
    let prefix: &'static str = table.leak();
    rows.iter().map(|row| id::encode(prefix, row.try_get("", "id").unwrap())).collect()
}

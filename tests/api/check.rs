//! `tongxin check` names what is wrong, and nothing that is not. What it looks for is planted here, one kind at a time, past the program and past the constraints
//! that would refuse most of it.

use std::collections::{BTreeSet, HashSet};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};
use tongxin::{
    check::{self, Invariant, Look, SEALED, WITHIN_COMMUNITY},
    demo::{self, FillOptions},
    relay::id,
    write,
};
use uuid::Uuid;

use crate::{
    corruptions::{Corruption, corruption_of},
    harness::{Contract, TestApp, World},
    specimens::SPECIMENS,
};

/// An id that nothing has.
const NOBODY: &str = "018f0000000070008000000000000001";

async fn made_up(app: &TestApp) {
    let options = FillOptions { residents: 240, ..FillOptions::default() };
    demo::fill(&app.app, &options).await.unwrap();
}

/// The statement as the engine takes it: `{id}` is an id that nothing has.
fn written(sql: &str, backend: DbBackend) -> String {
    let nobody = match backend {
        DbBackend::Postgres => format!("CAST('{NOBODY}' AS uuid)"),
        _ => format!("X'{NOBODY}'"),
    };
    sql.replace("{id}", &nobody)
}

async fn texts(tx: &DatabaseTransaction, sql: &str) -> Vec<String> {
    let rows = tx.query_all_raw(Statement::from_string(tx.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn ids(tx: &DatabaseTransaction, of: &str, sql: &str) -> BTreeSet<String> {
    let rows = tx.query_all_raw(Statement::from_string(tx.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| id::of_kind(of, row.try_get_by_index::<Uuid>(0).unwrap())).collect()
}

/// Takes a table's checks, unique indexes, references and triggers away, until the transaction ends.
async fn loosen(tx: &DatabaseTransaction, table: &str) {
    match tx.get_database_backend() {
        DbBackend::Postgres => {
            let constraints = format!(
                "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
                 WHERE conrelid = '{table}'::regclass AND contype IN ('c', 'f')"
            );
            let indexes = format!(
                "SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index
                 WHERE indrelid = '{table}'::regclass AND indisunique AND NOT indisprimary"
            );
            for statement in [texts(tx, &constraints).await, texts(tx, &indexes).await].concat() {
                tx.execute_unprepared(&statement).await.unwrap();
            }
            tx.execute_unprepared(&format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await.unwrap();
        }
        _ => {
            tx.execute_unprepared("PRAGMA ignore_check_constraints = 1; PRAGMA defer_foreign_keys = 1").await.unwrap();
            let held = format!(
                "SELECT 'DROP ' || type || ' ' || name FROM sqlite_master
                 WHERE tbl_name = '{table}' AND (type = 'trigger' OR sql LIKE 'CREATE UNIQUE%')"
            );
            for statement in texts(tx, &held).await {
                tx.execute_unprepared(&statement).await.unwrap();
            }
        }
    }
}

/// Plants a corruption and looks: exactly the objects that it was planted in are named by the invariant that it breaks.
async fn is_named(app: &TestApp, name: &str, of: &str, planted: &Corruption) {
    let tx = write::begin(&app.app.db).await.unwrap();
    let backend = tx.get_database_backend();
    let victims = written(&planted.victims, backend);
    let expected = ids(&tx, of, &victims).await;
    assert!(!expected.is_empty(), "{name}: there is nothing to plant it in: {victims}");
    for table in &planted.tables {
        loosen(&tx, table).await;
    }
    let sql = written(&planted.sql.replace("{victims}", &planted.victims), backend);
    if let Err(error) = tx.execute_unprepared(&sql).await {
        panic!("{name}: {error}: {sql}");
    }
    let look = Look { most: 1_000_000, keys: name.starts_with("sealed.").then_some(&app.app.keys) };
    let report = check::within(&tx, look, |_, _| {}).await.unwrap();
    let found = report.findings.iter().find(|finding| finding.name == name).unwrap();
    let named: BTreeSet<String> = found.differences.iter().map(|difference| difference.id.clone()).collect();
    assert_eq!(named, expected, "{name}");
    assert_eq!(found.total, named.len() as u64, "{name} counts what it names");
    assert!(!report.is_clean() && report.as_text().contains(name), "{name}");
    tx.rollback().await.unwrap();
    if backend == DbBackend::Sqlite {
        app.run("PRAGMA ignore_check_constraints = 0").await;
    }
}

crate::on_both! {
    async fn a_made_up_community_is_in_order(app: TestApp) {
        made_up(&app).await;
        app.in_order().await;
    }

    async fn after_every_mutation_everything_is_in_order(app: TestApp) {
        let world = World::new(&app).await;
        let contract = Contract::read(&world.operator).await;
        for specimen in SPECIMENS {
            let Some(mutation) = contract.mutations.get(specimen.mutation) else { continue };
            let input = specimen.input(&world).await;
            mutation.made(&mutation.send(specimen.actor(&world), &input).await);
        }
        app.in_order().await;
    }

    async fn each_kind_of_corruption_is_named(app: TestApp) {
        made_up(&app).await;
        let all = check::invariants();
        let names: HashSet<_> = all.iter().map(|invariant| invariant.name.clone()).collect();
        assert_eq!(names.len(), all.len(), "two invariants have one name");
        for Invariant { name, of, .. } in &all {
            let planted = corruption_of(name).unwrap_or_else(|| panic!("plant a corruption that breaks `{name}` in tests/api/corruptions.rs"));
            is_named(&app, name, of, &planted).await;
        }
        for (name, _) in SEALED {
            let planted = corruption_of(name).unwrap_or_else(|| panic!("plant a corruption that breaks `{name}` in tests/api/corruptions.rs"));
            is_named(&app, name, name.split('.').nth(1).unwrap(), &planted).await;
        }
        app.in_order().await;
    }

    async fn what_is_wrong_is_counted_even_where_it_is_not_named(app: TestApp) {
        made_up(&app).await;
        let tx = write::begin(&app.app.db).await.unwrap();
        loosen(&tx, "contribution").await;
        tx.execute_unprepared("UPDATE contribution SET allocated_fen = allocated_fen + 1").await.unwrap();
        let report = check::within(&tx, Look { most: 2, keys: None }, |_, _| {}).await.unwrap();
        let found = report.broken().find(|finding| finding.name == "contribution.allocated_fen").unwrap();
        let all: i64 = texts(&tx, "SELECT CAST(COUNT(*) AS TEXT) FROM contribution").await[0].parse().unwrap();
        assert_eq!((found.differences.len(), found.total), (2, all as u64));
        let first = &found.differences[0];
        let (stored, records) = (first.stored.as_deref().unwrap(), first.records.as_deref().unwrap());
        assert_eq!(stored.parse::<i64>().unwrap(), records.parse::<i64>().unwrap() + 1, "the difference says what is stored and what should be");
        let json = report.as_json();
        assert_eq!((&json["ok"], &json["differences"]), (&false.into(), &report.total().into()));
        assert!(report.as_text().contains(&format!("and {} more", all - 2)), "{}", report.as_text());
        tx.rollback().await.unwrap();
        if app.app.db.backend() == DbBackend::Sqlite {
            app.run("PRAGMA ignore_check_constraints = 0").await;
        }
    }
}

#[tokio::test]
async fn every_reference_and_every_versioned_table_has_its_invariant() {
    let app = TestApp::new(crate::harness::Engine::Sqlite).await;
    let with = |column: &str| {
        format!(
            "SELECT m.name AS name FROM sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
             AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = '{column}')"
        )
    };
    let names: HashSet<String> = check::invariants().iter().map(|invariant| invariant.name.to_string()).collect();
    for table in app
        .texts(&with("version"), "name")
        .await
        .iter()
        .filter(|table| *table != "search_state" && *table != "seaql_migrations")
    {
        assert!(names.contains(&format!("{table}.event")), "add `{table}` to the list in src/check/events.rs");
    }
    let communal = app.texts(&with("community_id"), "name").await;
    let known: HashSet<String> =
        WITHIN_COMMUNITY.iter().map(|(table, column, _)| format!("{table}.{column}")).collect();
    for table in &communal {
        let references =
            format!("SELECT \"table\" || ' ' || \"from\" AS reference FROM pragma_foreign_key_list('{table}')");
        for reference in app.texts(&references, "reference").await {
            let (target, column) = reference.split_once(' ').unwrap();
            if communal.iter().any(|table| table == target) {
                assert!(
                    known.contains(&format!("{table}.{column}")),
                    "add {table}.{column} to the list in src/check/places.rs"
                );
            }
        }
    }
}

//! How the database finds what is asked for all day long: by an index, whoever asks, however many residents and grants there are.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tongxin::{
    demo::{SeedArgs, seed},
    relay::id::encode,
};
use uuid::Uuid;

use crate::harness::{
    Actor, Engine, TestApp,
    plans::{plan, whole_tables},
};

const SEED: SeedArgs = SeedArgs { residents: 8_000, aid_records: 24_000, random_seed: 6 };
const SEEDED: &str = "378000006001";

/// Tables with a row for every resident or every grant, and more. The streams have a test of their own (`trail_plans`).
const LARGE: [&str; 8] = [
    "resident",
    "household",
    "household_membership",
    "circumstance",
    "data_key",
    "aid_record",
    "aid_claim",
    "search_entry",
];

/// The questions of a working day, and what they are asked about.
const QUESTIONS: &[(&str, &str)] = &[
    ("resident", "query($id: ID!) { resident(id: $id) { fullName household { room building { name } } } }"),
    ("resident", "query($id: ID!) { node(id: $id) { ... on Resident { fullName circumstances { kind } } } }"),
    (
        "resident",
        "query($id: ID!) { resident(id: $id) { aidRecords(first: 20, orderBy: [GIVEN_ON_DESC]) { totalCount nodes { givenOn programme { name } } } } }",
    ),
    (
        "resident",
        "query($id: ID!) { aidRecords(first: 50, filter: { residentId: $id }) { totalCount nodes { status } } }",
    ),
    (
        "resident",
        "query($id: ID!) { resident(id: $id) { history(first: 10) { nodes { action } } consents(first: 5) { nodes { purpose } } } }",
    ),
    (
        "building",
        "query($id: ID!) { residents(first: 50, filter: { buildingId: $id }) { totalCount nodes { fullName } } }",
    ),
    (
        "building",
        "query($id: ID!) { residents(first: 50, filter: { buildingId: $id }) { nodes { aidRecords(first: 5) { nodes { project { title } contribution { title } } } } } }",
    ),
    (
        "building",
        "query($id: ID!) { households(first: 10, filter: { buildingId: $id }) { nodes { room members { resident { fullName } } } } }",
    ),
    (
        "project",
        "query($id: ID!) { aidRecords(first: 50, filter: { projectId: $id }) { nodes { resident { fullName } household { room } } } }",
    ),
    ("contribution", "query($id: ID!) { aidRecords(first: 50, filter: { contributionId: $id }) { nodes { status } } }"),
    ("aid_programme", "query($id: ID!) { aidRecords(first: 50, filter: { programmeId: $id }) { nodes { status } } }"),
];

/// Lists that are paged through to the end.
const PAGES: &[&str] = &[
    "query($after: String) { residents(first: 50, after: $after) { nodes { fullName } pageInfo { endCursor } } }",
    "query($after: String) { residents(first: 50, after: $after, orderBy: [NAME_ASC]) { nodes { fullName } pageInfo { endCursor } } }",
    "query($after: String) { aidRecords(first: 50, after: $after) { nodes { status } pageInfo { endCursor } } }",
    "query($after: String) { aidRecords(first: 50, after: $after, orderBy: [GIVEN_ON_DESC]) { nodes { status } pageInfo { endCursor } } }",
    "query($after: String) { households(first: 50, after: $after) { nodes { room } pageInfo { endCursor } } }",
];

async fn seeded(app: &TestApp) -> [Actor; 2] {
    seed(app.app.clone(), &SEED).await.unwrap();
    if app.engine == Engine::Postgres {
        // As autovacuum does sooner or later: before that, an index of a table that was just filled may look dearer than the table itself.
        app.run("VACUUM (ANALYZE)").await;
    } else {
        app.run("ANALYZE").await;
    }
    [app.staff_of(SEEDED).await, app.operator().await]
}

/// Statements of a request whose plan reads a large table from one end to the other.
async fn scans(app: &TestApp, actor: &Actor, query: &str, variables: &Value) -> Vec<String> {
    app.sent();
    actor.gql(query, variables.clone()).await.data();
    let sent = app.sent();
    let reads =
        |statement: &&Statement| statement.sql.trim_start().starts_with("SELECT") || statement.sql.starts_with("WITH");
    let mut scans = Vec::new();
    for statement in sent.iter().filter(reads) {
        let plan = plan(app, statement).await;
        if !whole_tables(&plan, &LARGE).is_empty() {
            scans.push(format!("{}\n{plan:#?}", statement.sql));
        }
    }
    scans
}

/// The row of a kind in the middle of them: not one that a plan meets first.
async fn in_the_middle(app: &TestApp, kind: &'static str) -> String {
    let sql = match kind {
        "building" => "SELECT building_id AS id FROM resident WHERE building_id IS NOT NULL GROUP BY building_id ORDER BY building_id".to_owned(),
        _ => format!("SELECT id FROM {kind} ORDER BY id"),
    };
    let db = app.app.db.reader();
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    encode(kind, rows[rows.len() / 2].try_get::<Uuid>("", "id").unwrap())
}

crate::on_both! {
    async fn no_question_of_a_working_day_reads_a_large_table_as_a_whole(app: TestApp) {
        for actor in seeded(&app).await {
            for (kind, query) in QUESTIONS {
                let id = in_the_middle(&app, kind).await;
                let scans = scans(&app, &actor, query, &json!({ "id": id })).await;
                assert!(scans.is_empty(), "{query}\n{}", scans.join("\n"));
            }
        }
    }

    async fn every_page_of_a_list_is_read_by_an_index_the_last_as_the_first(app: TestApp) {
        let [staff, _] = seeded(&app).await;
        for query in PAGES {
            let mut after = Value::Null;
            for page in 0..12 {
                let found = scans(&app, &staff, query, &json!({ "after": after })).await;
                assert!(found.is_empty(), "page {page} of {query}\n{}", found.join("\n"));
                let answer = staff.gql(query, json!({ "after": after })).await;
                let list = answer.data().as_object().unwrap().values().next().unwrap().clone();
                after = list["pageInfo"]["endCursor"].clone();
            }
        }
    }

    async fn a_plan_that_reads_a_large_table_is_found(app: TestApp) {
        seeded(&app).await;
        let backend = app.app.db.reader().get_database_backend();
        for condition in ["note = 'nothing'", "version > 1"] {
            let sql = format!("SELECT id FROM aid_record WHERE {condition}");
            let plan = plan(&app, &Statement::from_string(backend, sql)).await;
            assert_eq!(whole_tables(&plan, &LARGE).len(), 1, "{condition}: {plan:#?}");
        }
    }
}

//! A change that another transaction stands in the way of waits, or is run again.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use serde_json::json;

use crate::{
    harness::{Engine, TestApp, World, app::postgres_is_there, make},
    races::events,
};

/// A connection of somebody else to the same database.
async fn beside(app: &TestApp) -> DatabaseConnection {
    let mut options = ConnectOptions::new(app.options.url.clone());
    options.max_connections(1).sqlx_logging(false);
    if let Some(schema) = &app.options.schema {
        options.set_schema_search_path(schema);
    }
    Database::connect(options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_beside_the_program_is_waited_for_on_sqlite() {
    let app = TestApp::new(Engine::Sqlite).await;
    let world = World::new(&app).await;
    let other = beside(&app).await;
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let (staff, input) = (world.staff.clone(), json!({ "communityId": world.community, "fullName": "王小明" }));
    let waiting = tokio::spawn(async move { staff.mutate("registerResident", "resident", "id", input).await });
    // Reading goes on meanwhile.
    let read = world.staff.ask("{ residents { totalCount } }").await;
    assert_eq!(read.data()["residents"]["totalCount"], 0);
    assert!(!waiting.is_finished(), "nobody writes while another holds the lock");
    other.execute_unprepared("COMMIT").await.unwrap();
    make::id_of(&waiting.await.unwrap(), "resident");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_ran_into_a_deadlock_is_run_again() {
    if !postgres_is_there() {
        return;
    }
    let app = TestApp::new(Engine::Postgres).await;
    let world = World::new(&app).await;
    let (household, _) = world.household().await;
    let resident = world.resident().await;
    let key = |id: &str| tongxin::relay::id::parse(id).unwrap().1;
    let other = beside(&app).await;
    // Whoever waits longer than this looks for a deadlock and gives way; the other one shall not.
    other.execute_unprepared("BEGIN; SET LOCAL deadlock_timeout = '30s'").await.unwrap();
    other
        .execute_unprepared(&format!("SELECT 1 FROM resident WHERE id = '{}' FOR UPDATE", key(&resident)))
        .await
        .unwrap();
    let backend = "SELECT pg_backend_pid()::text AS pid";
    let row = other
        .query_one_raw(sea_orm::Statement::from_string(other.get_database_backend(), backend))
        .await
        .unwrap()
        .unwrap();
    let pid: String = row.try_get("", "pid").unwrap();

    let input = json!({ "householdId": household, "residentId": resident, "relation": "CHILD" });
    let staff = world.staff.clone();
    let joining =
        tokio::spawn(async move { staff.mutate("addHouseholdMember", "household", "id version", input).await });
    let waiting = format!("SELECT pid::text AS pid FROM pg_stat_activity WHERE {pid} = ANY(pg_blocking_pids(pid))");
    while app.texts(&waiting, "pid").await.is_empty() {
        tokio::task::yield_now().await;
    }
    // It holds the household and waits for the resident; now the other way round. That this goes through shows that the change gave way.
    other
        .execute_unprepared(&format!("UPDATE household SET room = room WHERE id = '{}'", key(&household)))
        .await
        .unwrap();
    assert!(!joining.is_finished(), "the change gave way, and is not given up");
    other.execute_unprepared("COMMIT").await.unwrap();
    let payload = joining.await.unwrap();
    assert_eq!(payload["household"]["version"], 2, "{payload:#}");
    assert_eq!(events(&app, "addHouseholdMember").await, 1);
}

/// Makes every insert of an event fail as a serialization failure does, up to and with this attempt; sequences are not rolled back, so they count attempts.
async fn fail_serialization(app: &TestApp, attempts: u32) {
    app.run(&format!(
        "CREATE SEQUENCE attempts;
         CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('attempts') <= {attempts} THEN RAISE EXCEPTION 'serialization' USING ERRCODE = '40001'; END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER fail BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION fail()"
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serialization_failure_is_tried_again_a_bounded_number_of_times() {
    if !postgres_is_there() {
        return;
    }
    for (failures, expected) in [(1, Ok(2)), (5, Ok(6)), (1000, Err(6))] {
        let app = TestApp::new(Engine::Postgres).await;
        let world = World::new(&app).await;
        fail_serialization(&app, failures).await;
        let before = app.tables().await;
        let input = json!({ "communityId": world.community, "fullName": "王小明", "idempotencyKey": "k" });
        let query = "mutation($input: RegisterResidentInput!) { registerResident(input: $input) { resident { id } userErrors { code } } }";
        let answer = world.staff.gql(query, json!({ "input": input })).await;
        let attempts = app.texts("SELECT last_value::text AS n FROM attempts", "n").await[0].parse::<i32>().unwrap();
        if let Ok(expected) = expected {
            assert!(answer.data()["registerResident"]["resident"]["id"].is_string(), "{:#}", answer.body);
            assert_eq!((attempts, events(&app, "registerResident").await), (expected, 1));
            assert_eq!(app.tables().await.rows("resident"), 1);
        } else {
            assert_eq!(answer.code(), "SERVICE_UNAVAILABLE", "trying again later may help: {:#}", answer.body);
            assert_eq!(Err(attempts), expected);
            assert_eq!(before.changes_to(&app.tables().await), Vec::<String>::new());
        }
    }
}

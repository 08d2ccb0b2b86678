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

/// Makes every insert of an event fail with this code, up to and with this attempt; sequences are not rolled back, so they count attempts.
async fn fail(app: &TestApp, code: &str, attempts: u32) {
    app.run(&format!(
        "CREATE SEQUENCE attempts;
         CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('attempts') <= {attempts} THEN RAISE EXCEPTION 'in the way' USING ERRCODE = '{code}'; END IF;
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
        fail(&app, "40001", failures).await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_that_was_tried_several_times_takes_its_share_once() {
    if !postgres_is_there() {
        return;
    }
    // A serialization failure, and a deadlock.
    for code in ["40001", "40P01"] {
        let app = TestApp::new(Engine::Postgres).await;
        let world = World::new(&app).await;
        let places = make::places(&world.staff, &world.community, &world.unit().await, 5).await;
        let resident = world.resident().await;
        fail(&app, code, 4).await;
        let input = json!({
            "communityId": world.community, "residentId": resident, "contributionId": places, "quantity": "2",
            "givenOn": "2022-03-01", "idempotencyKey": "k",
        });
        let first = world.staff.mutate("recordAid", "aidRecord", "id", input.clone()).await;
        let first = make::id_of(&first, "aidRecord");
        let attempts = app.texts("SELECT last_value::text AS n FROM attempts", "n").await;
        assert_eq!((attempts, events(&app, "recordAid").await), (vec!["5".to_owned()], 1), "{code}");
        let again = world.staff.mutate("recordAid", "aidRecord", "id", input).await;
        assert_eq!(make::id_of(&again, "aidRecord"), first, "{code}");
        let taken = "SELECT CAST(allocated_milli AS TEXT) AS taken FROM contribution";
        assert_eq!(app.texts(taken, "taken").await, ["2000"], "{code}");
        app.in_order().await;
    }
}

/// Makes the insert of the first event last so long; the later ones take no time.
async fn first_event_lasts(app: &TestApp, seconds: f32) {
    app.run(&format!(
        "CREATE SEQUENCE calls;
         CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('calls') = 1 THEN PERFORM pg_sleep({seconds}); END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER slow BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION slow()"
    ))
    .await;
}

/// Backends that sleep in this database's own tables, as `pid`.
const ASLEEP: &str = "SELECT DISTINCT l.pid::text AS pid FROM pg_locks l INNER JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.relation = 'event'::regclass AND a.wait_event = 'PgSleep'";

/// Waits until a statement finds something.
async fn until(app: &TestApp, sql: &str) -> String {
    for _ in 0..2_000 {
        if let Some(found) = app.texts(sql, "pid").await.pop() {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("nothing came of {sql}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_waits_for_a_first_try_that_still_runs_and_gets_its_answer() {
    if !postgres_is_there() {
        return;
    }
    let app = TestApp::new(Engine::Postgres).await;
    let world = World::new(&app).await;
    first_event_lasts(&app, 0.7).await;
    let input = json!({ "communityId": world.community, "fullName": "王小明", "idempotencyKey": "k" });
    let send = |input: serde_json::Value| {
        let staff = world.staff.clone();
        tokio::spawn(async move { staff.mutate("registerResident", "resident", "id", input).await })
    };
    let first = send(input.clone());
    let pid = until(&app, ASLEEP).await;
    let other = json!({ "communityId": world.community, "fullName": "李小红", "idempotencyKey": "k" });
    let (retry, reused) = (send(input), send(other));
    until(&app, &format!("SELECT pid::text AS pid FROM pg_stat_activity WHERE {pid} = ANY(pg_blocking_pids(pid))"))
        .await;
    assert!(!first.is_finished() && !retry.is_finished(), "the retry waits");
    let (first, retry, reused) = (first.await.unwrap(), retry.await.unwrap(), reused.await.unwrap());
    assert_eq!(make::id_of(&retry, "resident"), make::id_of(&first, "resident"));
    assert_eq!(crate::harness::actor::refusals(&reused), ["IDEMPOTENCY_KEY_REUSED idempotencyKey"]);
    assert_eq!((app.tables().await.rows("resident"), events(&app, "registerResident").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_of_what_was_cut_off_in_the_middle_does_it_itself() {
    if !postgres_is_there() {
        return;
    }
    let app = TestApp::new(Engine::Postgres).await;
    let world = World::new(&app).await;
    first_event_lasts(&app, 25.0).await;
    let document = "mutation($input: RegisterResidentInput!) { registerResident(input: $input) { resident { id } userErrors { code } } }";
    let input = json!({ "input": { "communityId": world.community, "fullName": "王小明", "idempotencyKey": "k" } });
    let send = || {
        let (staff, input) = (world.staff.clone(), input.clone());
        tokio::spawn(async move { staff.gql(document, input).await })
    };
    let first = send();
    let pid = until(&app, ASLEEP).await;
    let retry = send();
    until(&app, &format!("SELECT pid::text AS pid FROM pg_stat_activity WHERE {pid} = ANY(pg_blocking_pids(pid))"))
        .await;
    app.texts(&format!("SELECT pg_terminate_backend({pid})::text AS done"), "done").await;
    let (first, retry) = (first.await.unwrap(), retry.await.unwrap());
    let made = retry.data()["registerResident"]["resident"]["id"].clone();
    assert!(made.is_string(), "{:#}", retry.body);
    // Whoever was cut off is told so, or was tried again inside.
    let cut_off = &first.body["data"]["registerResident"]["resident"]["id"];
    assert!(first.body.get("errors").is_some() || *cut_off == made, "{:#}", first.body);
    assert_eq!((app.tables().await.rows("resident"), events(&app, "registerResident").await), (1, 1));
    assert_eq!(send().await.unwrap().data()["registerResident"]["resident"]["id"], made);
}

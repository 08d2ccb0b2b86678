//! What is PostgreSQL's alone: the times that a request waits for a connection and a statement for its end.

use std::time::{Duration, Instant};

use http::{Request, StatusCode};
use sea_orm::{ConnectionTrait, sqlx};
use serde_json::json;
use tongxin::error::{Code, Error};

use crate::harness::{Actor, Engine, TestApp, app::postgres_is_there, make};

const PATIENCE: Duration = Duration::from_millis(400);

async fn impatient() -> TestApp {
    TestApp::with(Engine::Postgres, |options| {
        options.connections = 3;
        options.acquire_timeout = PATIENCE;
        options.statement_timeout = PATIENCE;
    })
    .await
}

async fn ready(app: &TestApp) -> StatusCode {
    app.anonymous().send(Request::get("/readyz").body(axum::body::Body::empty()).unwrap()).await.status
}

/// What the request was told, and how long it took.
async fn timed(actor: &Actor, query: &str, variables: serde_json::Value) -> (String, Duration) {
    let began = Instant::now();
    let answer = actor.gql(query, variables).await;
    (answer.code().to_owned(), began.elapsed())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_connection_has_its_settings() {
    if !postgres_is_there() {
        return;
    }
    let app = impatient().await;
    let pool = app.app.db.writer().get_postgres_connection_pool();
    assert_eq!((pool.options().get_max_connections(), pool.size()), (3, 3), "the pool is full from the start");
    let mut taken = Vec::new();
    for _ in 0..3 {
        taken.push(pool.acquire().await.unwrap());
    }
    for connection in &mut taken {
        for (setting, wanted) in [
            ("statement_timeout", "400ms"),
            ("application_name", "tongxin"),
            ("search_path", app.options.schema.as_deref().unwrap()),
            ("synchronous_commit", "off"),
        ] {
            let query = format!("SHOW {setting}");
            let value: String =
                sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut **connection).await.unwrap();
            assert_eq!(value.trim_matches('"'), wanted, "{setting}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_finds_no_connection_is_told_in_time_to_come_back() {
    if !postgres_is_there() {
        return;
    }
    let app = impatient().await;
    let operator = app.operator().await;
    let list = "{ communities { totalCount } }";
    assert_eq!(operator.ask(list).await.data()["communities"]["totalCount"], 0);
    assert_eq!(ready(&app).await, StatusCode::OK);

    let pool = app.app.db.writer().get_postgres_connection_pool();
    let mut taken = Vec::new();
    for _ in 0..3 {
        taken.push(pool.acquire().await.unwrap());
    }
    // The token was seen a moment ago, or was not: no connection either way.
    app.app.clock.hold(app.app.clock.now());
    for (query, variables) in [
        (list, json!({})),
        (
            "mutation($i: RegisterSubDistrictInput!) { registerSubDistrict(input: $i) { userErrors { code } } }",
            json!({ "i": { "code": "379999001", "name": "街道" } }),
        ),
    ] {
        let (code, took) = timed(&operator, query, variables).await;
        assert_eq!(code, "SERVICE_UNAVAILABLE", "{query}");
        assert!(took >= PATIENCE && took < PATIENCE * 8, "{query} took {took:?}");
    }
    let late = Actor::new(app.router.clone(), Some("tongxin_pat_never-seen".into())).ask(list).await;
    assert_eq!((late.status, late.code()), (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE"));
    assert_eq!(ready(&app).await, StatusCode::SERVICE_UNAVAILABLE);

    drop(taken);
    assert_eq!(
        operator.ask(list).await.data()["communities"]["totalCount"],
        0,
        "it recovers, and the refused change was not made"
    );
    assert_eq!(ready(&app).await, StatusCode::OK);
    make::community(&operator, "379999001001").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_takes_too_long_is_stopped() {
    if !postgres_is_there() {
        return;
    }
    let app = impatient().await;
    let began = Instant::now();
    let error: Error = app.app.db.reader().execute_unprepared("SELECT pg_sleep(30)").await.expect_err("stopped").into();
    assert_eq!(error.code, Code::Unavailable);
    assert!(began.elapsed() < PATIENCE * 8);

    // Somebody holds a table: whoever needs it waits so long and no longer.
    let operator = app.operator().await;
    let community = make::community(&operator, "379999001001").await;
    let mut holder = app.app.db.writer().get_postgres_connection_pool().acquire().await.unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE grid IN ACCESS EXCLUSIVE MODE").execute(&mut *holder).await.unwrap();
    let change = "mutation($i: RegisterGridInput!) { registerGrid(input: $i) { userErrors { code } } }";
    let input = json!({ "i": { "communityId": community, "name": "一", "idempotencyKey": "one" } });
    for (query, variables) in [("{ grids { totalCount } }", json!({})), (change, input.clone())] {
        let (code, took) = timed(&operator, query, variables).await;
        assert_eq!(code, "SERVICE_UNAVAILABLE", "{query}");
        assert!(took >= PATIENCE && took < PATIENCE * 8, "{query} took {took:?}");
    }
    sqlx::raw_sql("ROLLBACK").execute(&mut *holder).await.unwrap();
    drop(holder);
    assert_eq!(
        operator.ask("{ grids { totalCount } }").await.data()["grids"]["totalCount"],
        0,
        "what was stopped left nothing"
    );
    assert_eq!(
        operator.gql(change, input).await.data()["registerGrid"]["userErrors"],
        json!([]),
        "the same key is good for the retry"
    );
    assert_eq!(operator.ask("{ grids { totalCount } }").await.data()["grids"]["totalCount"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_broke_is_replaced() {
    if !postgres_is_there() {
        return;
    }
    let app = impatient().await;
    let operator = app.operator().await;
    make::community(&operator, "379999001001").await;
    let pool = app.app.db.writer().get_postgres_connection_pool();
    let mut taken = Vec::new();
    for _ in 0..3 {
        taken.push(pool.acquire().await.unwrap());
    }
    let mut backends = Vec::new();
    for connection in &mut taken {
        backends
            .push(sqlx::query_scalar::<_, i32>("SELECT pg_backend_pid()").fetch_one(&mut **connection).await.unwrap());
    }
    drop(taken);
    let killer = TestApp::new(Engine::Postgres).await;
    for backend in backends {
        killer
            .app
            .db
            .writer()
            .execute_unprepared(&format!("SELECT pg_terminate_backend({backend}, 5000)"))
            .await
            .unwrap();
    }
    // Connections are not tested before each use, so a few requests may run into a dead one; after as many as there were, all is well.
    let mut failed = 0;
    for _ in 0..4 {
        let answer = operator.ask("{ communities { totalCount } }").await;
        if answer.body.get("errors").is_some() {
            failed += 1;
            assert!(["SERVICE_UNAVAILABLE", "INTERNAL_SERVER_ERROR"].contains(&answer.code()), "{:#}", answer.body);
        }
    }
    assert!(failed <= 3, "{failed} requests failed");
    assert_eq!(operator.ask("{ communities { totalCount } }").await.data()["communities"]["totalCount"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_does_not_answer_is_not_taken_for_a_new_one() {
    if !postgres_is_there() {
        return;
    }
    let app = impatient().await;
    let pool = app.app.db.writer().get_postgres_connection_pool();
    let mut taken = Vec::new();
    for _ in 0..3 {
        taken.push(pool.acquire().await.unwrap());
    }
    let standing = tongxin::database::standing(app.app.db.writer()).await;
    assert!(standing.is_err(), "nobody could read which migrations were applied, and yet: {standing:?}");
    drop(taken);
    let standing = tongxin::database::standing(app.app.db.writer()).await;
    assert_eq!(standing.unwrap(), tongxin::database::Standing::Current);
}

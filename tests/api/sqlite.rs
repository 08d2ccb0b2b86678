//! What is SQLite's alone: the settings of every connection, a bounded log, and a writer that nothing leaves stuck.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection,
    sqlx::{self, Row},
};
use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{Engine, TestApp, actor::refusals, make};

/// The value of a pragma on every connection of a pool: all are taken out at once, so that none is asked twice.
async fn pragma(db: &DatabaseConnection, name: &str) -> Vec<String> {
    let pool = db.get_sqlite_connection_pool();
    let mut taken = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        taken.push(pool.acquire().await.unwrap());
    }
    let mut values = Vec::new();
    for connection in &mut taken {
        let query = sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA {name}")));
        let row = query.fetch_one(&mut **connection).await.unwrap();
        // Numbers and words alike, as text.
        values.push(row.try_get_unchecked::<String, _>(0).unwrap());
    }
    values
}

#[tokio::test]
async fn every_connection_has_its_settings() {
    for (durable, synchronous) in [(true, "2"), (false, "1")] {
        let app = TestApp::with(Engine::Sqlite, |options| {
            options.durable = durable;
            options.connections = 6;
        });
        let app = app.await;
        for (db, connections, query_only) in [(app.app.db.writer(), 1, "0"), (app.app.db.reader(), 6, "1")] {
            for (name, wanted) in [
                ("journal_mode", "wal"),
                ("synchronous", synchronous),
                ("foreign_keys", "1"),
                ("query_only", query_only),
                ("wal_autocheckpoint", "1000"),
                ("journal_size_limit", "16777216"),
                ("cache_size", "-8192"),
            ] {
                assert_eq!(pragma(db, name).await, vec![wanted; connections], "{name}");
            }
            // The pragma's own table calls its column otherwise.
            let pool = db.get_sqlite_connection_pool();
            let timeout: i64 =
                sqlx::query_scalar("SELECT timeout FROM pragma_busy_timeout").fetch_one(pool).await.unwrap();
            assert_eq!(timeout, 5000);
        }
    }
}

#[tokio::test]
async fn readers_cannot_write() {
    let app = TestApp::new(Engine::Sqlite).await;
    for sql in [
        "DELETE FROM token",
        "CREATE TABLE mine (id integer)",
        "INSERT INTO seaql_migrations VALUES ('x', 1)",
        "PRAGMA user_version = 7",
    ] {
        let error = app.app.db.reader().execute_unprepared(sql).await.expect_err(sql);
        assert!(error.to_string().contains("readonly"), "{sql}: {error}");
    }
}

/// The bound that the settings promise: 1,000 pages are 4 MiB, and readers may delay a checkpoint for a while.
const BOUND: u64 = 24 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_stays_bounded_while_many_write_and_read() {
    const WRITERS: u64 = 6;
    const EACH: u64 = 150;
    let app = TestApp::new(Engine::Sqlite).await;
    let community = make::community(&app.operator().await, "379999001001").await;
    let staff = app.staff_of("379999001001").await;
    let log = format!("{}-wal", app.options.url.trim_start_matches("sqlite://"));
    let (largest, reads, done) =
        (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));

    let mut readers = JoinSet::new();
    for _ in 0..2 {
        let (staff, reads, done) = (staff.clone(), reads.clone(), done.clone());
        readers.spawn(async move {
            while !done.load(Ordering::Relaxed) {
                let answer = staff.ask("{ residents(last: 100) { totalCount nodes { fullName community { name } } } events(first: 100) { nodes { action } } }").await;
                assert!(answer.data()["residents"]["totalCount"].is_number());
                reads.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (staff, community, log, largest) = (staff.clone(), community.clone(), log.clone(), largest.clone());
        writers.spawn(async move {
            for number in 0..EACH {
                let input = json!({ "communityId": community, "fullName": format!("居民{writer}-{number}"), "phone": "13812345678" });
                make::created(&staff, "registerResident", "resident", input).await;
                largest.fetch_max(std::fs::metadata(&log).unwrap().len(), Ordering::Relaxed);
            }
        });
    }
    while let Some(written) = writers.join_next().await {
        written.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    while let Some(read) = readers.join_next().await {
        read.unwrap();
    }
    let answer = staff.ask("{ residents { totalCount } }").await;
    assert_eq!(answer.data()["residents"]["totalCount"], WRITERS * EACH, "none was lost");
    assert!(reads.load(Ordering::Relaxed) > 20, "readers were not kept waiting");
    let largest = largest.load(Ordering::Relaxed);
    assert!((1024 * 1024..BOUND).contains(&largest), "the log grew to {largest} bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_dropped_half_way_leaves_the_writer_free() {
    let app = TestApp::new(Engine::Sqlite).await;
    let community = make::community(&app.operator().await, "379999001001").await;
    let staff = app.staff_of("379999001001").await;
    let (mut dropped, mut finished) = (0, 0);
    let mut made = 0_u64;
    // Later and later, until some came through, on a slow machine too.
    while made < 60 || (finished <= 3 && made < 1000) {
        let polls = made;
        made += 1;
        let name = format!("grid-{polls}");
        let (asking, input) =
            (staff.clone(), json!({ "communityId": community, "name": name, "idempotencyKey": name }));
        let request = tokio::spawn(async move { asking.mutate("registerGrid", "grid", "id", input).await });
        // As when a client hangs up: after a while the request is dropped, wherever it stands.
        let started = Instant::now();
        while started.elapsed() < Duration::from_micros(polls * 60) {
            std::hint::spin_loop();
        }
        request.abort();
        match request.await {
            Ok(_) => finished += 1,
            Err(_) => dropped += 1,
        }
        let free = tokio::time::timeout(Duration::from_secs(5), make::resident(&staff, &community, &name));
        free.await.unwrap_or_else(|_| panic!("after a request dropped at moment {polls} nobody can write"));
    }
    assert!(dropped > 3 && finished > 3, "{dropped} dropped, {finished} finished: some of each prove something");
    // What was dropped was done as a whole or not at all; a retry makes the same thing of it.
    for number in 0..made {
        let name = format!("grid-{number}");
        make::created(
            &staff,
            "registerGrid",
            "grid",
            json!({ "communityId": community, "name": name, "idempotencyKey": name }),
        )
        .await;
    }
    let answer = staff.ask("{ grids { totalCount } events(first: 1, filter: { action: { eq: \"registerGrid\" } }) { totalCount } residents { totalCount } }").await;
    assert_eq!(
        answer.data(),
        &json!({ "grids": { "totalCount": made }, "events": { "totalCount": made }, "residents": { "totalCount": made } })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_fails_inside_leaves_the_writer_free() {
    let app = TestApp::new(Engine::Sqlite).await;
    let community = make::community(&app.operator().await, "379999001001").await;
    let staff = app.staff_of("379999001001").await;
    let db = app.app.db.writer();
    db.execute_unprepared(
        "CREATE TRIGGER broken BEFORE INSERT ON grid BEGIN SELECT RAISE(ABORT, 'a fault of ours'); END",
    )
    .await
    .unwrap();
    for _ in 0..5 {
        let query = "mutation($input: RegisterGridInput!) { registerGrid(input: $input) { grid { id } } }";
        let answer = staff.gql(query, json!({ "input": { "communityId": community, "name": "一" } })).await;
        assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR");
        assert!(!answer.body.to_string().contains("a fault of ours"));
        let refused =
            staff.mutate("registerBuilding", "building", "id", json!({ "communityId": community, "name": "" })).await;
        assert_eq!(refusals(&refused), ["REQUIRED name"]);
    }
    db.execute_unprepared("DROP TRIGGER broken").await.unwrap();
    make::grid(&staff, &community, "一").await;
    let answer =
        staff.ask("{ grids { totalCount } events(filter: { action: { eq: \"registerGrid\" } }) { totalCount } }").await;
    assert_eq!(answer.data(), &json!({ "grids": { "totalCount": 1 }, "events": { "totalCount": 1 } }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_that_holds_the_file_delays_a_change_and_nothing_is_lost() {
    let app = TestApp::new(Engine::Sqlite).await;
    let community = make::community(&app.operator().await, "379999001001").await;
    let staff = app.staff_of("379999001001").await;
    let other = tongxin::database::Databases::open(&app.options).await.unwrap();
    other.writer().execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let waiting = tokio::spawn({
        let (staff, community) = (staff.clone(), community.clone());
        async move { make::grid(&staff, &community, "一").await }
    });
    // Readers are not held up by it.
    for _ in 0..20 {
        assert_eq!(staff.ask("{ grids { totalCount } }").await.data()["grids"]["totalCount"], 0);
    }
    assert!(!waiting.is_finished(), "the change waits its turn");
    other.writer().execute_unprepared("COMMIT").await.unwrap();
    waiting.await.unwrap();
    assert_eq!(staff.ask("{ grids { totalCount } }").await.data()["grids"]["totalCount"], 1);
}

//! What those who run the program rely on: figures for their monitoring, a look at whether all is well, and backups that can be restored.

use std::{
    path::Path,
    process::{Command, Output},
};

use axum::body::Body;
use entity::resident;
use http::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tongxin::database::{Databases, Options};

use crate::{
    harness::{Actor, Engine, TestApp, World, process},
    http::request,
};

async fn register(staff: &Actor, community: &str, number: usize) -> Value {
    let input = json!({ "communityId": community, "fullName": format!("居民{number}") });
    staff.mutate("registerResident", "resident", "id", input).await
}

fn run(app: &TestApp, folder: &Path, arguments: &[&str], database: Option<&str>) -> Output {
    let mut settings = process::settings_of(app);
    if let Some(url) = database {
        settings[0].1 = url.to_owned();
    }
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    process::run(folder, arguments, &settings)
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

/// By PostgreSQL's own tools, as docs/operations.md says.
#[track_caller]
fn tool(name: &str, arguments: &[&str]) {
    done(&Command::new(name).args(arguments).output().unwrap_or_else(|error| panic!("{name}: {error}")));
}

/// A backup of the database of a test, restored somewhere else: how that is opened.
async fn restored(app: &TestApp, folder: &Path) -> String {
    let file = folder.join("backup");
    let file = file.to_str().unwrap();
    match app.engine {
        Engine::Sqlite => {
            done(&run(app, folder, &["backup", file], None));
            format!("sqlite://{file}")
        }
        Engine::Postgres => {
            let name = format!("restored_{}", app.app.clock.new_id().simple());
            let server = Database::connect(&app.options.url).await.unwrap();
            server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
            server.close().await.unwrap();
            let (place, _) = app.options.url.rsplit_once('/').unwrap();
            let target = format!("{place}/{name}");
            tool("pg_dump", &["--format=custom", "--file", file, &app.options.url]);
            tool("pg_restore", &["--exit-on-error", "--dbname", &target, file]);
            let schema = app.options.schema.as_deref().unwrap();
            format!("{target}?options[search_path]={schema}")
        }
    }
}

async fn drop_restored(app: &TestApp, url: &str) {
    if app.engine == Engine::Postgres {
        let name = url.rsplit_once('/').unwrap().1.split('?').next().unwrap();
        let server = Database::connect(&app.options.url).await.unwrap();
        server.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    }
}

crate::on_both! {
    async fn a_restored_backup_has_all_that_was_acknowledged_before_it_and_is_in_order(app: TestApp) {
        let world = World::new(&app).await;
        for number in 0..10 {
            register(&world.staff, &world.community, number).await;
        }
        let (staff, community) = (world.staff.clone(), world.community.clone());
        let writing = tokio::spawn(async move {
            for number in 10.. {
                register(&staff, &community, number).await;
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let url = restored(&app, folder.path()).await;
        writing.abort();
        let db = Databases::open(&Options { connections: 2, ..Options::new(&url) }).await.unwrap();
        let residents = resident::Entity::find().count(db.reader()).await.unwrap();
        db.close().await;
        assert!(residents >= 10, "{residents}");
        done(&run(&app, folder.path(), &["check", "--sealed"], Some(&url)));
        done(&run(&app, folder.path(), &["doctor"], Some(&url)));
        drop_restored(&app, &url).await;
    }

    async fn a_backup_overwrites_nothing_and_says_what_postgresql_has_for_it(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("copy.db");
        std::fs::write(&file, "mine").unwrap();
        let refused = run(&app, folder.path(), &["backup", file.to_str().unwrap()], None);
        assert!(!refused.status.success(), "{}", said(&refused));
        let word = if app.engine == Engine::Sqlite { "copy.db" } else { "pg_dump" };
        assert!(said(&refused).contains(word), "{}", said(&refused));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    async fn the_doctor_names_what_is_wrong_and_changes_nothing(app: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let report = |output: &Output| -> Value { serde_json::from_slice(&output.stdout).unwrap() };
        let wrong = |output: &Output| -> Vec<String> {
            let parts = report(output)["parts"].as_array().unwrap().clone();
            parts.iter().filter(|part| part["ok"] == false).map(|part| part["part"].as_str().unwrap().to_owned()).collect()
        };
        let well = run(&app, folder.path(), &["doctor", "--json"], None);
        assert_eq!((well.status.code(), &report(&well)["ok"]), (Some(0), &json!(true)), "{}", said(&well));
        let mut settings = process::settings_of(&app);
        settings[1].1 = "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=".to_owned();
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let locked = process::run(folder.path(), &["doctor", "--json"], &settings);
        assert_eq!((locked.status.code(), wrong(&locked)), (Some(3), vec!["keys".to_owned()]), "{}", said(&locked));
        let nowhere = match app.engine {
            Engine::Sqlite => format!("sqlite://{}/none/t.db", folder.path().display()),
            Engine::Postgres => "postgres://nobody@127.0.0.1:1/none".to_owned(),
        };
        let nowhere = run(&app, folder.path(), &["doctor", "--json"], Some(&nowhere));
        assert_eq!(nowhere.status.code(), Some(3), "{}", said(&nowhere));
        assert!(wrong(&nowhere).contains(&"database".to_owned()), "{}", said(&nowhere));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    async fn figures_are_told_to_the_machine_itself_and_hold_nothing_but_numbers(app: TestApp) {
        let world = World::new(&app).await;
        let folder = tempfile::tempdir().unwrap();
        let port = process::port();
        let _server = process::serve(&app, folder.path(), port);
        process::ready(port);
        let token = world.staff.token.clone().unwrap();
        process::ask(port, &token, "query Screen { residents { nodes { fullName } } }");
        process::ask(port, &token, "query Screen { nothing }");
        let ask = format!("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
        let (status, told) = process::http(port, &ask).unwrap();
        assert_eq!(status, 200, "{told}");
        for line in [
            "tongxin_requests_total{route=\"/graphql\",method=\"POST\",status=\"200\"} 2",
            "tongxin_errors_total{code=\"GRAPHQL_VALIDATION_FAILED\"} 1",
            "tongxin_request_seconds_count{operation=\"Screen\"} 2",
            "tongxin_cost_points_sum 21",
            "tongxin_prefetch_misses 0",
        ] {
            assert!(told.lines().any(|told| told.starts_with(line)), "{line} is not in\n{told}");
        }
        assert!(told.contains("state=\"idle\""), "{told}");
        // From anywhere else nothing is here.
        let elsewhere = app.anonymous().send(request(Method::GET, "/metrics").body(Body::empty()).unwrap()).await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    }
}

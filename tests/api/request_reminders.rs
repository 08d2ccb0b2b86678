//! Reminders before the deadline and escalation after it: each once, however many servers look, and whatever happens to them.

use std::time::{Duration, Instant};

use entity::{request, request_entry, request_notice};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tongxin::{context::App, database::Databases, privacy::MasterKey, requests::reminding::remind};

use crate::{
    harness::{
        TestApp, World,
        app::MASTER_KEY,
        bulk::{self, day, key_of},
        make, process, together,
    },
    specimens::request as after,
};

fn hold(app: &App, at: &str) {
    app.clock.hold(at.parse().unwrap());
}

async fn kinds(world: &World, id: &str) -> Vec<String> {
    let query = "query($id: ID!) { request(id: $id) { entries { kind actor } } }";
    let found = world.staff.gql(query, json!({ "id": id })).await.data()["request"]["entries"].clone();
    let told = found.as_array().unwrap().iter().filter(|entry| entry["actor"].is_null());
    told.map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

/// Many requests that were due long ago.
async fn overdue(app: &TestApp, world: &World, number: usize) {
    let first = make::request(&world.staff, &world.community, json!({})).await;
    let row = request::Entity::find_by_id(key_of(&first)).one(app.app.db.writer()).await.unwrap().unwrap();
    let rows: Vec<request::Model> = (0..number)
        .map(|_| {
            let id = app.app.clock.new_id();
            request::Model { id, due_on: Some(day(2021, 1, 4)), tracking_hash: id.as_bytes().to_vec(), ..row.clone() }
        })
        .collect();
    bulk::insert(app, &rows).await;
}

async fn notices(app: &TestApp) -> (u64, u64, u64) {
    let db = app.app.db.writer();
    let entries = request_entry::Entity::find().all(db).await.unwrap();
    let escalated = entries.iter().filter(|entry| entry.kind == request_entry::RequestEntryKind::Escalated).count();
    let events = app.texts("SELECT action FROM event WHERE action = 'escalateRequest'", "action").await;
    (request_notice::Entity::find().count(db).await.unwrap(), escalated as u64, events.len() as u64)
}

crate::on_both! {
    async fn it_is_reminded_of_on_the_working_day_before_and_escalated_on_the_day_after(app: TestApp) {
        let world = World::new(&app).await;
        hold(&app.app, "2022-01-20T04:00:00Z");
        // Seven working days: the last is Saturday 29 January, which is worked on.
        let id = make::request(&world.staff, &world.community, json!({ "category": "OTHER" })).await;
        let answered = after(&world, 4).await;
        assert_eq!(world.staff.gql("query($id: ID!) { request(id: $id) { dueOn } }", json!({ "id": id })).await.data()["request"]["dueOn"], "2022-01-29");
        let days: [(&str, &[&str]); 5] = [
            ("2022-01-27T04:00:00Z", &[]), ("2022-01-28T04:00:00Z", &["REMINDED"]), ("2022-01-29T15:00:00Z", &["REMINDED"]),
            ("2022-01-29T16:30:00Z", &["REMINDED", "ESCALATED"]), ("2022-02-20T04:00:00Z", &["REMINDED", "ESCALATED"]),
        ];
        for (at, expected) in days {
            hold(&app.app, at);
            remind(&app.app).await.unwrap();
            assert_eq!(remind(&app.app).await.unwrap(), 0, "{at}: nothing is left");
            assert_eq!(kinds(&world, &id).await, expected, "{at}");
        }
        assert_eq!(kinds(&world, &answered).await, Vec::<String>::new());
        // Of the feed, which on PostgreSQL waits for whoever else is writing.
        let feed = world.staff.gql("query($id: ID!) { request(id: $id) { history { nodes { action actor } } } }", json!({ "id": id })).await;
        let actions: Vec<Value> = feed.data()["request"]["history"]["nodes"].as_array().unwrap().iter().filter(|event| event["actor"].is_null()).map(|event| event["action"].clone()).collect();
        assert_eq!(actions, ["remindOfRequest", "escalateRequest"]);
        // Opened again, it has a new deadline, and is reminded of once more.
        make::moved_request(&world.staff, &id, &[
            ("acceptRequest", json!({})), ("assignRequest", json!({ "assigneeId": make::posted(&world.staff, &world.community, "李工").await })),
            ("startRequest", json!({})), ("answerRequest", json!({ "answer": "已办" })), ("reopenRequest", json!({ "reason": "未办" })),
        ]).await;
        hold(&app.app, "2022-04-20T04:00:00Z");
        assert_eq!(remind(&app.app).await.unwrap(), 1);
        assert_eq!(kinds(&world, &id).await, ["REMINDED", "ESCALATED", "ESCALATED"], "what is overdue is not reminded of");
        app.in_order().await;
    }

    async fn of_several_servers_at_once_each_does_a_part_and_none_does_it_twice(app: TestApp) {
        let world = World::new(&app).await;
        overdue(&app, &world, 60).await;
        let mut servers = Vec::new();
        for _ in 0..3 {
            servers.push(App::with(Databases::open(&app.options).await.unwrap(), MasterKey::from_bytes(MASTER_KEY)).await.unwrap());
        }
        // One that is cut off in the middle leaves nothing half done.
        let cut = servers[0].clone();
        let task = tokio::spawn(async move { remind(&cut).await });
        tokio::time::sleep(Duration::from_millis(30)).await;
        task.abort();
        let _ = task.await;
        let (told, entries, events) = notices(&app).await;
        assert!(told == entries && entries == events, "{told} {entries} {events}");
        let done = together(servers.into_iter().map(|server| async move { remind(&server).await })).await;
        assert!(done.iter().all(Result::is_ok), "{done:?}");
        assert_eq!(notices(&app).await, (60, 60, 60));
    }

    async fn servers_that_are_killed_while_they_remind_leave_each_reminder_once(app: TestApp) {
        let world = World::new(&app).await;
        overdue(&app, &world, 80).await;
        let folder = tempfile::tempdir().unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        let mut pause = 60;
        while notices(&app).await.0 < 80 {
            let servers = [process::serve(&app, folder.path(), process::port()), process::serve(&app, folder.path(), process::port())];
            std::thread::sleep(Duration::from_millis(pause));
            // Not asked to stop: killed.
            drop(servers);
            pause = (pause * 2).min(3_000);
            assert!(Instant::now() < until, "{:?} in a minute", notices(&app).await);
        }
        assert_eq!(notices(&app).await, (80, 80, 80));
    }
}

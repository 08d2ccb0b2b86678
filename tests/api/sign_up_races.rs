//! More sign-ups than places, at once: over the network from several processes, and together with everything else that frees or takes a place.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Child,
};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::harness::{Engine, TestApp, World, make, process, together};

const PLACES: usize = 10;
const SIGN_UPS: usize = 50;
/// Processes that sign people up, and how many requests each has under way at a time.
const CLIENTS: usize = 5;

/// Names the file that tells a client its task.
const TASK: &str = "TONGXIN_TEST_SIGN_UPS";

const SIGN_UP: &str = "mutation($input: SignUpForSessionInput!) { signUpForSession(input: $input) { signUp { id status arrival } userErrors { code } } }";

/// What a client is to do.
#[derive(Serialize, Deserialize)]
struct Task {
    ports: Vec<u16>,
    token: String,
    session: String,
    volunteers: Vec<String>,
    /// Made by the client when it is ready, by the test when all are, and by the client when it is done.
    ready: PathBuf,
    start: PathBuf,
    told: PathBuf,
}

#[test]
#[ignore = "a client of the test in this file, which runs it as a process of its own"]
fn client() {
    let task = std::env::var(TASK).expect("the test says what to do");
    let task: Task = serde_json::from_str(&std::fs::read_to_string(task).unwrap()).unwrap();
    process::put(&task.ready, "");
    process::wait_for(&task.start);
    let sign_up = |(place, volunteer): (usize, &String)| {
        let input = json!({ "sessionId": task.session, "volunteerId": volunteer, "idempotencyKey": volunteer });
        process::mutate(task.ports[place % task.ports.len()], &task.token, SIGN_UP, &input).expect("the server answers")
    };
    let told: Vec<Value> = std::thread::scope(|scope| {
        let running: Vec<_> = task.volunteers.iter().enumerate().map(|one| scope.spawn(move || sign_up(one))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    process::put(&task.told, &json!(told).to_string());
}

fn start_client(folder: &Path, number: usize, task: &Task) -> Child {
    let file = folder.join(format!("task-{number}.json"));
    process::client("sign_up_races::client", TASK, &file, &json!(task))
}

async fn session(world: &World, capacity: usize) -> String {
    let activity = make::activity(&world.staff, &world.community, &world.name("活动")).await;
    let input = json!({ "activityId": activity, "heldOn": "2199-03-04", "capacity": capacity });
    make::created(&world.staff, "scheduleSession", "session", input).await
}

/// Each sign-up of a session by its arrival, and how it stands.
async fn line(app: &TestApp, session: &str) -> BTreeMap<i64, String> {
    let key = crate::harness::bulk::key_of(session);
    let select = entity::session_sign_up::Entity::find().filter(entity::session_sign_up::Column::SessionId.eq(key));
    let rows = select.all(app.app.db.writer()).await.unwrap();
    rows.into_iter().map(|row| (row.arrival.into(), format!("{:?}", row.status))).collect()
}

crate::on_both! {
    async fn of_50_sign_ups_on_10_places_10_have_one_and_the_others_stand_in_line(app: TestApp) {
        let world = World::new(&app).await;
        let session = session(&world, PLACES).await;
        let mut volunteers = Vec::new();
        for _ in 0..SIGN_UPS {
            volunteers.push(world.volunteer().await);
        }
        let folder = tempfile::tempdir().unwrap();
        let nodes = if app.engine == Engine::Postgres { 2 } else { 1 };
        let ports: Vec<u16> = (0..nodes).map(|_| process::port()).collect();
        let _servers: Vec<_> = ports.iter().map(|port| process::serve(&app, folder.path(), *port)).collect();
        ports.iter().for_each(|port| process::ready(*port));
        let start = folder.path().join("start");
        let tasks: Vec<Task> = volunteers
            .chunks(SIGN_UPS / CLIENTS)
            .enumerate()
            .map(|(number, own)| Task {
                ports: ports.clone(),
                token: world.staff.token.clone().unwrap(),
                session: session.clone(),
                volunteers: own.to_vec(),
                ready: folder.path().join(format!("ready-{number}")),
                start: start.clone(),
                told: folder.path().join(format!("told-{number}.json")),
            })
            .collect();
        let clients: Vec<Child> = tasks.iter().enumerate().map(|(number, task)| start_client(folder.path(), number, task)).collect();
        tasks.iter().for_each(|task| process::wait_for(&task.ready));
        process::put(&start, "");
        for mut client in clients {
            assert!(client.wait().unwrap().success(), "a client failed");
        }
        let told: Vec<Value> = tasks
            .iter()
            .flat_map(|task| serde_json::from_str::<Vec<Value>>(&std::fs::read_to_string(&task.told).unwrap()).unwrap())
            .collect();
        // Everybody is told a place or a place in line, each another, and the places went to those who came first.
        let arrivals: BTreeSet<i64> = told.iter().map(|one| one["signUp"]["arrival"].as_i64().unwrap_or_else(|| panic!("refused: {one}"))).collect();
        assert_eq!(arrivals, (1..=SIGN_UPS as i64).collect());
        for one in &told {
            let first = one["signUp"]["arrival"].as_i64().unwrap() <= PLACES as i64;
            assert_eq!(one["signUp"]["status"], if first { "CONFIRMED" } else { "WAITING" }, "{one}");
        }
        let stands = line(&app, &session).await;
        assert_eq!(stands.len(), SIGN_UPS);
        assert!(stands.iter().all(|(arrival, status)| (status == "Confirmed") == (*arrival <= PLACES as i64)), "{stands:?}");
        app.in_order().await;
    }

    async fn whatever_comes_together_nobody_is_lost_and_nobody_is_passed_over(app: TestApp) {
        let world = World::new(&app).await;
        for _ in 0..3 {
            let session = session(&world, 3).await;
            let mut tries = Vec::new();
            for place in 0..12 {
                let volunteer = world.volunteer().await;
                let input = json!({ "sessionId": session, "volunteerId": volunteer });
                if place < 5 {
                    let made = make::created(&world.staff, "signUpForSession", "signUp", input).await;
                    tries.push(("withdrawSignUp", "signUp", json!({ "id": made, "expectedVersion": 1 })));
                } else {
                    // The same person twice: once is enough.
                    tries.push(("signUpForSession", "signUp", input.clone()));
                    tries.push(("signUpForSession", "signUp", input));
                }
            }
            tries.push(("amendSession", "session", json!({ "id": session, "expectedVersion": 1, "capacity": 4 })));
            tries.push(("amendSession", "session", json!({ "id": session, "expectedVersion": 1, "capacity": 2 })));
            together(tries.into_iter().map(|(mutation, object, input)| {
                let staff = world.staff.clone();
                async move { staff.mutate(mutation, object, "id", input).await }
            }))
            .await;
            let stands = line(&app, &session).await;
            assert_eq!(stands.len(), 12, "one for each person");
            let of = |wanted: &str| stands.iter().filter(|(_, status)| *status == wanted).map(|(arrival, _)| *arrival).collect::<Vec<_>>();
            let (confirmed, waiting) = (of("Confirmed"), of("Waiting"));
            assert!(waiting.is_empty() || confirmed.iter().max() < waiting.iter().min(), "{stands:?}");
            app.in_order().await;
        }
    }

    async fn a_person_who_signs_up_twice_at_once_for_one_time_has_one_place(app: TestApp) {
        let world = World::new(&app).await;
        for _ in 0..4 {
            let (one, other) = (session(&world, 5).await, session(&world, 5).await);
            let volunteer = world.volunteer().await;
            let tries = (0..6).map(|i| json!({ "sessionId": if i % 2 == 0 { &one } else { &other }, "volunteerId": volunteer }));
            let payloads = crate::harness::mutate_together(&world.staff, "signUpForSession", "signUp", tries).await;
            let made: BTreeSet<&str> = payloads.iter().filter(|payload| payload["userErrors"] == json!([])).filter_map(|payload| payload["signUp"]["id"].as_str()).collect();
            assert_eq!(made.len(), 1, "{payloads:#?}");
        }
        app.in_order().await;
    }
}

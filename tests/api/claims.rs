//! More claims than places, over the network: from several processes at once, and on PostgreSQL to two servers. What there is is given out to the last place, and
//! no further.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Child,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tongxin::context::Clock;

use crate::harness::{Engine, World, actor::refusals, crowd, make, process};

const PLACES: usize = 2_000;
const CLAIMS: usize = 2_100;
/// Processes that claim, and how many claims each has under way at a time.
const CLIENTS: usize = 4;
const AT_ONCE: usize = 6;

/// Names the file that tells a client its task.
const TASK: &str = "TONGXIN_TEST_CLAIMS";

const CLAIM: &str = "mutation($input: RecordAidInput!) { recordAid(input: $input) { aidRecord { id } userErrors { field code details } } }";

/// What a client is to do.
#[derive(Serialize, Deserialize)]
struct Task {
    ports: Vec<u16>,
    token: String,
    community: String,
    contribution: String,
    residents: Vec<String>,
    /// Made by the client when it is ready, by the test when all are, and by the client when it is done.
    ready: PathBuf,
    start: PathBuf,
    told: PathBuf,
}

/// What came of it: when it was, in microseconds, what was made, and what was refused.
#[derive(Serialize, Deserialize)]
struct Told {
    began: i64,
    ended: i64,
    made: Vec<String>,
    refused: Vec<Value>,
}

#[test]
#[ignore = "a client of the test in this file, which runs it as a process of its own"]
fn client() {
    let task = std::env::var(TASK).expect("the test says what to do");
    let task: Task = serde_json::from_str(&std::fs::read_to_string(task).unwrap()).unwrap();
    process::put(&task.ready, "");
    process::wait_for(&task.start);
    let clock = Clock::default();
    let began = clock.now().timestamp_micros();
    let claim = |place: usize| {
        let resident = &task.residents[place];
        let input = json!({
            "communityId": task.community, "residentId": resident, "contributionId": task.contribution, "quantity": "1",
            "givenOn": "2022-03-01", "idempotencyKey": resident,
        });
        let port = task.ports[place % task.ports.len()];
        process::mutate(port, &task.token, CLAIM, &input).expect("the server answers")
    };
    let work = |worker: usize| (worker..task.residents.len()).step_by(AT_ONCE).map(claim).collect::<Vec<Value>>();
    let payloads: Vec<Value> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|worker| scope.spawn(move || work(worker))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let (made, refused): (Vec<_>, Vec<_>) = payloads.into_iter().partition(|payload| !payload["aidRecord"].is_null());
    let made = made.iter().map(|payload| make::id_of(payload, "aidRecord")).collect();
    process::put(&task.told, &json!(Told { began, ended: clock.now().timestamp_micros(), made, refused }).to_string());
}

fn start_client(folder: &Path, number: usize, task: &Task) -> Child {
    let file = folder.join(format!("task-{number}.json"));
    process::client("claims::client", TASK, &file, &json!(task))
}

crate::on_both! {
    async fn of_2100_claims_on_2000_places_2000_are_granted(app: TestApp) {
        let world = World::new(&app).await;
        let unit = world.unit().await;
        let contribution = make::places(&world.staff, &world.community, &unit, PLACES as u32).await;
        let residents = crowd::residents(&app, &world.community, CLAIMS).await;
        let folder = tempfile::tempdir().unwrap();
        let nodes = if app.engine == Engine::Postgres { 2 } else { 1 };
        let ports: Vec<u16> = (0..nodes).map(|_| process::port()).collect();
        let _servers: Vec<_> = ports.iter().map(|port| process::serve(&app, folder.path(), *port)).collect();
        ports.iter().for_each(|port| process::ready(*port));

        let start = folder.path().join("start");
        let tasks: Vec<Task> = residents
            .chunks(CLAIMS.div_ceil(CLIENTS))
            .enumerate()
            .map(|(number, own)| Task {
                ports: ports.clone(),
                token: world.staff.token.clone().unwrap(),
                community: world.community.clone(),
                contribution: contribution.clone(),
                residents: own.to_vec(),
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
        let told: Vec<Told> = tasks.iter().map(|task| serde_json::from_str(&std::fs::read_to_string(&task.told).unwrap()).unwrap()).collect();

        for (number, told) in told.iter().enumerate() {
            eprintln!("client {number}: from {} to {}, {} made, {} refused", told.began, told.ended, told.made.len(), told.refused.len());
        }
        let (last_began, first_ended) = (told.iter().map(|told| told.began).max().unwrap(), told.iter().map(|told| told.ended).min().unwrap());
        assert!(last_began < first_ended, "all of them claimed at the same time");
        let made: BTreeSet<&String> = told.iter().flat_map(|told| &told.made).collect();
        let refused: Vec<&Value> = told.iter().flat_map(|told| &told.refused).collect();
        assert_eq!((made.len(), refused.len()), (PLACES, CLAIMS - PLACES));
        for payload in refused {
            assert_eq!(refusals(payload), ["QUOTA_EXHAUSTED quantity"]);
            assert_eq!(payload["userErrors"][0]["details"], json!({ "contributionId": contribution, "asked": "1", "remaining": "0", "shortfall": "1", "unit": "place" }));
        }
        let query = "query($id: ID!) { contribution(id: $id) { allocated { quantity { value } } remaining { quantity { value precision } } aidRecords { totalCount } } }";
        let shown = world.staff.gql(query, json!({ "id": contribution })).await;
        let expected = json!({
            "allocated": { "quantity": { "value": "2000" } }, "remaining": { "quantity": { "value": "0", "precision": "EXACT" } },
            "aidRecords": { "totalCount": PLACES },
        });
        assert_eq!(shown.data()["contribution"], expected);
        app.in_order().await;
        let settings = process::settings_of(&app);
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let checked = process::run(folder.path(), &["check", "--json"], &settings);
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    }
}

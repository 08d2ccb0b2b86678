//! Replacing the key of the blind indexes while people are recorded and looked up: nobody is lost, and nobody is recorded twice.

use std::{
    collections::BTreeSet,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use entity::{data_key, index_rotation, next_index, resident, sealed::BlindIndex};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tongxin::{
    context::{App, Clock},
    database::Databases,
    http::{HttpSettings, Web, router},
    privacy::{MasterKey, MasterKeys, index_rotation as rotation},
    schema,
};

use crate::harness::{Actor, TestApp, app::MASTER_KEY, make, together};

fn master() -> MasterKey {
    MasterKey::from_bytes(MASTER_KEY)
}

/// Another server on the same database, which looks for new keys as servers do, only oftener.
async fn server(app: &TestApp) -> Arc<App> {
    let server = App::with(Databases::open(&app.options).await.unwrap(), master()).await.unwrap();
    let looking = server.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let _ = looking.keys.refresh_index(looking.db.writer()).await;
        }
    });
    server
}

fn at(server: &Arc<App>, actor: &Actor) -> Actor {
    let web = Web { schema: schema::build(server.clone()), app: server.clone(), settings: HttpSettings::default() };
    Actor::new(router(Arc::new(web)), actor.token.clone())
}

fn tongxin(app: &TestApp, arguments: &[&str]) -> Command {
    let mut url = app.options.url.clone();
    if let Some(schema) = &app.options.schema {
        url += if url.contains('?') { "&" } else { "?" };
        url += &format!("options[search_path]={schema}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongxin"));
    command.args(arguments).env_clear().env("DATABASE_URL", url).stdin(Stdio::null());
    command.env("TONGXIN_MASTER_KEY", STANDARD.encode(MASTER_KEY));
    command
}

fn document(number: usize) -> String {
    format!("E{number:08}")
}

fn phone(number: usize) -> String {
    format!("139{number:08}")
}

async fn register(staff: &Actor, community: &str, number: usize) -> Value {
    let input = json!({
        "communityId": community, "fullName": format!("居民{number}"), "phone": phone(number),
        "idDocument": { "kind": "PASSPORT", "number": document(number) },
    });
    staff.mutate("registerResident", "resident", "id", input).await
}

/// Who is found by this document, and by this telephone.
async fn found(staff: &Actor, number: usize) -> [Value; 2] {
    let query = "query($n: String!, $p: String!) {
        a: residents(filter: { idDocument: { kind: PASSPORT, number: $n } }) { nodes { fullName } }
        b: residents(filter: { phone: $p }) { nodes { fullName } } }";
    let answer = staff.gql(query, json!({ "n": document(number), "p": phone(number) })).await;
    [answer.data()["a"]["nodes"].clone(), answer.data()["b"]["nodes"].clone()]
}

fn person(number: usize) -> [Value; 2] {
    let one = json!([{ "fullName": format!("居民{number}") }]);
    [one.clone(), one]
}

async fn indexes(app: &TestApp) -> BTreeSet<Vec<u8>> {
    let rows = resident::Entity::find().all(app.app.db.writer()).await.unwrap();
    let both = rows.into_iter().flat_map(|row| [row.id_document_index, row.phone_index]);
    both.flatten().map(|index: BlindIndex| index.as_bytes().to_vec()).collect()
}

async fn index_key(app: &TestApp) -> Vec<u8> {
    let current = data_key::Entity::find().filter(data_key::Column::Purpose.eq(data_key::KeyPurpose::BlindIndex));
    current.one(app.app.db.writer()).await.unwrap().unwrap().wrapped.unwrap().as_bytes().to_vec()
}

crate::on_both! {
    async fn killed_and_resumed_under_load_everybody_is_found_and_nobody_is_recorded_twice(app: TestApp) {
        let community = make::community(&app.operator().await, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        for number in 0..80 {
            assert_eq!(register(&staff, &community, number).await["userErrors"], json!([]));
        }
        let (before, key) = (indexes(&app).await, index_key(&app).await);
        let servers = [server(&app).await, server(&app).await];
        let over = Arc::new(AtomicBool::new(false));
        let load: Vec<_> = (0..2)
            .map(|task| {
                let staff: Vec<Actor> = servers.iter().map(|server| at(server, &staff)).collect();
                let (community, over) = (community.clone(), over.clone());
                tokio::spawn(async move {
                    let mut made = Vec::new();
                    while !over.load(Ordering::SeqCst) {
                        // The same person at both servers at once.
                        let number = 1_000 * (task + 1) + made.len();
                        let twice: Vec<_> = staff.iter().cloned().map(|staff| {
                            let community = community.clone();
                            async move { register(&staff, &community, number).await }
                        }).collect();
                        let told = together(twice).await;
                        let new = told.iter().filter(|payload| payload["userErrors"] == json!([])).count();
                        assert_eq!(new, 1, "{told:#?}");
                        made.push(number);
                        for known in [number, (7 * made.len() + task) % 80] {
                            assert_eq!(found(&staff[made.len() % 2], known).await, person(known), "while indexes change");
                        }
                    }
                    made
                })
            })
            .collect();
        let mut child = tongxin(&app, &["key", "rotate-index", "--batch", "1", "--settle", "1"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while next_index::Entity::find().count(app.app.db.writer()).await.unwrap() < 20 {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(index_key(&app).await, key, "killed in the middle");
        let status = String::from_utf8(tongxin(&app, &["key", "status"]).output().unwrap().stdout).unwrap();
        assert!(status.contains("being replaced since"), "{status}");
        let resumed = tongxin(&app, &["key", "rotate-index", "--settle", "1"]);
        let resumed = tokio::task::spawn_blocking(move || { let mut resumed = resumed; resumed.output().unwrap() }).await.unwrap();
        assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
        over.store(true, Ordering::SeqCst);
        let mut numbers: Vec<usize> = (0..80).collect();
        for task in load {
            numbers.extend(task.await.unwrap());
        }
        assert!(numbers.len() > 84, "there was load: {}", numbers.len());

        let after = indexes(&app).await;
        assert!(before.is_disjoint(&after) && after.len() == 2 * numbers.len(), "all are under the new key");
        assert_ne!(index_key(&app).await, key);
        assert_eq!(index_rotation::Entity::find().count(app.app.db.writer()).await.unwrap(), 0);
        // A server that starts now, and one that was there all along and learnt nothing.
        let started = at(&server(&app).await, &staff);
        for number in &numbers {
            assert_eq!(found(&started, *number).await, person(*number));
        }
        assert_eq!(register(&staff, &community, 3).await["userErrors"][0]["code"], "DUPLICATE");
        assert_eq!(register(&staff, &community, 999).await["userErrors"], json!([]));
        assert_eq!(found(&started, 999).await, person(999));
        app.app.keys.refresh_index(app.app.db.writer()).await.unwrap();
        app.in_order().await;
    }

    async fn the_erased_and_the_aliases_stay_and_a_second_rotation_is_another(app: TestApp) {
        let community = make::community(&app.operator().await, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        for number in 1..=3 {
            register(&staff, &community, number).await;
        }
        let alias = app.app.keys.alias(None, uuid::Uuid::nil());
        app.run("UPDATE data_key SET wrapped = NULL, destroyed_at = created_at WHERE id = (SELECT data_key_id FROM resident WHERE full_name = '居民3')").await;
        for _ in 0..2 {
            let (before, key) = (indexes(&app).await, index_key(&app).await);
            let told = std::sync::Mutex::new(Vec::new());
            let (clock, master) = (Clock::default(), MasterKeys::from(master()));
            let note = |done, of| told.lock().unwrap().push((done, of));
            let done = rotation::rotate(&app.app.db, &clock, &master, 2, Duration::ZERO, note).await;
            assert_eq!(done.unwrap(), 3);
            assert_eq!(told.into_inner().unwrap().last(), Some(&(3, 3)));
            assert!(before.is_disjoint(&indexes(&app).await));
            assert_ne!(index_key(&app).await, key);
            app.app.keys.refresh_index(app.app.db.writer()).await.unwrap();
            assert_eq!(found(&staff, 1).await, person(1));
            assert_eq!(found(&staff, 3).await, [json!([]), json!([])], "nothing finds whoever was erased");
        }
        assert_eq!(app.app.keys.alias(None, uuid::Uuid::nil()), alias);
        assert_eq!(rotation::status(&app.app.db).await.unwrap(), None);
    }
}

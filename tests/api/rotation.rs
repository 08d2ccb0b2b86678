//! Replacing the master key while people are recorded and looked up: nothing is lost, and the old key is good for nothing afterwards.

use std::{
    process::{Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use entity::{data_key, resident};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tongxin::{
    context::{App, Clock},
    database::Databases,
    error::Code,
    http::{HttpSettings, Web, router},
    privacy::{
        Column, MasterKey, MasterKeys,
        rotation::{self, Rotated, Standing},
    },
    schema,
};

use crate::harness::{Actor, Engine, TestApp, app::MASTER_KEY, make};

const NEW_KEY: [u8; 32] = [9; 32];

fn old() -> MasterKey {
    MasterKey::from_bytes(MASTER_KEY)
}

fn new() -> MasterKey {
    MasterKey::from_bytes(NEW_KEY)
}

fn both() -> MasterKeys {
    MasterKeys::new(new(), Some(old()))
}

/// A server as it is restarted with these keys.
async fn server(app: &TestApp, keys: impl Into<MasterKeys>) -> Arc<App> {
    App::with(Databases::open(&app.options).await.unwrap(), keys).await.unwrap()
}

/// Somebody of `app` who asks another server.
fn at(server: &Arc<App>, actor: &Actor) -> Actor {
    let web = Web { schema: schema::build(server.clone()), app: server.clone(), settings: HttpSettings::default() };
    Actor::new(router(Arc::new(web)), actor.token.clone())
}

/// The program itself, with both keys.
fn tongxin(app: &TestApp, arguments: &[&str]) -> Command {
    let mut url = app.options.url.clone();
    if let Some(schema) = &app.options.schema {
        url += if url.contains('?') { "&" } else { "?" };
        url += &format!("options[search_path]={schema}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongxin"));
    command.args(arguments).env_clear().env("DATABASE_URL", url).stdin(Stdio::null());
    command.env("TONGXIN_MASTER_KEY", STANDARD.encode(NEW_KEY));
    command.env("TONGXIN_PREVIOUS_MASTER_KEY", STANDARD.encode(MASTER_KEY));
    command
}

#[track_caller]
fn said(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn under(app: &TestApp, key: &MasterKey) -> u64 {
    data_key::Entity::find()
        .filter(data_key::Column::WrappedBy.eq(key.fingerprint()))
        .filter(data_key::Column::Wrapped.is_not_null())
        .count(app.app.db.writer())
        .await
        .unwrap()
}

fn document(number: usize) -> String {
    format!("E{number:08}")
}

fn phone(number: usize) -> String {
    format!("139{number:08}")
}

async fn register(staff: &Actor, community: &str, number: usize) {
    let input = json!({
        "communityId": community, "fullName": format!("居民{number}"), "phone": phone(number),
        "idDocument": { "kind": "PASSPORT", "number": document(number) },
    });
    make::created(staff, "registerResident", "resident", input).await;
}

/// The one person who is found by this document, with their telephone in full.
async fn found(staff: &Actor, number: usize) -> Value {
    let query = "query($n: String!) { residents(filter: { idDocument: { kind: PASSPORT, number: $n } }) { nodes { fullName phone } } }";
    staff.gql(query, json!({ "n": document(number) })).await.data()["residents"]["nodes"].clone()
}

fn person(number: usize) -> Value {
    json!([{ "fullName": format!("居民{number}"), "phone": phone(number) }])
}

crate::on_both! {
    async fn killed_and_resumed_under_load_nothing_is_lost_and_the_old_key_is_refused(app: TestApp) {
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        for number in 0..60 {
            register(&staff, &community, number).await;
        }
        // Enough more to be killed among.
        let rows = (0..1_500).map(|_| app.app.keys.new_person(&app.app.clock).1);
        for some in rows.collect::<Vec<_>>().chunks(500) {
            data_key::Entity::insert_many(some.to_vec()).exec_without_returning(app.app.db.writer()).await.unwrap();
        }
        let all = under(&app, &old()).await;
        assert!(all > 1_560);

        // Servers are given both keys first; one is forgotten.
        let forgotten = staff.clone();
        let restarted = server(&app, both()).await;
        let staff = at(&restarted, &staff);
        let over = Arc::new(AtomicBool::new(false));
        let load: Vec<_> = (0..4)
            .map(|task| {
                let (staff, community, over) = (staff.clone(), community.clone(), over.clone());
                tokio::spawn(async move {
                    let mut made = Vec::new();
                    while !over.load(Ordering::SeqCst) {
                        let number = 1_000 * (task + 1) + made.len();
                        register(&staff, &community, number).await;
                        made.push(number);
                        for known in [number, (7 * made.len() + task) % 60] {
                            assert_eq!(found(&staff, known).await, person(known), "while keys are wrapped anew");
                        }
                    }
                    made
                })
            })
            .collect();

        // One key a transaction, so that there is something to be killed in the middle of.
        let mut child = tongxin(&app, &["key", "rotate", "--batch", "1"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while under(&app, &old()).await > all - 100 {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let left = under(&app, &old()).await;
        assert!(left > 0 && left < all, "killed in the middle: {left} of {all}");
        let status = said(tongxin(&app, &["key", "status"]).output().unwrap());
        assert!(status.contains(&format!("{}\t{left} data keys\tthe previous master key", old().fingerprint())), "{status}");

        let resumed = tongxin(&app, &["key", "rotate"]);
        let resumed = tokio::task::spawn_blocking(move || { let mut resumed = resumed; resumed.output().unwrap() }).await.unwrap();
        let resumed = said(resumed);
        assert!(resumed.starts_with(&format!("{left} data keys wrapped anew; 0 remain under the previous master key {}.", old().fingerprint())), "{resumed}");
        over.store(true, Ordering::SeqCst);
        let mut numbers: Vec<usize> = (0..60).collect();
        for task in load {
            numbers.extend(task.await.unwrap());
        }
        assert!(numbers.len() > 64, "there was load: {}", numbers.len());

        // With the new key alone, everybody is there and all that is sealed opens.
        let after = server(&app, new()).await;
        let staff = at(&after, &staff);
        for number in &numbers {
            assert_eq!(found(&staff, *number).await, person(*number));
        }
        let people = resident::Entity::find().all(after.db.reader()).await.unwrap();
        assert_eq!(people.len(), numbers.len());
        for person in people {
            let key = data_key::Entity::find_by_id(person.data_key_id).one(after.db.reader()).await.unwrap().unwrap();
            let key = after.keys.unwrap(&key).unwrap().unwrap();
            let number = key.open_text(Column::ResidentIdDocument, &person.id_document.unwrap()).unwrap();
            assert!(numbers.iter().any(|known| document(*known) == number), "{number}");
        }

        // The old key: at the start, and in the server that was forgotten.
        let refused = App::with(Databases::open(&app.options).await.unwrap(), old()).await.err().expect("refused");
        assert_eq!(refused.code, Code::BadUserInput);
        assert!(refused.message.en.contains(old().fingerprint()) && refused.message.en.contains("was replaced on"), "{refused:?}");
        let input = json!({ "communityId": community, "fullName": "无名", "phone": phone(9_999) });
        let answer = forgotten.gql("mutation($i: RegisterResidentInput!) { registerResident(input: $i) { resident { id } } }", json!({ "i": input })).await;
        assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR");
        assert_eq!(under(&app, &old()).await, 0);
        assert_eq!(resident::Entity::find().count(after.db.reader()).await.unwrap(), numbers.len() as u64, "nobody was half recorded");
    }

    async fn a_second_rotation_finds_nothing_to_do_and_status_says_what_is_where(app: TestApp) {
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        register(&staff, &community, 1).await;
        let db = &app.app.db;
        let all = under(&app, &old()).await;
        let before = vec![(old().fingerprint().to_owned(), Standing::Unknown, all)];
        assert_eq!(rotation::status(db, None).await.unwrap(), before);

        let clock = Clock::default();
        let rotated = |rewrapped| Rotated { previous: old().fingerprint().to_owned(), rewrapped, remaining: 0 };
        assert_eq!(rotation::rotate(db, &clock, &both(), 2, |_, _| {}).await.unwrap(), rotated(all));
        assert_eq!(rotation::rotate(db, &clock, &both(), 2, |_, _| {}).await.unwrap(), rotated(0));
        let status = rotation::status(db, Some(&both())).await.unwrap();
        assert_eq!(status.len(), 2);
        for (fingerprint, standing, wraps) in status {
            if fingerprint == new().fingerprint() {
                assert_eq!((standing, wraps), (Standing::Current, all));
            } else {
                assert!(matches!(standing, Standing::Retired(_)) && wraps == 0, "{standing:?} {wraps}");
            }
        }
        // Neither back to the key that was replaced, nor without the one that is used.
        let back = rotation::rotate(db, &clock, &MasterKeys::new(old(), Some(new())), 2, |_, _| {}).await.unwrap_err();
        assert!(back.message.en.contains("was replaced on"), "{back:?}");
        let third = || MasterKey::from_bytes([11; 32]);
        let strange = rotation::rotate(db, &clock, &MasterKeys::new(third(), Some(old())), 2, |_, _| {}).await.unwrap_err();
        assert!(strange.message.en.contains(new().fingerprint()), "{strange:?}");
        for keys in [MasterKeys::from(new()), MasterKeys::new(new(), Some(new()))] {
            let incomplete = rotation::rotate(db, &clock, &keys, 2, |_, _| {}).await.unwrap_err();
            assert!(incomplete.message.en.contains("TONGXIN_PREVIOUS_MASTER_KEY_FILE"), "{incomplete:?}");
        }
        assert_eq!(under(&app, &new()).await, all);
    }

    async fn cursors_and_look_ups_outlive_a_rotation_and_the_erased_stay_erased(app: TestApp) {
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        for number in 1..=3 {
            register(&staff, &community, number).await;
        }
        let destroyed = "UPDATE data_key SET wrapped = NULL, destroyed_at = created_at WHERE id = (SELECT data_key_id FROM resident WHERE full_name = '居民3')";
        app.run(destroyed).await;
        let page = "query($after: String) { residents(first: 1, after: $after, orderBy: [NAME_ASC]) { pageInfo { endCursor } nodes { fullName phone } } }";
        let first = staff.gql(page, json!({})).await.data()["residents"].clone();
        rotation::rotate(&app.app.db, &Clock::default(), &both(), 100, |_, _| {}).await.unwrap();
        let staff = at(&server(&app, new()).await, &staff);
        let second = staff.gql(page, json!({ "after": first["pageInfo"]["endCursor"] })).await.data()["residents"].clone();
        assert_eq!(second["nodes"], person(2));
        assert_eq!(found(&staff, 3).await, json!([{ "fullName": "居民3", "phone": null }]));
        let twice = json!({ "communityId": community, "fullName": "又", "idDocument": { "kind": "PASSPORT", "number": document(2) } });
        let twice = staff.mutate("registerResident", "resident", "id", twice).await;
        assert_eq!(twice["userErrors"][0]["code"], "DUPLICATE");
    }
}

#[tokio::test]
async fn the_command_says_what_is_missing() {
    let app = TestApp::new(Engine::Sqlite).await;
    let output = tongxin(&app, &["key", "rotate"]).env_remove("TONGXIN_PREVIOUS_MASTER_KEY").output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("TONGXIN_PREVIOUS_MASTER_KEY_FILE"));
    let status = said(tongxin(&app, &["key", "status"]).env_remove("TONGXIN_MASTER_KEY").output().unwrap());
    assert!(status.contains(&format!("{}\t3 data keys\tnot given here", old().fingerprint())), "{status}");
    // With both keys a server starts before, while and after the keys are wrapped anew.
    server(&app, both()).await;
    said(tongxin(&app, &["key", "rotate"]).output().unwrap());
    server(&app, both()).await;
}

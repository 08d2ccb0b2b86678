//! Sealed values are in the clear nowhere but where they are shown to those who may read them.

use std::{
    collections::{BTreeSet, HashMap},
    io::Write,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use entity::{data_key, idempotency_key, resident, staff_member};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tongxin::{
    access::accounts::Role,
    context::App,
    database::Databases,
    error::Code,
    privacy::{Column, DataKey, MasterKey},
};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::harness::{Actor, Answer, Engine, TestApp, actor::refusals, dump::rows, make};

/// A made-up number with the check digit that GB 11643 wants.
pub(crate) fn id_card(first_17: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first_17.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    format!("{first_17}{}", ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum as usize % 11])
}

/// Looks for values in bytes, however they are written: as text, in UTF-16, in hexadecimal, in base64 at any alignment.
pub(crate) struct Seeker {
    needles: Vec<(Vec<u8>, String)>,
    by_start: HashMap<[u8; 2], Vec<usize>>,
}

impl Seeker {
    pub fn new(values: &[&str]) -> Self {
        let mut needles = Vec::new();
        for value in values {
            let mut add = |needle: Vec<u8>, how: &str| needles.push((needle, format!("{value} as {how}")));
            add(value.as_bytes().to_vec(), "text");
            let little: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = value.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for (bytes, how) in [(value.as_bytes(), "UTF-8"), (&little, "UTF-16LE"), (&big, "UTF-16BE")] {
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                add(hex.to_uppercase().into_bytes(), &format!("{how} in upper-case hexadecimal"));
                add(hex.into_bytes(), &format!("{how} in hexadecimal"));
            }
            add(little, "UTF-16LE");
            add(big, "UTF-16BE");
            for alignment in 0..3 {
                let padded = [vec![0; alignment], value.as_bytes().to_vec()].concat();
                // Characters at the ends depend on the neighbours too; those between are the value's alone.
                let (from, to) = ([0, 2, 3][alignment], padded.len() * 8 / 6);
                for (engine, how) in
                    [(STANDARD.encode(&padded), "base64"), (URL_SAFE_NO_PAD.encode(&padded), "base64 for addresses")]
                {
                    add(engine.as_bytes()[from..to].to_vec(), &format!("{how} at {alignment}"));
                }
            }
        }
        let mut by_start: HashMap<[u8; 2], Vec<usize>> = HashMap::new();
        for (index, (needle, _)) in needles.iter().enumerate() {
            by_start.entry([needle[0], needle[1]]).or_default().push(index);
        }
        Self { needles, by_start }
    }

    pub fn found_in(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for (at, start) in bytes.windows(2).enumerate() {
            for index in self.by_start.get(start).into_iter().flatten() {
                let (needle, what) = &self.needles[*index];
                if bytes[at..].starts_with(needle) {
                    found.insert(what.as_str());
                }
            }
        }
        found
    }

    #[track_caller]
    pub fn finds_nothing_in(&self, bytes: &[u8], place: &str) {
        let found = self.found_in(bytes);
        assert!(found.is_empty(), "in {place}: {found:?}");
    }
}

#[test]
fn the_seeker_finds_what_is_planted_in_any_writing() {
    let value = "37021119900307123X";
    let seeker = Seeker::new(&[value]);
    let utf16 = |order: fn(u16) -> [u8; 2]| value.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>().into_bytes();
    let mut planted = vec![
        value.as_bytes().to_vec(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        hex(value.as_bytes()),
        hex(&utf16(u16::to_le_bytes)),
    ];
    for before in 0..4 {
        let text = [&b"\xff\x7fab"[..before], value.as_bytes(), b"\xfe\xfd"].concat();
        planted.extend([STANDARD.encode(&text).into_bytes(), URL_SAFE_NO_PAD.encode(&text).into_bytes()]);
    }
    for (number, bytes) in planted.iter().enumerate() {
        let around = [b"....".as_slice(), bytes, b"...."].concat();
        assert!(!seeker.found_in(&around).is_empty(), "writing {number} was not found");
        assert!(
            seeker.found_in(&around[..around.len() - 16]).is_empty(),
            "half of writing {number} was taken for the whole"
        );
    }
}

/// What the program logs, for the length of a test.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

impl Log {
    /// Requests run on the thread of the test (`Router::oneshot`), so its own subscriber hears them.
    pub fn listen() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let levels = EnvFilter::new("trace");
        let subscriber =
            tracing_subscriber::fmt().with_env_filter(levels).with_ansi(false).with_writer(log.clone()).finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

/// Keeps all that came back, headers included.
struct Listener {
    actor: Actor,
    heard: Vec<u8>,
}

impl Listener {
    fn new(actor: Actor) -> Self {
        Self { actor, heard: Vec::new() }
    }

    async fn ask(&mut self, query: &str, variables: Value) -> Answer {
        let answer = self.actor.gql(query, variables).await;
        self.heard.extend(format!("{:?}\n{}\n", answer.headers, answer.body).into_bytes());
        answer
    }

    async fn mutate(&mut self, name: &str, object: &str, fields: &str, input: Value) -> Value {
        let kind = name[..1].to_uppercase() + &name[1..] + "Input";
        let query = format!(
            "mutation($input: {kind}!) {{ {name}(input: $input) {{ {object} {{ {fields} }} userErrors {{ field code message details }} }} }}"
        );
        self.ask(&query, json!({ "input": input })).await.body["data"][name].clone()
    }
}

/// Every byte that the database holds: rows as text, bytes in them decoded, and on SQLite the files as they lie.
async fn stored(app: &TestApp) -> Vec<u8> {
    let mut all = Vec::new();
    for row in rows(app.app.db.writer()).await {
        let mut rest = row.as_str();
        while let Some(at) = rest.find("\\x") {
            let hex: String = rest[at + 2..].chars().take_while(char::is_ascii_hexdigit).collect();
            all.extend(
                hex.as_bytes()
                    .chunks_exact(2)
                    .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()),
            );
            rest = &rest[at + 2..];
        }
        all.extend(row.into_bytes());
    }
    if app.engine == Engine::Sqlite {
        let file = PathBuf::from(app.options.url.trim_start_matches("sqlite://"));
        for suffix in ["", "-wal", "-shm"] {
            let mut file = file.clone().into_os_string();
            file.push(suffix);
            all.extend(std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())));
        }
    }
    all
}

const PHONES: [&str; 4] = ["15912340001", "18612340002", "053288120003", "13712340004"];
const PASSPORT: &str = "ED7654321";
const ALL: &str = "id version fullName phone idDocument { kind masked }";

crate::on_both! {
    async fn sealed_values_are_in_the_clear_nowhere(app: TestApp) {
        let (card, other_card) = (id_card("37021119900307123"), id_card("37021219850611456"));
        let (log, _listening) = Log::listen();
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        let mut staff = Listener::new(app.staff_of("379999001001").await);
        let mut operator = Listener::new(operator);

        // Registered, amended, in all the ways in which people write numbers.
        let spaced = format!(" {card}\u{3000}");
        let first = json!({
            "communityId": community, "fullName": "封存甲", "phone": format!("+86 {}-{}-{}", &PHONES[0][..3], &PHONES[0][3..7], &PHONES[0][7..]),
            "idDocument": { "kind": "RESIDENT_ID_CARD", "number": spaced }, "idempotencyKey": "sealed-1",
        });
        let made = staff.mutate("registerResident", "resident", ALL, first.clone()).await;
        assert_eq!(refusals(&made), Vec::<String>::new());
        assert_eq!(staff.mutate("registerResident", "resident", ALL, first.clone()).await, made, "the same key, the same answer");
        let id = made["resident"]["id"].clone();
        for (version, change) in [
            (1, json!({ "phone": PHONES[1] })),
            (2, json!({ "idDocument": { "kind": "PASSPORT", "number": PASSPORT } })),
            (3, json!({ "phone": PHONES[2], "idDocument": { "kind": "RESIDENT_ID_CARD", "number": card } })),
        ] {
            let mut input = change;
            input["id"] = id.clone();
            input["expectedVersion"] = json!(version);
            let amended = staff.mutate("amendResident", "resident", ALL, input).await;
            assert_eq!(refusals(&amended), Vec::<String>::new());
        }
        let input = json!({ "communityId": community, "fullName": "封存乙", "phone": PHONES[3], "idempotencyKey": "sealed-2" });
        let worker = staff.mutate("registerStaffMember", "staffMember", "id phone", input).await;
        assert_eq!(worker["staffMember"]["phone"], PHONES[3]);

        // Searched by, in variables and in the text of the document.
        let by_phone = "query($p: String) { residents(filter: { phone: $p }) { totalCount edges { cursor node { phone } } } }";
        assert_eq!(staff.ask(by_phone, json!({ "p": PHONES[2] })).await.data()["residents"]["totalCount"], 1);
        let by_card = format!("{{ residents(filter: {{ idDocument: {{ kind: RESIDENT_ID_CARD, number: \"{card}\" }} }}) {{ totalCount pageInfo {{ endCursor }} }} }}");
        assert_eq!(staff.ask(&by_card, json!({})).await.data()["residents"]["totalCount"], 1);
        let none = json!({ "p": PHONES[1] });
        assert_eq!(staff.ask(by_phone, none).await.data()["residents"]["totalCount"], 0);

        // Errors of all kinds, with the numbers in them.
        let twice = json!({ "communityId": community, "fullName": "封存丙", "idDocument": { "kind": "RESIDENT_ID_CARD", "number": card } });
        let duplicate = staff.mutate("registerResident", "resident", "id", twice).await;
        assert_eq!(refusals(&duplicate), ["DUPLICATE idDocument"]);
        let mut reused = first.clone();
        reused["idDocument"]["number"] = json!(other_card);
        assert_eq!(refusals(&staff.mutate("registerResident", "resident", "id", reused).await), ["IDEMPOTENCY_KEY_REUSED idempotencyKey"]);
        let wrong_phone = format!("{}5", PHONES[0]);
        let wrong_card = format!("{}0", &other_card[..17]);
        let wrong = json!({ "communityId": community, "fullName": "封存丁", "phone": wrong_phone, "idDocument": { "kind": "RESIDENT_ID_CARD", "number": wrong_card } });
        assert_eq!(refusals(&staff.mutate("registerResident", "resident", "id", wrong).await).len(), 2);
        for variables in [json!({ "p": wrong_phone }), json!({ "p": [PHONES[0]] }), json!({ "p": { "number": PHONES[0] } })] {
            assert!(staff.ask(by_phone, variables).await.body["errors"].is_array());
        }
        for wrong in [
            format!("{{ residents(filter: {{ idDocument: {{ kind: PASSPORT, number: {{ text: \"{card}\" }} }} }}) {{ totalCount }} }}"),
            format!("{{ residents(filter: {{ phone: \"{}\" ", PHONES[0]),
            format!("{{ resident(id: \"{card}\") {{ id }} node(id: \"{}\") {{ id }} }}", PHONES[0]),
            format!("{{ residents(after: \"{}\") {{ totalCount }} }}", PHONES[0]),
            format!("{{ residents(first: {}) {{ totalCount }} }}", PHONES[0]),
        ] {
            assert!(staff.ask(&wrong, json!({})).await.body["errors"].is_array(), "{wrong}");
        }
        let refused = operator.ask(by_phone, json!({ "p": PHONES[2] })).await;
        assert_eq!(refused.code(), "FORBIDDEN_FIELD");
        let read = "{ residents { edges { cursor node { id phone idDocument { masked } } } } staffMembers { nodes { id phone } }
            events { edges { cursor node { id action subjectId fields requestId } } } }";
        let masked = operator.ask(read, json!({})).await.data()["residents"]["edges"][0]["node"].clone();
        assert_eq!(masked["phone"], "0532******03");
        let shown = staff.ask(read, json!({})).await.data()["residents"]["edges"][0]["node"].clone();
        assert_eq!(shown["phone"], PHONES[2]);
        // A look inside that fails: the cause goes to the log.
        app.app.db.writer().execute_unprepared("UPDATE resident SET phone = id_document").await.unwrap();
        assert_eq!(staff.ask("{ residents { nodes { phone } } }", json!({})).await.code(), "INTERNAL_SERVER_ERROR");

        let values = [card.as_str(), &other_card, PASSPORT, PHONES[0], PHONES[1], PHONES[2], PHONES[3], &wrong_phone, &wrong_card, spaced.trim()];
        let everywhere = Seeker::new(&values);
        everywhere.finds_nothing_in(&stored(&app).await, "the database");
        assert!(!Seeker::new(&["封存甲"]).found_in(&stored(&app).await).is_empty(), "names are in the clear, so the search works");
        everywhere.finds_nothing_in(&operator.heard, "what the operator was told");
        // Who typed a number may see it again: in full, its telephones; of documents, the mask alone; in errors, neither.
        Seeker::new(&[&card, &other_card, PASSPORT, &wrong_card, &wrong_phone, spaced.trim()]).finds_nothing_in(&staff.heard, "what staff were told");
        let log = log.bytes();
        everywhere.finds_nothing_in(&log, "the log");
        let log = String::from_utf8_lossy(&log);
        assert!(log.contains("internal error"), "the log was heard: {log}");
    }

    async fn the_operator_sees_masks_where_staff_see_telephones(app: TestApp) {
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        let card = id_card("11010519491231002");
        assert_eq!(card, "11010519491231002X");
        for (name, phone, document) in [
            ("张三", json!("13812345678"), json!({ "kind": "RESIDENT_ID_CARD", "number": card })),
            ("李四", json!("0532-8688 8888 转 801"), json!({ "kind": "PASSPORT", "number": "E12345678" })),
            ("王五", Value::Null, Value::Null),
        ] {
            let input = json!({ "communityId": community, "fullName": name, "phone": phone, "idDocument": document });
            make::created(&staff, "registerResident", "resident", input).await;
        }
        let read = "{ residents { nodes { phone idDocument { kind masked } } } }";
        let seen = async |actor: &Actor| {
            let answer = actor.ask(read).await;
            let nodes = answer.data()["residents"]["nodes"].as_array().unwrap().clone();
            nodes.into_iter().map(|node| (node["phone"].clone(), node["idDocument"]["masked"].clone())).collect::<Vec<_>>()
        };
        let documents = [json!("1****************X"), json!("E*******8"), Value::Null];
        let phones = [json!("13812345678"), json!("053286888888-801"), Value::Null];
        assert_eq!(seen(&staff).await, phones.into_iter().zip(documents.clone()).collect::<Vec<_>>());
        let phones = [json!("138****5678"), json!("0532******88-***"), Value::Null];
        assert_eq!(seen(&operator).await, phones.into_iter().zip(documents).collect::<Vec<_>>());
    }

    async fn the_same_number_is_sealed_differently_each_time_and_opens_only_where_it_belongs(app: TestApp) {
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        for name in ["甲", "乙"] {
            let input = json!({ "communityId": community, "fullName": name, "phone": PHONES[0] });
            make::created(&staff, "registerResident", "resident", input).await;
        }
        make::created(&staff, "registerStaffMember", "staffMember", json!({ "communityId": community, "fullName": "丙", "phone": PHONES[0] })).await;
        let db = app.app.db.reader();
        let people = resident::Entity::find().order_by_asc(resident::Column::Id).all(db).await.unwrap();
        let worker = staff_member::Entity::find().one(db).await.unwrap().unwrap();
        let sealed = [people[0].phone.clone().unwrap(), people[1].phone.clone().unwrap(), worker.phone.clone().unwrap()];
        assert!(sealed[0] != sealed[1] && sealed[1] != sealed[2] && sealed[0] != sealed[2], "no two ciphertexts are alike");
        assert_eq!(people[0].phone_index, people[1].phone_index, "by this they are found");

        let key = async |id| app.app.keys.unwrap(&data_key::Entity::find_by_id(id).one(db).await.unwrap().unwrap()).unwrap().unwrap();
        let (first, second) = (key(people[0].data_key_id).await, key(people[1].data_key_id).await);
        assert_eq!(first.open_text(Column::ResidentPhone, &sealed[0]).unwrap(), PHONES[0]);
        assert_eq!(second.open(Column::ResidentPhone, &sealed[0]).unwrap_err().code, Code::Internal, "another person's key");
        for column in [Column::ResidentIdDocument, Column::StaffPhone, Column::EventPayload, Column::DataKey] {
            assert_eq!(first.open(column, &sealed[0]).unwrap_err().code, Code::Internal, "{column:?}");
        }

        // Moved to another row: the answer is a fixed sentence, and everything else in it stands.
        let sql = "UPDATE resident SET phone = (SELECT phone FROM resident WHERE full_name = '乙') WHERE full_name = '甲'";
        app.app.db.writer().execute_unprepared(sql).await.unwrap();
        let answer = staff.ask("{ residents { nodes { fullName phone } } }").await;
        assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR");
        assert_eq!(answer.body["data"]["residents"]["nodes"], json!([{ "fullName": "甲", "phone": null }, { "fullName": "乙", "phone": PHONES[0] }]));
    }

    async fn a_person_whose_key_was_destroyed_is_there_without_their_sealed_values(app: TestApp) {
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        let input = json!({
            "communityId": community, "fullName": "甲", "phone": PHONES[0], "idDocument": { "kind": "PASSPORT", "number": PASSPORT },
        });
        let id = make::created(&staff, "registerResident", "resident", input).await;
        make::created(&staff, "registerStaffMember", "staffMember", json!({ "communityId": community, "fullName": "丙", "phone": PHONES[1] })).await;
        let destroyed = "UPDATE data_key SET wrapped = NULL, destroyed_at = created_at WHERE purpose = 'PERSON'";
        app.app.db.writer().execute_unprepared(destroyed).await.unwrap();

        let read = "{ residents { totalCount nodes { fullName phone idDocument { masked } } } staffMembers { nodes { fullName phone } } events { totalCount nodes { action fields } } }";
        for actor in [&staff, &operator] {
            let answer = actor.ask(read).await;
            assert_eq!(answer.data()["residents"]["nodes"], json!([{ "fullName": "甲", "phone": null, "idDocument": null }]));
            assert_eq!(answer.data()["staffMembers"]["nodes"], json!([{ "fullName": "丙", "phone": null }]));
            assert!(answer.data()["events"]["totalCount"].as_i64().unwrap() >= 2);
        }
        let amended = staff.mutate("amendResident", "resident", "id", json!({ "id": id, "expectedVersion": 1, "phone": PHONES[2] })).await;
        assert_eq!(refusals(&amended), ["NOT_FOUND id"], "nothing can be sealed for them any more");
        make::resident(&staff, &community, "乙").await;
    }

    async fn a_wrong_master_key_is_refused_and_nothing_is_changed(app: TestApp) {
        let operator = app.operator().await;
        make::community(&operator, "379999001001").await;
        let before = rows(app.app.db.writer()).await;
        let error = App::with(Databases::open(&app.options).await.unwrap(), MasterKey::from_bytes([8; 32])).await.err().expect("refused");
        assert_eq!(error.code, Code::BadUserInput);
        assert!(error.message.en.starts_with("The master key is not the one that this database was sealed with"), "{error:?}");
        assert!(error.message.en.contains("TONGXIN_MASTER_KEY_FILE") && error.message.zh.contains("主密钥与该数据库不符"), "{error:?}");
        assert!(rows(app.app.db.writer()).await == before, "nothing was changed");
        assert_eq!(operator.ask("{ communities { totalCount } }").await.data()["communities"]["totalCount"], 1);
    }

    async fn cursors_and_ids_tell_nothing_of_their_rows(app: TestApp) {
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        let input = json!({ "communityId": community, "fullName": "Zhuge Secretname", "birthDate": "1958-03-12" });
        make::created(&staff, "registerResident", "resident", input).await;
        make::resident(&staff, &community, "Zhuge Othername").await;
        let mut cursors = Vec::new();
        for order in ["NAME_ASC", "NAME_DESC", "BIRTH_DATE_ASC", "REGISTERED_AT_ASC"] {
            let query = format!("{{ residents(orderBy: [{order}]) {{ edges {{ cursor }} }} }}");
            let answer = staff.ask(&query).await;
            let edges = answer.data()["residents"]["edges"].as_array().unwrap().clone();
            cursors.extend(edges.iter().map(|edge| edge["cursor"].as_str().unwrap().to_owned()));
        }
        let seeker = Seeker::new(&["Zhuge", "Secretname", "1958-03-12", "resident"]);
        for cursor in &cursors {
            seeker.finds_nothing_in(cursor.as_bytes(), "a cursor");
            seeker.finds_nothing_in(&URL_SAFE_NO_PAD.decode(cursor).unwrap(), "a cursor's bytes");
        }
        assert_eq!(cursors.iter().collect::<BTreeSet<_>>().len(), 8, "a row's place in one list tells nothing of its place in another");
        // One bit changed anywhere is no cursor any more.
        for at in 0..cursors[0].len() {
            let mut bytes = URL_SAFE_NO_PAD.decode(&cursors[0]).unwrap();
            let byte = at % bytes.len();
            bytes[byte] ^= 1;
            let query = "query($after: String) { residents(orderBy: [NAME_ASC], after: $after) { nodes { id } } }";
            let answer = staff.gql(query, json!({ "after": URL_SAFE_NO_PAD.encode(&bytes) })).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT");
        }
    }

    async fn digests_of_inputs_are_keyed(app: TestApp) {
        let other = TestApp::new(app.engine).await;
        let mut digests = Vec::new();
        for app in [&app, &other] {
            let operator = app.operator().await;
            let input = json!({ "code": "379999001", "name": "街道", "idempotencyKey": "k" });
            make::created(&operator, "registerSubDistrict", "subDistrict", input).await;
            digests.push(idempotency_key::Entity::find().one(app.app.db.reader()).await.unwrap().unwrap().input_digest);
        }
        assert_eq!(digests[0].len(), 32);
        assert_ne!(digests[0], digests[1], "the same input under the same master key has another digest in another deployment");
        let texts = [r#"{code:"379999001",name:"街道"}"#, r#"registerSubDistrict{code:"379999001",name:"街道"}"#, r#"{"code":"379999001","name":"街道"}"#];
        for text in texts {
            assert_ne!(digests[0], Sha256::digest(text.as_bytes()).to_vec(), "{text}");
            assert_ne!(digests[0], DataKey::from_bytes([0; 32]).digest(&[text.as_bytes()]).to_vec(), "{text}");
        }
        // The blind index likewise.
        let index = |app: &TestApp| app.app.keys.index(Column::ResidentPhone, PHONES[0]);
        assert_ne!(index(&app), index(&other));
        assert_ne!(index(&app), app.app.keys.index(Column::StaffPhone, PHONES[0]), "one column's index is no help in another");
    }

    async fn other_roles_see_no_person(app: TestApp) {
        let operator = app.operator().await;
        let community = make::community(&operator, "379999001001").await;
        let staff = app.staff_of("379999001001").await;
        let id = make::created(&staff, "registerResident", "resident", json!({ "communityId": community, "fullName": "甲", "phone": PHONES[0] })).await;
        let merchant = app.account("merchant", Role::Merchant, Some("379999001001")).await;
        let answer = merchant.gql("query($id: ID!) { resident(id: $id) { phone } residents { totalCount nodes { phone } } }", json!({ "id": id })).await;
        assert_eq!(answer.data(), &json!({ "resident": null, "residents": { "totalCount": 0, "nodes": [] } }));
    }
}

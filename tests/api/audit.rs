//! The audit stream: who signed in, what was shown in full and what was refused is on record, and nothing of it can be taken back.

use chrono::TimeDelta;
use entity::{
    audit_entry::{self, AuditKind},
    event,
};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, QueryOrder};
use serde_json::{Value, json};
use tongxin::{
    access::accounts::Role,
    audit::{self, Entry, Origin},
    privacy::Column,
};

use crate::harness::{
    Actor, Engine, TestApp, World,
    actor::refusals,
    door::{self, PASSWORD, person},
    dump::rows,
    make,
};

const CARD: &str = "11010519491231002X";
const PHONE: &str = "13812345678";

async fn entries(app: &TestApp) -> Vec<audit_entry::Model> {
    let select = audit_entry::Entity::find();
    let ordered = select.order_by_asc(audit_entry::Column::OccurredAt).order_by_asc(audit_entry::Column::Id);
    ordered.all(app.app.db.writer()).await.unwrap()
}

async fn events(app: &TestApp) -> u64 {
    event::Entity::find().count(app.app.db.writer()).await.unwrap()
}

async fn document(actor: &Actor, resident: &str, reason: &str) -> Value {
    let query = "mutation($input: RevealIdDocumentInput!) { revealIdDocument(input: $input) { idDocument { kind number } userErrors { field code message details } } }";
    let answer = actor.gql(query, json!({ "input": { "residentId": resident, "reason": reason } })).await;
    answer.body["data"]["revealIdDocument"].clone()
}

async fn phone(actor: &Actor, id: &str, reason: &str) -> Value {
    let query =
        "mutation($input: RevealPhoneInput!) { revealPhone(input: $input) { phone userErrors { field code } } }";
    let answer = actor.gql(query, json!({ "input": { "id": id, "reason": reason } })).await;
    answer.body["data"]["revealPhone"].clone()
}

async fn li(world: &World) -> String {
    let document = json!({ "kind": "RESIDENT_ID_CARD", "number": CARD });
    let input = json!({ "communityId": world.community, "fullName": "李桂英", "idDocument": document, "phone": PHONE });
    make::created(&world.staff, "registerResident", "resident", input).await
}

crate::on_both! {
    async fn an_identity_document_is_shown_for_a_reason_and_the_showing_is_on_record(app: TestApp) {
        let world = World::new(&app).await;
        let resident = li(&world).await;
        let (before, events_before) = (entries(&app).await.len(), events(&app).await);
        let shown = document(&world.staff, &resident, "  核对残疾人证申请  ").await;
        assert_eq!(shown["idDocument"], json!({ "kind": "RESIDENT_ID_CARD", "number": CARD }));
        assert_eq!(refusals(&shown), Vec::<String>::new());
        let all = entries(&app).await;
        assert_eq!(all.len(), before + 1);
        let entry = all.last().unwrap();
        let key = tongxin::relay::id::parse(&resident).unwrap().1;
        assert_eq!((entry.kind, entry.subject_kind.as_deref(), entry.subject_id), (AuditKind::Reveal, Some("resident"), Some(key)));
        assert_eq!((entry.action.as_deref(), entry.field.as_deref()), (Some("revealIdDocument"), Some("idDocument")));
        assert!(entry.account_id.is_some() && entry.community_id.is_some() && entry.request_id.is_some());
        // The reason may name somebody: it is sealed with the key of the person whom it is about, and the value is nowhere.
        let stored = rows(app.app.db.writer()).await.join("\n");
        assert!(!stored.contains("核对残疾人证申请") && !stored.contains(CARD));
        let kept = entity::data_key::Entity::find_by_id(entry.data_key_id.unwrap()).one(app.app.db.writer()).await.unwrap().unwrap();
        let key = app.app.keys.unwrap(&kept).unwrap().unwrap();
        assert_eq!(key.open_text(Column::AuditReason, entry.reason.as_ref().unwrap()).unwrap(), "核对残疾人证申请");
        assert_eq!(events(&app).await, events_before, "it never enters the feed");
    }

    async fn telephones_of_residents_and_of_staff_are_shown_in_the_same_way(app: TestApp) {
        let world = World::new(&app).await;
        let resident = li(&world).await;
        let input = json!({ "communityId": world.community, "fullName": "职员", "phone": "0532-86888888" });
        let worker = make::created(&world.staff, "registerStaffMember", "staffMember", input).await;
        let before = entries(&app).await.len();
        assert_eq!(phone(&world.staff, &resident, "回访").await["phone"], PHONE);
        assert_eq!(phone(&world.staff, &worker, "交接").await["phone"], "053286888888");
        let kinds: Vec<_> = entries(&app).await[before..].iter().map(|entry| (entry.kind, entry.subject_kind.clone().unwrap())).collect();
        assert_eq!(kinds, [(AuditKind::Reveal, "resident".to_owned()), (AuditKind::Reveal, "staff_member".to_owned())]);
        // Where nothing is on file, nothing is shown and nothing is to be recorded.
        let without = world.resident().await;
        assert_eq!(document(&world.staff, &without, "核对").await, json!({ "idDocument": null, "userErrors": [] }));
        assert_eq!(entries(&app).await.len(), before + 2);
    }

    async fn without_a_reason_or_a_person_of_ones_own_nothing_is_shown(app: TestApp) {
        let world = World::new(&app).await;
        let resident = li(&world).await;
        for reason in ["", " \u{3000} ", &"长".repeat(501)] {
            let refused = document(&world.staff, &resident, reason).await;
            assert!(refused["idDocument"].is_null() && refused["userErrors"][0]["field"] == json!(["reason"]), "{refused:#}");
        }
        let strange = document(&world.stranger, &resident, "好奇").await;
        let nobody = document(&world.stranger, "resident_01h455vb4pex5vsknk084sn02q", "好奇").await;
        assert_eq!(refusals(&strange), ["NOT_FOUND residentId"]);
        assert_eq!(strange, nobody, "not there and not yours read alike");
        assert_eq!(refusals(&phone(&world.staff, "activity_01h455vb4pex5vsknk084sn02q", "好奇").await), ["NOT_FOUND id"]);
        // The operator reads no sealed value, and nobody else who may not.
        let auditor = app.account("auditor-2", Role::Auditor, Some(crate::harness::world::HERE)).await;
        for actor in [&world.operator, &auditor] {
            assert_eq!(document(actor, &resident, "好奇").await, Value::Null);
        }
        let all = entries(&app).await;
        assert!(all.iter().all(|entry| entry.kind != AuditKind::Reveal), "nothing was shown");
        let refused: Vec<_> = all.iter().filter(|entry| entry.kind == AuditKind::Refusal).filter_map(|entry| entry.code.as_deref()).collect();
        assert_eq!(refused, ["NOT_FOUND", "NOT_FOUND", "FORBIDDEN", "FORBIDDEN"]);
    }

    async fn one_account_sees_thirty_values_an_hour_and_no_more_even_when_it_asks_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let resident = li(&world).await;
        let start = app.app.clock.now();
        app.app.clock.hold(start);
        for _ in 0..26 {
            assert_eq!(document(&world.staff, &resident, "核对").await["idDocument"]["number"], CARD);
        }
        let (a, b) = (&world.staff, resident.as_str());
        let asked = futures_util::future::join_all((0..10).map(|_| document(a, b, "核对"))).await;
        assert_eq!(asked.iter().filter(|shown| shown["idDocument"]["number"] == CARD).count(), 4);
        let refused = document(&world.staff, &resident, "核对").await;
        assert_eq!(refusals(&refused), ["RATE_LIMITED reason"]);
        assert_eq!(refused["userErrors"][0]["details"]["retryAfter"], 3600);
        app.app.clock.hold(start + TimeDelta::seconds(3601));
        assert_eq!(document(&world.staff, &resident, "核对").await["idDocument"]["number"], CARD);
    }

    async fn nothing_is_shown_when_it_cannot_be_put_on_record(app: TestApp) {
        let world = World::new(&app).await;
        let resident = li(&world).await;
        crate::mutations::forbid(&app, "INSERT", "audit_entry").await;
        assert_eq!(document(&world.staff, &resident, "核对").await, Value::Null);
        crate::mutations::permit(&app, "INSERT", "audit_entry").await;
        assert_eq!(document(&world.staff, &resident, "核对").await["idDocument"]["number"], CARD);
    }

    async fn coming_and_going_are_on_record_and_a_wrong_name_only_as_a_digest(app: TestApp) {
        person(&app, "zhang").await;
        let before = entries(&app).await.len();
        let actor = door::signed_in(&app, "zhang", PASSWORD).await;
        for name in ["my-secret-password", "my-secret-password", "zhang"] {
            door::sign_in(&app, name, "wrong password").await;
        }
        actor.ask("mutation { signOut(input: {}) { ended } }").await.data();
        let all = entries(&app).await.split_off(before);
        let kinds: Vec<_> = all.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [AuditKind::SignIn, AuditKind::SignInRefused, AuditKind::SignInRefused, AuditKind::SignInRefused, AuditKind::SignOut]);
        assert!(all[0].account_id.is_some() && all[0].account_id == all[4].account_id);
        assert_eq!(all[0].address.as_deref(), Some("192.0.2.1"));
        assert!(all[1..4].iter().all(|entry| entry.account_id.is_none() && entry.code.as_deref() == Some("BAD_CREDENTIALS")));
        assert_eq!(all[1].name_index, all[2].name_index, "the same name again is told");
        assert_ne!(all[1].name_index, all[3].name_index);
        assert!(!rows(app.app.db.writer()).await.join("\n").contains("my-secret-password"));
    }

    async fn what_the_policy_refuses_is_on_record(app: TestApp) {
        let world = World::new(&app).await;
        let before = entries(&app).await.len();
        let query = "mutation { registerSubDistrict(input: { code: \"379999002\", name: \"街道\" }) { userErrors { code } } }";
        assert_eq!(world.staff.ask(query).await.code(), "FORBIDDEN");
        assert_eq!(app.anonymous().ask(query).await.code(), "UNAUTHENTICATED");
        let all = entries(&app).await.split_off(before);
        assert_eq!(all.len(), 1, "nobody's refusal is nobody's entry");
        assert_eq!((all[0].kind, all[0].action.as_deref(), all[0].code.as_deref()), (AuditKind::Refusal, Some("registerSubDistrict"), Some("FORBIDDEN")));
        assert!(all[0].account_id.is_some() && all[0].request_id.is_some());
    }

    async fn a_filter_by_a_masked_field_is_on_record_once_under_the_field_that_it_was_asked_of(app: TestApp) {
        let world = World::new(&app).await;
        let auditor = app.account("auditor-3", Role::Auditor, Some(crate::harness::world::HERE)).await;
        let before = entries(&app).await.len();
        let masked = "(filter: { name: { contains: \"王\" } }) { totalCount }";
        for query in [
            format!("{{ residents{masked} }}"),
            format!("{{ mine: residents{masked} others: residents(filter: {{ phone: \"13812345678\" }}) {{ totalCount }} }}"),
            format!("query Q {{ ...f }} fragment f on Query {{ ... on Query {{ buildings {{ totalCount }} x: residents{masked} }} }}"),
            "{ residents(orderBy: [NAME_ASC]) { totalCount } }".to_owned(),
        ] {
            assert_eq!(auditor.ask(&query).await.code(), "FORBIDDEN_FIELD", "{query}");
        }
        let nested = format!("query($id: ID!) {{ node(id: $id) {{ ... on Building {{ residents{masked} }} }} }}");
        let building = world.building().await;
        assert_eq!(auditor.gql(&nested, json!({ "id": building })).await.code(), "FORBIDDEN_FIELD");
        // What is not refused for that reason, or is not refused, leaves none.
        auditor.ask("{ residents { totalCount } }").await.data();
        assert_eq!(auditor.ask("{ residents(first: 101) { totalCount } }").await.code(), "BAD_USER_INPUT");
        assert_eq!(app.anonymous().ask(&format!("{{ residents{masked} }}")).await.code(), "UNAUTHENTICATED");
        let all: Vec<_> = entries(&app).await.split_off(before).into_iter().filter(|entry| entry.kind == AuditKind::Refusal).collect();
        let told: Vec<_> = all.iter().map(|entry| (entry.action.as_deref().unwrap(), entry.code.as_deref().unwrap())).collect();
        let expected = ["residents", "residents", "residents", "residents", "node"].map(|field| (field, "FORBIDDEN_FIELD"));
        assert_eq!(told, expected);
        assert!(all.iter().all(|entry| entry.account_id.is_some() && entry.request_id.is_some()));
        // Where it cannot be put on record, it is refused all the same.
        crate::mutations::forbid(&app, "INSERT", "audit_entry").await;
        assert_eq!(auditor.ask(&format!("{{ residents{masked} }}")).await.code(), "FORBIDDEN_FIELD");
    }

    async fn a_token_that_would_change_a_password_is_on_record(app: TestApp) {
        let world = World::new(&app).await;
        let before = entries(&app).await.len();
        let query = "mutation { changePassword(input: { currentPassword: \"a\", newPassword: \"b\" }) { ended } }";
        assert_eq!(world.staff.ask(query).await.code(), "FORBIDDEN");
        let all = entries(&app).await.split_off(before);
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].kind, all[0].action.as_deref(), all[0].code.as_deref()), (AuditKind::Refusal, Some("changePassword"), Some("FORBIDDEN")));
        assert!(all[0].account_id.is_some());
    }

    async fn an_entry_of_a_transaction_that_is_rolled_back_was_never_there(app: TestApp) {
        let before = entries(&app).await.len();
        let tx = tongxin::write::begin(&app.app.db).await.unwrap();
        audit::note(&tx, &app.app, Origin::default(), Entry::of(AuditKind::Export).by("export")).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(entries(&app).await.len(), before);
        audit::note_apart(&app.app, Origin::default(), Entry::of(AuditKind::Export).by("export")).await.unwrap();
        assert_eq!(entries(&app).await.len(), before + 1);
    }

    async fn neither_events_nor_the_audit_stream_can_be_emptied_or_overwritten(app: TestApp) {
        let world = World::new(&app).await;
        li(&world).await;
        audit::note_apart(&app.app, Origin::default(), Entry::of(AuditKind::Export)).await.unwrap();
        let before = rows(app.app.db.writer()).await;
        for table in ["event", "audit_entry"] {
            let statements = match app.engine {
                Engine::Sqlite => vec![
                    format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
                    format!("REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"),
                    format!("DELETE FROM {table} WHERE true"),
                ],
                Engine::Postgres => vec![format!("TRUNCATE {table}"), format!("TRUNCATE {table} CASCADE"), format!("DELETE FROM {table}")],
            };
            for sql in statements {
                let error = app.app.db.writer().execute_unprepared(&sql).await.expect_err(&sql);
                assert!(error.to_string().contains("append-only"), "{sql}: {error}");
            }
        }
        assert!(rows(app.app.db.writer()).await == before);
    }
}

//! Reading the audit stream and the events: who sees which entries, and how they are found.

use chrono::TimeDelta;
use entity::audit_entry;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tongxin::{
    access::accounts::{self, Role},
    relay::id,
};

use crate::harness::{
    Actor, TestApp, World,
    actor::refusals,
    door::{self, PASSWORD, chosen},
    listing::{Entry, Key, List, sorted},
    make,
    told::settled,
    world::{ELSEWHERE, HERE},
};

const PHONE: &str = "13812345678";
const REASON: &str = "电话回访李桂英";
const ENTRY: &str = "id kind occurredAt actor action subjectId subject { id __typename ... on Resident { fullName phone } } \
     field code address requestId reason community { id }";

/// The entries that a filter leaves, the latest first.
async fn entries(actor: &Actor, filter: Value) -> Vec<Value> {
    let query = format!(
        "query($f: AuditEntryFilter) {{ auditEntries(first: 100, filter: $f) {{ totalCount nodes {{ {ENTRY} }} }} }}"
    );
    let answer = actor.gql(&query, json!({ "f": filter })).await;
    let found = &answer.data()["auditEntries"];
    let nodes = found["nodes"].as_array().unwrap().clone();
    assert_eq!(found["totalCount"], nodes.len(), "no list of these tests is longer than a page");
    nodes
}

async fn kinds(actor: &Actor, filter: Value) -> Vec<String> {
    entries(actor, filter).await.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

/// A resident whose telephone number was just shown to the secretary.
async fn shown(world: &World, secretary: &Actor) -> String {
    let input = json!({ "communityId": world.community, "fullName": "李桂英", "phone": PHONE });
    let resident = make::created(&world.staff, "registerResident", "resident", input).await;
    let query =
        "mutation($input: RevealPhoneInput!) { revealPhone(input: $input) { phone userErrors { code field } } }";
    let answer = secretary.gql(query, json!({ "input": { "id": resident, "reason": REASON } })).await;
    assert_eq!(answer.data()["revealPhone"]["phone"], PHONE);
    resident
}

async fn secretary(app: &TestApp) -> Actor {
    app.account("secretary", Role::Secretary, Some(HERE)).await
}

async fn auditor(app: &TestApp) -> Actor {
    app.account("auditor", Role::Auditor, Some(HERE)).await
}

crate::on_both! {
    async fn an_entry_says_who_was_shown_what_and_why(app: TestApp) {
        let world = World::new(&app).await;
        let (secretary, auditor) = (secretary(&app).await, auditor(&app).await);
        let resident = shown(&world, &secretary).await;
        let reveal = json!({ "kind": { "eq": "REVEAL" } });
        let seen = entries(&secretary, reveal.clone()).await;
        let [entry] = seen.as_slice() else { panic!("{seen:#?}") };
        assert_eq!((&entry["actor"], &entry["action"], &entry["field"]), (&json!("secretary"), &json!("revealPhone"), &json!("phone")));
        assert_eq!((&entry["subjectId"], &entry["subject"]["id"], &entry["subject"]["fullName"]), (&json!(resident), &json!(resident), &json!("李桂英")));
        assert_eq!((&entry["reason"], &entry["community"]["id"]), (&json!(REASON), &json!(world.community)));
        assert!(entry["requestId"].is_string() && entry["code"].is_null());
        // The operator reads the reason, the auditor that there is an entry.
        assert_eq!(entries(&world.operator, reveal.clone()).await[0]["reason"], REASON);
        let masked = &entries(&auditor, reveal.clone()).await[0];
        assert_eq!((&masked["reason"], &masked["actor"], &masked["subjectId"]), (&Value::Null, &json!("secretary"), &json!(resident)));
        for told in ["李桂英", PHONE, REASON] {
            assert!(!masked.to_string().contains(told), "{masked:#}");
        }
        // One entry by its id is the same, and for nobody else anything.
        let one = format!("query($id: ID!) {{ auditEntry(id: $id) {{ {ENTRY} }} node(id: $id) {{ ... on AuditEntry {{ {ENTRY} }} }} }}");
        let id = json!({ "id": entry["id"] });
        assert_eq!(secretary.gql(&one, id.clone()).await.data(), &json!({ "auditEntry": entry, "node": entry }));
        assert_eq!(auditor.gql(&one, id.clone()).await.data()["auditEntry"], *masked);
        for actor in [&world.staff, &world.stranger] {
            assert_eq!(actor.gql(&one, id.clone()).await.data(), &json!({ "auditEntry": null, "node": null }));
        }
        // With the person's key goes the reason.
        app.run("UPDATE data_key SET wrapped = NULL, destroyed_at = created_at WHERE purpose = 'PERSON'").await;
        assert_eq!(entries(&secretary, reveal).await[0]["reason"], Value::Null);
    }

    async fn nobody_reads_the_stream_but_the_operator_secretaries_and_auditors(app: TestApp) {
        let world = World::new(&app).await;
        let (secretary, auditor) = (secretary(&app).await, auditor(&app).await);
        shown(&world, &secretary).await;
        let all = audit_entry::Entity::find().count(app.app.db.writer()).await.unwrap() as usize;
        assert_eq!(entries(&world.operator, json!({})).await.len(), all);
        for actor in [&secretary, &auditor] {
            let seen = entries(actor, json!({})).await;
            assert!(!seen.is_empty() && seen.len() < all);
            let foreign = |entry: &&Value| entry["community"]["id"].as_str().is_some_and(|of| of != world.community);
            assert_eq!(seen.iter().filter(foreign).collect::<Vec<_>>(), Vec::<&Value>::new());
        }
        for actor in [&world.staff, &world.stranger] {
            assert_eq!(entries(actor, json!({})).await, Vec::<Value>::new());
        }
        assert_eq!(app.anonymous().ask("{ auditEntries { totalCount } }").await.code(), "UNAUTHENTICATED");
        // No scoped token either, whoever's it is.
        let input = json!({
            "communityId": world.community, "account": "secretary", "name": "程序", "scopes": ["READ_EVENTS"], "expiresOn": app.app.clock.now().date_naive().succ_opt().unwrap().to_string(),
        });
        let made = world.operator.gql("mutation($input: CreateTokenInput!) { createToken(input: $input) { secret userErrors { code field } } }", json!({ "input": input })).await;
        let token = made.data()["createToken"]["secret"].as_str().unwrap_or_else(|| panic!("{:#}", made.body)).to_owned();
        assert_eq!(entries(&Actor::new(app.router.clone(), Some(token)), json!({})).await, Vec::<Value>::new());
    }

    async fn coming_and_going_is_seen_where_the_account_holds_or_held_a_role(app: TestApp) {
        World::new(&app).await;
        let here = secretary(&app).await;
        let there = app.account("secretary-there", Role::Secretary, Some(ELSEWHERE)).await;
        accounts::add_with(&app.app, "zhang", Role::Staff, Some(HERE), Some(&chosen(PASSWORD))).await.unwrap();
        let zhang = door::signed_in(&app, "zhang", PASSWORD).await;
        door::sign_in(&app, "zhang", "wrong password").await;
        zhang.ask("mutation { signOut(input: {}) { ended } }").await.data();
        accounts::disable(&app.app, "zhang", true).await.unwrap();
        // What he did, and what was done to his account, whoever did it.
        let own = json!({ "kind": { "in": ["SIGN_IN", "SIGN_OUT", "ACCOUNT_ADDED", "ACCOUNT_DISABLED"] }, "subjectIds": [entries(&here, json!({ "kind": { "eq": "SIGN_OUT" } })).await[0]["subjectId"]] });
        let expected = ["ACCOUNT_DISABLED", "SIGN_OUT", "SIGN_IN", "ACCOUNT_ADDED"];
        assert_eq!(kinds(&here, own.clone()).await, expected);
        assert_eq!(kinds(&app.operator().await, own.clone()).await, expected);
        assert_eq!(kinds(&there, own.clone()).await, Vec::<String>::new());
        // After the role ended, what was on record stays on record.
        app.run("UPDATE account_role SET ended_on = started_on, revoked_at = started_on WHERE account_id = (SELECT id FROM account WHERE name = 'zhang')").await;
        assert_eq!(kinds(&here, own).await, expected);
        // Who was not let in is nobody, and belongs nowhere; the name that was given is told to nobody.
        let refused = json!({ "kind": { "eq": "SIGN_IN_REFUSED" } });
        assert_eq!(kinds(&here, refused.clone()).await, Vec::<String>::new());
        let seen = entries(&app.operator().await, refused).await;
        let [entry] = seen.as_slice() else { panic!("{seen:#?}") };
        assert_eq!((&entry["actor"], &entry["subjectId"], &entry["code"]), (&Value::Null, &Value::Null, &json!("BAD_CREDENTIALS")));
        assert!(!entry.to_string().contains("zhang") && entry["address"] == "192.0.2.1");
    }

    async fn entries_are_found_by_who_when_what_and_about_what(app: TestApp) {
        let world = World::new(&app).await;
        let secretary = secretary(&app).await;
        let start = app.app.clock.now() + TimeDelta::hours(2);
        app.app.clock.hold(start);
        let first = shown(&world, &secretary).await;
        app.app.clock.hold(start + TimeDelta::hours(1));
        let input = json!({ "communityId": world.community, "fullName": "职员", "phone": "0532-86888888" });
        let worker = make::created(&world.staff, "registerStaffMember", "staffMember", input).await;
        let query = "mutation($id: ID!) { revealPhone(input: { id: $id, reason: \"交接\" }) { userErrors { code field } } }";
        assert_eq!(refusals(&world.staff.gql(query, json!({ "id": worker })).await.data()["revealPhone"]), Vec::<String>::new());
        let of = async |filter: Value| -> Vec<Value> {
            let reveals = json!({ "kind": { "eq": "REVEAL" }, "and": [filter] });
            entries(&secretary, reveals).await.iter().map(|entry| entry["subjectId"].clone()).collect()
        };
        let both = vec![json!(worker), json!(first)];
        assert_eq!(of(json!({})).await, both);
        assert_eq!(of(json!({ "subjectIds": [first, worker] })).await, both);
        assert_eq!(of(json!({ "subjectIds": [worker] })).await, both[..1]);
        assert_eq!(of(json!({ "subjectIds": [] })).await, Vec::<Value>::new());
        assert_eq!(of(json!({ "actor": { "eq": "secretary" } })).await, both[1..]);
        assert_eq!(of(json!({ "actor": { "in": ["secretary", format!("staff-{HERE}")] } })).await, both);
        assert_eq!(of(json!({ "action": { "eq": "revealPhone" } })).await, both);
        assert_eq!(of(json!({ "occurredAt": { "from": (start + TimeDelta::hours(1)).to_rfc3339() } })).await, both[..1]);
        assert_eq!(of(json!({ "occurredAt": { "to": start.to_rfc3339() } })).await, both[1..], "both ends are included");
        settled(&secretary, json!({ "subjectIds": [worker] })).await;
        let feed = "query($f: EventFilter) { events(filter: $f) { totalCount nodes { subjectId actor } } }";
        let events = async |filter: Value| secretary.gql(feed, json!({ "f": filter })).await.data()["events"]["totalCount"].clone();
        assert_eq!(events(json!({ "subjectIds": [first, worker] })).await, 2);
        assert_eq!(events(json!({ "subjectIds": [first, worker], "occurredAt": { "to": start.to_rfc3339() } })).await, 1);
        assert_eq!(events(json!({ "subjectIds": [first], "actor": { "eq": "secretary" } })).await, 0);
        for (query, kind) in [("auditEntries", "AuditEntryFilter"), ("events", "EventFilter")] {
            for (field, wrong) in [("subjectIds", json!([first, "x"])), ("subjectIds", json!(["居民"]))] {
                let query = format!("query($f: {kind}) {{ {query}(filter: $f) {{ totalCount }} }}");
                let answer = secretary.gql(&query, json!({ "f": { "or": [{ field: wrong }] } })).await;
                assert_eq!(answer.code(), "BAD_USER_INPUT");
                assert!(answer.message().starts_with("filter.subjectIds: "), "{}", answer.message());
            }
        }
    }

    async fn the_stream_is_walked_from_either_end_in_the_order_of_time(app: TestApp) {
        let world = World::new(&app).await;
        // Some at the same moment: the id settles which comes first.
        app.app.clock.hold(app.app.clock.now());
        for number in 0..3 {
            accounts::add(&app.app, &format!("worker-{number}"), Role::Staff, Some(HERE)).await.unwrap();
        }
        let rows = audit_entry::Entity::find().all(app.app.db.writer()).await.unwrap();
        let entries: Vec<Entry> = rows
            .iter()
            .map(|row| Entry { id: id::encode("audit_entry", row.id), keys: [("OCCURRED_AT", Some(Key::Instant(row.occurred_at)))].into() })
            .collect();
        let list = List::new("auditEntries", "AuditEntry");
        for order in [None, Some("OCCURRED_AT_DESC"), Some("OCCURRED_AT_ASC")] {
            let expected = sorted(&entries, &[order.unwrap_or("OCCURRED_AT_DESC").to_owned()]);
            for (count, from) in [("first", "after"), ("last", "before")] {
                let (mut seen, mut cursor) = (Vec::new(), Value::Null);
                loop {
                    let page = list.page(&world.operator, json!({ count: 4, from: cursor, "orderBy": order.map(|order| [order]) })).await;
                    assert_eq!(page.total, entries.len());
                    let (more, place) = if count == "first" { (page.has_next, page.cursors.last()) } else { (page.has_previous, page.cursors.first()) };
                    cursor = json!(place);
                    seen = if count == "first" { [seen, page.ids].concat() } else { [page.ids, seen].concat() };
                    if !more {
                        break;
                    }
                }
                assert_eq!(seen, expected, "{order:?} by {count}");
            }
        }
    }

    async fn an_auditor_reads_events_that_tell_of_nobody(app: TestApp) {
        let world = World::new(&app).await;
        let auditor = auditor(&app).await;
        let input = json!({
            "communityId": world.community, "fullName": "李桂英", "phone": PHONE, "birthDate": "1949-12-31",
            "idDocument": { "kind": "RESIDENT_ID_CARD", "number": "11010519491231002X" },
        });
        let resident = make::created(&world.staff, "registerResident", "resident", input).await;
        make::consent(&world.staff, &resident).await;
        let input = json!({ "residentId": resident, "kind": "DISABILITY", "disabilityKind": "HEARING", "disabilityGrade": 2, "source": "残疾人证", "startedOn": "2019-01-01", "legalBasis": "CONSENT" });
        make::created(&world.staff, "recordCircumstance", "circumstance", input).await;
        make::created(&world.staff, "amendResident", "resident", json!({ "id": resident, "expectedVersion": 1, "fullName": "李桂芳" })).await;
        settled(&auditor, json!({ "action": { "eq": "amendResident" } })).await;
        let query = "{ events(first: 100) { nodes { id occurredAt action actor fields requestId subjectId subject { __typename id
            ... on Resident { fullName phone birthDate idDocument { masked } circumstances { kind } }
            ... on Circumstance { kind disabilityKind source } ... on Consent { guardianName } } } } }";
        let answer = auditor.ask(query).await;
        let nodes = answer.data()["events"]["nodes"].as_array().unwrap();
        let of = |action: &str| nodes.iter().find(|event| event["action"] == action).unwrap_or_else(|| panic!("no {action}"));
        assert_eq!((&of("amendResident")["fields"], &of("amendResident")["actor"]), (&json!(["fullName"]), &json!(format!("staff-{HERE}"))));
        // What he may not see is not there, though that something became of it is on record.
        assert_eq!((&of("recordCircumstance")["subject"], &of("recordConsent")["subject"]), (&Value::Null, &Value::Null));
        for told in ["桂英", "桂芳", PHONE, "11010519491231002X", "1949-12-31", "HEARING", "残疾人证"] {
            assert!(!answer.body.to_string().contains(told), "{told} in {:#}", answer.body);
        }
        // Staff read the same events, and whom they are about.
        let shown = world.staff.ask(query).await.body.to_string();
        assert!(shown.contains("李桂芳") && shown.contains("HEARING"));
    }

    async fn the_stream_is_read_in_a_known_number_of_statements(app: TestApp) {
        let world = World::new(&app).await;
        let secretary = secretary(&app).await;
        for _ in 0..6 {
            shown(&world, &secretary).await;
        }
        app.app.clock.hold(app.app.clock.now());
        secretary.ask("{ viewer { name } }").await.data();
        for (fields, price) in [("kind subjectId", 1), ("actor", 2), ("reason", 2), ("subject { ... on Resident { fullName } }", 2), ("actor reason community { name } subject { id }", 5)] {
            for first in [1, 6] {
                let query = format!("{{ auditEntries(first: {first}, filter: {{ kind: {{ eq: REVEAL }} }}) {{ nodes {{ {fields} }} }} }}");
                let before = app.statements();
                let answer = secretary.ask(&query).await;
                assert_eq!(answer.data()["auditEntries"]["nodes"].as_array().unwrap().len(), first);
                assert_eq!(app.statements() - before, price, "{query}");
            }
        }
    }
}

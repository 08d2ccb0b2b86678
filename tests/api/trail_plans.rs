//! How the database finds events and entries of the audit stream: by an index, whoever asks by whatever.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{account, account_role, audit_entry};
use sea_orm::Statement;
use serde_json::{Value, json};
use tongxin::{access::accounts::Role, audit::AuditKind, relay::id};
use uuid::Uuid;

use crate::harness::{
    TestApp, World,
    bulk::{self, day, insert, key_of},
    plans::{plan, whole_tables},
    told::{Told, settled, tell},
    world::HERE,
};

const ACCOUNTS: usize = 200;
const COMMUNITIES: usize = 20;
const SUBJECTS: usize = 2_000;
const EVENTS: usize = 20_000;

/// A city's two streams: half an hour between two deeds, everybody and everything in turn.
struct Streams {
    start: DateTime<Utc>,
    subjects: Vec<Uuid>,
}

impl Streams {
    async fn new(app: &TestApp, here: Uuid) -> Self {
        let new_id = || app.app.clock.new_id();
        let start = app.app.clock.now() - TimeDelta::days(500);
        let mut places: Vec<Uuid> =
            bulk::communities(app, COMMUNITIES - 1, &[]).await.iter().map(|row| row.id).collect();
        places.push(here);
        let accounts: Vec<account::Model> = (0..ACCOUNTS)
            .map(|i| account::Model {
                id: new_id(),
                name: format!("worker-{i}"),
                disabled_at: None,
                created_at: start,
                version: 1,
            })
            .collect();
        let roles: Vec<account_role::Model> = accounts
            .iter()
            .enumerate()
            .map(|(i, account)| account_role::Model {
                id: new_id(),
                account_id: account.id,
                role: Role::Staff,
                community_id: Some(places[i % COMMUNITIES]),
                partner_unit_id: None,
                resident_id: None,
                volunteer_id: None,
                started_on: day(2020, 1, 1),
                ended_on: None,
                revoked_at: None,
                version: 1,
            })
            .collect();
        insert(app, &accounts).await;
        insert(app, &roles).await;
        let subjects: Vec<Uuid> = (0..SUBJECTS).map(|_| new_id()).collect();
        let at = |i: usize| start + TimeDelta::minutes(30 * i as i64);
        tell(
            app,
            (0..EVENTS).map(|i| Told {
                community: places[i % COMMUNITIES],
                account: Some(accounts[i % ACCOUNTS].id),
                at: at(i),
                subject: ("resident", subjects[i % SUBJECTS]),
            }),
        )
        .await;
        let entries: Vec<audit_entry::Model> = (0..EVENTS)
            .map(|i| audit_entry::Model {
                id: new_id(),
                kind: if i % 2 == 0 { AuditKind::SignIn } else { AuditKind::Export },
                occurred_at: at(i),
                account_id: Some(accounts[i % ACCOUNTS].id),
                name_index: None,
                address: None,
                request_id: None,
                community_id: (i % 2 == 1).then_some(places[i % COMMUNITIES]),
                subject_kind: Some("resident".into()),
                subject_id: Some(subjects[i % SUBJECTS]),
                action: None,
                field: None,
                code: None,
                data_key_id: None,
                reason: None,
            })
            .collect();
        insert(app, &entries).await;
        for table in ["event", "audit_entry", "account", "account_role"] {
            app.run(&format!("ANALYZE {table}")).await;
        }
        Self { start, subjects }
    }

    fn filters(&self) -> Vec<Value> {
        // Of the community whose secretary asks.
        let own = self.subjects.iter().skip(COMMUNITIES - 1).step_by(COMMUNITIES).take(3);
        let subjects: Vec<String> = own.map(|key| id::encode("resident", *key)).collect();
        let from = self.start + TimeDelta::days(200);
        vec![
            json!({ "actor": { "eq": "worker-19" } }),
            json!({ "actor": { "in": ["worker-19", "worker-39"] } }),
            json!({ "subjectIds": subjects }),
            json!({ "subjectIds": subjects, "actor": { "eq": "worker-19" } }),
            json!({ "occurredAt": { "from": from.to_rfc3339(), "to": (from + TimeDelta::days(2)).to_rfc3339() } }),
        ]
    }
}

crate::on_both! {
    async fn events_and_entries_are_found_by_an_index(app: TestApp) {
        let world = World::new(&app).await;
        let streams = Streams::new(&app, key_of(&world.community)).await;
        let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
        settled(&secretary, json!({ "actor": { "eq": "worker-19" } })).await;
        for actor in [&secretary, &world.operator] {
            for (list, kind, table) in [("events", "EventFilter", "event"), ("auditEntries", "AuditEntryFilter", "audit_entry")] {
                for filter in streams.filters() {
                    app.sent();
                    let query = format!("query($f: {kind}) {{ {list}(filter: $f) {{ totalCount nodes {{ id }} }} }}");
                    let answer = actor.gql(&query, json!({ "f": filter })).await;
                    assert_ne!(answer.data()[list]["nodes"], json!([]), "{list} {filter}");
                    let sent: Vec<Statement> = app.sent().into_iter().filter(|sent| sent.sql.contains(&format!("FROM \"{table}\""))).collect();
                    assert_eq!(sent.len(), 2, "the page and the count");
                    for statement in sent {
                        let plan = plan(&app, &statement).await;
                        assert!(whole_tables(&plan, &[table]).is_empty(), "{list} {filter}: {plan:#?}\n{}", statement.sql);
                    }
                }
            }
        }
    }

    async fn the_feed_is_read_in_the_order_of_an_index(app: TestApp) {
        let world = World::new(&app).await;
        Streams::new(&app, key_of(&world.community)).await;
        for actor in [&world.staff, &world.operator] {
            let mut after = Value::Null;
            for _ in 0..2 {
                app.sent();
                let query = "query($after: String) { events(first: 10, after: $after) { nodes { id } pageInfo { endCursor } } }";
                let answer = actor.gql(query, json!({ "after": after })).await;
                after = answer.data()["events"]["pageInfo"]["endCursor"].clone();
                for statement in app.sent().into_iter().filter(|sent| sent.sql.contains("FROM \"event\"")) {
                    let plan = plan(&app, &statement).await;
                    let by_index = plan.iter().any(|line| line.contains("xid_seq"));
                    // PostgreSQL sorts what of a transaction comes together; SQLite nothing.
                    let sorted = plan.iter().any(|line| line.contains("TEMP B-TREE") || line.trim_start_matches([' ', '-', '>']).starts_with("Sort  ("));
                    assert!(by_index && !sorted, "{plan:#?}\n{}", statement.sql);
                }
            }
        }
    }
}

//! Events written beside the program.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::event;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait,
};
use serde_json::{Value, json};
use tongxin::relay::id;
use uuid::Uuid;

use super::{Actor, Engine, TestApp};

/// Who did something, when and to what.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    pub community: Uuid,
    pub account: Option<Uuid>,
    pub at: DateTime<Utc>,
    pub subject: (&'a str, Uuid),
}

/// Appends events in this order.
pub async fn tell<'a>(app: &TestApp, all: impl IntoIterator<Item = Told<'a>>) {
    let row = |told: Told<'a>| event::ActiveModel {
        // Given by the database.
        seq: NotSet,
        xid: NotSet,
        id: Set(app.app.clock.new_id()),
        community_id: Set(Some(told.community)),
        occurred_at: Set(told.at),
        account_id: Set(told.account),
        request_id: Set(None),
        action: Set("amendSomething".to_owned()),
        subject_kind: Set(told.subject.0.to_owned()),
        subject_id: Set(told.subject.1),
        fields: Set("[\"name\"]".to_owned()),
        data_key_id: Set(None),
        payload: Set(None),
    };
    let rows: Vec<event::ActiveModel> = all.into_iter().map(row).collect();
    for rows in rows.chunks(500) {
        event::Entity::insert_many(rows.to_vec()).exec_without_returning(app.app.db.writer()).await.unwrap();
    }
}

/// Waits until the feed shows somebody an event that meets the filter: it holds events back while older transactions are open on the server, those of other
/// tests too.
pub async fn settled(actor: &Actor, filter: Value) {
    let query = "query($f: EventFilter) { events(first: 1, filter: $f) { nodes { id } } }";
    for _ in 0..1200 {
        if actor.gql(query, json!({ "f": filter })).await.data()["events"]["nodes"] != json!([]) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no event of {filter} came within a minute");
}

/// Waits until the feed shows all that was written so far, as [`settled`] does for some of it.
pub async fn all_shown(app: &TestApp) {
    if app.engine == Engine::Sqlite {
        return;
    }
    let held =
        "SELECT count(*)::text AS held FROM event WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    for _ in 0..1200 {
        if app.texts(held, "held").await == ["0"] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the feed held events back for a minute");
}

/// So many events about each of these objects, by their ids as clients see them: a history for each.
pub async fn tell_of(app: &TestApp, community: Uuid, account: Uuid, ids: &[String], number: usize) {
    let parsed: Vec<(String, Uuid)> = ids.iter().map(|given| id::parse(given).unwrap()).collect();
    let start = app.app.clock.now() - TimeDelta::days(1);
    let of = |step: usize| {
        parsed.iter().map(move |(kind, key)| Told {
            community,
            account: Some(account),
            at: start + TimeDelta::seconds(step as i64),
            subject: (kind.as_str(), *key),
        })
    };
    tell(app, (0..number).flat_map(of)).await;
}

//! Partner units, places and the feed.

use chrono::{DateTime, Utc};
use entity::{
    account, community, event, partner_unit, partner_unit::PartnerUnitKind, partner_unit_alias, sub_district,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tongxin::relay::id::{encode, of_kind};

use super::{Filtered, communities, filtered, holds, references, searches, specimens, texts};
use crate::harness::{
    TestApp, World,
    bulk::{Bulk, key_of},
    listing::List,
};

pub async fn directory(app: &TestApp, world: &World, bulk: &Bulk, coded: &str) -> Vec<Filtered> {
    use entity::{building, grid, pairing};
    let reader = app.app.db.reader();
    let here = communities(world, bulk);
    let units = partner_unit::Entity::find().all(reader).await.unwrap();
    let aliases = partner_unit_alias::Entity::find().all(reader).await.unwrap();
    let pairings = pairing::Entity::find().all(reader).await.unwrap();
    let districts = sub_district::Entity::find().all(reader).await.unwrap();
    let places = community::Entity::find().all(reader).await.unwrap();
    let coded = key_of(coded);
    // The events of making the list; asking makes none.
    let events: Vec<_> = event::Entity::find()
        .all(reader)
        .await
        .unwrap()
        .into_iter()
        .filter(|row| row.community_id == Some(bulk.community))
        .collect();
    let called = |row: &partner_unit::Model| {
        let others = aliases.iter().filter(|alias| alias.partner_unit_id == row.id).map(|alias| alias.alias.clone());
        others.chain([row.name.clone()]).collect()
    };
    let unit = filtered(
        List::new("partnerUnits", "PartnerUnit"),
        &world.staff,
        &units,
        |row| encode("partner_unit", row.id),
        specimens![
            references(
                "communityId",
                "community",
                vec![bulk.community, key_of(&world.elsewhere)],
                |_: &partner_unit::Model, key| key == bulk.community
            ),
            texts("name", called),
            searches(false, called),
            [
                holds(json!({ "kind": { "eq": "BANK" } }), |row: &partner_unit::Model| row.kind
                    == PartnerUnitKind::Bank),
                holds(json!({ "kind": { "in": ["BANK", "GOVERNMENT"] } }), |row: &partner_unit::Model| matches!(
                    row.kind,
                    PartnerUnitKind::Bank | PartnerUnitKind::Government
                )),
                holds(json!({ "creditCode": { "eq": "９1350100m000100y43" } }), |row: &partner_unit::Model| row.id
                    == coded),
                holds(json!({ "creditCode": { "eq": "91350211M000100Y46" } }), |_| false),
                holds(json!({ "creditCode": { "eq": null } }), |_| true),
            ],
        ],
    );
    let pairing = filtered(
        List::new("pairings", "Pairing"),
        &world.staff,
        &pairings,
        |row| encode("pairing", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &pairing::Model, key| row.community_id == key),
            references("partnerUnitId", "partner_unit", vec![bulk.units[2].id, coded], |row: &pairing::Model, key| row
                .partner_unit_id
                == key),
            [
                holds(json!({ "current": true }), |row: &pairing::Model| row.ended_on.is_none()),
                holds(json!({ "current": false }), |row: &pairing::Model| row.ended_on.is_some()),
            ],
        ],
    );
    let grid = filtered(
        List::new("grids", "Grid"),
        &world.staff,
        &bulk.grids,
        |row| encode("grid", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &grid::Model, key| row.community_id == key),
            texts("name", |row: &grid::Model| vec![row.name.clone()]),
        ],
    );
    let grids = bulk.grids.iter().map(|grid| grid.id).collect();
    let building = filtered(
        List::new("buildings", "Building"),
        &world.staff,
        &bulk.buildings,
        |row| encode("building", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &building::Model, key| row.community_id == key),
            references("gridId", "grid", grids, |row: &building::Model, key| row.grid_id == Some(key)),
            texts("name", |row: &building::Model| vec![row.name.clone()]),
        ],
    );
    let above = districts.iter().map(|row| row.id).collect();
    let community = filtered(
        List::new("communities", "Community"),
        &world.operator,
        &places,
        |row| encode("community", row.id),
        specimens![
            references("subDistrictId", "sub_district", above, |row: &community::Model, key| row.sub_district_id
                == key),
            texts("name", |row: &community::Model| vec![row.name.clone()]),
            texts("code", |row: &community::Model| vec![row.code.clone()]),
            [holds(json!({ "code": { "eq": crate::harness::world::HERE } }), |row: &community::Model| row.id
                == bulk.community)],
        ],
    );
    let twin = sub_district::Model {
        id: app.app.clock.new_id(),
        code: "370202001".into(),
        name: "小明_街道".into(),
        version: 1,
        created_at: app.app.clock.now(),
    };
    crate::harness::bulk::insert(app, std::slice::from_ref(&twin)).await;
    let districts: Vec<_> = districts.into_iter().chain([twin]).collect();
    let district = filtered(
        List::new("subDistricts", "SubDistrict"),
        &world.operator,
        &districts,
        |row| encode("sub_district", row.id),
        specimens![
            texts("name", |row: &sub_district::Model| vec![row.name.clone()]),
            texts("code", |row: &sub_district::Model| vec![row.code.clone()]),
        ],
    );
    let subjects: Vec<_> = events.iter().take(2).map(|row| (row.subject_id, row.subject_kind.clone())).collect();
    let about = subjects.iter().map(|(key, kind)| {
        let given = of_kind(kind, *key);
        holds(json!({ "subjectId": given }), move |row: &event::Model| {
            row.subject_id == *key && row.subject_kind == *kind
        })
    });
    let names = account::Entity::find().all(reader).await.unwrap();
    let actor = |row: &event::Model| {
        names.iter().filter(|of| Some(of.id) == row.account_id).map(|of| of.name.clone()).collect::<Vec<_>>()
    };
    let several: Vec<String> = subjects.iter().map(|(key, kind)| of_kind(kind, *key)).collect();
    let middle = events[events.len() / 2].occurred_at;
    let feed = filtered(
        List::new("events", "Event"),
        &world.staff,
        &events,
        |row| encode("event", row.id),
        specimens![
            references("communityId", "community", here, |row: &event::Model, key| row.community_id == Some(key)),
            texts("action", |row: &event::Model| vec![row.action.clone()]),
            texts("actor", actor),
            moments(middle, |row: &event::Model| row.occurred_at),
            about,
            [
                holds(json!({ "subjectIds": several }), |row: &event::Model| subjects
                    .contains(&(row.subject_id, row.subject_kind.clone()))),
                holds(json!({ "subjectIds": [] }), |_: &event::Model| false),
                holds(json!({ "subjectId": encode("resident", bulk.community) }), |_: &event::Model| false),
                holds(json!({ "action": { "contains": "PAIR" } }), |row: &event::Model| row.action
                    == "pairPartnerUnit"),
                holds(json!({ "action": { "eq": "pairPartnerUnit" } }), |row: &event::Model| row.action
                    == "pairPartnerUnit"),
            ],
        ],
    );
    settled(&feed).await;
    vec![unit, pairing, grid, building, community, district, feed]
}

/// Spans of time that begin or end at a moment at which something happened.
pub fn moments<'a, M>(
    at: DateTime<Utc>,
    of: impl Fn(&M) -> DateTime<Utc> + Copy + 'a,
) -> Vec<(Value, super::Holds<'a, M>)> {
    let text = at.to_rfc3339();
    vec![
        holds(json!({ "occurredAt": { "from": text } }), move |row| of(row) >= at),
        holds(json!({ "occurredAt": { "to": text } }), move |row| of(row) <= at),
        holds(json!({ "occurredAt": { "from": text, "to": text } }), move |row| of(row) == at),
        holds(json!({ "occurredAt": { "from": "2199-01-01T00:00:00Z" } }), |_| false),
        holds(json!({ "occurredAt": { "from": null } }), |_| true),
    ]
}

/// The feed holds events back while older transactions are open on the server, also those of other tests.
async fn settled(feed: &Filtered) {
    let all =
        async || feed.actor.ask("{ events { totalCount } }").await.data()["events"]["totalCount"].as_u64().unwrap();
    while all().await < feed.rows.len() as u64 {
        tokio::task::yield_now().await;
    }
}

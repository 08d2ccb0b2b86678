//! For each list, filters of all kinds and the rows that each leaves, by predicates over the rows of the database.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{
    aid_programme::AidScope, aid_record::AidStatus, community, event, figures::AidKind, partner_unit,
    partner_unit::PartnerUnitKind, partner_unit_alias, posting::PostingRole, project::ProjectStatus,
    project_participation_role::ParticipationRole, resident::LifeStatus, sub_district,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tongxin::relay::id::encode;
use uuid::Uuid;

use crate::harness::{
    Actor, TestApp, World,
    bulk::{Bulk, day, key_of},
    bulk_rows::{passport, phone},
    listing::List,
    make,
};

/// A list with specimens of its filter.
pub struct Filtered {
    pub list: List,
    /// Who asks.
    pub actor: Actor,
    pub around: String,
    /// Where the connection is in the answer's data.
    pub pointer: String,
    /// Without a filter.
    pub rows: BTreeSet<String>,
    pub specimens: Vec<(Value, BTreeSet<String>)>,
}

type Holds<'a, M> = Box<dyn Fn(&M) -> bool + 'a>;

fn filtered<M>(
    list: List,
    actor: &Actor,
    rows: &[M],
    id: fn(&M) -> String,
    specimens: Vec<(Value, Holds<'_, M>)>,
) -> Filtered {
    let those = |holds: &Holds<'_, M>| rows.iter().filter(|row| holds(row)).map(id).collect();
    let specimens = specimens.iter().map(|(filter, holds)| (filter.clone(), those(holds))).collect();
    let pointer = format!("/{}", list.field);
    Filtered {
        list,
        actor: actor.clone(),
        around: "LIST".into(),
        pointer,
        rows: rows.iter().map(id).collect(),
        specimens,
    }
}

fn holds<'a, M>(filter: Value, holds: impl Fn(&M) -> bool + 'a) -> (Value, Holds<'a, M>) {
    (filter, Box::new(holds))
}

/// Every way to ask for a text, under the filter's `name`; a row may bear several.
fn texts<'a, M>(name: &'a str, of: impl Fn(&M) -> Vec<String> + Copy + 'a) -> Vec<(Value, Holds<'a, M>)> {
    let contains = [
        "", "%", "_", "!", "\\", "!\\", "%明", "明_", "小明", "zoe", "ZOE", "Oe", "助听", "低保", "100%", "CASH", "楼",
        "'", "1", "网格0", "a%", "📦",
    ];
    let eq = [
        "王小明",
        "王_明",
        "zoe",
        "𠮷野",
        "",
        "%",
        "低保慰问",
        "101",
        "单位1",
        "别名1",
        "批量网格1",
        "批量1号楼",
        "批量帮扶0",
        "街道",
    ];
    let ascii = |text: &str| text.to_ascii_lowercase();
    let mut all: Vec<(Value, Holds<'a, M>)> = Vec::new();
    for wanted in contains {
        all.push(holds(json!({ name: { "contains": wanted } }), move |row| {
            of(row).iter().any(|text| ascii(text).contains(&ascii(wanted)))
        }));
    }
    for wanted in eq {
        all.push(holds(json!({ name: { "eq": wanted } }), move |row| of(row).iter().any(|text| text == wanted)));
    }
    all.push(holds(json!({ name: { "in": eq } }), move |row| of(row).iter().any(|text| eq.contains(&text.as_str()))));
    all.push(holds(json!({ name: { "in": [] } }), |_| false));
    all.push(holds(json!({ name: { "in": ["zoe", "王小明", "单位2", "101"], "contains": "明" } }), move |row| {
        of(row).iter().any(|text| ["zoe", "王小明", "单位2", "101"].contains(&text.as_str()) && text.contains('明'))
    }));
    all.push(holds(json!({ name: { "eq": "王小明", "in": ["zoe"] } }), |_| false));
    all.push(holds(json!({ name: null }), |_| true));
    all
}

/// A reference to each of these, and to one that is not there.
fn references<'a, M>(
    name: &'a str,
    prefix: &'static str,
    keys: Vec<Uuid>,
    of: impl Fn(&M, Uuid) -> bool + Copy + 'a,
) -> Vec<(Value, Holds<'a, M>)> {
    let keys = keys.into_iter().chain([Uuid::from_u128(7)]);
    keys.map(|key| holds(json!({ name: encode(prefix, key) }), move |row| of(row, key))).collect()
}

fn days<'a, M>(name: &'a str, of: impl Fn(&M) -> Option<NaiveDate> + Copy + 'a) -> Vec<(Value, Holds<'a, M>)> {
    let (early, late) = (day(1999, 12, 31), day(2020, 2, 1));
    vec![
        holds(json!({ name: { "from": late } }), move |row| of(row).is_some_and(|day| day >= late)),
        holds(json!({ name: { "to": early } }), move |row| of(row).is_some_and(|day| day <= early)),
        holds(json!({ name: { "from": early, "to": "2020-01-31" } }), move |row| {
            of(row).is_some_and(|day| day >= early && day < late)
        }),
        holds(json!({ name: { "from": late, "to": early } }), |_| false),
        holds(json!({ name: { "from": "1850-01-01", "to": "2199-12-31" } }), move |row| of(row).is_some()),
        holds(json!({ name: { "from": null } }), |_| true),
    ]
}

macro_rules! specimens {
    ($($part:expr),+ $(,)?) => {{
        let mut all = Vec::new();
        $(all.extend($part);)+
        all
    }};
}

/// The lists, residents first.
pub async fn all(app: &TestApp, world: &World, bulk: &Bulk) -> Vec<Filtered> {
    // One unit with a code.
    let coded = json!({ "name": "有代码的单位", "kind": "BANK", "creditCode": "91350100M000100Y43" });
    let coded = make::created(&world.staff, "registerPartnerUnit", "partnerUnit", coded).await;
    make::paired(&world.staff, &world.community, &coded).await;
    let mut lists = people(world, bulk);
    lists.extend(work(world, bulk));
    lists.extend(directory(app, world, bulk, &coded).await);
    lists
}

fn communities(world: &World, bulk: &Bulk) -> Vec<Uuid> {
    vec![bulk.community, key_of(&world.elsewhere)]
}

fn people(world: &World, bulk: &Bulk) -> Vec<Filtered> {
    use entity::{household, resident, staff_member};
    let here = communities(world, bulk);
    let grids: Vec<Uuid> = bulk.grids.iter().map(|grid| grid.id).collect();
    let buildings: Vec<Uuid> = bulk.buildings.iter().map(|building| building.id).collect();
    let in_grid =
        |building: Uuid, grid| bulk.buildings.iter().any(|row| row.id == building && row.grid_id == Some(grid));
    let has = |row: &resident::Model, kinds: &[entity::circumstance::CircumstanceKind]| {
        bulk.circumstances
            .iter()
            .any(|of| of.resident_id == row.id && of.ended_on.is_none() && kinds.contains(&of.kind))
    };
    use entity::circumstance::CircumstanceKind::{Disability, LowIncome, Pupil};
    let residents = filtered(
        List::new("residents", "Resident"),
        &world.staff,
        &bulk.residents,
        |row| encode("resident", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &resident::Model, key| row.community_id == key),
            references(
                "householdId",
                "household",
                vec![bulk.households[0].id, bulk.households[3].id],
                |row: &resident::Model, key| row.household_id == Some(key)
            ),
            references("buildingId", "building", buildings.clone(), |row: &resident::Model, key| row.building_id
                == Some(key)),
            references("gridId", "grid", grids.clone(), move |row: &resident::Model, key| row
                .building_id
                .is_some_and(|building| in_grid(building, key))),
            texts("name", |row: &resident::Model| vec![row.full_name.clone()]),
            days("birthDate", |row: &resident::Model| row.birth_date),
            [
                holds(json!({ "circumstance": { "eq": "LOW_INCOME" } }), move |row: &resident::Model| has(
                    row,
                    &[LowIncome]
                )),
                holds(
                    json!({ "circumstance": { "in": ["LOW_INCOME", "DISABILITY"] } }),
                    move |row: &resident::Model| has(row, &[LowIncome, Disability])
                ),
                // Over since 2020.
                holds(json!({ "circumstance": { "eq": "PUPIL" } }), move |row: &resident::Model| has(row, &[Pupil])),
                holds(json!({ "circumstance": { "in": [] } }), |_| false),
                holds(json!({ "lifeStatus": { "eq": "DECEASED" } }), |row: &resident::Model| row.life_status
                    == LifeStatus::Deceased),
                holds(json!({ "lifeStatus": { "in": ["DECEASED", "MOVED_OUT"] } }), |row: &resident::Model| row
                    .life_status
                    != LifeStatus::LivingHere),
                holds(json!({ "lifeStatus": { "in": [] } }), |_| false),
                holds(json!({ "lifeStatus": { "eq": "DECEASED", "in": ["MOVED_OUT"] } }), |_| false),
                holds(json!({ "phone": phone(4) }), |row: &resident::Model| nth(bulk, row)
                    .is_some_and(|i| i % 4 == 0 && i % 20 == 4)),
                holds(json!({ "phone": "+86 138-0000-0008" }), |row: &resident::Model| nth(bulk, row)
                    .is_some_and(|i| i % 4 == 0 && i % 20 == 8)),
                holds(json!({ "phone": "13900000000" }), |_| false),
                holds(
                    json!({ "idDocument": { "kind": "PASSPORT", "number": passport(5) } }),
                    |row: &resident::Model| nth(bulk, row) == Some(5)
                ),
                holds(json!({ "idDocument": { "kind": "PASSPORT", "number": passport(999) } }), |_| false),
            ],
        ],
    );
    let households = filtered(
        List::new("households", "Household"),
        &world.staff,
        &bulk.households,
        |row| encode("household", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &household::Model, key| row.community_id == key),
            references("buildingId", "building", buildings, |row: &household::Model, key| row.building_id == key),
            references("gridId", "grid", grids, move |row: &household::Model, key| in_grid(row.building_id, key)),
            texts("room", |row: &household::Model| vec![row.room.clone()]),
        ],
    );
    let posted = |row: &staff_member::Model, roles: &[PostingRole]| {
        bulk.postings
            .iter()
            .any(|post| post.staff_member_id == row.id && post.ended_on.is_none() && roles.contains(&post.role))
    };
    let staff = filtered(
        List::new("staffMembers", "StaffMember"),
        &world.staff,
        &bulk.staff,
        |row| encode("staff_member", row.id),
        specimens![
            references("communityId", "community", here, |row: &staff_member::Model, key| row.community_id == key),
            texts("name", |row: &staff_member::Model| vec![row.full_name.clone()]),
            [
                holds(json!({ "role": { "eq": "GRID_WORKER" } }), move |row: &staff_member::Model| posted(
                    row,
                    &[PostingRole::GridWorker]
                )),
                holds(
                    json!({ "role": { "in": ["SECRETARY", "WORK_TEAM_MEMBER"] } }),
                    move |row: &staff_member::Model| {
                        posted(row, &[PostingRole::Secretary, PostingRole::WorkTeamMember])
                    }
                ),
            ],
        ],
    );
    vec![residents, households, staff]
}

fn nth(bulk: &Bulk, row: &entity::resident::Model) -> Option<usize> {
    bulk.residents.iter().position(|other| other.id == row.id)
}

fn work(world: &World, bulk: &Bulk) -> Vec<Filtered> {
    use entity::{aid_programme, aid_record, contribution, project, project_participation};
    let here = communities(world, bulk);
    let units: Vec<Uuid> = bulk.units.iter().take(3).map(|unit| unit.id).collect();
    let projects: Vec<Uuid> = bulk.projects.iter().take(2).map(|project| project.id).collect();
    let aid = filtered(
        List::new("aidRecords", "AidRecord"),
        &world.staff,
        &bulk.aid,
        |row| encode("aid_record", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &aid_record::Model, key| row.community_id
                == key),
            references(
                "residentId",
                "resident",
                vec![bulk.residents[0].id, bulk.residents[9].id],
                |row: &aid_record::Model, key| row.resident_id == Some(key)
            ),
            references("householdId", "household", vec![bulk.households[0].id], |row: &aid_record::Model, key| row
                .household_id
                == Some(key)),
            references(
                "programmeId",
                "aid_programme",
                bulk.programmes.iter().map(|row| row.id).collect(),
                |row: &aid_record::Model, key| row.programme_id == Some(key)
            ),
            references(
                "contributionId",
                "contribution",
                vec![bulk.contributions[3].id],
                |row: &aid_record::Model, key| row.contribution_id == key
            ),
            references("projectId", "project", projects.clone(), |row: &aid_record::Model, key| row.project_id
                == Some(key)),
            days("givenOn", |row: &aid_record::Model| Some(row.given_on)),
            kinds(|row: &aid_record::Model| row.kind),
            [
                holds(json!({ "status": { "eq": "PLANNED" } }), |row: &aid_record::Model| row.status
                    == AidStatus::Planned),
                holds(json!({ "status": { "in": ["REFUSED", "RETURNED"] } }), |row: &aid_record::Model| matches!(
                    row.status,
                    AidStatus::Refused | AidStatus::Returned
                )),
            ],
        ],
    );
    let joined = |row: &project::Model, key| {
        bulk.participations.iter().any(|of| of.project_id == row.id && of.partner_unit_id == key)
    };
    let project = filtered(
        List::new("projects", "Project"),
        &world.staff,
        &bulk.projects,
        |row| encode("project", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &project::Model, key| row.community_id == key),
            references("partnerUnitId", "partner_unit", units.clone(), joined),
            texts("title", |row: &project::Model| vec![row.title.clone()]),
            [
                holds(json!({ "status": { "eq": "UNDER_WAY" } }), |row: &project::Model| row.status
                    == ProjectStatus::UnderWay),
                holds(json!({ "status": { "in": ["PROPOSED", "APPROVED"] } }), |row: &project::Model| matches!(
                    row.status,
                    ProjectStatus::Proposed | ProjectStatus::Approved
                )),
            ],
        ],
    );
    let put_in = |row: &contribution::Model, key| {
        bulk.contributors.iter().any(|by| by.contribution_id == row.id && by.partner_unit_id == key)
    };
    let contribution = filtered(
        List::new("contributions", "Contribution"),
        &world.staff,
        &bulk.contributions,
        |row| encode("contribution", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &contribution::Model, key| row.community_id
                == key),
            references("projectId", "project", projects.clone(), |row: &contribution::Model, key| row.project_id
                == Some(key)),
            references("partnerUnitId", "partner_unit", units.clone(), put_in),
            texts("title", |row: &contribution::Model| vec![row.title.clone()]),
            days("receivedOn", |row: &contribution::Model| row.received_on),
            kinds(|row: &contribution::Model| row.kind),
        ],
    );
    let programme = filtered(
        List::new("aidProgrammes", "AidProgramme"),
        &world.staff,
        &bulk.programmes,
        |row| encode("aid_programme", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &aid_programme::Model, key| row.community_id
                == key),
            texts("name", |row: &aid_programme::Model| vec![row.name.clone()]),
            [
                holds(json!({ "scope": { "eq": "PERSON" } }), |row: &aid_programme::Model| row.scope
                    == AidScope::Person),
                holds(json!({ "scope": { "in": ["HOUSEHOLD"] } }), |row: &aid_programme::Model| row.scope
                    == AidScope::Household),
            ],
        ],
    );
    // Listed under units only.
    let unit = bulk.units[0].id;
    let own: Vec<_> = bulk.participations.iter().filter(|row| row.partner_unit_id == unit).cloned().collect();
    let as_such = |row: &project_participation::Model, roles: &[ParticipationRole]| {
        bulk.roles.iter().any(|of| of.participation_id == row.id && roles.contains(&of.role))
    };
    let list = List::new("participations", "ProjectParticipation");
    let mut participation = filtered(
        list,
        &world.staff,
        &own,
        |row| encode("project_participation", row.id),
        specimens![
            references("communityId", "community", here, |row: &project_participation::Model, key| row.community_id
                == key),
            references("projectId", "project", projects, |row: &project_participation::Model, key| row.project_id
                == key),
            references("partnerUnitId", "partner_unit", units, |row: &project_participation::Model, key| row
                .partner_unit_id
                == key),
            [
                holds(json!({ "role": { "eq": "LABOUR" } }), move |row: &project_participation::Model| as_such(
                    row,
                    &[ParticipationRole::Labour]
                )),
                holds(json!({ "role": { "in": ["FUNDER", "HOST"] } }), move |row: &project_participation::Model| {
                    as_such(row, &[ParticipationRole::Funder, ParticipationRole::Host])
                }),
            ],
        ],
    );
    participation.around = format!("partnerUnit(id: \"{}\") {{ LIST }}", encode("partner_unit", unit));
    participation.pointer = "/partnerUnit/participations".into();
    vec![aid, project, contribution, programme, participation]
}

fn kinds<'a, M>(of: impl Fn(&M) -> AidKind + Copy + 'a) -> Vec<(Value, Holds<'a, M>)> {
    vec![
        holds(json!({ "kind": { "eq": "GOODS" } }), move |row| of(row) == AidKind::Goods),
        holds(json!({ "kind": { "in": ["CASH", "LOAN", "CASH"] } }), move |row| {
            matches!(of(row), AidKind::Cash | AidKind::Loan)
        }),
        holds(json!({ "kind": { "in": [] } }), |_| false),
    ]
}

async fn directory(app: &TestApp, world: &World, bulk: &Bulk, coded: &str) -> Vec<Filtered> {
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
        let given = format!("{kind}_{}", encode("x", *key).trim_start_matches("x_"));
        holds(json!({ "subjectId": given }), move |row: &event::Model| {
            row.subject_id == *key && row.subject_kind == *kind
        })
    });
    let feed = filtered(
        List::new("events", "Event"),
        &world.staff,
        &events,
        |row| encode("event", row.id),
        specimens![
            references("communityId", "community", here, |row: &event::Model, key| row.community_id == Some(key)),
            texts("action", |row: &event::Model| vec![row.action.clone()]),
            about,
            [
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

/// The feed holds events back while older transactions are open on the server, also those of other tests.
async fn settled(feed: &Filtered) {
    let all =
        async || feed.actor.ask("{ events { totalCount } }").await.data()["events"]["totalCount"].as_u64().unwrap();
    while all().await < feed.rows.len() as u64 {
        tokio::task::yield_now().await;
    }
}

//! A building full of households, and a grid full of buildings, written beside the program.

use entity::{
    building, household,
    household_membership::{self, HouseholdRelation},
    resident::{self, IdDocumentKind, LifeStatus, Sex},
};
use sea_orm::TryIntoModel;
use tongxin::relay::id::encode;

use super::{
    TestApp,
    bulk::{at, day, insert, key_of},
};

/// So many households of a head and a child each; gives their ids.
pub async fn households(app: &TestApp, (community, building): (&str, &str), number: usize) -> Vec<String> {
    let (community_id, building_id) = (key_of(community), key_of(building));
    let new_id = || app.app.clock.new_id();
    let (mut keys, mut homes, mut residents, mut memberships) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for i in 0..number {
        let home = household::Model {
            id: new_id(),
            community_id,
            building_id,
            unit: Some("1".into()),
            room: format!("{i}"),
            version: 1,
            registered_at: at(i),
        };
        for relation in [HouseholdRelation::Head, HouseholdRelation::Child] {
            let (_, key) = app.app.keys.new_person(&app.app.clock);
            let key = key.try_into_model().unwrap();
            let id = new_id();
            residents.push(resident::Model {
                id,
                community_id,
                data_key_id: key.id,
                full_name: format!("住户{i}"),
                sex: Sex::Unknown,
                birth_date: None,
                id_document_kind: IdDocumentKind::None,
                id_document: None,
                id_document_index: None,
                phone: None,
                phone_index: None,
                life_status: LifeStatus::LivingHere,
                life_status_on: None,
                household_id: Some(home.id),
                building_id: Some(building_id),
                merged_into: None,
                registered_at: at(i),
                version: 1,
            });
            memberships.push(household_membership::Model {
                id: new_id(),
                community_id,
                household_id: home.id,
                resident_id: id,
                relation,
                started_on: day(2010, 1, 1),
                ended_on: None,
                version: 1,
            });
            keys.push(key);
        }
        homes.push(home);
    }
    insert(app, &keys).await;
    insert(app, &homes).await;
    insert(app, &residents).await;
    insert(app, &memberships).await;
    homes.iter().map(|home| encode("household", home.id)).collect()
}

/// So many buildings in a grid; gives their ids.
pub async fn buildings(app: &TestApp, (community, grid): (&str, &str), number: usize) -> Vec<String> {
    let rows: Vec<_> = (0..number)
        .map(|i| {
            let id = app.app.clock.new_id();
            building::Model {
                id,
                community_id: key_of(community),
                grid_id: Some(key_of(grid)),
                name: format!("批量楼{id}"),
                address: None,
                version: 1,
                created_at: at(i),
            }
        })
        .collect();
    insert(app, &rows).await;
    rows.iter().map(|row| encode("building", row.id)).collect()
}

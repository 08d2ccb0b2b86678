//! Residents, households and staff.

use entity::{posting::PostingRole, resident::LifeStatus};
use serde_json::json;
use tongxin::relay::id::encode;
use uuid::Uuid;

use super::{Filtered, communities, days, filtered, holds, references, searches, specimens, texts};
use crate::harness::{
    World,
    bulk::Bulk,
    bulk_rows::{passport, phone},
    listing::List,
};

pub fn people(world: &World, bulk: &Bulk) -> Vec<Filtered> {
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
            searches(true, |row: &resident::Model| vec![row.full_name.clone()]),
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

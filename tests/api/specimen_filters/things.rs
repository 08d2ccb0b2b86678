//! Facilities, assets and the terms on which these are here.

use entity::{
    asset::{self, AssetKind},
    asset_tenure::{self, Tenure},
    facility::{self, FacilityKind},
};
use serde_json::json;
use tongxin::relay::id::encode;
use uuid::Uuid;

use super::{Filtered, communities, days, filtered, holds, references, specimens, texts};
use crate::harness::{TestApp, World, bulk::Bulk, listing::List};

pub fn things(app: &TestApp, world: &World, bulk: &Bulk) -> Vec<Filtered> {
    let here = communities(world, bulk);
    let today = app.app.clock.today(chrono_tz::Asia::Shanghai);
    let units: Vec<Uuid> = bulk.units.iter().take(3).map(|unit| unit.id).collect();
    let used = move |row: &facility::Model| row.started_on <= today && row.ended_on.is_none_or(|end| end >= today);
    let holding =
        move |row: &asset_tenure::Model| row.started_on <= today && row.ended_on.is_none_or(|end| end >= today);
    let facility = filtered(
        List::new("facilities", "Facility"),
        &world.staff,
        &bulk.facilities,
        |row| encode("facility", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &facility::Model, key| row.community_id == key),
            references("buildingId", "building", vec![bulk.buildings[0].id], |row: &facility::Model, key| row
                .building_id
                == Some(key)),
            references("projectId", "project", vec![bulk.projects[0].id], |row: &facility::Model, key| row.project_id
                == Some(key)),
            texts("name", |row: &facility::Model| vec![row.name.clone()]),
            days("openedOn", |row: &facility::Model| Some(row.started_on)),
            [
                holds(json!({ "kind": { "eq": "READING_ROOM" } }), |row: &facility::Model| row.kind
                    == FacilityKind::ReadingRoom),
                holds(json!({ "kind": { "in": ["ACTIVITY_ROOM", "OTHER"] } }), |row: &facility::Model| matches!(
                    row.kind,
                    FacilityKind::ActivityRoom | FacilityKind::Other
                )),
                holds(json!({ "inUse": true }), used),
                holds(json!({ "inUse": false }), move |row: &facility::Model| !used(row)),
            ],
        ],
    );
    let now = move |row: &asset::Model, meets: &dyn Fn(&asset_tenure::Model) -> bool| {
        bulk.tenures.iter().any(|of| of.asset_id == row.id && holding(of) && meets(of))
    };
    let asset = filtered(
        List::new("assets", "Asset"),
        &world.staff,
        &bulk.assets,
        |row| encode("asset", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &asset::Model, key| row.community_id == key),
            references("facilityId", "facility", vec![bulk.facilities[0].id], |row: &asset::Model, key| row
                .facility_id
                == Some(key)),
            references("contributionId", "contribution", vec![bulk.contributions[3].id], |row: &asset::Model, key| row
                .contribution_id
                == Some(key)),
            references("partnerUnitId", "partner_unit", units.clone(), move |row: &asset::Model, key| now(
                row,
                &|of| of.partner_unit_id == Some(key)
            )),
            texts("name", |row: &asset::Model| vec![row.name.clone()]),
            texts("tag", |row: &asset::Model| row.tag.clone().into_iter().collect()),
            [
                holds(json!({ "kind": { "eq": "VEHICLE" } }), |row: &asset::Model| row.kind == AssetKind::Vehicle),
                holds(json!({ "kind": { "in": ["BOOKS", "CAMERA"] } }), |row: &asset::Model| matches!(
                    row.kind,
                    AssetKind::Books | AssetKind::Camera
                )),
                holds(json!({ "tenure": { "eq": "LENT" } }), move |row: &asset::Model| now(row, &|of| of.tenure
                    == Tenure::Lent)),
                holds(json!({ "tenure": { "in": ["OWNED", "TRANSFERRED"] } }), move |row: &asset::Model| now(
                    row,
                    &|of| of.tenure != Tenure::Lent
                )),
            ],
        ],
    );
    let tenure = filtered(
        List::new("assetTenures", "AssetTenure"),
        &world.staff,
        &bulk.tenures,
        |row| encode("asset_tenure", row.id),
        specimens![
            references("communityId", "community", here, |row: &asset_tenure::Model, key| row.community_id == key),
            references("assetId", "asset", vec![bulk.assets[1].id], |row: &asset_tenure::Model, key| row.asset_id
                == key),
            references("partnerUnitId", "partner_unit", units, |row: &asset_tenure::Model, key| row.partner_unit_id
                == Some(key)),
            [
                holds(json!({ "tenure": { "eq": "LENT" } }), |row: &asset_tenure::Model| row.tenure == Tenure::Lent),
                holds(json!({ "tenure": { "in": ["OWNED"] } }), |row: &asset_tenure::Model| row.tenure
                    == Tenure::Owned),
                holds(json!({ "current": true }), holding),
                holds(json!({ "current": false }), move |row: &asset_tenure::Model| !holding(row)),
            ],
        ],
    );
    vec![facility, asset, tenure]
}

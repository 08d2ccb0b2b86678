//! Merchants and requests.

use entity::{
    merchant::{self, Trade},
    request::{self, RequestCategory, RequestChannel, RequestStatus, Urgency},
    visit::{self, VisitStatus},
};
use serde_json::json;
use tongxin::relay::id::encode;
use uuid::Uuid;

use super::{Filtered, communities, days, filtered, holds, references, specimens, texts};
use crate::harness::{
    World,
    bulk::{Bulk, day},
    listing::List,
};

pub fn requests(world: &World, bulk: &Bulk) -> Vec<Filtered> {
    let here = communities(world, bulk);
    let grid_of =
        |building: Option<Uuid>| bulk.buildings.iter().find(|row| Some(row.id) == building).and_then(|row| row.grid_id);
    let grids: Vec<Uuid> = bulk.grids.iter().map(|row| row.id).collect();
    let residents = vec![bulk.residents[0].id, bulk.residents[3].id];
    let member = |row: &merchant::Model, on| {
        bulk.alliance_memberships
            .iter()
            .any(|of| of.merchant_id == row.id && of.started_on <= on && of.ended_on.is_none_or(|end| end >= on))
    };
    let merchants = filtered(
        List::new("merchants", "Merchant"),
        &world.staff,
        &bulk.merchants,
        |row| encode("merchant", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &merchant::Model, key| row.community_id == key),
            references("buildingId", "building", vec![bulk.buildings[0].id], |row: &merchant::Model, key| row
                .building_id
                == Some(key)),
            references("gridId", "grid", grids.clone(), move |row: &merchant::Model, key| grid_of(row.building_id)
                == Some(key)),
            references("ownerId", "resident", residents.clone(), |row: &merchant::Model, key| row.owner_id
                == Some(key)),
            texts("name", |row: &merchant::Model| vec![row.name.clone()]),
            [day(1999, 12, 31), day(2020, 2, 1), day(2022, 1, 1)]
                .map(|on| holds(json!({ "memberOn": on }), move |row: &merchant::Model| member(row, on))),
            [
                holds(json!({ "trade": { "eq": "SHOP" } }), |row: &merchant::Model| row.trade == Trade::Shop),
                holds(json!({ "trade": { "in": ["CLINIC", "WORKSHOP"] } }), |row: &merchant::Model| matches!(
                    row.trade,
                    Trade::Clinic | Trade::Workshop
                )),
                holds(json!({ "closed": true }), |row: &merchant::Model| row.closed_on.is_some()),
                holds(json!({ "closed": false }), |row: &merchant::Model| row.closed_on.is_none()),
            ],
        ],
    );
    let open = |row: &request::Model| {
        use RequestStatus::{Accepted, Assigned, InProgress, Submitted};
        matches!(row.status, Submitted | Accepted | Assigned | InProgress)
    };
    let shops: Vec<Uuid> = bulk.merchants.iter().take(2).map(|row| row.id).collect();
    let requests = filtered(
        List::new("requests", "Request"),
        &world.staff,
        &bulk.requests,
        |row| encode("request", row.id),
        specimens![
            references("communityId", "community", here, |row: &request::Model, key| row.community_id == key),
            references("gridId", "grid", grids.clone(), move |row: &request::Model, key| row.grid_id == Some(key)
                || grid_of(row.building_id) == Some(key)),
            references("residentId", "resident", residents, |row: &request::Model, key| row.resident_id == Some(key)),
            references("merchantId", "merchant", shops, |row: &request::Model, key| row.merchant_id == Some(key)),
            references("assigneeId", "staff_member", vec![bulk.staff[0].id], |row: &request::Model, key| row
                .assignee_id
                == Some(key)),
            references("assigneeGridId", "grid", grids, |row: &request::Model, key| row.assignee_grid_id == Some(key)),
            references(
                "assigneeUnitId",
                "partner_unit",
                bulk.requests.iter().find_map(|row| row.assignee_unit_id).into_iter().collect(),
                |row: &request::Model, key| row.assignee_unit_id == Some(key)
            ),
            days("submittedOn", |row: &request::Model| Some(row.submitted_on)),
            days("dueOn", |row: &request::Model| row.due_on),
            [day(1999, 12, 31), day(2020, 2, 1), day(2022, 1, 1)]
                .map(|on| holds(json!({ "overdueOn": on }), move |row: &request::Model| open(row)
                    && row.due_on.is_some_and(|due| due < on))),
            [
                holds(json!({ "status": { "eq": "CLOSED" } }), |row: &request::Model| row.status
                    == RequestStatus::Closed),
                holds(json!({ "status": { "in": ["SUBMITTED", "MERGED"] } }), |row: &request::Model| matches!(
                    row.status,
                    RequestStatus::Submitted | RequestStatus::Merged
                )),
                holds(json!({ "channel": { "eq": "SELF" } }), |row: &request::Model| row.channel
                    == RequestChannel::Own),
                holds(json!({ "channel": { "in": ["VISIT", "OTHER"] } }), |row: &request::Model| matches!(
                    row.channel,
                    RequestChannel::Visit | RequestChannel::Other
                )),
                holds(json!({ "category": { "eq": "REPAIR" } }), |row: &request::Model| row.category
                    == RequestCategory::Repair),
                holds(json!({ "category": { "in": ["SAFETY", "NOISE"] } }), |row: &request::Model| matches!(
                    row.category,
                    RequestCategory::Safety | RequestCategory::Noise
                )),
                holds(json!({ "urgency": { "eq": "URGENT" } }), |row: &request::Model| row.urgency == Urgency::Urgent),
                holds(json!({ "urgency": { "in": ["NORMAL", "EMERGENCY"] } }), |row: &request::Model| matches!(
                    row.urgency,
                    Urgency::Normal | Urgency::Emergency
                )),
            ],
        ],
    );
    let home_of = |key: Option<Uuid>| bulk.households.iter().find(|row| Some(row.id) == key).map(|row| row.building_id);
    let shop_of =
        |key: Option<Uuid>| bulk.merchants.iter().find(|row| Some(row.id) == key).and_then(|row| row.building_id);
    let visits = filtered(
        List::new("visits", "Visit"),
        &world.staff,
        &bulk.visits,
        |row| encode("visit", row.id),
        specimens![
            references("communityId", "community", communities(world, bulk), |row: &visit::Model, key| row
                .community_id
                == key),
            references("householdId", "household", vec![bulk.households[0].id], |row: &visit::Model, key| row
                .household_id
                == Some(key)),
            references("merchantId", "merchant", vec![bulk.merchants[0].id], |row: &visit::Model, key| row.merchant_id
                == Some(key)),
            references(
                "gridId",
                "grid",
                bulk.grids.iter().map(|row| row.id).collect(),
                move |row: &visit::Model, key| {
                    grid_of(home_of(row.household_id)) == Some(key) || grid_of(shop_of(row.merchant_id)) == Some(key)
                }
            ),
            references("staffMemberId", "staff_member", vec![bulk.staff[0].id], |row: &visit::Model, key| row
                .staff_member_id
                == key),
            days("plannedOn", |row: &visit::Model| row.planned_on),
            days("heldOn", |row: &visit::Model| row.held_on),
            [
                holds(json!({ "status": { "eq": "HELD" } }), |row: &visit::Model| row.status == VisitStatus::Held),
                holds(json!({ "status": { "in": ["PLANNED", "CANCELLED"] } }), |row: &visit::Model| row.status
                    != VisitStatus::Held),
            ],
        ],
    );
    vec![merchants, requests, visits]
}

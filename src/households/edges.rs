//! How the edges of households are loaded, and the edges that lead to households.

use std::collections::{HashMap, HashSet};

use entity::{
    household,
    household_membership::{self, HouseholdRelation},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use super::object::{Household, HouseholdMembership};
use crate::{
    aid,
    communities::{Building, Community},
    error::Result,
    relay::{Asked, Edge, Entity},
    residents::Resident,
    visits,
};

pub fn of_household(field: &str) -> Option<Edge<Household>> {
    Some(match field {
        "community" => Edge::<Household>::one::<Community>(|row| Some(row.community_id)),
        "building" => Edge::<Household>::one::<Building>(|row| Some(row.building_id)),
        "head" => head(),
        "members" => {
            memberships(|select, _| Ok(by_seniority(select.filter(household_membership::Column::EndedOn.is_null()))))
        }
        "memberships" => memberships(|select, _| Ok(by_seniority(select))),
        "aidRecords" => aid::edges::of_households(),
        "visits" => visits::edges::of_households(),
        "lastVisit" => visits::edges::last_of_households(),
        _ => return None,
    })
}

pub fn of_membership(field: &str) -> Option<Edge<HouseholdMembership>> {
    Some(match field {
        "household" => Edge::<HouseholdMembership>::one::<Household>(|row| Some(row.household_id)),
        "resident" => Edge::<HouseholdMembership>::one::<Resident>(|row| Some(row.resident_id)),
        _ => return None,
    })
}

type Shape = fn(Select<household_membership::Entity>, &Asked<'_>) -> Result<Select<household_membership::Entity>>;

fn memberships(shape: Shape) -> Edge<Household> {
    Edge::<Household>::all::<HouseholdMembership>(
        household_membership::Column::HouseholdId,
        |row| Some(row.household_id),
        shape,
    )
}

/// The head first, then as they came.
fn by_seniority(select: Select<household_membership::Entity>) -> Select<household_membership::Entity> {
    let is_head = household_membership::Column::Relation.eq(HouseholdRelation::Head);
    select
        .order_by_desc(is_head)
        .order_by_asc(household_membership::Column::StartedOn)
        .order_by_asc(household_membership::Column::Id)
}

/// Two statements: who is the head, and the head as a resident whom the viewer may see.
fn head() -> Edge<Household> {
    Edge::values(|reading, households: &[Household], asked| {
        Box::pin(async move {
            let keys: Vec<Uuid> = households.iter().map(|household| household.seen().key()).collect();
            let heads = reading
                .select::<HouseholdMembership>()
                .filter(household_membership::Column::HouseholdId.is_in(keys))
                .filter(household_membership::Column::Relation.eq(HouseholdRelation::Head))
                .filter(household_membership::Column::EndedOn.is_null())
                .all(reading.db())
                .await?;
            let wanted: HashSet<Uuid> = heads.iter().map(|head| head.resident_id).collect();
            let residents = reading.some::<Resident>(wanted, &asked.selection).await?;
            let by_household =
                heads.iter().filter_map(|head| Some((head.household_id, residents.get(&head.resident_id)?.clone())));
            Ok(by_household.collect::<HashMap<_, _>>())
        })
    })
}

/// Households of buildings: `Building.households`.
pub(crate) fn of_buildings() -> Edge<Building> {
    Edge::many::<Household>(household::Column::BuildingId)
}

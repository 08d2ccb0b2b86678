//! Which households a part of the viewer's reach covers.

use entity::{household, household_membership};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SelectStatement};

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links, is},
    },
    communities::scope::buildings_of_grids,
    relay::filter::holding_on,
    residents,
};

pub fn of_households(held: &Held) -> Condition {
    use household::Column;
    match held.scope {
        Scope::Grids => {
            by_links(held, Column::CommunityId, [among(Column::BuildingId, Some(buildings_of_grids(held)))])
        }
        Scope::Household => {
            by_links(held, Column::CommunityId, [among(Column::Id, residents::scope::household_of(held))])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// Of one's own household those who are in it now: who left is theirs no more.
pub fn of_memberships(held: &Held) -> Condition {
    use household_membership::Column;
    match held.scope {
        Scope::Grids => {
            by_links(held, Column::CommunityId, [among(Column::HouseholdId, Some(households_of_grids(held)))])
        }
        Scope::Household => {
            let at_home = among(Column::HouseholdId, residents::scope::household_of(held));
            by_links(held, Column::CommunityId, [at_home]).add(holding_on(
                Column::StartedOn,
                Column::EndedOn,
                held.links.today,
            ))
        }
        Scope::Own => by_links(held, Column::CommunityId, [is(Column::ResidentId, held.links.resident)]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// The households of the grids that a role is limited to.
pub(crate) fn households_of_grids(held: &Held) -> SelectStatement {
    let select = household::Entity::find().select_only().column(household::Column::Id);
    select.filter(household::Column::BuildingId.in_subquery(buildings_of_grids(held))).into_query()
}

/// The building of the household of whom a role is about.
pub(crate) fn building_of(held: &Held) -> Option<SelectStatement> {
    let home = residents::scope::household_of(held)?;
    let select = household::Entity::find().select_only().column(household::Column::BuildingId);
    Some(select.filter(household::Column::Id.in_subquery(home)).into_query())
}

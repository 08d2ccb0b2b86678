//! Which residents a part of the viewer's reach covers.

use entity::{circumstance, life_event, resident};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SelectStatement};

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links, is},
    },
    communities::scope::buildings_of_grids,
};

pub fn of_residents(held: &Held) -> Condition {
    use resident::Column;
    match held.scope {
        Scope::Grids => {
            by_links(held, Column::CommunityId, [among(Column::BuildingId, Some(buildings_of_grids(held)))])
        }
        Scope::Household => by_links(held, Column::CommunityId, [among(Column::HouseholdId, household_of(held))]),
        Scope::Own => by_links(held, Column::CommunityId, [is(Column::Id, held.links.resident)]),
        _ => by_community(held, Column::CommunityId),
    }
}

pub fn of_circumstances(held: &Held) -> Condition {
    use circumstance::Column;
    match held.scope {
        Scope::Grids => {
            by_links(held, Column::CommunityId, [among(Column::ResidentId, Some(residents_of_grids(held)))])
        }
        Scope::Own => by_links(held, Column::CommunityId, [is(Column::ResidentId, held.links.resident)]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// What became of others is not their household's to know from here.
pub fn of_life_events(held: &Held) -> Condition {
    use life_event::Column;
    match held.scope {
        Scope::Grids => {
            by_links(held, Column::CommunityId, [among(Column::ResidentId, Some(residents_of_grids(held)))])
        }
        Scope::Own => by_links(held, Column::CommunityId, [is(Column::ResidentId, held.links.resident)]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// Who lives in the grids that a role is limited to.
pub(crate) fn residents_of_grids(held: &Held) -> SelectStatement {
    let select = resident::Entity::find().select_only().column(resident::Column::Id);
    select.filter(resident::Column::BuildingId.in_subquery(buildings_of_grids(held))).into_query()
}

/// The household in which whom a role is about lives now.
pub(crate) fn household_of(held: &Held) -> Option<SelectStatement> {
    let select = resident::Entity::find().select_only().column(resident::Column::HouseholdId);
    Some(select.filter(resident::Column::Id.eq(held.links.resident?)).into_query())
}

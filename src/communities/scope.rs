//! Which places a part of the viewer's reach covers.

use entity::{building, community, grid, sub_district};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SelectStatement};

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links},
    },
    households,
};

/// A community is its own community.
pub fn of_communities(held: &Held) -> Condition {
    by_community(held, community::Column::Id)
}

/// The sub-district of a community within reach.
pub fn of_sub_districts(held: &Held) -> Condition {
    let communities = community::Entity::find()
        .select_only()
        .column(community::Column::SubDistrictId)
        .filter(by_community(held, community::Column::Id));
    match held.community {
        None => by_community(held, sub_district::Column::Id),
        Some(_) => Condition::all().add(sub_district::Column::Id.in_subquery(communities.into_query())),
    }
}

pub fn of_grids(held: &Held) -> Condition {
    use grid::Column;
    match held.scope {
        Scope::Grids => {
            let named = Condition::all().add(Column::Id.is_in(held.links.grids.iter().copied()));
            by_links(held, Column::CommunityId, [Some(named)])
        }
        Scope::Household => {
            let around = households::scope::building_of(held).map(|home| {
                let select = building::Entity::find().select_only().column(building::Column::GridId);
                select.filter(building::Column::Id.in_subquery(home)).into_query()
            });
            by_links(held, Column::CommunityId, [among(Column::Id, around)])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

pub fn of_buildings(held: &Held) -> Condition {
    use building::Column;
    match held.scope {
        Scope::Grids => {
            let within = Condition::all().add(Column::GridId.is_in(held.links.grids.iter().copied()));
            by_links(held, Column::CommunityId, [Some(within)])
        }
        Scope::Household => {
            by_links(held, Column::CommunityId, [among(Column::Id, households::scope::building_of(held))])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// The buildings of the grids that a role is limited to.
pub(crate) fn buildings_of_grids(held: &Held) -> SelectStatement {
    let select = building::Entity::find().select_only().column(building::Column::Id);
    select.filter(building::Column::GridId.is_in(held.links.grids.iter().copied())).into_query()
}

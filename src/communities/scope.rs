//! Which places a part of the viewer's reach covers.

use entity::{building, community, grid, sub_district};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::access::{Held, scope::by_community};

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
    by_community(held, grid::Column::CommunityId)
}

pub fn of_buildings(held: &Held) -> Condition {
    by_community(held, building::Column::CommunityId)
}

//! Which merchants a part of the viewer's reach covers.

use entity::merchant::{self, Column};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SelectStatement};

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links, is},
    },
    communities::scope::buildings_of_grids,
};

pub fn of_merchants(held: &Held) -> Condition {
    match held.scope {
        Scope::Grids => {
            by_links(held, Column::CommunityId, [among(Column::BuildingId, Some(buildings_of_grids(held)))])
        }
        Scope::Shop => by_links(held, Column::CommunityId, [shops(held)]),
        Scope::Own => by_links(held, Column::CommunityId, [is(Column::OwnerId, held.links.resident)]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// The shops that a role speaks for.
fn shops(held: &Held) -> Option<Condition> {
    let shops = &held.links.shops;
    (!shops.is_empty()).then(|| Condition::all().add(Column::Id.is_in(shops.iter().copied())))
}

/// The merchants that this part of the reach covers.
pub(crate) fn merchants_of(held: &Held) -> SelectStatement {
    merchant::Entity::find().select_only().column(Column::Id).filter(of_merchants(held)).into_query()
}

//! Which requests a part of the viewer's reach covers.

use entity::request::Column;
use sea_orm::{ColumnTrait, Condition};

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links, is},
    },
    communities::scope::buildings_of_grids,
    merchants::scope::merchants_of,
    residents::scope::residents_of_grids,
};

pub fn of_requests(held: &Held) -> Condition {
    match held.scope {
        // What happens there, who lives and trades there, and what its workers were given.
        Scope::Grids => {
            let grids = || held.links.grids.iter().copied();
            let ways = [
                among(Column::BuildingId, Some(buildings_of_grids(held))),
                Some(Condition::all().add(Column::GridId.is_in(grids()))),
                Some(Condition::all().add(Column::AssigneeGridId.is_in(grids()))),
                among(Column::ResidentId, Some(residents_of_grids(held))),
                among(Column::MerchantId, Some(merchants_of(held))),
            ];
            by_links(held, Column::CommunityId, ways)
        }
        Scope::Unit => by_links(held, Column::CommunityId, [is(Column::AssigneeUnitId, held.links.partner_unit)]),
        Scope::Shop => by_links(held, Column::CommunityId, [among(Column::MerchantId, Some(merchants_of(held)))]),
        Scope::Own => by_links(held, Column::CommunityId, [is(Column::ResidentId, held.links.resident)]),
        _ => by_community(held, Column::CommunityId),
    }
}

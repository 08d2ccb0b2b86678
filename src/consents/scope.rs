//! Which consents a part of the viewer's reach covers.

use entity::consent;
use sea_orm::Condition;

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links, is},
    },
    residents::scope::residents_of_grids,
};

pub fn of_consents(held: &Held) -> Condition {
    use consent::Column;
    match held.scope {
        Scope::Grids => {
            by_links(held, Column::CommunityId, [among(Column::ResidentId, Some(residents_of_grids(held)))])
        }
        Scope::Own => by_links(held, Column::CommunityId, [is(Column::ResidentId, held.links.resident)]),
        _ => by_community(held, Column::CommunityId),
    }
}

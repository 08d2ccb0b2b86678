//! Scope tokens as conditions on tables whose rows belong to a community. A slice whose rows can be reached another way (one's own,
//! one's household's) has its own `scope.rs` and falls back on this.

use sea_orm::{ColumnTrait, Condition};

use super::{Held, Scope};
use crate::relay::filter::never;

pub fn by_community(held: &Held, community: impl ColumnTrait) -> Condition {
    match (held.scope, held.community) {
        (Scope::All, _) => Condition::all(),
        (Scope::Community, Some(id)) => Condition::all().add(community.eq(id)),
        (Scope::Community, None) => never(),
        // No slice reaches its rows in these ways yet.
        (Scope::None | Scope::Own | Scope::Household | Scope::Team | Scope::Shop | Scope::Unit | Scope::Grids, _) => {
            never()
        }
    }
}

//! Which visits a part of the viewer's reach covers.
//!
//! Nobody who was visited reads visits: one of a household may have been spoken to about another.

use entity::{household, visit::Column};
use sea_orm::Condition;

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links},
    },
    households::scope::households_of_grids,
    merchants::scope::merchants_of,
};

pub fn of_visits(held: &Held) -> Condition {
    match held.scope {
        Scope::Grids => {
            let ways = [
                among(Column::HouseholdId, Some(households_of_grids(held))),
                among(Column::MerchantId, Some(merchants_of(held))),
            ];
            by_links(held, Column::CommunityId, ways)
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// The households of which this part of the reach shows all visits.
pub(super) fn households_of(held: &Held) -> Condition {
    match held.scope {
        Scope::Grids => {
            let homes = among(household::Column::Id, Some(households_of_grids(held)));
            by_links(held, household::Column::CommunityId, [homes])
        }
        _ => by_community(held, household::Column::CommunityId),
    }
}

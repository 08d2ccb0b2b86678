//! Which programmes and grants a part of the viewer's reach covers.

use entity::{
    aid_batch,
    aid_programme::{self, AidScope},
    aid_record,
};
use sea_orm::{ColumnTrait, Condition};

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links, is},
    },
    contributions::scope::contributions_of_unit,
    households::scope::households_of_grids,
    residents::scope::{household_of, residents_of_grids},
    sponsorships::scope::instalments_of_unit,
};

pub fn of_programmes(held: &Held) -> Condition {
    by_community(held, aid_programme::Column::CommunityId)
}

pub fn of_batches(held: &Held) -> Condition {
    by_community(held, aid_batch::Column::CommunityId)
}

/// A grant to a person names the household, too, in which they lived: that alone makes it nobody else's.
pub fn of_records(held: &Held) -> Condition {
    use aid_record::Column;
    let to_households = |condition: Condition| condition.add(Column::Scope.eq(AidScope::Household));
    match held.scope {
        Scope::Grids => {
            let persons = among(Column::ResidentId, Some(residents_of_grids(held)));
            let homes = among(Column::HouseholdId, Some(households_of_grids(held))).map(to_households);
            by_links(held, Column::CommunityId, [persons, homes])
        }
        Scope::Unit => {
            // What it gave to, and what it paid to those whom it sponsors.
            let ways = [
                among(Column::ContributionId, contributions_of_unit(held)),
                among(Column::InstalmentId, instalments_of_unit(held)),
            ];
            by_links(held, Column::CommunityId, ways)
        }
        Scope::Household => {
            let home = among(Column::HouseholdId, household_of(held)).map(to_households);
            by_links(held, Column::CommunityId, [home])
        }
        Scope::Own => by_links(held, Column::CommunityId, [is(Column::ResidentId, held.links.resident)]),
        _ => by_community(held, Column::CommunityId),
    }
}

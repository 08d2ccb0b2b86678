//! Which sponsorships and instalments a part of the viewer's reach covers.

use entity::{instalment, sponsorship};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SelectStatement};

use crate::{
    access::{
        Held, Resource, Scope, Viewer,
        policy::Action,
        scope::{among, by_community, by_links, is},
    },
    residents::scope::residents_of_grids,
};

pub fn of_sponsorships(held: &Held) -> Condition {
    use sponsorship::Column;
    let way = match held.scope {
        Scope::Grids => among(Column::ResidentId, Some(residents_of_grids(held))),
        Scope::Unit => is(Column::PartnerUnitId, held.links.partner_unit),
        Scope::Own => is(Column::ResidentId, held.links.resident),
        _ => return by_community(held, Column::CommunityId),
    };
    by_links(held, Column::CommunityId, [way])
}

/// The sponsorships of which the viewer is told who pays: not of an anonymous sponsor's that they see only since they are sponsored. This goes for every way
/// from the one to the other: the field, the list of the unit, filters and groups.
pub(crate) fn with_a_known_sponsor(viewer: &Viewer) -> Condition {
    let reach = viewer.reach(Resource::Sponsorship, Action::Read);
    let known = Condition::any().add(sponsorship::Column::Anonymous.eq(false));
    let others = reach.0.iter().filter(|held| held.scope != Scope::Own);
    others.fold(known, |known, held| known.add(of_sponsorships(held)))
}

/// Does the viewer see sponsorships since they are sponsored? Whoever does not is told of each who pays.
pub(super) fn sees_as_sponsored(viewer: &Viewer) -> bool {
    viewer.reach(Resource::Sponsorship, Action::Read).0.iter().any(|held| held.scope == Scope::Own)
}

/// An instalment goes with its sponsorship.
pub fn of_instalments(held: &Held) -> Condition {
    use instalment::Column;
    match held.scope {
        Scope::Grids | Scope::Unit | Scope::Own => {
            let select = sponsorship::Entity::find().select_only().column(sponsorship::Column::Id);
            let whole = select.filter(of_sponsorships(held)).into_query();
            by_links(held, Column::CommunityId, [among(Column::SponsorshipId, Some(whole))])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// The instalments of what the unit that a role is about pledged.
pub(crate) fn instalments_of_unit(held: &Held) -> Option<SelectStatement> {
    let pledged = sponsorship::Entity::find().select_only().column(sponsorship::Column::Id);
    let pledged = pledged.filter(sponsorship::Column::PartnerUnitId.eq(held.links.partner_unit?));
    let parts = instalment::Entity::find().select_only().column(instalment::Column::Id);
    Some(parts.filter(instalment::Column::SponsorshipId.in_subquery(pledged.into_query())).into_query())
}

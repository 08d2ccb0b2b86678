//! Which contributions a part of the viewer's reach covers.

use entity::{contribution, contribution_device, contribution_item, contributor};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SelectStatement};

use crate::access::{
    Held, Scope,
    scope::{among, by_community, by_links, is},
};

pub fn of_contributions(held: &Held) -> Condition {
    use contribution::Column;
    match held.scope {
        Scope::Unit => by_links(held, Column::CommunityId, [among(Column::Id, contributions_of_unit(held))]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// An item is seen by whoever sees its contribution.
pub fn of_items(held: &Held) -> Condition {
    use contribution_item::Column;
    match held.scope {
        Scope::Unit => {
            by_links(held, Column::CommunityId, [among(Column::ContributionId, contributions_of_unit(held))])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// So is a device of it.
pub fn of_devices(held: &Held) -> Condition {
    use contribution_device::Column;
    let items = |contributions| {
        let select = contribution_item::Entity::find().select_only().column(contribution_item::Column::Id);
        select.filter(contribution_item::Column::ContributionId.in_subquery(contributions)).into_query()
    };
    match held.scope {
        Scope::Unit => {
            let own = contributions_of_unit(held).map(items);
            by_links(held, Column::CommunityId, [among(Column::ContributionItemId, own)])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// What others gave to the same contribution is theirs.
pub fn of_contributors(held: &Held) -> Condition {
    use contributor::Column;
    match held.scope {
        Scope::Unit => by_links(held, Column::CommunityId, [is(Column::PartnerUnitId, held.links.partner_unit)]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// The contributions to which the unit that a role is about gave.
pub(crate) fn contributions_of_unit(held: &Held) -> Option<SelectStatement> {
    let select = contributor::Entity::find().select_only().column(contributor::Column::ContributionId);
    Some(select.filter(contributor::Column::PartnerUnitId.eq(held.links.partner_unit?)).into_query())
}

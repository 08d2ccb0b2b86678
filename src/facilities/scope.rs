//! Which facilities and assets a part of the viewer's reach covers.

use entity::{asset, asset_tenure, facility};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::access::{
    Held, Scope,
    scope::{among, by_community, by_links, is},
};

pub fn of_facilities(held: &Held) -> Condition {
    by_community(held, facility::Column::CommunityId)
}

/// A unit's are those that it lent or gave.
pub fn of_assets(held: &Held) -> Condition {
    use asset::Column;
    use asset_tenure::Column as Tenure;
    match held.scope {
        Scope::Unit => {
            let lent = held.links.partner_unit.map(|unit| {
                let select = asset_tenure::Entity::find().select_only().column(Tenure::AssetId);
                select.filter(Tenure::PartnerUnitId.eq(unit)).into_query()
            });
            by_links(held, Column::CommunityId, [among(Column::Id, lent)])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

pub fn of_tenures(held: &Held) -> Condition {
    use asset_tenure::Column;
    match held.scope {
        Scope::Unit => by_links(held, Column::CommunityId, [is(Column::PartnerUnitId, held.links.partner_unit)]),
        _ => by_community(held, Column::CommunityId),
    }
}

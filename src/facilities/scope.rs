//! Which facilities and assets a part of the viewer's reach covers.

use entity::{asset, asset_tenure, facility};
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_facilities(held: &Held) -> Condition {
    by_community(held, facility::Column::CommunityId)
}

pub fn of_assets(held: &Held) -> Condition {
    by_community(held, asset::Column::CommunityId)
}

pub fn of_tenures(held: &Held) -> Condition {
    by_community(held, asset_tenure::Column::CommunityId)
}

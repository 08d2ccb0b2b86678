//! Which contributions a part of the viewer's reach covers.

use entity::{contribution, contributor};
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_contributions(held: &Held) -> Condition {
    by_community(held, contribution::Column::CommunityId)
}

pub fn of_contributors(held: &Held) -> Condition {
    by_community(held, contributor::Column::CommunityId)
}

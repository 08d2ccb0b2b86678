//! Which households a part of the viewer's reach covers.

use entity::{household, household_membership};
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_households(held: &Held) -> Condition {
    by_community(held, household::Column::CommunityId)
}

pub fn of_memberships(held: &Held) -> Condition {
    by_community(held, household_membership::Column::CommunityId)
}

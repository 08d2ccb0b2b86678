//! Which staff members and postings a part of the viewer's reach covers.

use entity::{posting, staff_member};
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_staff_members(held: &Held) -> Condition {
    by_community(held, staff_member::Column::CommunityId)
}

pub fn of_postings(held: &Held) -> Condition {
    by_community(held, posting::Column::CommunityId)
}

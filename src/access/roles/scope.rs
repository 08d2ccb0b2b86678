//! Which roles a part of the viewer's reach covers.

use entity::account_role;
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_account_roles(held: &Held) -> Condition {
    by_community(held, account_role::Column::CommunityId)
}

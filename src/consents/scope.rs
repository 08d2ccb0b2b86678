//! Which consents a part of the viewer's reach covers.

use entity::consent;
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_consents(held: &Held) -> Condition {
    by_community(held, consent::Column::CommunityId)
}

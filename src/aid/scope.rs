//! Which programmes and grants a part of the viewer's reach covers.

use entity::{aid_programme, aid_record};
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_programmes(held: &Held) -> Condition {
    by_community(held, aid_programme::Column::CommunityId)
}

pub fn of_records(held: &Held) -> Condition {
    by_community(held, aid_record::Column::CommunityId)
}

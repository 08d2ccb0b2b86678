//! Which sponsorships and instalments a part of the viewer's reach covers.

use entity::{instalment, sponsorship};
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_sponsorships(held: &Held) -> Condition {
    by_community(held, sponsorship::Column::CommunityId)
}

pub fn of_instalments(held: &Held) -> Condition {
    by_community(held, instalment::Column::CommunityId)
}

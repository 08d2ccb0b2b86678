//! Which residents a part of the viewer's reach covers.

use entity::{circumstance, life_event, resident};
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_residents(held: &Held) -> Condition {
    by_community(held, resident::Column::CommunityId)
}

pub fn of_circumstances(held: &Held) -> Condition {
    by_community(held, circumstance::Column::CommunityId)
}

pub fn of_life_events(held: &Held) -> Condition {
    by_community(held, life_event::Column::CommunityId)
}

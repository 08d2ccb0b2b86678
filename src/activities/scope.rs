//! Which campaigns, activities, sessions and what is on record of them a part of the viewer's reach covers.

use entity::{activity, activity_organiser, activity_result, attendance, campaign, head_count, session};
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_campaigns(held: &Held) -> Condition {
    by_community(held, campaign::Column::CommunityId)
}

pub fn of_activities(held: &Held) -> Condition {
    by_community(held, activity::Column::CommunityId)
}

pub fn of_organisers(held: &Held) -> Condition {
    by_community(held, activity_organiser::Column::CommunityId)
}

pub fn of_sessions(held: &Held) -> Condition {
    by_community(held, session::Column::CommunityId)
}

pub fn of_attendances(held: &Held) -> Condition {
    by_community(held, attendance::Column::CommunityId)
}

pub fn of_head_counts(held: &Held) -> Condition {
    by_community(held, head_count::Column::CommunityId)
}

pub fn of_results(held: &Held) -> Condition {
    by_community(held, activity_result::Column::CommunityId)
}

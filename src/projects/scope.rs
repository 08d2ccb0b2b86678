//! Which projects a part of the viewer's reach covers.

use entity::{milestone, project, project_participation};
use sea_orm::Condition;

use crate::access::{Held, scope::by_community};

pub fn of_projects(held: &Held) -> Condition {
    by_community(held, project::Column::CommunityId)
}

pub fn of_participations(held: &Held) -> Condition {
    by_community(held, project_participation::Column::CommunityId)
}

pub fn of_milestones(held: &Held) -> Condition {
    by_community(held, milestone::Column::CommunityId)
}

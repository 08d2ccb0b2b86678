//! How the edges of projects are loaded, and the edges that lead to projects.

use std::collections::HashMap;

use entity::{milestone, project, project_participation, project_participation_role};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, sea_query::NullOrdering};
use uuid::Uuid;

use super::{
    funding,
    milestone::Milestone,
    object::Project,
    participation::{ParticipationRole, ProjectParticipation},
};
use crate::{
    activities, aid,
    communities::Community,
    contributions, facilities,
    partners::PartnerUnit,
    relay::{Edge, Entity},
    sponsorships,
    staff::StaffMember,
};

pub fn of_project(field: &str) -> Option<Edge<Project>> {
    Some(match field {
        "community" => Edge::<Project>::one::<Community>(|row| Some(row.community_id)),
        "responsible" => Edge::<Project>::one::<StaffMember>(|row| row.responsible_id),
        "participations" => Edge::many::<ProjectParticipation>(project_participation::Column::ProjectId),
        "milestones" => milestones(),
        "contributions" => contributions::edges::of_projects(),
        "aidRecords" => aid::edges::of_projects(),
        "aidProgress" => aid::progress::of(entity::aid_record::Column::ProjectId),
        "sponsorships" => sponsorships::edges::of_projects(),
        "facilities" => facilities::edges::of_projects(),
        "activities" => activities::edges::of_projects(),
        "funding" => funding::of_projects(),
        _ => return None,
    })
}

pub fn of_participation(field: &str) -> Option<Edge<ProjectParticipation>> {
    Some(match field {
        "project" => Edge::<ProjectParticipation>::one::<Project>(|row| Some(row.project_id)),
        "partnerUnit" => Edge::<ProjectParticipation>::one::<PartnerUnit>(|row| Some(row.partner_unit_id)),
        "roles" => roles(),
        _ => return None,
    })
}

pub fn of_milestone(field: &str) -> Option<Edge<Milestone>> {
    (field == "project").then(|| Edge::<Milestone>::one::<Project>(|row| Some(row.project_id)))
}

/// By the day on which they are due, those without one last.
fn milestones() -> Edge<Project> {
    Edge::<Project>::all::<Milestone>(
        milestone::Column::ProjectId,
        |row| Some(row.project_id),
        |mut select, _| {
            let due = (milestone::Entity, milestone::Column::DueOn);
            QuerySelect::query(&mut select).order_by_with_nulls(due, Order::Asc, NullOrdering::Last);
            Ok(select.order_by_asc(milestone::Column::Id))
        },
    )
}

/// In the order of the enum's values.
fn roles() -> Edge<ProjectParticipation> {
    Edge::values(|reading, participations: &[ProjectParticipation], _| {
        Box::pin(async move {
            let keys: Vec<Uuid> = participations.iter().map(|participation| participation.seen().key()).collect();
            let mut rows = project_participation_role::Entity::find()
                .filter(project_participation_role::Column::ParticipationId.is_in(keys))
                .all(reading.db())
                .await?;
            rows.sort_by_key(|row| row.role as u8);
            let mut by_participation: HashMap<Uuid, Vec<ParticipationRole>> = HashMap::new();
            for row in rows {
                by_participation.entry(row.participation_id).or_default().push(row.role.into());
            }
            Ok(by_participation)
        })
    })
}

/// Projects of communities: `Community.projects`.
pub(crate) fn of_communities() -> Edge<Community> {
    Edge::many::<Project>(project::Column::CommunityId)
}

/// What partner units take part in: `PartnerUnit.participations`.
pub(crate) fn participations_of_partner_units() -> Edge<PartnerUnit> {
    Edge::many::<ProjectParticipation>(project_participation::Column::PartnerUnitId)
}

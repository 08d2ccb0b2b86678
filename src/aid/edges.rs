//! How the edges of aid are loaded, and the edges that lead to aid.

use entity::aid_record;

use super::{object::AidRecord, programme::AidProgramme, recipient};
use crate::{
    communities::Community, contributions::Contribution, households::Household, projects::Project, relay::Edge,
    residents::Resident,
};

pub fn of_record(field: &str) -> Option<Edge<AidRecord>> {
    Some(match field {
        "community" => Edge::<AidRecord>::one::<Community>(|row| Some(row.community_id)),
        "resident" => Edge::<AidRecord>::one::<Resident>(|row| row.resident_id),
        "recipientName" => recipient::names(),
        "household" => Edge::<AidRecord>::one::<Household>(|row| row.household_id),
        "programme" => Edge::<AidRecord>::one::<AidProgramme>(|row| row.programme_id),
        "contribution" => Edge::<AidRecord>::one::<Contribution>(|row| Some(row.contribution_id)),
        "project" => Edge::<AidRecord>::one::<Project>(|row| row.project_id),
        _ => return None,
    })
}

pub fn of_programme(field: &str) -> Option<Edge<AidProgramme>> {
    Some(match field {
        "community" => Edge::<AidProgramme>::one::<Community>(|row| Some(row.community_id)),
        "aidRecords" => of_programmes(),
        _ => return None,
    })
}

/// Grants under programmes: `AidProgramme.aidRecords`.
pub(crate) fn of_programmes() -> Edge<AidProgramme> {
    Edge::many::<AidRecord>(aid_record::Column::ProgrammeId)
}

/// Grants to residents: `Resident.aidRecords`.
pub(crate) fn of_residents() -> Edge<Resident> {
    Edge::many::<AidRecord>(aid_record::Column::ResidentId)
}

/// Grants to households, and to residents who lived in them when it was given: `Household.aidRecords`.
pub(crate) fn of_households() -> Edge<Household> {
    Edge::many::<AidRecord>(aid_record::Column::HouseholdId)
}

/// Grants out of contributions: `Contribution.aidRecords`.
pub(crate) fn of_contributions() -> Edge<Contribution> {
    Edge::many::<AidRecord>(aid_record::Column::ContributionId)
}

/// Grants of projects: `Project.aidRecords`.
pub(crate) fn of_projects() -> Edge<Project> {
    Edge::many::<AidRecord>(aid_record::Column::ProjectId)
}

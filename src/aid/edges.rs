//! How the edges of aid are loaded, and the edges that lead to aid.

use std::collections::HashMap;

use entity::aid_record::{self, AidStatus};
use sea_orm::{ColumnTrait, QueryFilter};
use uuid::Uuid;

use super::{decision::STANDING, object::AidRecord, programme::AidProgramme, recipient};
use crate::{
    communities::Community,
    contributions::{Contribution, ContributionDevice, ContributionItem},
    households::Household,
    projects::Project,
    relay::{Edge, Entity},
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
        "item" => Edge::<AidRecord>::one::<ContributionItem>(|row| row.item_id),
        "device" => Edge::<AidRecord>::one::<ContributionDevice>(|row| row.device_id),
        "reverses" => Edge::<AidRecord>::one::<AidRecord>(|row| row.reverses_id),
        "reversedBy" => reversals(),
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

/// The records that took grants out of the books: `AidRecord.reversedBy`. There is one at most.
fn reversals() -> Edge<AidRecord> {
    Edge::values(|reading, grants: &[AidRecord], asked| {
        Box::pin(async move {
            let reversed = grants.iter().filter(|grant| grant.seen().status == AidStatus::Reversed);
            let keys: Vec<Uuid> = reversed.map(|grant| grant.seen().id).collect();
            if keys.is_empty() {
                return Ok(HashMap::new());
            }
            let select = reading.select::<AidRecord>().filter(aid_record::Column::ReversesId.is_in(keys));
            let found = reading.all::<AidRecord>(select, &asked.selection).await?;
            Ok(found.into_iter().filter_map(|record| Some((record.seen().reverses_id?, record))).collect())
        })
    })
}

/// The grants by which devices are with somebody: `ContributionDevice.aidRecord`. One at most stands.
pub(crate) fn of_devices() -> Edge<ContributionDevice> {
    Edge::values(|reading, devices: &[ContributionDevice], asked| {
        Box::pin(async move {
            let keys = devices.iter().map(|device| device.seen().id);
            let select = reading
                .select::<AidRecord>()
                .filter(aid_record::Column::DeviceId.is_in(keys))
                .filter(aid_record::Column::Status.is_in(STANDING));
            let found = reading.all::<AidRecord>(select, &asked.selection).await?;
            Ok(found.into_iter().filter_map(|record| Some((record.seen().device_id?, record))).collect())
        })
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

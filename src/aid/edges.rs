//! How the edges of aid are loaded, and the edges that lead to aid.

use std::collections::HashMap;

use entity::{
    aid_programme_exclusion, aid_programme_limit,
    aid_record::{self, AidStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::ExprTrait};
use uuid::Uuid;

use super::{
    batch::{AidBatch, AidBatchProgress},
    decision::STANDING,
    object::AidRecord,
    programme::{AidExclusion, AidProgramme},
    progress, recipient,
};
use crate::{
    communities::{Community, Grid},
    contributions::{Contribution, ContributionDevice, ContributionItem},
    households::Household,
    projects::Project,
    relay::{Edge, Entity, Row, id},
    residents::Resident,
    sponsorships::Instalment,
};

pub fn of_record(field: &str) -> Option<Edge<AidRecord>> {
    Some(match field {
        "community" => Edge::<AidRecord>::one::<Community>(|row| Some(row.community_id)),
        "resident" => Edge::<AidRecord>::one::<Resident>(|row| row.resident_id),
        "recipientName" => recipient::names(),
        "household" => Edge::<AidRecord>::one::<Household>(|row| row.household_id),
        "programme" => Edge::<AidRecord>::one::<AidProgramme>(|row| row.programme_id),
        "contribution" => Edge::<AidRecord>::one::<Contribution>(|row| row.contribution_id),
        "project" => Edge::<AidRecord>::one::<Project>(|row| row.project_id),
        "item" => Edge::<AidRecord>::one::<ContributionItem>(|row| row.item_id),
        "device" => Edge::<AidRecord>::one::<ContributionDevice>(|row| row.device_id),
        "batch" => Edge::<AidRecord>::one::<AidBatch>(|row| row.batch_id),
        "instalment" => Edge::<AidRecord>::one::<Instalment>(|row| row.instalment_id),
        "reverses" => Edge::<AidRecord>::one::<AidRecord>(|row| row.reverses_id),
        "reversedBy" => reversals(),
        _ => return None,
    })
}

pub fn of_programme(field: &str) -> Option<Edge<AidProgramme>> {
    Some(match field {
        "community" => Edge::<AidProgramme>::one::<Community>(|row| Some(row.community_id)),
        "aidRecords" => of_programmes(),
        "grids" => limits::<Grid>(|limit| limit.grid_id),
        "budgets" => limits::<Contribution>(|limit| limit.contribution_id),
        "exclusions" => exclusions(),
        "progress" => progress::of(aid_record::Column::ProgrammeId),
        _ => return None,
    })
}

pub fn of_batch(field: &str) -> Option<Edge<AidBatch>> {
    Some(match field {
        "community" => Edge::<AidBatch>::one::<Community>(|row| Some(row.community_id)),
        "programme" => Edge::<AidBatch>::one::<AidProgramme>(|row| row.programme_id),
        "contribution" => Edge::<AidBatch>::one::<Contribution>(|row| Some(row.contribution_id)),
        "aidRecords" => Edge::many::<AidRecord>(aid_record::Column::BatchId),
        "progress" => progress_of_batches(),
        _ => return None,
    })
}

/// What programmes are limited to, or paid from, in the order in which it was named.
fn limits<T: Entity>(of: fn(&aid_programme_limit::Model) -> Option<Uuid>) -> Edge<AidProgramme>
where
    Row<T>: Send + Sync,
{
    Edge::values(move |reading, programmes: &[AidProgramme], asked| {
        Box::pin(async move {
            use aid_programme_limit::Column;
            let keys = programmes.iter().map(|programme| programme.seen().key());
            let limits = aid_programme_limit::Entity::find()
                .filter(Column::ProgrammeId.is_in(keys))
                .order_by_asc(Column::Id)
                .all(reading.db())
                .await?;
            let found = reading.some::<T>(limits.iter().filter_map(of).collect(), &asked.selection).await?;
            let mut by_programme: HashMap<Uuid, Vec<T>> = HashMap::new();
            for limit in &limits {
                if let Some(object) = of(limit).and_then(|key| found.get(&key)) {
                    by_programme.entry(limit.programme_id).or_default().push(object.clone());
                }
            }
            Ok(by_programme)
        })
    })
}

/// `AidProgramme.exclusions`: each row is one of both programmes, which lie in one community: who sees the one may see the other.
fn exclusions() -> Edge<AidProgramme> {
    Edge::values(|reading, programmes: &[AidProgramme], _| {
        Box::pin(async move {
            use aid_programme_exclusion::Column;
            let keys: Vec<Uuid> = programmes.iter().map(|programme| programme.seen().key()).collect();
            let rows = aid_programme_exclusion::Entity::find()
                .filter(Column::ProgrammeId.is_in(keys.clone()).or(Column::OtherId.is_in(keys.clone())))
                .order_by_asc(Column::Id)
                .all(reading.db())
                .await?;
            let mut by_programme: HashMap<Uuid, Vec<AidExclusion>> = HashMap::new();
            for row in &rows {
                for (own, other) in [(row.programme_id, row.other_id), (row.other_id, row.programme_id)] {
                    if keys.contains(&own) {
                        let programme_id = id::encode(AidProgramme::PREFIX, other).into();
                        let (by, since) = (row.excludes_by.into(), row.created_at.into());
                        by_programme.entry(own).or_default().push(AidExclusion { programme_id, by, since });
                    }
                }
            }
            Ok(by_programme)
        })
    })
}

/// How many grants of batches are how far: one statement.
fn progress_of_batches() -> Edge<AidBatch> {
    Edge::values(|reading, batches: &[AidBatch], _| {
        Box::pin(async move {
            use aid_record::Column;
            let counts: Vec<(Uuid, AidStatus, i64)> = reading
                .select::<AidRecord>()
                .filter(Column::BatchId.is_in(batches.iter().map(|batch| batch.seen().key())))
                .select_only()
                .column(Column::BatchId)
                .column(Column::Status)
                .expr_as(Column::Id.count(), "number")
                .group_by(Column::BatchId)
                .group_by(Column::Status)
                .into_tuple()
                .all(reading.db())
                .await?;
            let mut by_batch: HashMap<Uuid, AidBatchProgress> = HashMap::new();
            for (batch, status, number) in counts {
                by_batch.entry(batch).or_default().add(status, number);
            }
            Ok(by_batch)
        })
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

/// What instalments gave, as far as it stands: `Instalment.aidRecord`. There is one at most.
pub(crate) fn of_instalments() -> Edge<Instalment> {
    Edge::values(|reading, instalments: &[Instalment], asked| {
        Box::pin(async move {
            let keys = instalments.iter().map(|instalment| instalment.seen().id);
            let select = reading
                .select::<AidRecord>()
                .filter(aid_record::Column::InstalmentId.is_in(keys))
                .filter(aid_record::Column::Status.eq(AidStatus::Delivered));
            let found = reading.all::<AidRecord>(select, &asked.selection).await?;
            Ok(found.into_iter().filter_map(|record| Some((record.seen().instalment_id?, record))).collect())
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

//! Circumstances of one kind never overlap: whoever is asked on a day gets one answer.

use chrono::NaiveDate;
use entity::circumstance::{self, CircumstanceKind, Column, DisabilityKind};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, Select};
use uuid::Uuid;

use super::circumstance::Circumstance;
use crate::{
    error::{Message, UserError, UserErrorCode},
    say,
    write::{Faults, Tx},
};

/// What counts as the same: the kind, and of disabilities their kind.
pub(super) struct Same {
    pub(super) resident: Uuid,
    pub(super) kind: CircumstanceKind,
    pub(super) disability: Option<DisabilityKind>,
}

impl Same {
    fn all(&self) -> Select<circumstance::Entity> {
        circumstance::Entity::find()
            .filter(Column::ResidentId.eq(self.resident))
            .filter(Column::Kind.eq(self.kind))
            .filter(Condition::all().add_option(self.disability.map(|kind| Column::DisabilityKind.eq(kind))))
    }
}

/// A new one holds on none of the days of another.
pub(super) async fn refuse_recording(
    tx: &Tx<'_>,
    same: &Same,
    (started_on, ended_on): (NaiveDate, Option<NaiveDate>),
    faults: &mut Faults,
) -> Result<(), DbErr> {
    let reaching = Condition::any().add(Column::EndedOn.gte(started_on)).add(Column::EndedOn.is_null());
    let other = same
        .all()
        .filter(reaching)
        .filter(Condition::all().add_option(ended_on.map(|ended_on| Column::StartedOn.lte(ended_on))))
        .order_by_asc(Column::StartedOn)
        .one(tx.conn())
        .await?;
    let Some(other) = other else { return Ok(()) };
    let refusal = match (same.disability, ended_on, other.ended_on) {
        (None, None, None) => UserError::new(&["kind"], UserErrorCode::Duplicate, open_already()),
        (Some(_), None, None) => {
            UserError::new(&["disabilityKind"], UserErrorCode::Duplicate, open_disability_already())
        }
        _ => overlap("startedOn", &other),
    };
    faults.add(tx.in_the_way::<Circumstance>(other.id, refusal).await?);
    Ok(())
}

/// One that ends does not reach into a later one. It may do so only in records from before this was looked at.
pub(super) async fn refuse_ending(
    tx: &Tx<'_>,
    before: &circumstance::Model,
    ended_on: NaiveDate,
    faults: &mut Faults,
) -> Result<(), DbErr> {
    let same = Same { resident: before.resident_id, kind: before.kind, disability: before.disability_kind };
    let other = same
        .all()
        .filter(Column::Id.ne(before.id))
        .filter(Column::StartedOn.gt(before.started_on))
        .filter(Column::StartedOn.lte(ended_on))
        .order_by_asc(Column::StartedOn)
        .one(tx.conn())
        .await?;
    if let Some(other) = other {
        faults.add(tx.in_the_way::<Circumstance>(other.id, overlap("endedOn", &other)).await?);
    }
    Ok(())
}

pub(crate) fn open_already() -> Message {
    say!("The resident has an open circumstance of this kind already.", "该居民已有同类且未终止的记录。")
}

pub(crate) fn open_disability_already() -> Message {
    say!("The resident has an open disability of this kind already.", "该居民已有同类且未终止的残疾记录。")
}

fn overlap(field: &str, other: &circumstance::Model) -> UserError {
    let started_on = other.started_on;
    let message = match other.ended_on {
        Some(ended_on) => say!(
            "Another of this kind is on record from {started_on} to {ended_on}.",
            "已有同类记录：{started_on} 至 {ended_on}。"
        ),
        None => say!("Another of this kind is on record since {started_on}.", "已有同类记录：自 {started_on} 起。"),
    };
    UserError::new(&[field], UserErrorCode::Overlap, message)
}

//! What ends, and how it is told: shared by the mutations, and by the slices where a resident moves out or dies.

use chrono::NaiveDate;
use entity::{
    instalment::{self, InstalmentStatus},
    sponsorship::{self, SponsorshipStatus},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    instalment::Instalment,
    object::Sponsorship,
    rules::{self, Step, Turn},
};
use crate::{
    residents,
    write::{Refused, SubjectKey, Tx},
};

/// A sponsorship that ended, and the instalments that are not to be paid any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) resident: Uuid,
    pub(crate) sponsorship: Uuid,
    pub(crate) instalments: Vec<Uuid>,
}

/// Ends all that residents are sponsored with, on the day of a move or a death: what falls due after it is not to be paid any more, what was due before stays.
/// Says what ended.
pub(crate) async fn end_for_residents(
    tx: &Tx<'_>,
    residents: &[Uuid],
    on: NaiveDate,
    reason: &str,
) -> Result<Vec<Ended>, Refused> {
    let own = sponsorship::Entity::find().filter(sponsorship::Column::ResidentId.is_in(residents.iter().copied()));
    let mut ended = Vec::new();
    for row in tx.lock_all(own, sponsorship::Column::Id).await? {
        if Turn::End.open_to(row.status) {
            let instalments = end(tx, &row, on, reason).await?;
            ended.push(Ended { resident: row.resident_id, sponsorship: row.id, instalments });
        }
    }
    Ok(ended)
}

/// What events about a sponsorship are sealed with.
pub(super) async fn key_of(tx: &Tx<'_>, row: &sponsorship::Model) -> Result<SubjectKey, Refused> {
    tx.subject_key(residents::data_key_of(tx, row.resident_id).await?).await
}

/// Its instalments, locked, in their order. The sponsorship is locked before: whoever changes one of them comes by it.
pub(super) async fn instalments_of(tx: &Tx<'_>, sponsorship: Uuid) -> Result<Vec<instalment::Model>, DbErr> {
    let own = instalment::Entity::find().filter(instalment::Column::SponsorshipId.eq(sponsorship));
    let mut own = tx.lock_all(own, instalment::Column::Id).await?;
    own.sort_by_key(|row| row.number);
    Ok(own)
}

/// Ends a sponsorship; gives the instalments that are not to be paid any more.
pub(super) async fn end(
    tx: &Tx<'_>,
    row: &sponsorship::Model,
    on: NaiveDate,
    reason: &str,
) -> Result<Vec<Uuid>, Refused> {
    let own = instalments_of(tx, row.id).await?;
    let after: Vec<_> = own.iter().filter(|part| part.due_on > on && Step::End.to(part.status).is_some()).collect();
    let ids = close(tx, row, &after, reason).await?;
    let ended_on = on.min(row.ended_on);
    tx.update(sponsorship::ActiveModel {
        id: Set(row.id),
        status: Set(SponsorshipStatus::Ended),
        status_reason: Set(Some(reason.to_owned())),
        ended_on: Set(ended_on),
        version: Set(row.version + 1),
        ..Default::default()
    })
    .await?;
    let after = json!({
        "status": SponsorshipStatus::Ended, "statusReason": reason, "endedOn": ended_on, "instalmentIds": ids,
    });
    tell(tx, row, &["status", "statusReason", "endedOn", "instalments"], after).await?;
    Ok(ids)
}

/// Makes instalments ENDED; each leaves its event, which keeps what it was before.
pub(super) async fn close(
    tx: &Tx<'_>,
    row: &sponsorship::Model,
    parts: &[&instalment::Model],
    reason: &str,
) -> Result<Vec<Uuid>, Refused> {
    let key = key_of(tx, row).await?;
    let mut ids = Vec::new();
    for part in parts {
        tx.update(instalment::ActiveModel {
            id: Set(part.id),
            status: Set(InstalmentStatus::Ended),
            status_reason: Set(Some(reason.to_owned())),
            paid_on: Set(None),
            version: Set(part.version + 1),
            ..Default::default()
        })
        .await?;
        let detail = key.seal(json!({
            "before": { "status": part.status, "paidOn": part.paid_on, "statusReason": part.status_reason },
            "after": { "status": InstalmentStatus::Ended, "statusReason": reason },
        }));
        let mut fields = vec!["status", "statusReason"];
        fields.extend(part.paid_on.map(|_| "paidOn"));
        tx.event::<Instalment>(part.id, Some(part.community_id), &fields, detail).await?;
        ids.push(part.id);
    }
    Ok(ids)
}

/// Moves a sponsorship between ACTIVE and COMPLETED, by whether anything of it is due.
pub(super) async fn settle(tx: &Tx<'_>, row: &sponsorship::Model) -> Result<(), Refused> {
    let due = instalment::Entity::find()
        .filter(instalment::Column::SponsorshipId.eq(row.id))
        .filter(instalment::Column::Status.eq(InstalmentStatus::Due))
        .one(tx.conn())
        .await?;
    let status = rules::standing(row.status, due.is_some());
    if status == row.status {
        return Ok(());
    }
    tx.update(sponsorship::ActiveModel {
        id: Set(row.id),
        status: Set(status),
        version: Set(row.version + 1),
        ..Default::default()
    })
    .await?;
    tell(tx, row, &["status"], json!({ "status": status })).await
}

/// The event about a sponsorship: its details are the recipient's.
pub(super) async fn tell(tx: &Tx<'_>, row: &sponsorship::Model, fields: &[&str], after: Value) -> Result<(), Refused> {
    let key = key_of(tx, row).await?;
    let detail = key.seal(json!({ "before": { "status": row.status, "endedOn": row.ended_on }, "after": after }));
    Ok(tx.event::<Sponsorship>(row.id, Some(row.community_id), fields, detail).await?)
}

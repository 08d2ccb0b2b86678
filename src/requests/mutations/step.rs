//! What all steps have in common: the request is locked and in a state from which the step leads; it moves, an entry says so, and so does an event.

use async_graphql::ID;
use entity::request;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use crate::{
    error::{UserError, UserErrorCode},
    requests::{
        entry::{self, Said},
        object::Request,
        rules::{self, Step},
    },
    write::{Detail, Faults, Refused, Tx},
};

/// The request, locked, as the client read it, and open to the step.
pub(super) async fn open(
    tx: &Tx<'_>,
    (id, expected): (&ID, i32),
    step: Step,
    faults: &mut Faults,
) -> Result<Option<request::Model>, Refused> {
    let found = tx.subject::<Request>(id, &["id"], Some(expected), |row| row.version, faults).await?;
    if let Some(row) = &found {
        refuse_closed_to(step, row, &["id"], faults);
    }
    Ok(found)
}

pub(super) fn refuse_closed_to(step: Step, row: &request::Model, path: &[&str], faults: &mut Faults) {
    if step.to(row.status).is_none() {
        let refusal = UserError::new(path, UserErrorCode::IllegalTransition, rules::illegal(step, row.status));
        faults.add(refusal.with(json!({ "from": row.status })));
    }
}

/// The columns of a request that moves on.
pub(super) fn moved(before: &request::Model) -> request::ActiveModel {
    request::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() }
}

/// Carries a step out: `row` are the other columns that change with it, `fields` their names. What was said is in the entry, and not in the event.
pub(super) async fn carry_out(
    tx: &Tx<'_>,
    before: &request::Model,
    step: Step,
    mut row: request::ActiveModel,
    fields: &[&str],
    said: Said,
) -> Result<Uuid, Refused> {
    let status = step.to(before.status).unwrap_or(before.status);
    let round = if step == Step::Reopen { before.round + 1 } else { before.round };
    row.status = Set(status);
    tx.update(row).await?;
    entry::append(tx, (before.community_id, before.id), step.kind(), (status, round), said).await?;
    let mut changed = vec!["status"];
    changed.extend(fields);
    let detail = Detail::Open(json!({ "before": { "status": before.status }, "after": { "status": status } }));
    tx.event::<Request>(before.id, Some(before.community_id), &changed, detail).await?;
    Ok(before.id)
}

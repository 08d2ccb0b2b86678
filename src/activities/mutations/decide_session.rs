//! Deciding about sessions: that one was held, or called off.

use async_graphql::{ID, InputObject};
use entity::{
    head_count,
    session::{self, SessionStatus},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{REASON, roll::on_record};
use crate::{
    access::{Resource, policy::Action},
    activities::{Session, transitions},
    error::{UserError, UserErrorCode},
    payload, say,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// A session that took place (确认场次已举行).
#[derive(InputObject, Clone, Debug)]
pub struct HoldSessionInput {
    /// The session, not one to come (场次).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
}

payload! { HoldSessionPayload { session: Session as "session" } }

impl Change for HoldSessionInput {
    type Payload = HoldSessionPayload;
    const VERB: Verb = Verb { name: "holdSession", resource: Resource::Session, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = subject(tx, (&self.id, self.expected_version), SessionStatus::Held, &mut faults).await?;
        if let Some(before) = before.as_ref().filter(|before| before.status == SessionStatus::Planned) {
            let (day, today) = (before.held_on, tx.today_at(before.community_id).await?);
            if day > today {
                let message = say!(
                    "The session is still to come, on {day}; today is {today}.",
                    "该场次定于 {day}，今天是 {today}，尚未举行。"
                );
                faults.note(&["id"], UserErrorCode::IllegalTransition, message);
            }
        }
        let (before,) = faults.all((before,))?;
        decide(tx, &before, SessionStatus::Held, None).await
    }
}

/// A session that is called off, or was not held after all (取消场次).
#[derive(InputObject, Clone, Debug)]
pub struct CancelSessionInput {
    /// The session, without attendances and without a head count: void those first (场次).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (取消原因).
    pub reason: String,
}

payload! { CancelSessionPayload { session: Session as "session" } }

impl Change for CancelSessionInput {
    type Payload = CancelSessionPayload;
    const VERB: Verb = Verb { name: "cancelSession", resource: Resource::Session, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = subject(tx, (&self.id, self.expected_version), SessionStatus::Cancelled, &mut faults).await?;
        let reason = faults.text(&["reason"], &self.reason, REASON);
        if let Some(before) = &before {
            let named = on_record(tx, before.id).await?.len();
            let counted = head_count::Entity::find()
                .filter(head_count::Column::SessionId.eq(before.id))
                .filter(head_count::Column::VoidedAt.is_null())
                .one(tx.conn())
                .await?;
            if named > 0 || counted.is_some() {
                let message = say!(
                    "Somebody is on record as having come. Void the attendances and the head count first.",
                    "该场次已有考勤或人次记录，请先作废。"
                );
                let refusal = UserError::new(&["id"], UserErrorCode::InUse, message);
                faults.add(refusal.with(json!({ "attendances": named, "headCount": counted.is_some() })));
            }
        }
        let (before, reason) = faults.all((before, reason))?;
        decide(tx, &before, SessionStatus::Cancelled, Some(reason)).await
    }
}

/// The session, locked: whoever records that somebody came locks it too.
async fn subject(
    tx: &Tx<'_>,
    (id, expected): (&ID, i32),
    to: SessionStatus,
    faults: &mut Faults,
) -> Result<Option<session::Model>, Refused> {
    let before = tx.subject::<Session>(id, &["id"], Some(expected), |row| row.version, faults).await?;
    let from = before.as_ref().map(|before| before.status);
    if let Some(from) = from.filter(|from| !transitions::session_may_become(*from, to)) {
        let message = transitions::session_illegal(from, to);
        let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, message);
        faults.add(refusal.with(json!({ "from": from, "to": to })));
    }
    Ok(before)
}

async fn decide(
    tx: &Tx<'_>,
    before: &session::Model,
    status: SessionStatus,
    reason: Option<String>,
) -> Result<Uuid, Refused> {
    let mut diff = Diff::default();
    diff.note("status", &before.status, &status);
    diff.note("statusReason", &before.status_reason, &reason);
    tx.update(session::ActiveModel {
        id: Set(before.id),
        status: Set(status),
        status_reason: Set(reason),
        version: Set(before.version + 1),
        ..Default::default()
    })
    .await?;
    let fields = diff.fields().to_vec();
    tx.event::<Session>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
    Ok(before.id)
}

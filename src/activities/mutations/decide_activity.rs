//! Deciding about activities: each decision moves one on, or is refused with both states.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{
    activity::{self, ActivityStatus},
    session::{self, SessionStatus},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::{REASON, refuse_move};
use crate::{
    access::{Resource, policy::Action},
    activities::{Activity, Session},
    error::{UserError, UserErrorCode},
    payload,
    relay::id,
    say,
    write::{Change, Detail, Diff, Faults, Refused, Told, Tx, Verb},
};

/// An activity that begins (启动活动).
#[derive(InputObject, Clone, Debug)]
pub struct StartActivityInput {
    /// The activity (活动).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
}

payload! { StartActivityPayload { activity: Activity as "activity" } }

impl Change for StartActivityInput {
    type Payload = StartActivityPayload;
    const VERB: Verb = Verb { name: "startActivity", resource: Resource::Activity, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        decide(tx, (&self.id, self.expected_version), ActivityStatus::UnderWay, None).await
    }
}

/// An activity that is over, also one of which the start was never recorded (完成活动).
#[derive(InputObject, Clone, Debug)]
pub struct CompleteActivityInput {
    /// The activity; none of its sessions may still be to come (活动).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
}

payload! { CompleteActivityPayload { activity: Activity as "activity" } }

impl Change for CompleteActivityInput {
    type Payload = CompleteActivityPayload;
    const VERB: Verb = Verb { name: "completeActivity", resource: Resource::Activity, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        decide(tx, (&self.id, self.expected_version), ActivityStatus::Completed, None).await
    }
}

/// An activity that is called off, and with it all of its sessions. One of which sessions were held did take place: it is completed instead (取消活动).
#[derive(InputObject, Clone, Debug)]
pub struct CancelActivityInput {
    /// The activity; none of its sessions was held (活动).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (取消原因).
    pub reason: String,
}

payload! { CancelActivityPayload { activity: Activity as "activity" } }

impl Change for CancelActivityInput {
    type Payload = CancelActivityPayload;
    const VERB: Verb = Verb { name: "cancelActivity", resource: Resource::Activity, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        decide(tx, (&self.id, self.expected_version), ActivityStatus::Cancelled, Some(&self.reason)).await
    }
}

/// The row is locked, and whoever schedules or moves a session locks it too: no session is left to come of what is over or called off.
async fn decide(
    tx: &Tx<'_>,
    (id, expected): (&ID, i32),
    to: ActivityStatus,
    reason: Option<&str>,
) -> Result<Uuid, Refused> {
    let mut faults = Faults::default();
    let before = tx.subject::<Activity>(id, &["id"], Some(expected), |row| row.version, &mut faults).await?;
    let reason = match reason {
        Some(reason) => faults.text(&["reason"], reason, REASON).map(Some),
        None => Some(None),
    };
    let mut planned = Vec::new();
    if let Some(before) = &before {
        refuse_move(before.status, to, &mut faults);
        planned = to_come(tx, before.id, to).await?;
        if to == ActivityStatus::Completed {
            refuse_to_come(&planned, tx.today_at(before.community_id).await?, &mut faults);
        }
        if to == ActivityStatus::Cancelled {
            refuse_held(tx, before.id, &mut faults).await?;
        }
    }
    let (before, reason) = faults.all((before, reason))?;

    let mut diff = Diff::default();
    diff.note("status", &before.status, &to);
    diff.note("statusReason", &before.status_reason, &reason);
    tx.update(activity::ActiveModel {
        id: Set(before.id),
        status: Set(to),
        status_reason: Set(reason.clone()),
        version: Set(before.version + 1),
        ..Default::default()
    })
    .await?;
    let fields = diff.fields().to_vec();
    tx.event::<Activity>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
    if to == ActivityStatus::Cancelled {
        call_off(tx, &before, &planned, reason).await?;
    }
    Ok(before.id)
}

/// The sessions that were not held, for those decisions that concern them. Locked, so that none is held meanwhile.
async fn to_come(tx: &Tx<'_>, activity: Uuid, to: ActivityStatus) -> Result<Vec<session::Model>, Refused> {
    if !matches!(to, ActivityStatus::Completed | ActivityStatus::Cancelled) {
        return Ok(Vec::new());
    }
    let planned = session::Entity::find()
        .filter(session::Column::ActivityId.eq(activity))
        .filter(session::Column::Status.eq(SessionStatus::Planned));
    Ok(tx.lock_all(planned, session::Column::Id).await?)
}

/// A past session that nobody reported on does not keep an activity open; one to come does.
fn refuse_to_come(planned: &[session::Model], today: NaiveDate, faults: &mut Faults) {
    let Some(next) = planned.iter().filter(|session| session.held_on > today).min_by_key(|session| session.held_on)
    else {
        return;
    };
    let day = next.held_on;
    let message = say!(
        "A session is still to come, on {day}. Call it off first, or complete the activity after it.",
        "尚有 {day} 的场次未举行：请先取消该场次，或待其结束后再完成活动。"
    );
    let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, message);
    faults.add(refusal.with(json!({ "sessionId": id::encode("session", next.id) })));
}

/// Who came stays on record, and no activity is both called off and attended. Those that are not held are locked by now, so that none becomes it meanwhile.
async fn refuse_held(tx: &Tx<'_>, activity: Uuid, faults: &mut Faults) -> Result<(), Refused> {
    let held = session::Entity::find()
        .filter(session::Column::ActivityId.eq(activity))
        .filter(session::Column::Status.eq(SessionStatus::Held))
        .order_by_asc(session::Column::HeldOn)
        .order_by_asc(session::Column::Id);
    if let Some(held) = held.one(tx.conn()).await? {
        let day = held.held_on;
        let message = say!(
            "A session was held, on {day}: call off those to come and complete the activity, or call that one off first if it was not held.",
            "已有场次于 {day} 举行：请取消未举行的场次并完成活动；若该场次实未举行，请先取消该场次。"
        );
        let refusal = UserError::new(&["id"], UserErrorCode::InUse, message);
        faults.add(refusal.with(json!({ "sessionId": id::encode("session", held.id) })));
    }
    Ok(())
}

/// One statement for the sessions and one for their events, for however many.
async fn call_off(
    tx: &Tx<'_>,
    activity: &activity::Model,
    planned: &[session::Model],
    reason: Option<String>,
) -> Result<(), Refused> {
    if planned.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = planned.iter().map(|session| session.id).collect();
    let version = session::Column::Version;
    session::Entity::update_many()
        .set(session::ActiveModel {
            status: Set(SessionStatus::Cancelled),
            status_reason: Set(reason),
            ..Default::default()
        })
        .col_expr(version, Expr::col(version).add(1))
        .filter(session::Column::Id.is_in(ids.iter().copied()))
        .exec(tx.conn())
        .await?;
    // The reason is in the event of the activity.
    let told = ids.iter().map(|id| Told::of::<Session>(*id, &["status", "statusReason"], Detail::None));
    tx.events(activity.community_id, told.collect()).await?;
    Ok(())
}

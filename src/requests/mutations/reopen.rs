//! Opening a request again.

use async_graphql::{ID, InputObject};
use chrono::TimeDelta;
use entity::request::RequestStatus;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{
    REASON,
    step::{carry_out, moved, open},
};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserError, UserErrorCode},
    payload,
    requests::{
        deadline,
        entry::Said,
        object::Request,
        rules::{REOPEN_DAYS, Step},
    },
    say,
    write::{Change, Faults, Refused, Tx, Verb},
};

/// A request whose answer did not help; it goes to whoever handled it, and its time begins anew (重新办理诉求).
#[derive(InputObject, Clone, Debug)]
pub struct ReopenRequestInput {
    /// The request (诉求).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { ReopenRequestPayload { request: Request as "request" } }

impl Change for ReopenRequestInput {
    type Payload = ReopenRequestPayload;
    // Not `Decide`: this much of a request is the submitter's to change, and no more.
    const VERB: Verb = Verb { name: "reopenRequest", resource: Resource::Request, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = open(tx, (&self.id, self.expected_version), Step::Reopen, &mut faults).await?;
        let reason = faults.text(&["reason"], &self.reason, REASON);
        let today = match &before {
            Some(before) => Some(tx.today_at(before.community_id).await?),
            None => None,
        };
        if let (Some(before), Some(today)) = (&before, today)
            && let Some(last) = before.closed_on.or(before.answered_on)
            && today > last + TimeDelta::days(REOPEN_DAYS)
        {
            let message = say!(
                "It may be reopened within {REOPEN_DAYS} days of {last}; submit a new request.",
                "须在 {last} 起 {REOPEN_DAYS} 天内申请重新办理；请提交新的诉求。"
            );
            let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, message);
            faults.add(refusal.with(json!({ "lastOn": last, "days": REOPEN_DAYS })));
        }
        let (before, reason, today) = faults.all((before, reason, today))?;
        let (due_on, provisional) = deadline::of(tx, before.category, before.urgency, today).await?;
        let mut row = moved(&before);
        row.round = Set(before.round + 1);
        (row.round_started_on, row.due_on, row.due_provisional) = (Set(today), Set(due_on), Set(provisional));
        (row.answered_on, row.answered_at, row.called_back_on) = (Set(None), Set(None), Set(None));
        row.satisfaction = Set(None);
        let mut fields = vec!["reopenings", "dueOn", "answeredAt", "satisfaction"];
        if before.status == RequestStatus::Closed {
            (row.closed_on, row.settled_at) = (Set(None), Set(None));
            fields.extend(["closedOn", "settledAt"]);
        }
        let said = Said { by_submitter: !tx.reaches(before.community_id), ..Said::because(Some(reason)) };
        carry_out(tx, &before, Step::Reopen, row, &fields, said).await
    }
}

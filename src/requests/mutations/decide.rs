//! Steps that take no more than a reason: accepting, declining, starting, handing back.

use async_graphql::{ID, InputObject};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{
    REASON, WORDS,
    step::{carry_out, moved, open},
};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserError, UserErrorCode},
    payload,
    requests::{
        entry::Said,
        object::Request,
        rules::{MOST_HAND_BACKS, Step},
    },
    say,
    write::{Change, Faults, Refused, Tx, Verb},
};

/// A request that the community will see to (受理诉求).
#[derive(InputObject, Clone, Debug)]
pub struct AcceptRequestInput {
    /// The request (诉求).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// A remark for those who handle it, at most 500 characters (备注).
    pub reason: Option<String>,
}

payload! { AcceptRequestPayload { request: Request as "request" } }

impl Change for AcceptRequestInput {
    type Payload = AcceptRequestPayload;
    const VERB: Verb = Verb { name: "acceptRequest", resource: Resource::Request, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        plain(tx, (&self.id, self.expected_version), Step::Accept, self.reason.as_deref()).await
    }
}

/// A request that is none of the community's business (不予受理诉求).
#[derive(InputObject, Clone, Debug)]
pub struct DeclineRequestInput {
    /// The request (诉求).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// What the submitter is told: why, and whom they may turn to; at most 2,000 characters (答复内容).
    pub answer: String,
    /// A remark for those who handle requests, at most 500 characters (备注).
    pub reason: Option<String>,
}

payload! { DeclineRequestPayload { request: Request as "request" } }

impl Change for DeclineRequestInput {
    type Payload = DeclineRequestPayload;
    const VERB: Verb = Verb { name: "declineRequest", resource: Resource::Request, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = open(tx, (&self.id, self.expected_version), Step::Decline, &mut faults).await?;
        let answer = faults.text(&["answer"], &self.answer, WORDS);
        let reason = faults.optional_text(&["reason"], self.reason.as_deref(), REASON);
        let (before, answer, reason) = faults.all((before, answer, reason))?;
        let said = Said { reason, answer: Some(answer), by_submitter: false };
        carry_out(tx, &before, Step::Decline, moved(&before), &[], said).await
    }
}

/// A request on which work began (开始办理诉求).
#[derive(InputObject, Clone, Debug)]
pub struct StartRequestInput {
    /// The request (诉求).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// A remark for those who handle it, at most 500 characters (备注).
    pub reason: Option<String>,
}

payload! { StartRequestPayload { request: Request as "request" } }

impl Change for StartRequestInput {
    type Payload = StartRequestPayload;
    const VERB: Verb = Verb { name: "startRequest", resource: Resource::Request, action: Action::Handle };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        plain(tx, (&self.id, self.expected_version), Step::Start, self.reason.as_deref()).await
    }
}

/// A request that whoever it was given to cannot handle (退回诉求).
#[derive(InputObject, Clone, Debug)]
pub struct HandBackRequestInput {
    /// The request (诉求).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { HandBackRequestPayload { request: Request as "request" } }

impl Change for HandBackRequestInput {
    type Payload = HandBackRequestPayload;
    const VERB: Verb = Verb { name: "handBackRequest", resource: Resource::Request, action: Action::Handle };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = open(tx, (&self.id, self.expected_version), Step::HandBack, &mut faults).await?;
        let reason = faults.text(&["reason"], &self.reason, REASON);
        if let Some(before) = before.as_ref().filter(|row| row.hand_backs >= MOST_HAND_BACKS) {
            let backs = before.hand_backs;
            let message = say!(
                "The request was handed back {backs} times already; give it directly to somebody who can handle it.",
                "该诉求已退回 {backs} 次；请直接交办给能够办理的人员。"
            );
            let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, message);
            faults.add(refusal.with(json!({ "handBacks": backs, "most": MOST_HAND_BACKS })));
        }
        let (before, reason) = faults.all((before, reason))?;
        let mut row = moved(&before);
        (row.assignee_id, row.assignee_grid_id, row.assignee_unit_id) = (Set(None), Set(None), Set(None));
        row.unit_brief = Set(None);
        row.hand_backs = Set(before.hand_backs + 1);
        let fields = ["assignee", "handBacks"];
        carry_out(tx, &before, Step::HandBack, row, &fields, Said::because(Some(reason))).await
    }
}

async fn plain(tx: &Tx<'_>, which: (&ID, i32), step: Step, reason: Option<&str>) -> Result<Uuid, Refused> {
    let mut faults = Faults::default();
    let before = open(tx, which, step, &mut faults).await?;
    let reason = faults.optional_text(&["reason"], reason, REASON);
    let (before, reason) = faults.all((before, reason))?;
    carry_out(tx, &before, step, moved(&before), &[], Said::because(reason)).await
}

//! Deciding about projects: each decision moves one project on, or is refused with both states.

use async_graphql::{ID, InputObject};
use entity::project::{self, ProjectStatus};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::REASON;
use crate::{
    access::{Resource, policy::Action},
    aid,
    error::{UserError, UserErrorCode},
    payload,
    projects::{object::Project, rules},
    say,
    scalars::Date,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// A proposed project that is agreed to (批准共建项目).
#[derive(InputObject, Clone, Debug)]
pub struct ApproveProjectInput {
    /// The project (共建项目).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
}

payload! { ApproveProjectPayload { project: Project as "project" } }

impl Change for ApproveProjectInput {
    type Payload = ApproveProjectPayload;
    const VERB: Verb = Verb { name: "approveProject", resource: Resource::Project, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        decide(tx, (&self.id, self.expected_version), Decision::Approve).await
    }
}

/// An approved project that starts (启动共建项目).
#[derive(InputObject, Clone, Debug)]
pub struct StartProjectInput {
    /// The project (共建项目).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The first day, not after today; today when left out (启动日).
    pub started_on: Option<Date>,
}

payload! { StartProjectPayload { project: Project as "project" } }

impl Change for StartProjectInput {
    type Payload = StartProjectPayload;
    const VERB: Verb = Verb { name: "startProject", resource: Resource::Project, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        decide(tx, (&self.id, self.expected_version), Decision::Start(self.started_on)).await
    }
}

/// A project that reached what it was for (完成共建项目).
#[derive(InputObject, Clone, Debug)]
pub struct CompleteProjectInput {
    /// The project (共建项目).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The last day, not before the first and not after today; today when left out (完成日).
    pub ended_on: Option<Date>,
}

payload! { CompleteProjectPayload { project: Project as "project" } }

impl Change for CompleteProjectInput {
    type Payload = CompleteProjectPayload;
    const VERB: Verb = Verb { name: "completeProject", resource: Resource::Project, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        decide(tx, (&self.id, self.expected_version), Decision::Complete(self.ended_on)).await
    }
}

/// A project that is given up (取消共建项目).
#[derive(InputObject, Clone, Debug)]
pub struct CancelProjectInput {
    /// The project (共建项目).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { CancelProjectPayload { project: Project as "project" } }

impl Change for CancelProjectInput {
    type Payload = CancelProjectPayload;
    const VERB: Verb = Verb { name: "cancelProject", resource: Resource::Project, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        decide(tx, (&self.id, self.expected_version), Decision::Cancel(&self.reason)).await
    }
}

/// A decision and what it comes with.
#[derive(Clone, Copy)]
enum Decision<'a> {
    Approve,
    Start(Option<Date>),
    Complete(Option<Date>),
    Cancel(&'a str),
}

impl Decision<'_> {
    fn to(self) -> ProjectStatus {
        match self {
            Decision::Approve => ProjectStatus::Approved,
            Decision::Start(_) => ProjectStatus::UnderWay,
            Decision::Complete(_) => ProjectStatus::Completed,
            Decision::Cancel(_) => ProjectStatus::Cancelled,
        }
    }
}

/// The row is locked: of two who decide at once, the second finds another version.
async fn decide(tx: &Tx<'_>, (id, expected): (&ID, i32), decision: Decision<'_>) -> Result<Uuid, Refused> {
    let mut faults = Faults::default();
    let before = tx.subject::<Project>(id, &["id"], Some(expected), |row| row.version, &mut faults).await?;
    let reason = match decision {
        Decision::Cancel(reason) => faults.text(&["reason"], reason, REASON).map(Some),
        Decision::Approve | Decision::Start(_) | Decision::Complete(_) => Some(None),
    };
    let to = decision.to();
    if let Some(from) = before.as_ref().map(|before| before.status).filter(|from| !rules::may_become(*from, to)) {
        let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, rules::illegal(from, to));
        faults.add(refusal.with(json!({ "from": from, "to": to })));
    }
    let (before, reason) = faults.all((before, reason))?;
    if let Decision::Cancel(_) = decision {
        nothing_promised(tx, &before).await?;
    }

    let mut diff = Diff::default();
    let mut row = project::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
    diff.note("status", &before.status, &to);
    row.status = Set(to);
    match decision {
        Decision::Approve => {}
        Decision::Start(day) => {
            let today = tx.today_at(before.community_id).await?;
            let day = rules::day(day.map_or(today, |day| day.0), None, today);
            let started_on = Some(checked("startedOn", day)?);
            diff.note("startedOn", &before.started_on, &started_on);
            row.started_on = Set(started_on);
        }
        Decision::Complete(day) => {
            let today = tx.today_at(before.community_id).await?;
            let day = rules::day(day.map_or(today, |day| day.0), before.started_on, today);
            let ended_on = Some(checked("endedOn", day)?);
            diff.note("endedOn", &before.ended_on, &ended_on);
            row.ended_on = Set(ended_on);
        }
        Decision::Cancel(_) => {
            diff.note("statusReason", &before.status_reason, &reason);
            row.status_reason = Set(reason);
        }
    }
    tx.update(row).await?;
    let fields = diff.fields().to_vec();
    tx.event::<Project>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
    Ok(before.id)
}

/// Whoever was promised something out of the project is told first: their grants are cancelled, or delivered, each by itself. The project is locked, so
/// that none is recorded meanwhile.
async fn nothing_promised(tx: &Tx<'_>, project: &project::Model) -> Result<(), Refused> {
    let open = aid::promised(tx, project.id).await?;
    if open == 0 {
        return Ok(());
    }
    let message = say!(
        "{open} grants of the project are planned or approved: cancel or deliver them first (`cancelAidBatch`, `deliverAidBatch`).",
        "该项目还有 {open} 条帮扶处于计划或已批准状态：请先取消或发放（`cancelAidBatch`、`deliverAidBatch`）。"
    );
    Err(UserError::new(&["id"], UserErrorCode::InUse, message).with(json!({ "openAidRecords": open })).into())
}

fn checked<T>(field: &str, value: Result<T, crate::figures::Refusal>) -> Result<T, Refused> {
    value.map_err(|(code, message)| UserError::new(&[field], code, message).into())
}

//! Deciding about campaigns: each decision moves one on, or is refused with both states.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{activity::ActivityStatus, campaign};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{REASON, refuse_move};
use crate::{
    access::{Resource, policy::Action},
    activities::Campaign,
    payload,
    scalars::Date,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// A campaign that begins (启动专项行动).
#[derive(InputObject, Clone, Debug)]
pub struct StartCampaignInput {
    /// The campaign (专项行动).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The first day, not after today; when left out the one that was planned, or today where that is still to come (起始日).
    pub started_on: Option<Date>,
}

payload! { StartCampaignPayload { campaign: Campaign as "campaign" } }

impl Change for StartCampaignInput {
    type Payload = StartCampaignPayload;
    const VERB: Verb = Verb { name: "startCampaign", resource: Resource::Campaign, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        decide(tx, (&self.id, self.expected_version), Decision::Start(self.started_on)).await
    }
}

/// A campaign that is over, also one of which the start was never recorded (完成专项行动).
#[derive(InputObject, Clone, Debug)]
pub struct CompleteCampaignInput {
    /// The campaign (专项行动).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The last day, not before the first and not after today; when left out the one that was set, or today where that is still to come (终止日).
    pub ended_on: Option<Date>,
}

payload! { CompleteCampaignPayload { campaign: Campaign as "campaign" } }

impl Change for CompleteCampaignInput {
    type Payload = CompleteCampaignPayload;
    const VERB: Verb = Verb { name: "completeCampaign", resource: Resource::Campaign, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        decide(tx, (&self.id, self.expected_version), Decision::Complete(self.ended_on)).await
    }
}

/// A campaign that is called off; its activities are called off one by one, where they are (取消专项行动).
#[derive(InputObject, Clone, Debug)]
pub struct CancelCampaignInput {
    /// The campaign (专项行动).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (取消原因).
    pub reason: String,
}

payload! { CancelCampaignPayload { campaign: Campaign as "campaign" } }

impl Change for CancelCampaignInput {
    type Payload = CancelCampaignPayload;
    const VERB: Verb = Verb { name: "cancelCampaign", resource: Resource::Campaign, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        decide(tx, (&self.id, self.expected_version), Decision::Cancel(&self.reason)).await
    }
}

/// A decision and what it comes with.
#[derive(Clone, Copy)]
enum Decision<'a> {
    Start(Option<Date>),
    Complete(Option<Date>),
    Cancel(&'a str),
}

impl Decision<'_> {
    fn to(self) -> ActivityStatus {
        match self {
            Decision::Start(_) => ActivityStatus::UnderWay,
            Decision::Complete(_) => ActivityStatus::Completed,
            Decision::Cancel(_) => ActivityStatus::Cancelled,
        }
    }

    /// The first and the last day after it.
    fn days(
        self,
        before: &campaign::Model,
        today: NaiveDate,
        faults: &mut Faults,
    ) -> Option<(NaiveDate, Option<NaiveDate>)> {
        match self {
            Decision::Start(given) => {
                let given = given.map_or(before.started_on.min(today), |day| day.0);
                let started_on = faults.first_day(&["startedOn"], Some(given), today)?;
                // A last day that was planned before the campaign began is none.
                Some((started_on, before.ended_on.filter(|ended_on| *ended_on >= started_on)))
            }
            Decision::Complete(given) => {
                let given = given.map(|day| day.0).or(before.ended_on.map(|ended_on| ended_on.min(today)));
                let ended_on = faults.last_day(&["endedOn"], given, before.started_on, today)?;
                Some((before.started_on, Some(ended_on)))
            }
            Decision::Cancel(_) => Some((before.started_on, before.ended_on)),
        }
    }
}

/// The row is locked: of two who decide at once, the second finds another version.
async fn decide(tx: &Tx<'_>, (id, expected): (&ID, i32), decision: Decision<'_>) -> Result<Uuid, Refused> {
    let mut faults = Faults::default();
    let before = tx.subject::<Campaign>(id, &["id"], Some(expected), |row| row.version, &mut faults).await?;
    let reason = match decision {
        Decision::Cancel(reason) => faults.text(&["reason"], reason, REASON).map(Some),
        Decision::Start(_) | Decision::Complete(_) => Some(None),
    };
    let status = decision.to();
    let days = match &before {
        Some(before) => {
            refuse_move(before.status, status, &mut faults);
            decision.days(before, tx.today_at(before.community_id).await?, &mut faults)
        }
        None => None,
    };
    let (before, reason, (started_on, ended_on)) = faults.all((before, reason, days))?;

    let mut diff = Diff::default();
    diff.note("status", &before.status, &status);
    diff.note("statusReason", &before.status_reason, &reason);
    diff.note("startedOn", &before.started_on, &started_on);
    diff.note("endedOn", &before.ended_on, &ended_on);
    tx.update(campaign::ActiveModel {
        id: Set(before.id),
        status: Set(status),
        status_reason: Set(reason),
        started_on: Set(started_on),
        ended_on: Set(ended_on),
        version: Set(before.version + 1),
        ..Default::default()
    })
    .await?;
    let fields = diff.fields().to_vec();
    tx.event::<Campaign>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
    Ok(before.id)
}

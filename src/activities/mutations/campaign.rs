//! Planning campaigns and correcting what their record says.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::NaiveDate;
use entity::{activity::ActivityStatus, campaign};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{DESCRIPTION, TITLE, refuse_cancelled};
use crate::{
    access::{Resource, policy::Action},
    activities::{ActivityKind, Campaign},
    error::UserErrorCode,
    payload, say,
    scalars::Date,
    search::{self, SearchKind},
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// A campaign to be planned (策划专项行动).
#[derive(InputObject, Clone, Debug)]
pub struct PlanCampaignInput {
    /// The community (社区).
    pub community_id: ID,
    /// The kind under which its own results are reported; its activities may be of other kinds (类型).
    pub kind: ActivityKind,
    /// Title, at most 200 characters (名称).
    pub title: String,
    /// What it is about, at most 4000 characters (说明).
    pub description: Option<String>,
    /// The first day, to come or past (起始日).
    pub started_on: Date,
    /// The last day, where it is set; never before the first (终止日).
    pub ended_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { PlanCampaignPayload { campaign: Campaign as "campaign" } }

impl Change for PlanCampaignInput {
    type Payload = PlanCampaignPayload;
    const VERB: Verb = Verb { name: "planCampaign", resource: Resource::Campaign, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let title = faults.text(&["title"], &self.title, TITLE);
        let description = faults.optional_text(&["description"], self.description.as_deref(), DESCRIPTION);
        let ended_on = term(self.started_on.0, self.ended_on.map(|day| day.0), "endedOn", &mut faults);
        let (community, title, description, ended_on) = faults.all((community, title, description, ended_on))?;

        let id = tx.new_id();
        let row = campaign::Model {
            id,
            community_id: community.id,
            kind: self.kind.into(),
            title,
            description,
            status: ActivityStatus::Planned,
            status_reason: None,
            started_on: self.started_on.0,
            ended_on,
            version: 1,
            recorded_at: tx.now(),
        };
        let after = json!({
            "kind": row.kind, "title": row.title, "description": row.description, "startedOn": row.started_on, "endedOn": row.ended_on,
        });
        tx.insert(campaign::ActiveModel::from(row)).await?;
        search::refresh(tx.conn(), SearchKind::Campaign, id).await?;
        let fields = ["kind", "title", "description", "status", "startedOn", "endedOn"];
        tx.event::<Campaign>(id, Some(community.id), &fields, Detail::Open(json!({ "after": after }))).await?;
        Ok(id)
    }
}

/// Corrections to a campaign: what is left out stays, what is null is cleared (更正专项行动).
#[derive(InputObject, Clone, Debug)]
pub struct AmendCampaignInput {
    /// The campaign (专项行动).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// The kind under which its own results are reported (类型).
    pub kind: Option<ActivityKind>,
    /// Title, at most 200 characters (名称).
    pub title: Option<String>,
    /// What it is about, at most 4000 characters; null clears it (说明).
    pub description: MaybeUndefined<String>,
    /// The first day; of one that was started or completed, not after today (起始日).
    pub started_on: Option<Date>,
    /// The last day, never before the first; of one that was completed, not after today and never null (终止日).
    pub ended_on: MaybeUndefined<Date>,
}

payload! { AmendCampaignPayload { campaign: Campaign as "campaign" } }

impl AmendCampaignInput {
    /// What has begun did not begin in the future, and what is over ended on a day that is known.
    fn days(
        &self,
        before: &campaign::Model,
        today: NaiveDate,
        faults: &mut Faults,
    ) -> Option<(NaiveDate, Option<NaiveDate>)> {
        let (begun, over) = (before.status != ActivityStatus::Planned, before.status == ActivityStatus::Completed);
        let started_on = match self.started_on.map(|day| day.0) {
            None => before.started_on,
            Some(day) if begun => faults.first_day(&["startedOn"], Some(day), today)?,
            Some(day) => day,
        };
        let ended_on = match self.ended_on {
            MaybeUndefined::Undefined => before.ended_on,
            MaybeUndefined::Null if over => {
                let message = say!("A campaign that is over has its last day.", "已完成的专项行动须有终止日。");
                faults.note(&["endedOn"], UserErrorCode::Required, message);
                return None;
            }
            MaybeUndefined::Null => None,
            MaybeUndefined::Value(day) if over => {
                Some(faults.last_day(&["endedOn"], Some(day.0), started_on, today)?)
            }
            MaybeUndefined::Value(day) => Some(day.0),
        };
        let field = if self.ended_on.is_undefined() { "startedOn" } else { "endedOn" };
        Some((started_on, term(started_on, ended_on, field, faults)?))
    }
}

impl Change for AmendCampaignInput {
    type Payload = AmendCampaignPayload;
    const VERB: Verb = Verb { name: "amendCampaign", resource: Resource::Campaign, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Campaign>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        refuse_cancelled(&["id"], before.as_ref().map(|before| before.status), &mut faults);
        let title = faults.amended_text(&["title"], self.title.as_deref(), TITLE);
        let description = faults.clearable_text(&["description"], &self.description, DESCRIPTION);
        let days = match &before {
            Some(before) => self.days(before, tx.today_at(before.community_id).await?, &mut faults),
            None => None,
        };
        let (before, title, description, (started_on, ended_on)) = faults.all((before, title, description, days))?;

        let mut diff = Diff::default();
        let mut after = before.clone();
        after.kind = self.kind.map_or(before.kind, Into::into);
        after.title = title.unwrap_or(after.title);
        after.description = description.unwrap_or(after.description);
        (after.started_on, after.ended_on) = (started_on, ended_on);
        diff.note("kind", &before.kind, &after.kind);
        diff.note("title", &before.title, &after.title);
        diff.note("description", &before.description, &after.description);
        diff.note("startedOn", &before.started_on, &after.started_on);
        diff.note("endedOn", &before.ended_on, &after.ended_on);
        tx.update(campaign::ActiveModel {
            id: Set(before.id),
            kind: Set(after.kind),
            title: Set(after.title),
            description: Set(after.description),
            started_on: Set(after.started_on),
            ended_on: Set(after.ended_on),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        search::refresh(tx.conn(), SearchKind::Campaign, before.id).await?;
        let fields = diff.fields().to_vec();
        tx.event::<Campaign>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

/// The last day is not before the first; `field` is the one that was given.
fn term(
    started_on: NaiveDate,
    ended_on: Option<NaiveDate>,
    field: &str,
    faults: &mut Faults,
) -> Option<Option<NaiveDate>> {
    if ended_on.is_some_and(|ended_on| ended_on < started_on) {
        let message = say!("The last day would lie before the first.", "终止日早于起始日。");
        faults.note(&[field], UserErrorCode::OutOfRange, message);
        return None;
    }
    Some(ended_on)
}

//! Planning activities and correcting what their record says.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::{
    activity::{self, ActivityStatus},
    activity_organiser, campaign,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use super::{
    DESCRIPTION, TITLE,
    organiser::{OrganiserInput, organisers},
    refuse_cancelled,
};
use crate::{
    access::{Resource, policy::Action},
    activities::{Activity, ActivityKind, Campaign},
    error::UserErrorCode,
    payload,
    projects::Project,
    say,
    search::{self, SearchKind},
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// An activity to be planned (策划活动).
#[derive(InputObject, Clone, Debug)]
pub struct PlanActivityInput {
    /// The community (社区).
    pub community_id: ID,
    /// What it is (类型).
    pub kind: ActivityKind,
    /// Title, at most 200 characters (名称).
    pub title: String,
    /// What it is about, at most 4000 characters (说明).
    pub description: Option<String>,
    /// The campaign that it is part of, not one that was called off (专项行动).
    pub campaign_id: Option<ID>,
    /// The joint project that it is part of (共建项目).
    pub project_id: Option<ID>,
    /// Who holds it: 1 to 50, each once (主办方).
    pub organisers: Vec<OrganiserInput>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { PlanActivityPayload { activity: Activity as "activity" } }

impl Change for PlanActivityInput {
    type Payload = PlanActivityPayload;
    const VERB: Verb = Verb { name: "planActivity", resource: Resource::Activity, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let within = community.as_ref().map(|community| community.id);
        let title = faults.text(&["title"], &self.title, TITLE);
        let description = faults.optional_text(&["description"], self.description.as_deref(), DESCRIPTION);
        let campaign =
            tx.find_optional::<Campaign>(self.campaign_id.as_ref(), &["campaignId"], within, &mut faults).await?;
        joinable(campaign.as_ref().and_then(Option::as_ref), &mut faults);
        let project =
            tx.find_optional::<Project>(self.project_id.as_ref(), &["projectId"], within, &mut faults).await?;
        let organisers = organisers(tx, &self.organisers, within, &mut faults).await?;
        let (community, title, description, campaign, project, organisers) =
            faults.all((community, title, description, campaign, project, organisers))?;

        let id = tx.new_id();
        let row = activity::Model {
            id,
            community_id: community.id,
            campaign_id: campaign.map(|campaign| campaign.id),
            project_id: project.map(|project| project.id),
            kind: self.kind.into(),
            title,
            description,
            status: ActivityStatus::Planned,
            status_reason: None,
            version: 1,
            recorded_at: tx.now(),
        };
        let after = json!({
            "kind": row.kind, "title": row.title, "description": row.description, "campaignId": row.campaign_id, "projectId": row.project_id,
            "organisers": organisers.iter().map(|organiser| organiser.shown()).collect::<Vec<_>>(),
        });
        tx.insert(activity::ActiveModel::from(row)).await?;
        let rows = organisers.iter().map(|organiser| organiser.row(tx.new_id(), (id, community.id)));
        activity_organiser::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
        search::refresh(tx.conn(), SearchKind::Activity, id).await?;
        let fields = ["kind", "title", "description", "status", "campaignId", "projectId", "organisers"];
        tx.event::<Activity>(id, Some(community.id), &fields, Detail::Open(json!({ "after": after }))).await?;
        Ok(id)
    }
}

/// Corrections to an activity: what is left out stays, what is null is cleared (更正活动).
#[derive(InputObject, Clone, Debug)]
pub struct AmendActivityInput {
    /// The activity (活动).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// What it is (类型).
    pub kind: Option<ActivityKind>,
    /// Title, at most 200 characters (名称).
    pub title: Option<String>,
    /// What it is about, at most 4000 characters; null clears it (说明).
    pub description: MaybeUndefined<String>,
    /// The campaign that it is part of, not one that was called off; null for none (专项行动).
    pub campaign_id: MaybeUndefined<ID>,
    /// The joint project that it is part of; null for none (共建项目).
    pub project_id: MaybeUndefined<ID>,
}

payload! { AmendActivityPayload { activity: Activity as "activity" } }

impl Change for AmendActivityInput {
    type Payload = AmendActivityPayload;
    const VERB: Verb = Verb { name: "amendActivity", resource: Resource::Activity, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Activity>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let within = before.as_ref().map(|before| before.community_id);
        refuse_cancelled(&["id"], before.as_ref().map(|before| before.status), &mut faults);
        let title = faults.amended_text(&["title"], self.title.as_deref(), TITLE);
        let description = faults.clearable_text(&["description"], &self.description, DESCRIPTION);
        let campaign = match &self.campaign_id {
            MaybeUndefined::Undefined => Some(None),
            MaybeUndefined::Null => Some(Some(None)),
            MaybeUndefined::Value(given) => {
                let found = tx.find::<Campaign>(given, &["campaignId"], within, &mut faults).await?;
                // Where it is part of that one already, nothing is joined.
                let own = before.as_ref().and_then(|before| before.campaign_id);
                joinable(found.as_ref().filter(|campaign| own != Some(campaign.id)), &mut faults);
                found.map(|campaign| Some(Some(campaign.id)))
            }
        };
        let project = tx.find_amended::<Project>(&self.project_id, &["projectId"], within, &mut faults).await?;
        let (before, title, description, campaign, project) =
            faults.all((before, title, description, campaign, project))?;

        let mut diff = Diff::default();
        let mut after = before.clone();
        after.kind = self.kind.map_or(before.kind, Into::into);
        after.title = title.unwrap_or(after.title);
        after.description = description.unwrap_or(after.description);
        after.campaign_id = campaign.unwrap_or(after.campaign_id);
        after.project_id = project.unwrap_or(after.project_id);
        diff.note("kind", &before.kind, &after.kind);
        diff.note("title", &before.title, &after.title);
        diff.note("description", &before.description, &after.description);
        diff.note("campaignId", &before.campaign_id, &after.campaign_id);
        diff.note("projectId", &before.project_id, &after.project_id);
        tx.update(activity::ActiveModel {
            id: Set(before.id),
            kind: Set(after.kind),
            title: Set(after.title),
            description: Set(after.description),
            campaign_id: Set(after.campaign_id),
            project_id: Set(after.project_id),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        search::refresh(tx.conn(), SearchKind::Activity, before.id).await?;
        let fields = diff.fields().to_vec();
        tx.event::<Activity>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

/// Nothing becomes part of what was called off. Of what is over, activities may be put on file late.
fn joinable(campaign: Option<&campaign::Model>, faults: &mut Faults) {
    if campaign.is_some_and(|campaign| campaign.status == ActivityStatus::Cancelled) {
        let message = say!("The campaign was called off.", "该专项行动已取消。");
        faults.note(&["campaignId"], UserErrorCode::IllegalTransition, message);
    }
}

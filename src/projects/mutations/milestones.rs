//! Setting milestones, and reaching them.

use async_graphql::{ID, InputObject};
use entity::milestone;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::TITLE;
use crate::{
    access::{Resource, policy::Action},
    error::{UserError, UserErrorCode},
    payload,
    projects::{milestone::Milestone, object::Project, rules},
    say,
    scalars::Date,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// A milestone to be set (新增里程碑).
#[derive(InputObject, Clone, Debug)]
pub struct AddMilestoneInput {
    /// The project (共建项目).
    pub project_id: ID,
    /// What is to be reached, at most 200 characters (名称).
    pub title: String,
    /// The day by which (计划日期).
    pub due_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { AddMilestonePayload { milestone: Milestone as "milestone" } }

impl Change for AddMilestoneInput {
    type Payload = AddMilestonePayload;
    const VERB: Verb = Verb { name: "addMilestone", resource: Resource::Milestone, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let project = tx.find::<Project>(&self.project_id, &["projectId"], None, &mut faults).await?;
        let title = faults.text(&["title"], &self.title, TITLE);
        let (project, title) = faults.all((project, title))?;
        let due_on = self.due_on.map(|day| day.0);
        let id = tx.new_id();
        let detail = Detail::Open(json!({ "projectId": project.id, "after": { "title": title, "dueOn": due_on } }));
        tx.insert(milestone::ActiveModel {
            id: Set(id),
            community_id: Set(project.community_id),
            project_id: Set(project.id),
            title: Set(title),
            due_on: Set(due_on),
            reached_on: Set(None),
            version: Set(1),
        })
        .await?;
        tx.event::<Milestone>(id, Some(project.community_id), &["title", "dueOn"], detail).await?;
        Ok(id)
    }
}

/// A milestone that was reached (达成里程碑).
#[derive(InputObject, Clone, Debug)]
pub struct ReachMilestoneInput {
    /// The milestone (里程碑).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The day, not after today; today when left out (达成日期).
    pub reached_on: Option<Date>,
}

payload! { ReachMilestonePayload { milestone: Milestone as "milestone" } }

impl Change for ReachMilestoneInput {
    type Payload = ReachMilestonePayload;
    const VERB: Verb = Verb { name: "reachMilestone", resource: Resource::Milestone, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Milestone>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        if let Some(on) = before.as_ref().and_then(|before| before.reached_on) {
            let message = say!("The milestone was reached on {on} already.", "该里程碑已于 {on} 达成。");
            let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, message);
            faults.add(refusal.with(json!({ "from": "REACHED", "to": "REACHED" })));
        }
        let reached_on = match &before {
            Some(before) => {
                let today = tx.today_at(before.community_id).await?;
                let day = self.reached_on.map_or(today, |day| day.0);
                faults.take(&["reachedOn"], rules::day(day, None, today)).map(Some)
            }
            None => None,
        };
        let (before, reached_on) = faults.all((before, reached_on))?;
        let mut diff = Diff::default();
        diff.note("reachedOn", &before.reached_on, &reached_on);
        tx.update(milestone::ActiveModel {
            id: Set(before.id),
            version: Set(before.version + 1),
            reached_on: Set(reached_on),
            ..Default::default()
        })
        .await?;
        let fields = diff.fields().to_vec();
        tx.event::<Milestone>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

//! Correcting what the record of a contribution says.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::contribution;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::TITLE;
use crate::{
    access::{Resource, policy::Action},
    contributions::object::Contribution,
    payload,
    projects::Project,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// Corrections to a contribution: what is left out stays, what is null is cleared (更正资源投入).
#[derive(InputObject, Clone, Debug)]
pub struct AmendContributionInput {
    /// The contribution (资源投入).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Title, at most 200 characters (名称).
    pub title: Option<String>,
    /// The project that it is put into; null takes it out of any. Grants that were made out of it stay where they are (共建项目).
    pub project_id: MaybeUndefined<ID>,
}

payload! { AmendContributionPayload { contribution: Contribution as "contribution" } }

impl Change for AmendContributionInput {
    type Payload = AmendContributionPayload;
    const VERB: Verb = Verb { name: "amendContribution", resource: Resource::Contribution, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Contribution>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let within = before.as_ref().map(|before| before.community_id);
        let title = match &self.title {
            Some(title) => faults.text(&["title"], title, TITLE).map(Some),
            None => Some(None),
        };
        let project = match &self.project_id {
            MaybeUndefined::Undefined => Some(None),
            MaybeUndefined::Null => Some(Some(None)),
            MaybeUndefined::Value(given) => {
                let found = tx.find::<Project>(given, &["projectId"], within, &mut faults).await?;
                found.map(|project| Some(Some(project.id)))
            }
        };
        let (before, title, project) = faults.all((before, title, project))?;
        let mut diff = Diff::default();
        let mut row =
            contribution::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(title) = title
            && diff.note("title", &before.title, &title)
        {
            row.title = Set(title);
        }
        if let Some(project) = project
            && diff.note("projectId", &before.project_id, &project)
        {
            row.project_id = Set(project);
        }
        tx.update(row).await?;
        let fields = diff.fields().to_vec();
        tx.event::<Contribution>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

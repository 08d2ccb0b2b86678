//! Correcting what the record of a contribution says.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::{aid_record, contribution};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::ExprTrait};
use serde_json::json;
use uuid::Uuid;

use super::TITLE;
use crate::{
    access::{Resource, policy::Action},
    contributions::object::Contribution,
    error::{UserError, UserErrorCode},
    payload,
    projects::Project,
    say,
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
    /// The project that it is put into; null takes it out of any. It stays while grants out of it belong to another (共建项目).
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
        let title = faults.amended_text(&["title"], self.title.as_deref(), TITLE);
        let project = tx.find_amended::<Project>(&self.project_id, &["projectId"], within, &mut faults).await?;
        let (before, title, project) = faults.all((before, title, project))?;
        if let Some(Some(to)) = project {
            stays_with_its_grants(tx, before.id, to).await?;
        }
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

/// A grant belongs to the project of its contribution: the contribution is not moved away from under it. The contribution is locked, so that none is
/// recorded meanwhile.
async fn stays_with_its_grants(tx: &Tx<'_>, contribution: Uuid, to: Uuid) -> Result<(), Refused> {
    use aid_record::Column;
    let elsewhere = Column::ProjectId.is_null().or(Column::ProjectId.ne(to));
    let grants = aid_record::Entity::find().filter(Column::ContributionId.eq(contribution)).filter(elsewhere);
    let grants = grants.count(tx.conn()).await?;
    if grants == 0 {
        return Ok(());
    }
    let message = say!(
        "{grants} grants out of it belong to no project or to another: it cannot be moved.",
        "已有 {grants} 条帮扶不属于该项目，不能改动所属项目。"
    );
    Err(UserError::new(&["projectId"], UserErrorCode::InUse, message).with(json!({ "aidRecords": grants })).into())
}

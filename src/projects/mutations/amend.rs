//! Correcting what the record of a project says.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::project;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{BudgetInput, DESCRIPTION, TITLE};
use crate::{
    access::{Resource, policy::Action},
    figures::Figure,
    payload,
    projects::object::Project,
    search::{self, SearchKind},
    staff::StaffMember,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// Corrections to a project: what is left out stays, what is null is cleared (更正共建项目).
#[derive(InputObject, Clone, Debug)]
pub struct AmendProjectInput {
    /// The project (共建项目).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Title, at most 200 characters (名称).
    pub title: Option<String>,
    /// What it is about, at most 4000 characters; null clears it (说明).
    pub description: MaybeUndefined<String>,
    /// What it is meant to cost; null makes it UNKNOWN (预算).
    pub budget: MaybeUndefined<BudgetInput>,
    /// Who answers for it; null for nobody (负责人).
    pub responsible_id: MaybeUndefined<ID>,
}

payload! { AmendProjectPayload { project: Project as "project" } }

impl Change for AmendProjectInput {
    type Payload = AmendProjectPayload;
    const VERB: Verb = Verb { name: "amendProject", resource: Resource::Project, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Project>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let within = before.as_ref().map(|before| before.community_id);
        let title = match &self.title {
            Some(title) => faults.text(&["title"], title, TITLE).map(Some),
            None => Some(None),
        };
        let description = match &self.description {
            MaybeUndefined::Undefined => Some(None),
            given => {
                let text = given.value().map(String::as_str);
                faults.optional_text(&["description"], text, DESCRIPTION).map(Some)
            }
        };
        let budget = match &self.budget {
            MaybeUndefined::Undefined => Some(None),
            MaybeUndefined::Null => Some(Some(Figure::UNKNOWN)),
            MaybeUndefined::Value(budget) => budget.checked(&mut faults).map(Some),
        };
        let responsible = match &self.responsible_id {
            MaybeUndefined::Undefined => Some(None),
            MaybeUndefined::Null => Some(Some(None)),
            MaybeUndefined::Value(given) => {
                let found = tx.find::<StaffMember>(given, &["responsibleId"], within, &mut faults).await?;
                found.map(|found| Some(Some(found.id)))
            }
        };
        let (before, title, description, budget, responsible) =
            faults.all((before, title, description, budget, responsible))?;

        let mut diff = Diff::default();
        let mut row =
            project::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(title) = title
            && diff.note("title", &before.title, &title)
        {
            row.title = Set(title);
        }
        if let Some(description) = description
            && diff.note("description", &before.description, &description)
        {
            row.description = Set(description);
        }
        if let Some(Figure { amount, precision }) = budget
            && diff.note("budget", &(before.budget_fen, before.budget_precision), &(amount, precision))
        {
            row.budget_fen = Set(amount);
            row.budget_precision = Set(precision);
        }
        if let Some(responsible) = responsible
            && diff.note("responsibleId", &before.responsible_id, &responsible)
        {
            row.responsible_id = Set(responsible);
        }
        tx.update(row).await?;
        search::refresh(tx.conn(), SearchKind::Project, before.id).await?;
        let fields = diff.fields().to_vec();
        tx.event::<Project>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

//! Putting projects forward.

use async_graphql::{ID, InputObject};
use entity::project;
use sea_orm::{ActiveValue::Set, DbErr};
use serde_json::json;
use uuid::Uuid;

use super::{
    BudgetInput, DESCRIPTION, TITLE,
    participations::{Part, insert, part},
};
use crate::{
    access::{Resource, policy::Action},
    error::UserErrorCode,
    figures::Figure,
    payload,
    projects::{object::Project, participation::ParticipationRole},
    say,
    scalars::Decimal,
    search::{self, SearchKind},
    staff::StaffMember,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// The most units that a project is proposed with; more can be added.
const UNITS: usize = 100;

/// A unit that is to take part in a proposed project (参与单位).
#[derive(InputObject, Clone, Debug)]
pub struct ParticipationInput {
    /// The unit, once a project (单位).
    pub partner_unit_id: ID,
    /// What it does: at least one role; the same one twice counts once (角色).
    pub roles: Vec<ParticipationRole>,
    /// How much of the project's cash is to be this unit's, in yuan; left out where that is not agreed (份额, 元).
    pub share: Option<Decimal>,
}

/// A project to be put forward (提出共建项目).
#[derive(InputObject, Clone, Debug)]
pub struct ProposeProjectInput {
    /// The community whose project it is (社区).
    pub community_id: ID,
    /// Title, at most 200 characters (名称).
    pub title: String,
    /// What it is about, at most 4000 characters (说明).
    pub description: Option<String>,
    /// What it is meant to cost; UNKNOWN when left out (预算).
    pub budget: Option<BudgetInput>,
    /// Who answers for it, somebody who works for the community (负责人).
    pub responsible_id: Option<ID>,
    /// The units that are to take part, at most 100, each once (参与单位).
    pub participations: Option<Vec<ParticipationInput>>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { ProposeProjectPayload { project: Project as "project" } }

impl ProposeProjectInput {
    async fn parts(&self, tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<Vec<Part>>, DbErr> {
        let given = self.participations.as_deref().unwrap_or_default();
        if given.len() > UNITS {
            faults.note(
                &["participations"],
                UserErrorCode::OutOfRange,
                say!(
                    "At most {UNITS} units fit into a proposal; add the others afterwards.",
                    "立项时最多 {UNITS} 个单位，其余请之后添加。"
                ),
            );
            return Ok(None);
        }
        let mut parts: Vec<Part> = Vec::with_capacity(given.len());
        for (index, given_part) in given.iter().enumerate() {
            let index = index.to_string();
            let ParticipationInput { partner_unit_id, roles, share } = given_part;
            let found = part(tx, &["participations", &index], (partner_unit_id, roles, *share), faults).await?;
            let Some(found) = found else { continue };
            if parts.iter().any(|known| known.unit == found.unit) {
                faults.note(
                    &["participations", &index, "partnerUnitId"],
                    UserErrorCode::Duplicate,
                    say!(
                        "The unit is named twice; give it all its roles in one entry.",
                        "同一单位出现两次，请合并为一项并列出全部角色。"
                    ),
                );
            }
            parts.push(found);
        }
        Ok((parts.len() == given.len()).then_some(parts))
    }
}

impl Change for ProposeProjectInput {
    type Payload = ProposeProjectPayload;
    const VERB: Verb = Verb { name: "proposeProject", resource: Resource::Project, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let within = community.as_ref().map(|community| community.id);
        let title = faults.text(&["title"], &self.title, TITLE);
        let description = faults.optional_text(&["description"], self.description.as_deref(), DESCRIPTION);
        let budget = match &self.budget {
            Some(budget) => budget.checked(&mut faults),
            None => Some(Figure::UNKNOWN),
        };
        let responsible = match &self.responsible_id {
            Some(given) => tx
                .find::<StaffMember>(given, &["responsibleId"], within, &mut faults)
                .await?
                .map(|found| Some(found.id)),
            None => Some(None),
        };
        // No money has come yet, so nothing bounds the shares.
        let parts = self.parts(tx, &mut faults).await?;
        let (community, title, description, budget, responsible, parts) =
            faults.all((community, title, description, budget, responsible, parts))?;
        let id = tx.new_id();
        let detail = Detail::Open(json!({ "after": {
            "title": title,
            "description": description,
            "budgetFen": budget.amount,
            "budgetPrecision": budget.precision,
            "responsibleId": responsible,
            "participations": parts,
        } }));
        tx.insert(project::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            title: Set(title),
            description: Set(description),
            status: Set(project::ProjectStatus::Proposed),
            status_reason: Set(None),
            budget_fen: Set(budget.amount),
            budget_precision: Set(budget.precision),
            responsible_id: Set(responsible),
            started_on: Set(None),
            ended_on: Set(None),
            version: Set(1),
            proposed_at: Set(tx.now()),
        })
        .await?;
        search::refresh(tx.conn(), SearchKind::Project, id).await?;
        for part in &parts {
            insert(tx, community.id, id, part).await?;
        }
        let fields = ["title", "description", "status", "budget", "responsibleId", "participations"];
        tx.event::<Project>(id, Some(community.id), &fields, detail).await?;
        Ok(id)
    }
}

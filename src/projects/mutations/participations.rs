//! Who takes part in projects, as what, and with which share of the cash.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::{
    project_participation, project_participation_role, project_participation_role::ParticipationRole as Role,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::ExprTrait};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    contributions::cash_received,
    error::{UserError, UserErrorCode},
    figures::{fen_from_yuan, yuan_from_fen},
    partners::PartnerUnit,
    payload,
    projects::{
        object::Project,
        participation::{ParticipationRole, ProjectParticipation},
        rules,
    },
    say,
    scalars::Decimal,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// A checked participation.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    pub unit: Uuid,
    roles: Vec<Role>,
    share_fen: Option<i64>,
}

/// Checks a participation; `prefix` leads to it in the input.
pub(super) async fn part(
    tx: &Tx<'_>,
    prefix: &[&str],
    (unit, roles, share): (&ID, &[ParticipationRole], Option<Decimal>),
    faults: &mut Faults,
) -> Result<Option<Part>, DbErr> {
    let at = |field| [prefix, &[field]].concat();
    let unit = tx.find::<PartnerUnit>(unit, &at("partnerUnitId"), None, faults).await?;
    let roles = distinct(roles, &at("roles"), faults);
    let share_fen = fen(share, &at("share"), faults);
    Ok(unit.zip(roles).zip(share_fen).map(|((unit, roles), share_fen)| Part { unit: unit.id, roles, share_fen }))
}

/// At least one role; the same one twice counts once.
fn distinct(given: &[ParticipationRole], path: &[&str], faults: &mut Faults) -> Option<Vec<Role>> {
    if given.is_empty() {
        faults.note(
            path,
            UserErrorCode::Required,
            say!("Say what the unit does: at least one role.", "请填写参与角色，至少一项。"),
        );
        return None;
    }
    let mut roles: Vec<Role> = given.iter().map(|role| Role::from(*role)).collect();
    roles.sort_by_key(|role| *role as u8);
    roles.dedup();
    Some(roles)
}

fn fen(share: Option<Decimal>, path: &[&str], faults: &mut Faults) -> Option<Option<i64>> {
    let Some(share) = share else { return Some(None) };
    faults.take(path, fen_from_yuan(share.0)).map(Some)
}

pub(super) async fn insert(tx: &Tx<'_>, community: Uuid, project: Uuid, part: &Part) -> Result<Uuid, DbErr> {
    let id = tx.new_id();
    tx.insert(project_participation::ActiveModel {
        id: Set(id),
        community_id: Set(community),
        project_id: Set(project),
        partner_unit_id: Set(part.unit),
        share_fen: Set(part.share_fen),
        version: Set(1),
    })
    .await?;
    for role in &part.roles {
        tx.insert(project_participation_role::ActiveModel { participation_id: Set(id), role: Set(*role) }).await?;
    }
    Ok(id)
}

/// Refuses a share that, with those of the others, is more than the cash that is known exactly to have come. The project is locked, so that two shares
/// given at once are counted one after the other.
async fn within_cash(tx: &Tx<'_>, project: Uuid, except: Option<Uuid>, share: Option<i64>) -> Result<(), Refused> {
    let Some(share) = share else { return Ok(()) };
    let mut others = project_participation::Entity::find()
        .filter(project_participation::Column::ProjectId.eq(project))
        .select_only()
        .expr_as(project_participation::Column::ShareFen.sum().cast_as("bigint"), "total");
    if let Some(own) = except {
        others = others.filter(project_participation::Column::Id.ne(own));
    }
    let others = others.into_tuple::<Option<i64>>().one(tx.conn()).await?.flatten().unwrap_or(0);
    let left = rules::left_to_share(cash_received(tx, project).await?, others);
    let Some(left) = left.filter(|left| share > *left) else { return Ok(()) };
    let (asked, left) = (yuan_from_fen(share).to_string(), yuan_from_fen(left).to_string());
    let message = say!(
        "{asked} yuan are more than the {left} of the cash received that are nobody's share yet.",
        "份额 {asked} 元超过到位资金中尚未分摊的 {left} 元。"
    );
    let details = json!({ "asked": asked, "remaining": left });
    Err(UserError::new(&["share"], UserErrorCode::OutOfRange, message).with(details).into())
}

/// A unit to take part in a project (新增参与单位).
#[derive(InputObject, Clone, Debug)]
pub struct AddParticipationInput {
    /// The project (共建项目).
    pub project_id: ID,
    /// The unit, which does not take part yet (单位).
    pub partner_unit_id: ID,
    /// What it does: at least one role; the same one twice counts once (角色).
    pub roles: Vec<ParticipationRole>,
    /// How much of the project's cash is this unit's, in yuan; all shares together are no more than what is known exactly to have come (份额, 元).
    pub share: Option<Decimal>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { AddParticipationPayload { participation: ProjectParticipation as "participation" } }

impl Change for AddParticipationInput {
    type Payload = AddParticipationPayload;
    const VERB: Verb = Verb { name: "addParticipation", resource: Resource::Participation, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let project =
            tx.subject::<Project>(&self.project_id, &["projectId"], None, |row| row.version, &mut faults).await?;
        let part = part(tx, &[], (&self.partner_unit_id, &self.roles, self.share), &mut faults).await?;
        let (project, part) = faults.all((project, part))?;
        within_cash(tx, project.id, None, part.share_fen).await?;
        let id = insert(tx, project.community_id, project.id, &part).await?;
        let detail = Detail::Open(json!({ "projectId": project.id, "after": part }));
        let fields = ["partnerUnitId", "roles", "share"];
        tx.event::<ProjectParticipation>(id, Some(project.community_id), &fields, detail).await?;
        Ok(id)
    }
}

/// Corrections to a participation: what is left out stays, what is null is cleared (更正参与信息).
#[derive(InputObject, Clone, Debug)]
pub struct AmendParticipationInput {
    /// The participation (参与).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// All that it does from now on: at least one role (角色).
    pub roles: Option<Vec<ParticipationRole>>,
    /// How much of the project's cash is this unit's, in yuan; null where that is not agreed any more (份额, 元).
    pub share: MaybeUndefined<Decimal>,
}

payload! { AmendParticipationPayload { participation: ProjectParticipation as "participation" } }

impl Change for AmendParticipationInput {
    type Payload = AmendParticipationPayload;
    const VERB: Verb = Verb { name: "amendParticipation", resource: Resource::Participation, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before =
            tx.subject::<ProjectParticipation>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let roles = match &self.roles {
            Some(roles) => distinct(roles, &["roles"], &mut faults).map(Some),
            None => Some(None),
        };
        let share = match &self.share {
            MaybeUndefined::Undefined => Some(None),
            given => fen(given.value().copied(), &["share"], &mut faults).map(Some),
        };
        let (before, roles, share) = faults.all((before, roles, share))?;
        if let Some(share) = share {
            tx.lock::<Project>(before.project_id, Action::Read).await?;
            within_cash(tx, before.project_id, Some(before.id), share).await?;
        }
        let mut diff = Diff::default();
        let mut row = project_participation::ActiveModel {
            id: Set(before.id),
            version: Set(before.version + 1),
            ..Default::default()
        };
        if let Some(share) = share
            && diff.note("share", &before.share_fen, &share)
        {
            row.share_fen = Set(share);
        }
        if let Some(roles) = roles {
            replace_roles(tx, before.id, roles, &mut diff).await?;
        }
        tx.update(row).await?;
        let fields = diff.fields().to_vec();
        let detail = Detail::Open(diff.value());
        tx.event::<ProjectParticipation>(before.id, Some(before.community_id), &fields, detail).await?;
        Ok(before.id)
    }
}

/// Roles are a set; which ones there were is in the event.
async fn replace_roles(tx: &Tx<'_>, id: Uuid, roles: Vec<Role>, diff: &mut Diff) -> Result<(), DbErr> {
    use project_participation_role::{ActiveModel, Column, Entity};
    let rows = Entity::find().filter(Column::ParticipationId.eq(id)).all(tx.conn()).await?;
    let mut before: Vec<Role> = rows.iter().map(|row| row.role).collect();
    before.sort_by_key(|role| *role as u8);
    if !diff.note("roles", &before, &roles) {
        return Ok(());
    }
    Entity::delete_many()
        .filter(Column::ParticipationId.eq(id))
        .filter(Column::Role.is_not_in(roles.iter().copied()))
        .exec(tx.conn())
        .await?;
    for role in roles.into_iter().filter(|role| !before.contains(role)) {
        tx.insert(ActiveModel { participation_id: Set(id), role: Set(role) }).await?;
    }
    Ok(())
}

//! Who holds an activity: the community, units and teams; at least one, each once.

use async_graphql::{ID, InputObject};
use entity::{
    activity,
    activity_organiser::{self, OrganiserKind},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::refuse_cancelled;
use crate::{
    access::{Resource, policy::Action},
    activities::{Activity, ActivityOrganiser},
    error::{Result, UserErrorCode},
    partners::PartnerUnit,
    payload, say,
    volunteers::Team,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// The most organisers of one activity.
const MOST: usize = 50;

/// One who holds an activity: exactly one of the three (主办方).
#[derive(InputObject, Clone, Debug)]
pub struct OrganiserInput {
    /// True where the community itself holds it (社区).
    pub community: Option<bool>,
    /// A partner unit that holds it (共建单位).
    pub partner_unit_id: Option<ID>,
    /// A team that holds it (志愿服务队).
    pub team_id: Option<ID>,
}

/// An organiser whose references were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Organiser {
    pub(super) kind: OrganiserKind,
    pub(super) partner_unit_id: Option<Uuid>,
    pub(super) team_id: Option<Uuid>,
}

impl Organiser {
    pub(super) fn row(self, id: Uuid, activity: (Uuid, Uuid)) -> activity_organiser::ActiveModel {
        let (activity_id, community_id) = activity;
        let Self { kind, partner_unit_id, team_id } = self;
        activity_organiser::Model { id, community_id, activity_id, kind, partner_unit_id, team_id }.into()
    }

    fn is(self, row: &activity_organiser::Model) -> bool {
        (self.kind, self.partner_unit_id, self.team_id) == (row.kind, row.partner_unit_id, row.team_id)
    }

    pub(super) fn shown(self) -> serde_json::Value {
        json!({ "kind": self.kind, "partnerUnitId": self.partner_unit_id, "teamId": self.team_id })
    }
}

impl OrganiserInput {
    /// Where the input names it.
    fn field(&self) -> &'static str {
        match (&self.partner_unit_id, &self.team_id) {
            (Some(_), _) => "partnerUnitId",
            (None, Some(_)) => "teamId",
            (None, None) => "community",
        }
    }

    async fn found(
        &self,
        tx: &Tx<'_>,
        path: &[&str],
        within: Option<Uuid>,
        faults: &mut Faults,
    ) -> Result<Option<Organiser>, Refused> {
        let at = |field| [path, &[field]].concat();
        let unit =
            tx.find_optional::<PartnerUnit>(self.partner_unit_id.as_ref(), &at("partnerUnitId"), None, faults).await?;
        let team = tx.find_optional::<Team>(self.team_id.as_ref(), &at("teamId"), within, faults).await?;
        let community = self.community == Some(true);
        let given = [("partnerUnitId", self.partner_unit_id.is_some()), ("teamId", self.team_id.is_some())];
        let given: Vec<&str> = given.into_iter().filter_map(|(field, given)| given.then_some(field)).collect();
        match given.len() + usize::from(community) {
            0 => {
                let message = say!(
                    "Say who holds it: the community, a unit or a team.",
                    "请填写主办方：社区、共建单位或志愿服务队。"
                );
                faults.note(path, UserErrorCode::Required, message);
                return Ok(None);
            }
            1 => {}
            _ => {
                for field in given {
                    let message = say!(
                        "Name one here: the community, a unit or a team; others have a place of their own in the list.",
                        "每项只填一个主办方：社区、共建单位或志愿服务队；其他主办方另列一项。"
                    );
                    faults.note(&at(field), UserErrorCode::Invalid, message);
                }
                return Ok(None);
            }
        }
        let (Some(unit), Some(team)) = (unit, team) else { return Ok(None) };
        let kind = match (&unit, &team) {
            (Some(_), _) => OrganiserKind::PartnerUnit,
            (None, Some(_)) => OrganiserKind::Team,
            (None, None) => OrganiserKind::Community,
        };
        Ok(Some(Organiser { kind, partner_unit_id: unit.map(|unit| unit.id), team_id: team.map(|team| team.id) }))
    }
}

/// Those who hold a new activity: at least one, each once.
pub(super) async fn organisers(
    tx: &Tx<'_>,
    given: &[OrganiserInput],
    within: Option<Uuid>,
    faults: &mut Faults,
) -> Result<Option<Vec<Organiser>>, Refused> {
    let number = given.len();
    if number == 0 || number > MOST {
        let code = if number == 0 { UserErrorCode::Required } else { UserErrorCode::OutOfRange };
        let message =
            say!("Name 1 to {MOST} organisers; these are {number}.", "主办方为 1 至 {MOST} 个，现为 {number} 个。");
        faults.note(&["organisers"], code, message);
        return Ok(None);
    }
    let mut all: Vec<Organiser> = Vec::with_capacity(number);
    for (place, input) in given.iter().enumerate() {
        let place = place.to_string();
        let Some(organiser) = input.found(tx, &["organisers", &place], within, faults).await? else { continue };
        if all.contains(&organiser) {
            twice(&["organisers", &place, input.field()], faults);
            continue;
        }
        all.push(organiser);
    }
    Ok((all.len() == number).then_some(all))
}

fn twice(path: &[&str], faults: &mut Faults) {
    let message = say!("It is named among the organisers already.", "该主办方已列入。");
    faults.note(path, UserErrorCode::Duplicate, message);
}

async fn on_file(tx: &Tx<'_>, activity: Uuid) -> Result<Vec<activity_organiser::Model>, Refused> {
    let own = activity_organiser::Entity::find().filter(activity_organiser::Column::ActivityId.eq(activity));
    Ok(own.all(tx.conn()).await?)
}

/// Another one who holds an activity (新增主办方).
#[derive(InputObject, Clone, Debug)]
pub struct AddActivityOrganiserInput {
    /// The activity (活动).
    pub activity_id: ID,
    /// The version of the activity that you read (预期版本).
    pub expected_version: i32,
    /// Who holds it too (主办方).
    pub organiser: OrganiserInput,
}

payload! { AddActivityOrganiserPayload { activity: Activity as "activity" } }

impl Change for AddActivityOrganiserInput {
    type Payload = AddActivityOrganiserPayload;
    const VERB: Verb = Verb { name: "addActivityOrganiser", resource: Resource::Activity, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = subject(tx, (&self.activity_id, self.expected_version), &mut faults).await?;
        let within = before.as_ref().map(|before| before.community_id);
        let organiser = self.organiser.found(tx, &["organiser"], within, &mut faults).await?;
        if let (Some(before), Some(organiser)) = (&before, organiser) {
            let known = on_file(tx, before.id).await?;
            if known.iter().any(|row| organiser.is(row)) {
                twice(&["organiser", self.organiser.field()], &mut faults);
            } else if known.len() >= MOST {
                let message = say!("At most {MOST} organisers fit.", "主办方最多 {MOST} 个。");
                faults.note(&["organiser"], UserErrorCode::OutOfRange, message);
            }
        }
        let (before, organiser) = faults.all((before, organiser))?;
        tx.insert(organiser.row(tx.new_id(), (before.id, before.community_id))).await?;
        count_up(tx, &before).await?;
        let detail = Detail::Open(json!({ "added": organiser.shown() }));
        tx.event::<Activity>(before.id, Some(before.community_id), &["organisers"], detail).await?;
        Ok(before.id)
    }
}

/// One who does not hold an activity after all (移除主办方).
#[derive(InputObject, Clone, Debug)]
pub struct RemoveActivityOrganiserInput {
    /// The activity (活动).
    pub activity_id: ID,
    /// The version of the activity that you read (预期版本).
    pub expected_version: i32,
    /// The organiser, never the last one (主办方).
    pub organiser_id: ID,
}

payload! { RemoveActivityOrganiserPayload { activity: Activity as "activity" } }

impl Change for RemoveActivityOrganiserInput {
    type Payload = RemoveActivityOrganiserPayload;
    const VERB: Verb = Verb { name: "removeActivityOrganiser", resource: Resource::Activity, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let path = ["organiserId"];
        let before = subject(tx, (&self.activity_id, self.expected_version), &mut faults).await?;
        let within = before.as_ref().map(|before| before.community_id);
        let organiser = tx.find::<ActivityOrganiser>(&self.organiser_id, &path, within, &mut faults).await?;
        if let (Some(before), Some(organiser)) = (&before, &organiser) {
            if organiser.activity_id != before.id {
                crate::write::not_found(&path, &mut faults);
            } else if on_file(tx, before.id).await?.len() == 1 {
                let message = say!(
                    "It is the only organiser. Add another one first.",
                    "该活动仅有此主办方，请先新增其他主办方。"
                );
                faults.note(&path, UserErrorCode::InUse, message);
            }
        }
        let (before, organiser) = faults.all((before, organiser))?;
        activity_organiser::Entity::delete_by_id(organiser.id).exec(tx.conn()).await?;
        count_up(tx, &before).await?;
        let detail = Detail::Open(json!({ "removed": removed(&organiser).shown() }));
        tx.event::<Activity>(before.id, Some(before.community_id), &["organisers"], detail).await?;
        Ok(before.id)
    }
}

fn removed(row: &activity_organiser::Model) -> Organiser {
    Organiser { kind: row.kind, partner_unit_id: row.partner_unit_id, team_id: row.team_id }
}

/// The activity, locked: of two who remove the last two organisers at once, one finds another version.
async fn subject(
    tx: &Tx<'_>,
    (id, expected): (&ID, i32),
    faults: &mut Faults,
) -> Result<Option<activity::Model>, Refused> {
    let path = ["activityId"];
    let found = tx.subject::<Activity>(id, &path, Some(expected), |row| row.version, faults).await?;
    refuse_cancelled(&path, found.as_ref().map(|found| found.status), faults);
    Ok(found)
}

async fn count_up(tx: &Tx<'_>, before: &activity::Model) -> Result<(), Refused> {
    let version = Set(before.version + 1);
    tx.update(activity::ActiveModel { id: Set(before.id), version, ..Default::default() }).await?;
    Ok(())
}

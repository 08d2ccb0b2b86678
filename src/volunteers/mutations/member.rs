//! Joining a team, alone or several at once, and leaving it.

use std::collections::{HashMap, HashSet};

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{
    team,
    team_membership::{self, TeamRole},
    volunteer,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    error::{Message, Result, UserError, UserErrorCode},
    payload,
    relay::{id, reading::referable_by},
    say,
    scalars::Date,
    volunteers::{
        follow::end_memberships,
        object::Volunteer,
        person::standings_on,
        rules,
        team::{Team, TeamMembership},
    },
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// The most volunteers who join at once.
const MOST: usize = 100;

/// Volunteers who join a team on one day: all of them, or none (加入志愿服务队).
#[derive(InputObject, Clone, Debug)]
pub struct JoinTeamInput {
    /// The team (志愿服务队).
    pub team_id: ID,
    /// Who joins, 1 to 100 (志愿者).
    pub volunteer_ids: Vec<ID>,
    /// The first day, on which the team's party rule is judged; not after today, today when left out (起始日).
    pub started_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { JoinTeamPayload { team: Team as "team" } }

/// What may keep a volunteer out.
struct Known {
    memberships: Vec<team_membership::Model>,
    standings: HashMap<Uuid, Vec<entity::party_membership::PartyStanding>>,
}

impl JoinTeamInput {
    /// Locked, so that it is not dissolved meanwhile.
    async fn team(&self, tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<team::Model>, Refused> {
        let path = ["teamId"];
        let found = tx.subject::<Team>(&self.team_id, &path, None, |row| row.version, faults).await?;
        let Some(team) = found else { return Ok(None) };
        if !tx.reaches(team.community_id) {
            not_found(&path, faults);
            return Ok(None);
        }
        if let Some(until) = team.ended_on {
            faults.note(
                &path,
                UserErrorCode::IllegalTransition,
                say!("The team was dissolved on {until}.", "该队伍已于 {until} 解散。"),
            );
            return Ok(None);
        }
        Ok(Some(team))
    }

    /// Those whom the input names, in its order; none where one of them is not to be found.
    async fn volunteers(
        &self,
        tx: &Tx<'_>,
        within: Option<Uuid>,
        faults: &mut Faults,
    ) -> Result<Option<Vec<volunteer::Model>>, DbErr> {
        let given = self.volunteer_ids.len();
        if given == 0 || given > MOST {
            faults.note(
                &["volunteerIds"],
                if given == 0 { UserErrorCode::Required } else { UserErrorCode::OutOfRange },
                say!(
                    "Name 1 to {MOST} volunteers; these are {given}.",
                    "一次填写 1 至 {MOST} 名志愿者，现为 {given} 名。"
                ),
            );
            return Ok(None);
        }
        let keys: Vec<Option<Uuid>> = self
            .volunteer_ids
            .iter()
            .enumerate()
            .map(|(place, given)| {
                let decoded = id::decode("volunteer", given).map_err(|message| (UserErrorCode::Invalid, message));
                faults.take(&at(place).each_ref().map(String::as_str), decoded)
            })
            .collect();
        let select = volunteer::Entity::find()
            .filter(volunteer::Column::Id.is_in(keys.iter().flatten().copied()))
            .filter(referable_by::<Volunteer>(tx.viewer));
        let found = tx.lock_all(select, volunteer::Column::Id).await?;
        let mut all = Vec::with_capacity(given);
        let mut seen = HashSet::new();
        for (place, key) in keys.iter().enumerate() {
            let Some(key) = key else { continue };
            let here = |row: &&volunteer::Model| row.id == *key && within.is_none_or(|own| own == row.community_id);
            match found.iter().find(here) {
                Some(row) if seen.insert(row.id) => all.push(row.clone()),
                Some(_) => note(
                    faults,
                    place,
                    UserErrorCode::Duplicate,
                    say!("The volunteer is named twice.", "同一志愿者填写了两次。"),
                ),
                None => not_found(&at(place).each_ref().map(String::as_str), faults),
            }
        }
        Ok((all.len() == given).then_some(all))
    }
}

/// The place of a volunteer in the input.
fn at(place: usize) -> [String; 2] {
    ["volunteerIds".to_owned(), place.to_string()]
}

fn note(faults: &mut Faults, place: usize, code: UserErrorCode, message: Message) {
    faults.note(&at(place).each_ref().map(String::as_str), code, message);
}

/// Whether this volunteer may join this team on this day.
async fn check(
    tx: &Tx<'_>,
    (place, row): (usize, &volunteer::Model),
    (team, day): (&team::Model, NaiveDate),
    known: &Known,
    faults: &mut Faults,
) -> Result<(), DbErr> {
    if day < row.started_on || row.ended_on.is_some() {
        note(
            faults,
            place,
            UserErrorCode::NotEligible,
            say!("The volunteer is not enrolled from {day} on.", "该志愿者自 {day} 起不在册。"),
        );
        return Ok(());
    }
    let own = || known.memberships.iter().filter(|membership| membership.volunteer_id == row.id);
    // The one that lasts, or else the last one.
    let other = own().find(|one| one.ended_on.is_none()).or_else(|| own().max_by_key(|one| one.ended_on));
    if let Some(other) = other.filter(|other| other.ended_on.is_none_or(|until| until > day)) {
        let (code, message) = match other.ended_on {
            None => (UserErrorCode::Duplicate, in_the_team_already()),
            Some(until) => (
                UserErrorCode::Overlap,
                say!("The volunteer was in the team until {until}.", "该志愿者此前在队至 {until}。"),
            ),
        };
        let refusal = UserError::new(&at(place).each_ref().map(String::as_str), code, message);
        faults.add(tx.in_the_way::<TeamMembership>(other.id, refusal).await?);
    }
    let standings = known.standings.get(&row.id).map(Vec::as_slice).unwrap_or_default();
    if !rules::may_join(team.party_rule, standings) {
        // The same words whatever the standing is, and whoever asks: it is not theirs to be told here.
        note(
            faults,
            place,
            UserErrorCode::NotEligible,
            say!(
                "Nothing on record meets what the team asks of the party standing of who joins, on that day.",
                "该日的登记信息不符合本队的入队身份要求。"
            ),
        );
    }
    Ok(())
}

pub(crate) fn in_the_team_already() -> Message {
    say!("The volunteer is in the team already.", "该志愿者已在队中。")
}

impl Change for JoinTeamInput {
    type Payload = JoinTeamPayload;
    const VERB: Verb = Verb { name: "joinTeam", resource: Resource::TeamMembership, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let team = self.team(tx, &mut faults).await?;
        let volunteers = self.volunteers(tx, team.as_ref().map(|team| team.community_id), &mut faults).await?;
        let started_on = match &team {
            Some(team) => {
                let today = tx.today_at(team.community_id).await?;
                let day = faults.first_day(&["startedOn"], self.started_on.map(|day| day.0), today);
                day.filter(|day| *day >= team.started_on).or_else(|| {
                    let formed = team.started_on;
                    day.inspect(|_| {
                        faults.note(
                            &["startedOn"],
                            UserErrorCode::OutOfRange,
                            say!("The team was formed on {formed}.", "该队伍于 {formed} 成立。"),
                        );
                    });
                    None
                })
            }
            None => None,
        };
        if let (Some(team), Some(volunteers), Some(day)) = (&team, &volunteers, started_on) {
            let of_them = team_membership::Column::VolunteerId.is_in(volunteers.iter().map(|row| row.id));
            let own = team_membership::Entity::find().filter(team_membership::Column::TeamId.eq(team.id));
            let known = Known {
                memberships: own.filter(of_them).all(tx.conn()).await?,
                standings: standings_on(tx, volunteers, day).await?,
            };
            for joining in volunteers.iter().enumerate() {
                check(tx, joining, (team, day), &known, &mut faults).await?;
            }
        }
        let (team, volunteers, started_on) = faults.all((team, volunteers, started_on))?;

        let mut ids = Vec::with_capacity(volunteers.len());
        for row in &volunteers {
            let membership = (team.community_id, team.id, row.id);
            ids.push(insert(tx, membership, TeamRole::Member, started_on).await?);
        }
        let detail = Detail::Open(json!({ "after": { "teamMembershipIds": ids, "startedOn": started_on } }));
        tx.event::<Team>(team.id, Some(team.community_id), &["memberships"], detail).await?;
        Ok(team.id)
    }
}

/// A membership and its event.
pub(super) async fn insert(
    tx: &Tx<'_>,
    (community, team, volunteer): (Uuid, Uuid, Uuid),
    role: TeamRole,
    started_on: NaiveDate,
) -> Result<Uuid, DbErr> {
    let id = tx.new_id();
    tx.insert(team_membership::ActiveModel {
        id: Set(id),
        community_id: Set(community),
        team_id: Set(team),
        volunteer_id: Set(volunteer),
        role: Set(role),
        started_on: Set(started_on),
        ended_on: Set(None),
        version: Set(1),
    })
    .await?;
    let after = json!({ "teamId": team, "volunteerId": volunteer, "role": role, "startedOn": started_on });
    let fields = ["teamId", "volunteerId", "role", "startedOn"];
    tx.event::<TeamMembership>(id, Some(community), &fields, Detail::Open(json!({ "after": after }))).await?;
    Ok(id)
}

/// A volunteer who leaves a team (退出志愿服务队).
#[derive(InputObject, Clone, Debug)]
pub struct LeaveTeamInput {
    /// The membership that ends (队员记录).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The last day, not after today; today when left out (终止日).
    pub ended_on: Option<Date>,
}

payload! { LeaveTeamPayload { team_membership: TeamMembership as "teamMembership" } }

impl Change for LeaveTeamInput {
    type Payload = LeaveTeamPayload;
    const VERB: Verb = Verb { name: "leaveTeam", resource: Resource::TeamMembership, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<TeamMembership>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let (before,) = faults.all((before,))?;
        let lasts = (before.community_id, before.started_on, before.ended_on);
        let over = |until| say!("The membership ended on {until} already.", "该队员记录已于 {until} 终止。");
        let ended_on = tx.last_day(lasts, self.ended_on, over).await?;
        end_memberships(tx, std::slice::from_ref(&before), ended_on).await?;
        Ok(before.id)
    }
}

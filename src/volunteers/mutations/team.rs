//! Forming teams, correcting what is on file of them, and dissolving them.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::{team, team_membership};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    payload, say,
    scalars::Date,
    search::{self, SearchKind},
    volunteers::{
        follow::end_memberships,
        team::{PartyRule, Team},
    },
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// The most characters of a name.
const NAME: usize = 100;
/// The most characters of a description.
const DESCRIPTION: usize = 2000;

/// A team to be formed (组建志愿服务队).
#[derive(InputObject, Clone, Debug)]
pub struct FormTeamInput {
    /// The community whose team it is (社区).
    pub community_id: ID,
    /// Name, unique in the community, at most 100 characters (名称).
    pub name: String,
    /// What it does, at most 2000 characters (说明).
    pub description: Option<String>,
    /// What it asks of the party standing of who joins; NONE when left out (入队身份要求).
    pub party_rule: Option<PartyRule>,
    /// The first day, not after today; today when left out (成立日期).
    pub started_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { FormTeamPayload { team: Team as "team" } }

impl Change for FormTeamInput {
    type Payload = FormTeamPayload;
    const VERB: Verb = Verb { name: "formTeam", resource: Resource::Team, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let name = faults.text(&["name"], &self.name, NAME);
        let description = faults.optional_text(&["description"], self.description.as_deref(), DESCRIPTION);
        let started_on = community.as_ref().and_then(|community| {
            faults.first_day(&["startedOn"], self.started_on.map(|day| day.0), tx.today_in(community))
        });
        let (community, name, description, started_on) = faults.all((community, name, description, started_on))?;
        let rule = self.party_rule.map_or(team::PartyRule::None, Into::into);
        let id = tx.new_id();
        let after = json!({ "name": name, "description": description, "partyRule": rule, "startedOn": started_on });
        tx.insert(team::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            name: Set(name),
            description: Set(description),
            party_rule: Set(rule),
            started_on: Set(started_on),
            ended_on: Set(None),
            version: Set(1),
            created_at: Set(tx.now()),
        })
        .await?;
        search::refresh(tx.conn(), SearchKind::Team, id).await?;
        let fields = ["name", "description", "partyRule", "startedOn"];
        tx.event::<Team>(id, Some(community.id), &fields, Detail::Open(json!({ "after": after }))).await?;
        Ok(id)
    }
}

/// Corrections to a team: what is left out stays, what is null is cleared (更正志愿服务队).
#[derive(InputObject, Clone, Debug)]
pub struct AmendTeamInput {
    /// The team (志愿服务队).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Name, unique in the community, at most 100 characters (名称).
    pub name: Option<String>,
    /// What it does, at most 2000 characters; null clears it (说明).
    pub description: MaybeUndefined<String>,
    /// What it asks of who joins from now on; those who are in it stay (入队身份要求).
    pub party_rule: Option<PartyRule>,
}

payload! { AmendTeamPayload { team: Team as "team" } }

impl Change for AmendTeamInput {
    type Payload = AmendTeamPayload;
    const VERB: Verb = Verb { name: "amendTeam", resource: Resource::Team, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Team>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let name = match &self.name {
            Some(name) => faults.text(&["name"], name, NAME).map(Some),
            None => Some(None),
        };
        let description = match &self.description {
            MaybeUndefined::Undefined => Some(None),
            given => {
                let given = given.value().map(String::as_str);
                faults.optional_text(&["description"], given, DESCRIPTION).map(Some)
            }
        };
        let (before, name, description) = faults.all((before, name, description))?;
        let mut diff = Diff::default();
        let mut row = team::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(name) = name
            && diff.note("name", &before.name, &name)
        {
            row.name = Set(name);
        }
        if let Some(description) = description
            && diff.note("description", &before.description, &description)
        {
            row.description = Set(description);
        }
        if let Some(rule) = self.party_rule.map(team::PartyRule::from)
            && diff.note("partyRule", &before.party_rule, &rule)
        {
            row.party_rule = Set(rule);
        }
        tx.update(row).await?;
        let fields = diff.fields().to_vec();
        if fields.contains(&"name") {
            search::refresh(tx.conn(), SearchKind::Team, before.id).await?;
        }
        tx.event::<Team>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

/// A team to be dissolved, and with it the time of all its members (解散志愿服务队).
#[derive(InputObject, Clone, Debug)]
pub struct DissolveTeamInput {
    /// The team (志愿服务队).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The last day, not after today and not before the last member joined; today when left out (解散日期).
    pub ended_on: Option<Date>,
}

payload! { DissolveTeamPayload { team: Team as "team" } }

impl Change for DissolveTeamInput {
    type Payload = DissolveTeamPayload;
    const VERB: Verb = Verb { name: "dissolveTeam", resource: Resource::Team, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Team>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let (before,) = faults.all((before,))?;
        let members = team_membership::Entity::find().filter(team_membership::Column::TeamId.eq(before.id));
        let members = tx.lock_all(members, team_membership::Column::Id).await?;
        let mut faults = Faults::default();
        let ended_on = match before.ended_on {
            None => {
                let today = tx.today_at(before.community_id).await?;
                let first = members.iter().map(|row| row.ended_on.unwrap_or(row.started_on)).max();
                let first = first.map_or(before.started_on, |first| first.max(before.started_on));
                faults.last_day(&["endedOn"], self.ended_on.map(|day| day.0), first, today)
            }
            Some(until) => {
                faults.note(
                    &["id"],
                    UserErrorCode::IllegalTransition,
                    say!("The team was dissolved on {until} already.", "该队伍已于 {until} 解散。"),
                );
                None
            }
        };
        let (ended_on,) = faults.all((ended_on,))?;
        let open: Vec<_> = members.into_iter().filter(|row| row.ended_on.is_none()).collect();
        let ids = end_memberships(tx, &open, ended_on).await?;
        tx.update(team::ActiveModel {
            id: Set(before.id),
            ended_on: Set(Some(ended_on)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let detail = Detail::Open(json!({ "after": { "endedOn": ended_on, "teamMembershipIds": ids } }));
        tx.event::<Team>(before.id, Some(before.community_id), &["endedOn", "memberships"], detail).await?;
        Ok(before.id)
    }
}

//! Who leads a team: one at a time, and who led it when stays on record.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{
    team,
    team_membership::{self, TeamRole},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::member::insert;
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    payload,
    relay::id,
    say,
    scalars::Date,
    volunteers::team::{Team, TeamMembership},
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// A member to lead the team from a day on; who led it until then stays as a member (任命队长).
#[derive(InputObject, Clone, Debug)]
pub struct AppointTeamLeaderInput {
    /// The team (志愿服务队).
    pub team_id: ID,
    /// The version of the team that you read (预期版本).
    pub expected_version: i32,
    /// The volunteer, who is in the team (志愿者).
    pub volunteer_id: ID,
    /// The first day as leader, not after today; today when left out (起始日).
    pub started_on: Option<Date>,
}

payload! { AppointTeamLeaderPayload { team: Team as "team" } }

impl AppointTeamLeaderInput {
    /// Both must have been in the team by that day, in the place that they leave now.
    fn check(&self, changing: &[&team_membership::Model], day: NaiveDate, faults: &mut Faults) {
        if let Some(since) = changing.iter().map(|row| row.started_on).max().filter(|since| *since > day) {
            faults.note(
                &["startedOn"],
                UserErrorCode::OutOfRange,
                say!(
                    "The present order in the team holds since {since}; the change cannot come before that day.",
                    "队内现有职务自 {since} 起，变更不能早于该日。"
                ),
            );
        }
    }
}

impl Change for AppointTeamLeaderInput {
    type Payload = AppointTeamLeaderPayload;
    const VERB: Verb = Verb { name: "appointTeamLeader", resource: Resource::Team, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let team = tx.subject::<Team>(&self.team_id, &["teamId"], expected, |row| row.version, &mut faults).await?;
        let decoded = id::decode("volunteer", &self.volunteer_id).map_err(|message| (UserErrorCode::Invalid, message));
        let volunteer = faults.take(&["volunteerId"], decoded);
        let day = match &team {
            Some(team) => {
                let today = tx.today_at(team.community_id).await?;
                faults.first_day(&["startedOn"], self.started_on.map(|day| day.0), today)
            }
            None => None,
        };
        let (team, volunteer, day) = faults.all((team, volunteer, day))?;

        let open = team_membership::Entity::find()
            .filter(team_membership::Column::TeamId.eq(team.id))
            .filter(team_membership::Column::EndedOn.is_null());
        let open = tx.lock_all(open, team_membership::Column::Id).await?;
        let next = open.iter().find(|row| row.volunteer_id == volunteer);
        let former = open.iter().find(|row| row.role == TeamRole::Leader);
        let mut faults = Faults::default();
        match next {
            None => not_found(&["volunteerId"], &mut faults),
            Some(next) if next.role == TeamRole::Leader => faults.note(
                &["volunteerId"],
                UserErrorCode::Duplicate,
                say!("The volunteer leads the team already.", "该志愿者已是队长。"),
            ),
            Some(next) => self.check(&former.into_iter().chain([next]).collect::<Vec<_>>(), day, &mut faults),
        }
        let (next,) = faults.all((next,))?;
        // In this order: at no moment are there two leaders, which the database would refuse.
        if let Some(former) = former {
            change(tx, former, TeamRole::Member, day).await?;
        }
        change(tx, next, TeamRole::Leader, day).await?;
        tx.update(team::ActiveModel { id: Set(team.id), version: Set(team.version + 1), ..Default::default() }).await?;
        let detail = Detail::Open(json!({ "after": { "leaderId": volunteer, "startedOn": day } }));
        tx.event::<Team>(team.id, Some(team.community_id), &["leader"], detail).await?;
        Ok(team.id)
    }
}

/// Ends a membership the day before and begins one with the other role; one that began on this very day only changes its role.
async fn change(tx: &Tx<'_>, row: &team_membership::Model, role: TeamRole, day: NaiveDate) -> Result<(), Refused> {
    let mut update =
        team_membership::ActiveModel { id: Set(row.id), version: Set(row.version + 1), ..Default::default() };
    let anew = row.started_on < day;
    let (field, after) = match day.pred_opt().filter(|_| anew) {
        Some(last) => {
            update.ended_on = Set(Some(last));
            ("endedOn", json!({ "endedOn": last }))
        }
        None => {
            update.role = Set(role);
            ("role", json!({ "role": role }))
        }
    };
    tx.update(update).await?;
    let detail = Detail::Open(json!({ "after": after }));
    tx.event::<TeamMembership>(row.id, Some(row.community_id), &[field], detail).await?;
    if anew {
        insert(tx, (row.community_id, row.team_id, row.volunteer_id), role, day).await?;
    }
    Ok(())
}

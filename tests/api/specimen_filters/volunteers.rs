//! Volunteers, teams, memberships and standings in the Party.

use chrono::NaiveDate;
use entity::{
    party_membership::{self, PartyStanding},
    team::{self, PartyRule},
    team_membership::{self, TeamRole},
    volunteer::{self, VolunteerKind},
};
use serde_json::{Value, json};
use tongxin::relay::id::encode;
use uuid::Uuid;

use super::{Filtered, Holds, communities, days, filtered, holds, references, searches, specimens, texts};
use crate::harness::{
    World,
    bulk::{Bulk, day},
    listing::List,
};

pub fn volunteers(world: &World, bulk: &Bulk) -> Vec<Filtered> {
    let here = communities(world, bulk);
    let today = day(2026, 1, 1);
    let in_team = |row: &volunteer::Model, key| {
        bulk.team_memberships
            .iter()
            .any(|of| of.volunteer_id == row.id && of.team_id == key && lasts((of.started_on, of.ended_on), today))
    };
    let standing = |row: &volunteer::Model, wanted: &[PartyStanding]| {
        bulk.standings.iter().any(|of| {
            of.volunteer_id == row.id && wanted.contains(&of.standing) && lasts((of.started_on, of.ended_on), today)
        })
    };
    let volunteer = filtered(
        List::new("volunteers", "Volunteer"),
        &world.staff,
        &bulk.volunteers,
        |row| encode("volunteer", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &volunteer::Model, key| row.community_id == key),
            references("teamId", "team", bulk.teams.iter().map(|row| row.id).collect(), in_team),
            references("partnerUnitId", "partner_unit", vec![bulk.units[1].id], |row: &volunteer::Model, key| row
                .partner_unit_id
                == Some(key)),
            references("residentId", "resident", vec![bulk.residents[0].id], |row: &volunteer::Model, key| row
                .resident_id
                == Some(key)),
            references("staffMemberId", "staff_member", vec![bulk.staff[1].id], |row: &volunteer::Model, key| row
                .staff_member_id
                == Some(key)),
            texts("name", |row: &volunteer::Model| vec![row.full_name.clone()]),
            searches(true, |row: &volunteer::Model| vec![row.full_name.clone()]),
            days("startedOn", |row: &volunteer::Model| Some(row.started_on)),
            current("enrolledOn", |row: &volunteer::Model| (row.started_on, row.ended_on)),
            [
                holds(json!({ "kind": { "eq": "PARTNER_EMPLOYEE" } }), |row: &volunteer::Model| row.kind
                    == VolunteerKind::PartnerEmployee),
                holds(json!({ "kind": { "in": ["RESIDENT", "OTHER"] } }), |row: &volunteer::Model| matches!(
                    row.kind,
                    VolunteerKind::Resident | VolunteerKind::Other
                )),
                holds(json!({ "partyStanding": { "eq": "MEMBER" } }), move |row: &volunteer::Model| standing(
                    row,
                    &[PartyStanding::Member]
                )),
                holds(
                    json!({ "partyStanding": { "in": ["APPLICANT", "PROBATIONARY_MEMBER"] } }),
                    move |row: &volunteer::Model| standing(
                        row,
                        &[PartyStanding::Applicant, PartyStanding::ProbationaryMember]
                    )
                ),
            ],
        ],
    );
    let team = filtered(
        List::new("teams", "Team"),
        &world.staff,
        &bulk.teams,
        |row| encode("team", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &team::Model, key| row.community_id == key),
            texts("name", |row: &team::Model| vec![row.name.clone()]),
            searches(false, |row: &team::Model| vec![row.name.clone()]),
            current("currentOn", |row: &team::Model| (row.started_on, row.ended_on)),
            [
                holds(json!({ "partyRule": { "eq": "MEMBER" } }), |row: &team::Model| row.party_rule
                    == PartyRule::Member),
                holds(json!({ "partyRule": { "in": ["NONE"] } }), |row: &team::Model| row.party_rule
                    == PartyRule::None),
            ],
        ],
    );
    let several: Vec<Uuid> = bulk.volunteers.iter().take(3).map(|row| row.id).collect();
    let membership = filtered(
        List::new("teamMemberships", "TeamMembership"),
        &world.staff,
        &bulk.team_memberships,
        |row| encode("team_membership", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &team_membership::Model, key| row.community_id
                == key),
            references("teamId", "team", vec![bulk.teams[0].id], |row: &team_membership::Model, key| row.team_id
                == key),
            references("volunteerId", "volunteer", several.clone(), |row: &team_membership::Model, key| row
                .volunteer_id
                == key),
            days("startedOn", |row: &team_membership::Model| Some(row.started_on)),
            days("endedOn", |row: &team_membership::Model| row.ended_on),
            current("currentOn", |row: &team_membership::Model| (row.started_on, row.ended_on)),
            [
                holds(json!({ "role": { "eq": "LEADER" } }), |row: &team_membership::Model| row.role
                    == TeamRole::Leader),
                holds(json!({ "role": { "in": ["MEMBER"] } }), |row: &team_membership::Model| row.role
                    == TeamRole::Member),
            ],
        ],
    );
    let standings = filtered(
        List::new("partyMemberships", "PartyMembership"),
        &world.staff,
        &bulk.standings,
        |row| encode("party_membership", row.id),
        specimens![
            references("communityId", "community", here, |row: &party_membership::Model, key| row.community_id == key),
            references("volunteerId", "volunteer", several, |row: &party_membership::Model, key| row.volunteer_id
                == key),
            current("currentOn", |row: &party_membership::Model| (row.started_on, row.ended_on)),
            [
                holds(json!({ "standing": { "eq": "MEMBER" } }), |row: &party_membership::Model| row.standing
                    == PartyStanding::Member),
                holds(
                    json!({ "standing": { "in": ["APPLICANT", "PROBATIONARY_MEMBER"] } }),
                    |row: &party_membership::Model| row.standing != PartyStanding::Member
                ),
            ],
        ],
    );
    vec![volunteer, team, membership, standings]
}

type Span = (NaiveDate, Option<NaiveDate>);

fn lasts((from, until): Span, on: NaiveDate) -> bool {
    from <= on && until.is_none_or(|until| until >= on)
}

/// Before all, in between, on a last day and after it.
fn current<'a, M>(name: &'a str, of: impl Fn(&M) -> Span + Copy + 'a) -> Vec<(Value, Holds<'a, M>)> {
    [day(1999, 1, 1), day(2020, 1, 31), day(2021, 12, 31), day(2022, 1, 1), day(2026, 1, 1)]
        .map(|on| holds(json!({ name: on }), move |row| lasts(of(row), on)))
        .into()
}

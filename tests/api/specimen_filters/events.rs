//! Campaigns, activities, sessions, attendances and results.

use entity::{
    activity::{self, ActivityKind, ActivityStatus},
    activity_result,
    attendance::{self, AttendeeCategory},
    attendance_error::{self, AttendanceErrorStatus},
    campaign, certificate,
    session::{self, SessionStatus},
    session_sign_up::{self, SignUpStatus},
};
use serde_json::{Value, json};
use tongxin::relay::id::encode;
use uuid::Uuid;

use super::{Filtered, Holds, communities, days, filtered, holds, references, searches, specimens, texts};
use crate::harness::{World, bulk::Bulk, listing::List};

pub fn events(world: &World, bulk: &Bulk) -> Vec<Filtered> {
    let here = communities(world, bulk);
    let campaigns = vec![bulk.campaigns[0].id, bulk.campaigns[1].id];
    let activities = vec![bulk.activities[0].id, bulk.activities[3].id];
    let units: Vec<Uuid> = bulk.units.iter().take(3).map(|unit| unit.id).collect();
    let campaign = filtered(
        List::new("campaigns", "Campaign"),
        &world.staff,
        &bulk.campaigns,
        |row| encode("campaign", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &campaign::Model, key| row.community_id == key),
            texts("title", |row: &campaign::Model| vec![row.title.clone()]),
            searches(false, |row: &campaign::Model| vec![row.title.clone()]),
            days("startedOn", |row: &campaign::Model| Some(row.started_on)),
            kinds(|row: &campaign::Model| row.kind),
            states(|row: &campaign::Model| row.status),
        ],
    );
    let holding = |row: &activity::Model, key| {
        bulk.organisers.iter().any(|of| of.activity_id == row.id && of.partner_unit_id == Some(key))
    };
    let of_activity = |row: &activity::Model| {
        let id = row.id;
        bulk.sessions.iter().filter(move |of| of.activity_id == id && of.status != SessionStatus::Cancelled)
    };
    // A span of days that some of its sessions lie in, not one whose ends they lie on either side of.
    let (late, early) = (crate::harness::bulk::day(2020, 2, 1), crate::harness::bulk::day(1999, 12, 31));
    let activity = filtered(
        List::new("activities", "Activity"),
        &world.staff,
        &bulk.activities,
        |row| encode("activity", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &activity::Model, key| row.community_id == key),
            references("campaignId", "campaign", campaigns.clone(), |row: &activity::Model, key| row.campaign_id
                == Some(key)),
            references("projectId", "project", vec![bulk.projects[0].id], |row: &activity::Model, key| row.project_id
                == Some(key)),
            references("partnerUnitId", "partner_unit", units, holding),
            references("teamId", "team", vec![bulk.teams[0].id], |row: &activity::Model, key| bulk
                .organisers
                .iter()
                .any(|of| of.activity_id == row.id && of.team_id == Some(key))),
            texts("title", |row: &activity::Model| vec![row.title.clone()]),
            searches(false, |row: &activity::Model| vec![row.title.clone()]),
            kinds(|row: &activity::Model| row.kind),
            states(|row: &activity::Model| row.status),
            [
                holds(json!({ "heldOn": { "from": late } }), move |row: &activity::Model| of_activity(row)
                    .any(|of| of.held_on >= late)),
                holds(json!({ "heldOn": { "to": early } }), move |row: &activity::Model| of_activity(row)
                    .any(|of| of.held_on <= early)),
                holds(json!({ "heldOn": { "from": early, "to": "2020-01-31" } }), move |row: &activity::Model| {
                    of_activity(row).any(|of| of.held_on >= early && of.held_on < late)
                }),
            ],
        ],
    );
    let above = |row: &session::Model| bulk.activities.iter().find(|of| of.id == row.activity_id).unwrap();
    let session = filtered(
        List::new("sessions", "Session"),
        &world.staff,
        &bulk.sessions,
        |row| encode("session", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &session::Model, key| row.community_id == key),
            references("activityId", "activity", activities.clone(), |row: &session::Model, key| row.activity_id
                == key),
            references("campaignId", "campaign", campaigns.clone(), move |row: &session::Model, key| above(row)
                .campaign_id
                == Some(key)),
            references("facilityId", "facility", vec![bulk.facilities[0].id], |row: &session::Model, key| row
                .facility_id
                == Some(key)),
            days("heldOn", |row: &session::Model| Some(row.held_on)),
            kinds(move |row: &session::Model| above(row).kind),
            [
                holds(json!({ "status": { "eq": "HELD" } }), |row: &session::Model| row.status == SessionStatus::Held),
                holds(json!({ "status": { "in": ["PLANNED", "CANCELLED"] } }), |row: &session::Model| row.status
                    != SessionStatus::Held),
            ],
        ],
    );
    let live: Vec<attendance::Model> = bulk.attendances.iter().filter(|row| row.voided_at.is_none()).cloned().collect();
    let at = |row: &attendance::Model| bulk.sessions.iter().find(|of| of.id == row.session_id).unwrap();
    let came = live.iter().find(|row| row.resident_id.is_some()).unwrap();
    let served = live.iter().find(|row| row.volunteer_id.is_some()).unwrap();
    let worked = live.iter().find(|row| row.staff_member_id.is_some()).unwrap();
    let attendance = filtered(
        List::new("attendances", "Attendance"),
        &world.staff,
        &live,
        |row| encode("attendance", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &attendance::Model, key| row.community_id
                == key),
            references(
                "sessionId",
                "session",
                vec![came.session_id, worked.session_id],
                |row: &attendance::Model, key| { row.session_id == key }
            ),
            references("activityId", "activity", activities.clone(), move |row: &attendance::Model, key| at(row)
                .activity_id
                == key),
            references(
                "residentId",
                "resident",
                came.resident_id.into_iter().collect(),
                |row: &attendance::Model, key| { row.resident_id == Some(key) }
            ),
            references(
                "staffMemberId",
                "staff_member",
                worked.staff_member_id.into_iter().collect(),
                |row: &attendance::Model, key| row.staff_member_id == Some(key)
            ),
            references(
                "volunteerId",
                "volunteer",
                served.volunteer_id.into_iter().collect(),
                |row: &attendance::Model, key| { row.volunteer_id == Some(key) }
            ),
            references("teamId", "team", served.team_id.into_iter().collect(), |row: &attendance::Model, key| row
                .team_id
                == Some(key)),
            days("heldOn", move |row: &attendance::Model| Some(at(row).held_on)),
            [
                holds(json!({ "category": { "eq": "RESIDENT" } }), |row: &attendance::Model| row.category
                    == AttendeeCategory::Resident),
                holds(
                    json!({ "category": { "in": ["PARTY_MEMBER", "PARTY_APPLICANT"] } }),
                    |row: &attendance::Model| matches!(
                        row.category,
                        AttendeeCategory::PartyMember | AttendeeCategory::PartyApplicant
                    )
                ),
            ],
        ],
    );
    let result = filtered(
        List::new("activityResults", "ActivityResult"),
        &world.staff,
        &bulk.results,
        |row| encode("activity_result", row.id),
        specimens![
            references("communityId", "community", here, |row: &activity_result::Model, key| row.community_id == key),
            references("activityId", "activity", activities, |row: &activity_result::Model, key| row.activity_id
                == Some(key)),
            references("campaignId", "campaign", campaigns, |row: &activity_result::Model, key| row.campaign_id
                == Some(key)),
            texts("measure", |row: &activity_result::Model| vec![row.measure.clone()]),
            days("achievedOn", |row: &activity_result::Model| Some(row.achieved_on)),
        ],
    );
    let sign_up = filtered(
        List::new("sessionSignUps", "SessionSignUp"),
        &world.staff,
        &bulk.sign_ups,
        |row| encode("session_sign_up", row.id),
        specimens![
            references("communityId", "community", communities(world, bulk), |row: &session_sign_up::Model, key| row
                .community_id
                == key),
            references(
                "sessionId",
                "session",
                vec![bulk.sign_ups[0].session_id],
                |row: &session_sign_up::Model, key| { row.session_id == key }
            ),
            references(
                "volunteerId",
                "volunteer",
                vec![bulk.sign_ups[1].volunteer_id],
                |row: &session_sign_up::Model, key| row.volunteer_id == key
            ),
            [
                holds(json!({ "status": { "eq": "WAITING" } }), |row: &session_sign_up::Model| row.status
                    == SignUpStatus::Waiting),
                holds(json!({ "status": { "in": ["CONFIRMED", "WITHDRAWN"] } }), |row: &session_sign_up::Model| {
                    row.status != SignUpStatus::Waiting
                }),
            ],
        ],
    );
    let reported = filtered(
        List::new("attendanceErrors", "AttendanceError"),
        &world.staff,
        &bulk.attendance_errors,
        |row| encode("attendance_error", row.id),
        specimens![
            references("communityId", "community", communities(world, bulk), |row: &attendance_error::Model, key| row
                .community_id
                == key),
            references(
                "sessionId",
                "session",
                vec![bulk.attendance_errors[0].session_id],
                |row: &attendance_error::Model, key| row.session_id == key
            ),
            references(
                "volunteerId",
                "volunteer",
                vec![bulk.attendance_errors[1].volunteer_id],
                |row: &attendance_error::Model, key| row.volunteer_id == key
            ),
            [
                holds(json!({ "status": { "eq": "OPEN" } }), |row: &attendance_error::Model| row.status
                    == AttendanceErrorStatus::Open),
                holds(json!({ "status": { "in": ["CORRECTED", "REFUSED"] } }), |row: &attendance_error::Model| {
                    row.status != AttendanceErrorStatus::Open
                }),
            ],
        ],
    );
    let certificate = filtered(
        List::new("certificates", "Certificate"),
        &world.staff,
        &bulk.certificates,
        |row| encode("certificate", row.id),
        specimens![
            references("communityId", "community", communities(world, bulk), |row: &certificate::Model, key| row
                .community_id
                == key),
            references(
                "volunteerId",
                "volunteer",
                vec![bulk.certificates[1].volunteer_id],
                |row: &certificate::Model, key| row.volunteer_id == key
            ),
            texts("number", |row: &certificate::Model| vec![row.number.clone()]),
            days("issuedOn", |row: &certificate::Model| Some(row.issued_on)),
            [true, false].map(|revoked| holds(json!({ "revoked": revoked }), move |row: &certificate::Model| {
                row.revoked_at.is_some() == revoked
            })),
        ],
    );
    vec![campaign, activity, session, sign_up, attendance, reported, result, certificate]
}

fn kinds<'a, M>(of: impl Fn(&M) -> ActivityKind + Copy + 'a) -> Vec<(Value, Holds<'a, M>)> {
    vec![
        holds(json!({ "kind": { "eq": "CLEAN_UP" } }), move |row| of(row) == ActivityKind::CleanUp),
        holds(json!({ "kind": { "in": ["THEME_DAY", "FREE_CLINIC"] } }), move |row| {
            matches!(of(row), ActivityKind::ThemeDay | ActivityKind::FreeClinic)
        }),
    ]
}

fn states<'a, M>(of: impl Fn(&M) -> ActivityStatus + Copy + 'a) -> Vec<(Value, Holds<'a, M>)> {
    vec![
        holds(json!({ "status": { "eq": "UNDER_WAY" } }), move |row| of(row) == ActivityStatus::UnderWay),
        holds(json!({ "status": { "in": ["PLANNED", "CANCELLED"] } }), move |row| {
            matches!(of(row), ActivityStatus::Planned | ActivityStatus::Cancelled)
        }),
    ]
}

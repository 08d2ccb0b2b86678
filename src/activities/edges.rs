//! How the edges of campaigns, activities, sessions and what is on record of them are loaded, and the edges that lead to them.

use std::collections::{HashMap, HashSet};

use entity::session_sign_up::{Absence, SignUpStatus};
use entity::{
    activity, activity_organiser, activity_result, attendance, attendance_error, campaign, head_count, session,
    session_sign_up,
};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select};
use uuid::Uuid;

use super::{
    Activity, ActivityOrganiser, ActivityResult, Attendance, AttendanceError, AttendanceOutcome, Campaign, HeadCount,
    Session, SessionSignUp, hours, turnout,
};
use crate::{
    communities::Community,
    error::Result,
    facilities::Facility,
    partners::PartnerUnit,
    projects::Project,
    relay::{Asked, Edge, Entity},
    residents::Resident,
    staff::StaffMember,
    volunteers::{Team, Volunteer},
};

pub fn of_campaign(field: &str) -> Option<Edge<Campaign>> {
    Some(match field {
        "community" => Edge::<Campaign>::one::<Community>(|row| Some(row.community_id)),
        "activities" => Edge::many::<Activity>(activity::Column::CampaignId),
        "turnout" => turnout::of_campaigns(),
        "results" => Edge::<Campaign>::all::<ActivityResult>(
            activity_result::Column::CampaignId,
            |row| row.campaign_id,
            live_results,
        ),
        _ => return None,
    })
}

pub fn of_activity(field: &str) -> Option<Edge<Activity>> {
    Some(match field {
        "community" => Edge::<Activity>::one::<Community>(|row| Some(row.community_id)),
        "campaign" => Edge::<Activity>::one::<Campaign>(|row| row.campaign_id),
        "project" => Edge::<Activity>::one::<Project>(|row| row.project_id),
        "organisers" => Edge::<Activity>::all::<ActivityOrganiser>(
            activity_organiser::Column::ActivityId,
            |row| Some(row.activity_id),
            |select, _| Ok(select.order_by_asc(activity_organiser::Column::Id)),
        ),
        "sessions" => Edge::many::<Session>(session::Column::ActivityId),
        "turnout" => turnout::of_activities(),
        "results" => Edge::<Activity>::all::<ActivityResult>(
            activity_result::Column::ActivityId,
            |row| row.activity_id,
            live_results,
        ),
        _ => return None,
    })
}

type Results = Select<activity_result::Entity>;

/// Without those that were voided.
fn live_results(select: Results, _: &Asked<'_>) -> Result<Results> {
    use activity_result::Column;
    Ok(select.filter(Column::VoidedAt.is_null()).order_by_asc(Column::AchievedOn).order_by_asc(Column::Id))
}

pub fn of_organiser(field: &str) -> Option<Edge<ActivityOrganiser>> {
    Some(match field {
        "activity" => Edge::<ActivityOrganiser>::one::<Activity>(|row| Some(row.activity_id)),
        "partnerUnit" => Edge::<ActivityOrganiser>::one::<PartnerUnit>(|row| row.partner_unit_id),
        "team" => Edge::<ActivityOrganiser>::one::<Team>(|row| row.team_id),
        _ => return None,
    })
}

pub fn of_session(field: &str) -> Option<Edge<Session>> {
    Some(match field {
        "community" => Edge::<Session>::one::<Community>(|row| Some(row.community_id)),
        "activity" => Edge::<Session>::one::<Activity>(|row| Some(row.activity_id)),
        "facility" => Edge::<Session>::one::<Facility>(|row| row.facility_id),
        "attendances" => Edge::many::<Attendance>(attendance::Column::SessionId),
        "signUps" => Edge::many::<SessionSignUp>(session_sign_up::Column::SessionId),
        "headCount" => live_head_count(),
        "turnout" => turnout::of_sessions(),
        _ => return None,
    })
}

/// The one that was not voided.
fn live_head_count() -> Edge<Session> {
    Edge::values(|reading, sessions: &[Session], asked| {
        Box::pin(async move {
            let keys: Vec<Uuid> = sessions.iter().map(|session| session.seen().key()).collect();
            let live = reading
                .select::<HeadCount>()
                .filter(head_count::Column::VoidedAt.is_null())
                .filter(head_count::Column::SessionId.is_in(keys));
            let found = reading.all::<HeadCount>(live, &asked.selection).await?;
            Ok(found.into_iter().map(|count| (count.seen().session_id, count)).collect::<HashMap<_, _>>())
        })
    })
}

pub fn of_sign_up(field: &str) -> Option<Edge<SessionSignUp>> {
    Some(match field {
        "session" => Edge::<SessionSignUp>::one::<Session>(|row| Some(row.session_id)),
        "volunteer" => Edge::<SessionSignUp>::one::<Volunteer>(|row| Some(row.volunteer_id)),
        "waitingBefore" => waiting_before(),
        "outcome" => outcomes(),
        _ => return None,
    })
}

/// One's place in line is counted among all who wait, also those whom one does not see: it says of them that they are there.
fn waiting_before() -> Edge<SessionSignUp> {
    Edge::values(|reading, sign_ups: &[SessionSignUp], _| {
        Box::pin(async move {
            use session_sign_up::Column;
            let waits = |of: &&SessionSignUp| of.seen().status == SignUpStatus::Waiting;
            let sessions: HashSet<Uuid> = sign_ups.iter().filter(waits).map(|of| of.seen().session_id).collect();
            if sessions.is_empty() {
                return Ok(HashMap::new());
            }
            let lines: Vec<(Uuid, i32)> = session_sign_up::Entity::find()
                .filter(Column::SessionId.is_in(sessions))
                .filter(Column::Status.eq(SignUpStatus::Waiting))
                .select_only()
                .columns([Column::SessionId, Column::Arrival])
                .into_tuple()
                .all(reading.db())
                .await?;
            let before = |of: &SessionSignUp| {
                let row = of.seen();
                let earlier =
                    lines.iter().filter(|(session, arrival)| *session == row.session_id && *arrival < row.arrival);
                (row.key(), i32::try_from(earlier.count()).unwrap_or(i32::MAX))
            };
            Ok(sign_ups.iter().filter(waits).map(before).collect::<HashMap<_, _>>())
        })
    })
}

/// Who came is on the roll, whatever was said of them before.
fn outcomes() -> Edge<SessionSignUp> {
    Edge::values(|reading, sign_ups: &[SessionSignUp], _| {
        Box::pin(async move {
            use attendance::Column;
            let had_places: Vec<&SessionSignUp> =
                sign_ups.iter().filter(|of| of.seen().status == SignUpStatus::Confirmed).collect();
            if had_places.is_empty() {
                return Ok(HashMap::new());
            }
            let sessions: HashSet<Uuid> = had_places.iter().map(|of| of.seen().session_id).collect();
            let persons: HashSet<Uuid> = had_places.iter().map(|of| of.seen().person_id).collect();
            let came: Vec<(Uuid, Uuid)> = reading
                .select::<Attendance>()
                .filter(Column::SessionId.is_in(sessions))
                .filter(Column::PersonId.is_in(persons))
                .filter(Column::VoidedAt.is_null())
                .select_only()
                .columns([Column::SessionId, Column::PersonId])
                .into_tuple()
                .all(reading.db())
                .await?;
            let came: HashSet<(Uuid, Uuid)> = came.into_iter().collect();
            let outcome = |of: &SessionSignUp| {
                let row = of.seen();
                let outcome = match (came.contains(&(row.session_id, row.person_id)), row.absence) {
                    (true, _) => AttendanceOutcome::Present,
                    (false, Some(Absence::Excused)) => AttendanceOutcome::Excused,
                    (false, Some(Absence::Unexcused)) => AttendanceOutcome::Unexcused,
                    (false, None) => AttendanceOutcome::NotRecorded,
                };
                (row.key(), outcome)
            };
            Ok(had_places.into_iter().map(outcome).collect::<HashMap<_, _>>())
        })
    })
}

pub fn of_attendance(field: &str) -> Option<Edge<Attendance>> {
    Some(match field {
        "session" => Edge::<Attendance>::one::<Session>(|row| Some(row.session_id)),
        "resident" => Edge::<Attendance>::one::<Resident>(|row| row.resident_id),
        "staffMember" => Edge::<Attendance>::one::<StaffMember>(|row| row.staff_member_id),
        "minutesCredited" => hours::credited_of_attendances(),
        "volunteer" => Edge::<Attendance>::one::<Volunteer>(|row| row.volunteer_id),
        "team" => Edge::<Attendance>::one::<Team>(|row| row.team_id),
        "reportedErrors" => Edge::<Attendance>::many::<AttendanceError>(attendance_error::Column::AttendanceId),
        _ => return None,
    })
}

pub fn of_attendance_error(field: &str) -> Option<Edge<AttendanceError>> {
    Some(match field {
        "session" => Edge::<AttendanceError>::one::<Session>(|row| Some(row.session_id)),
        "volunteer" => Edge::<AttendanceError>::one::<Volunteer>(|row| Some(row.volunteer_id)),
        "attendance" => Edge::<AttendanceError>::one::<Attendance>(|row| row.attendance_id),
        "correction" => Edge::<AttendanceError>::one::<Attendance>(|row| row.correction_id),
        _ => return None,
    })
}

pub fn of_head_count(field: &str) -> Option<Edge<HeadCount>> {
    (field == "session").then(|| Edge::<HeadCount>::one::<Session>(|row| Some(row.session_id)))
}

pub fn of_result(field: &str) -> Option<Edge<ActivityResult>> {
    Some(match field {
        "activity" => Edge::<ActivityResult>::one::<Activity>(|row| row.activity_id),
        "campaign" => Edge::<ActivityResult>::one::<Campaign>(|row| row.campaign_id),
        _ => return None,
    })
}

/// Campaigns of communities: `Community.campaigns`.
pub(crate) fn campaigns_of_communities() -> Edge<Community> {
    Edge::many::<Campaign>(campaign::Column::CommunityId)
}

/// Activities of communities: `Community.activities`.
pub(crate) fn of_communities() -> Edge<Community> {
    Edge::many::<Activity>(activity::Column::CommunityId)
}

/// Activities of projects: `Project.activities`.
pub(crate) fn of_projects() -> Edge<Project> {
    Edge::many::<Activity>(activity::Column::ProjectId)
}

/// What units hold, alone or with others: `PartnerUnit.activities`.
pub(crate) fn of_partner_units() -> Edge<PartnerUnit> {
    Edge::many_through::<Activity, _>(activity_organiser::Column::PartnerUnitId, |select| {
        select.join(JoinType::InnerJoin, activity_organiser::Relation::Activity.def().rev())
    })
}

/// What is held in facilities: `Facility.sessions`.
pub(crate) fn of_facilities() -> Edge<Facility> {
    Edge::many::<Session>(session::Column::FacilityId)
}

/// What residents came to: `Resident.attendances`.
pub(crate) fn of_residents() -> Edge<Resident> {
    Edge::many::<Attendance>(attendance::Column::ResidentId)
}

/// What volunteers came to as such: `Volunteer.attendances`.
pub(crate) fn of_volunteers() -> Edge<Volunteer> {
    Edge::many::<Attendance>(attendance::Column::VolunteerId)
}

/// What volunteers signed up for: `Volunteer.signUps`.
pub(crate) fn sign_ups_of_volunteers() -> Edge<Volunteer> {
    Edge::many::<SessionSignUp>(session_sign_up::Column::VolunteerId)
}

/// What volunteers said is wrong in their records: `Volunteer.attendanceErrors`.
pub(crate) fn errors_of_volunteers() -> Edge<Volunteer> {
    Edge::many::<AttendanceError>(attendance_error::Column::VolunteerId)
}

/// What teams hold, alone or with others: `Team.activities`.
pub(crate) fn of_teams() -> Edge<Team> {
    Edge::many_through::<Activity, _>(activity_organiser::Column::TeamId, |select| {
        select.join(JoinType::InnerJoin, activity_organiser::Relation::Activity.def().rev())
    })
}

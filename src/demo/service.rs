//! What is to come: a session that volunteers sign up for, with more who would like to than places. And what volunteers said is wrong of what was.

use chrono::{Days, NaiveDate};
use entity::{
    activity::{self, ActivityKind, ActivityStatus},
    activity_organiser::{self, OrganiserKind},
    attendance,
    attendance_error::{self, AttendanceErrorStatus},
    session::{self, SessionStatus},
    session_sign_up::{self, SignUpStatus},
    volunteer,
};
use uuid::Uuid;

use super::{calendar::moment, homes::Registrar, rows::Rows};

/// After `volunteers.rs`. Two weeks from today, whenever that is: what is to come has no place in the facts.
pub(super) fn sign_ups(rows: &mut Rows, by: &mut Registrar<'_>, community_id: Uuid, today: NaiveDate) {
    let (activity_id, session_id) = (by.ids.next(), by.ids.next());
    let (held_on, told) = (today + Days::new(14), moment(today, 9 * 60));
    rows.activities.push(activity::Model {
        id: activity_id,
        community_id,
        campaign_id: None,
        project_id: None,
        kind: ActivityKind::WasteSorting,
        title: "垃圾分类引导志愿服务".to_owned(),
        description: Some("早高峰在投放点引导居民分类投放。".to_owned()),
        status: ActivityStatus::Planned,
        status_reason: None,
        version: 1,
        recorded_at: told,
    });
    rows.activity_organisers.push(activity_organiser::Model {
        id: by.ids.next(),
        community_id,
        activity_id,
        kind: OrganiserKind::Community,
        partner_unit_id: None,
        team_id: None,
    });
    let willing = rows.volunteers.iter().filter(|row| row.community_id == community_id && row.ended_on.is_none());
    let willing: Vec<volunteer::Model> = willing.take(9).cloned().collect();
    let places = willing.len().saturating_sub(2).max(1);
    for (place, volunteer) in willing.iter().enumerate() {
        let confirmed = place < places;
        rows.sign_ups.push(session_sign_up::Model {
            id: by.ids.next(),
            community_id,
            session_id,
            volunteer_id: volunteer.id,
            person_id: volunteer.resident_id.or(volunteer.staff_member_id).unwrap_or(volunteer.id),
            status: if confirmed { SignUpStatus::Confirmed } else { SignUpStatus::Waiting },
            arrival: number(place + 1),
            overlap_reason: None,
            signed_up_at: told,
            confirmed_at: confirmed.then_some(told),
            withdrawn_at: None,
            withdrawn_reason: None,
            absence: None,
            absence_reason: None,
            version: 1,
        });
    }
    rows.sessions.push(session::Model {
        id: session_id,
        community_id,
        activity_id,
        status: SessionStatus::Planned,
        status_reason: None,
        held_on,
        starts_at: Some(moment(held_on, 7 * 60)),
        ends_at: Some(moment(held_on, 9 * 60)),
        facility_id: None,
        place: Some("小区东门投放点".to_owned()),
        capacity: Some(number(places)),
        roles_needed: Some("引导员若干，记录员 1 名".to_owned()),
        is_training: false,
        published_at: Some(told),
        confirmed_count: number(places.min(willing.len())),
        waiting_count: number(willing.len().saturating_sub(places)),
        version: 1,
        recorded_at: told,
    });
}

/// After `activities.rs`: one error that is to be answered, if possible by the first in a team; one that was none, and one that was corrected.
pub(super) fn errors(rows: &mut Rows, by: &mut Registrar<'_>, community_id: Uuid) {
    let first = rows.team_memberships.iter().find(|row| row.community_id == community_id && row.ended_on.is_none());
    let first = first.map(|row| row.volunteer_id);
    let came = rows.attendances.iter().filter(|row| row.community_id == community_id && row.volunteer_id.is_some());
    let mut came: Vec<attendance::Model> = came.cloned().collect();
    came.sort_by_key(|row| row.volunteer_id != first);
    use AttendanceErrorStatus::{Corrected, Open, Refused};
    for (row, (status, message, answer)) in came.iter().zip([
        (Open, "当天九点到场、十一点半离场，记录少了半小时。", None),
        (Refused, "我记得当天签到比记录早一小时。", Some("经核对签到表，记录无误。")),
        (Corrected, "当天我参加了活动，名单上没有我。", Some("已核实并补登。")),
    ]) {
        let Some(volunteer_id) = row.volunteer_id else { continue };
        let Some(session) = rows.sessions.iter().find(|of| of.id == row.session_id) else { continue };
        // Who was not on the roll is there by now.
        let added = status == Corrected;
        rows.attendance_errors.push(attendance_error::Model {
            id: by.ids.next(),
            community_id,
            session_id: row.session_id,
            volunteer_id,
            person_id: row.person_id,
            attendance_id: (!added).then_some(row.id),
            message: message.to_owned(),
            status,
            answer: answer.map(str::to_owned),
            correction_id: added.then_some(row.id),
            reported_at: moment(session.held_on + Days::new(2), 19 * 60),
            answered_at: answer.map(|_| moment(session.held_on + Days::new(4), 10 * 60)),
            version: if answer.is_some() { 2 } else { 1 },
        });
    }
}

fn number(of: usize) -> i32 {
    i32::try_from(of).unwrap_or(i32::MAX)
}

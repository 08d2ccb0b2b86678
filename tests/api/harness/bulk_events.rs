//! The rows of [`super::bulk`]: campaigns, activities, sessions, who came, what came of it and what was said to be wrong.

use std::collections::BTreeSet;

use entity::{
    activity::{self, ActivityKind, ActivityStatus},
    activity_organiser::{self, OrganiserKind},
    activity_result,
    attendance::{self, AttendeeCategory},
    attendance_error::{self, AttendanceErrorStatus},
    campaign,
    figures::Precision,
    head_count,
    session::{self, SessionStatus},
    session_sign_up::{self, SignUpStatus},
};
use sea_orm::Iterable;
use tongxin::context::App;

use super::{
    bulk::{Bulk, Size, at},
    bulk_rows::days,
};

const TITLES: [&str; 5] = ["低保慰问", "助听器", "楼顶", "Cash 100%", "cash"];

pub fn events(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    for i in 0..size.projects {
        bulk.campaigns.push(campaign::Model {
            id: new_id(),
            community_id,
            kind: ActivityKind::iter().cycle().nth(i).unwrap(),
            title: TITLES[i % 5].into(),
            description: None,
            status: ActivityStatus::iter().cycle().nth(i + 1).unwrap(),
            status_reason: None,
            started_on: days(i),
            ended_on: None,
            version: 1,
            recorded_at: at(i / 3),
        });
    }
    for i in 0..size.projects * 2 {
        let activity = activity::Model {
            id: new_id(),
            community_id,
            campaign_id: (i % 3 != 2).then(|| bulk.campaigns[i / 2].id),
            project_id: (i % 3 != 1).then(|| bulk.projects[i / 2].id),
            kind: ActivityKind::iter().cycle().nth(i / 2).unwrap(),
            title: TITLES[i % 5].into(),
            description: None,
            status: ActivityStatus::iter().cycle().nth(i + 1).unwrap(),
            status_reason: None,
            version: 1,
            recorded_at: at(i / 4),
        };
        organisers(bulk, app, size, &activity, i);
        for j in 0..3 {
            session(bulk, app, &activity, i, j);
        }
        results(bulk, app, &activity, i);
        bulk.activities.push(activity);
    }
    errors(bulk, app);
}

/// Of every volunteer who came, and of every second one who signed up: one a session and person, in all states.
fn errors(bulk: &mut Bulk, app: &App) {
    let came = bulk
        .attendances
        .iter()
        .filter_map(|row| Some((row.session_id, row.volunteer_id?, row.person_id, Some(row.id))));
    let willing = bulk.sign_ups.iter().step_by(2).map(|row| (row.session_id, row.volunteer_id, row.person_id, None));
    let mut seen = BTreeSet::new();
    let all: Vec<_> = came.chain(willing).filter(|(session, _, person, _)| seen.insert((*session, *person))).collect();
    for (i, (session_id, volunteer_id, person_id, attendance)) in all.into_iter().enumerate() {
        let status = AttendanceErrorStatus::iter().cycle().nth(i).unwrap();
        let (open, corrected) = (status == AttendanceErrorStatus::Open, status == AttendanceErrorStatus::Corrected);
        bulk.attendance_errors.push(attendance_error::Model {
            id: app.clock.new_id(),
            community_id: bulk.community,
            session_id,
            volunteer_id,
            person_id,
            // Who was on no roll then is on it by now.
            attendance_id: attendance.filter(|_| !corrected),
            message: "时长少记半小时".into(),
            status,
            answer: (!open).then(|| "已核对".into()),
            correction_id: attendance.filter(|_| corrected),
            reported_at: at(i / 3),
            answered_at: (!open).then(|| at(i)),
            version: 1,
        });
    }
}

fn organisers(bulk: &mut Bulk, app: &App, size: Size, activity: &activity::Model, i: usize) {
    let mut organiser = |kind, partner_unit_id, team_id| {
        let (id, community_id, activity_id) = (app.clock.new_id(), bulk.community, activity.id);
        let row = activity_organiser::Model { id, community_id, activity_id, kind, partner_unit_id, team_id };
        bulk.organisers.push(row);
    };
    match i % 2 {
        0 => organiser(OrganiserKind::Team, None, Some(bulk.teams[i / 2 % 2].id)),
        _ => organiser(OrganiserKind::Community, None, None),
    }
    for j in 0..2.min(size.units) {
        organiser(OrganiserKind::PartnerUnit, Some(bulk.units[(i + j) % size.units].id), None);
    }
}

fn session(bulk: &mut Bulk, app: &App, activity: &activity::Model, i: usize, j: usize) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    let mut session = session::Model {
        id: new_id(),
        community_id,
        activity_id: activity.id,
        status: [SessionStatus::Held, SessionStatus::Planned, SessionStatus::Cancelled, SessionStatus::Held]
            [(i + j) % 4],
        status_reason: None,
        held_on: days(i + j),
        starts_at: (j == 1).then(|| at(i)),
        ends_at: None,
        facility_id: (j != 2).then(|| bulk.facilities[i / 2].id),
        place: None,
        capacity: None,
        roles_needed: None,
        is_training: false,
        published_at: None,
        confirmed_count: 0,
        waiting_count: 0,
        version: 1,
        recorded_at: at(i),
    };
    if session.status == SessionStatus::Planned {
        sign_ups(bulk, app, &mut session, i);
    }
    for k in 0..(i + j) % 5 {
        // A resident, or somebody on the staff.
        let (resident, member) =
            (bulk.residents[(i * 7 + k) % bulk.residents.len()].id, bulk.staff[k % bulk.staff.len()].id);
        let (resident_id, staff_member_id) = match bulk.attendances.len() % 3 {
            1 => (None, Some(member)),
            2 => (None, None),
            _ => (Some(resident), None),
        };
        // Or an employee of a unit, who volunteers.
        let volunteer_id =
            (bulk.attendances.len() % 3 == 2).then(|| bulk.volunteers[(i * 4 + k * 4 + 1) % bulk.volunteers.len()].id);
        let voided = k == 3;
        bulk.attendances.push(attendance::Model {
            id: new_id(),
            community_id,
            session_id: session.id,
            person_id: resident_id.or(staff_member_id).or(volunteer_id).unwrap(),
            resident_id,
            staff_member_id,
            volunteer_id,
            team_id: volunteer_id.map(|_| bulk.teams[i % 2].id),
            category: AttendeeCategory::iter().cycle().nth(i + k).unwrap(),
            note: None,
            checked_in_at: volunteer_id.map(|_| at(6 * (i + k))),
            checked_out_at: volunteer_id.filter(|_| k != 2).map(|_| at(6 * (i + k + 2))),
            times_reason: None,
            voided_at: voided.then(|| at(i)),
            void_reason: voided.then(|| "误记".into()),
            version: 1,
            recorded_at: at(i + k),
        });
    }
    if (i + j) % 3 != 2 {
        let precision = Precision::iter().cycle().nth(i + j / 2).unwrap();
        bulk.head_counts.push(head_count::Model {
            id: new_id(),
            community_id,
            session_id: session.id,
            persons: (precision != Precision::Unknown).then_some((i % 6) as i64),
            persons_precision: precision,
            source: None,
            voided_at: None,
            void_reason: None,
            version: 1,
            recorded_at: at(i),
        });
    }
    bulk.sessions.push(session);
}

/// One who gave up, some who have a place and some who wait.
fn sign_ups(bulk: &mut Bulk, app: &App, session: &mut session::Model, i: usize) {
    let places = 1 + i % 2;
    session.capacity = i32::try_from(places).ok();
    session.published_at = i.is_multiple_of(2).then(|| at(i));
    let mut persons = Vec::new();
    let willing: Vec<_> = (0..5).map(|k| bulk.volunteers[(i * 3 + k) % bulk.volunteers.len()].clone()).collect();
    for (arrival, volunteer) in (1..).zip(willing) {
        let person_id = volunteer.resident_id.or(volunteer.staff_member_id).unwrap_or(volunteer.id);
        if persons.contains(&person_id) {
            continue;
        }
        let status = match persons.len() {
            0 => SignUpStatus::Withdrawn,
            number if number <= places => SignUpStatus::Confirmed,
            _ => SignUpStatus::Waiting,
        };
        persons.push(person_id);
        session.confirmed_count += i32::from(status == SignUpStatus::Confirmed);
        session.waiting_count += i32::from(status == SignUpStatus::Waiting);
        bulk.sign_ups.push(session_sign_up::Model {
            id: app.clock.new_id(),
            community_id: session.community_id,
            session_id: session.id,
            volunteer_id: volunteer.id,
            person_id,
            status,
            arrival,
            overlap_reason: None,
            signed_up_at: at(i + persons.len()),
            confirmed_at: (status == SignUpStatus::Confirmed).then(|| at(i)),
            withdrawn_at: (status == SignUpStatus::Withdrawn).then(|| at(i)),
            withdrawn_reason: None,
            absence: None,
            absence_reason: None,
            version: 1,
        });
    }
}

fn results(bulk: &mut Bulk, app: &App, activity: &activity::Model, i: usize) {
    let campaign = i.is_multiple_of(2).then(|| bulk.campaigns[i / 2].id);
    for (campaign_id, activity_id) in [(campaign, None), (None, Some(activity.id))] {
        if campaign_id.is_none() && activity_id.is_none() {
            continue;
        }
        bulk.results.push(activity_result::Model {
            id: app.clock.new_id(),
            community_id: bulk.community,
            campaign_id,
            activity_id,
            measure: TITLES[i % 5].into(),
            quantity_milli: Some(12_000 + i as i64),
            quantity_precision: Precision::Exact,
            unit: "t".into(),
            achieved_on: days(i),
            note: None,
            voided_at: None,
            void_reason: None,
            version: 1,
            recorded_at: at(i),
        });
    }
}

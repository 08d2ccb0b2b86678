//! What is to come: a session that volunteers sign up for, with more who would like to than places.

use chrono::{Days, NaiveDate};
use entity::{
    activity::{self, ActivityKind, ActivityStatus},
    activity_organiser::{self, OrganiserKind},
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

fn number(of: usize) -> i32 {
    i32::try_from(of).unwrap_or(i32::MAX)
}

//! Campaigns, activities and sessions as rows: how a few words about one become its rows in several tables.

use chrono::NaiveDate;
use entity::{
    activity::{self, ActivityKind, ActivityStatus},
    activity_organiser::{self, OrganiserKind},
    activity_result,
    attendance::{self, AttendeeCategory as As},
    campaign, head_count,
    session::{self, SessionStatus},
};
use uuid::Uuid;

use super::{
    calendar::{day, moment},
    ids::Ids,
    rows::Rows,
};
use crate::figures::Figure;

/// A campaign that is over.
pub(super) struct Campaign<'a> {
    pub(super) kind: ActivityKind,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) term: (NaiveDate, NaiveDate),
}

pub(super) fn campaign(rows: &mut Rows, ids: &mut Ids, community_id: Uuid, of: Campaign<'_>) -> Uuid {
    let id = ids.next();
    rows.campaigns.push(campaign::Model {
        id,
        community_id,
        kind: of.kind,
        title: of.title.to_owned(),
        description: Some(of.description.to_owned()),
        status: ActivityStatus::Completed,
        status_reason: None,
        started_on: of.term.0,
        ended_on: Some(of.term.1),
        version: 1,
        recorded_at: moment(of.term.0, 9 * 60),
    });
    id
}

/// Who holds an activity.
#[derive(Clone, Copy)]
pub(super) enum Host {
    Community,
    Unit(Uuid),
    Team(Uuid),
}

/// An activity that is over, with a session on each of its days.
pub(super) struct Activity<'a> {
    pub(super) kind: ActivityKind,
    pub(super) title: &'a str,
    pub(super) campaign: Option<Uuid>,
    pub(super) hosts: &'a [Host],
    /// The name of a facility that is on file, or any other place.
    pub(super) place: &'a str,
    pub(super) days: &'a [NaiveDate],
}

/// The ids of its sessions, in the order of the days.
pub(super) fn activity(rows: &mut Rows, ids: &mut Ids, community_id: Uuid, of: Activity<'_>) -> Vec<Uuid> {
    let activity_id = ids.next();
    let first = of.days.first().copied().unwrap_or(day(2021, 1, 1));
    rows.activities.push(activity::Model {
        id: activity_id,
        community_id,
        campaign_id: of.campaign,
        project_id: None,
        kind: of.kind,
        title: of.title.to_owned(),
        description: None,
        status: ActivityStatus::Completed,
        status_reason: None,
        version: 1,
        recorded_at: moment(first - chrono::Days::new(7), 14 * 60),
    });
    for host in of.hosts {
        let (kind, partner_unit_id, team_id) = match host {
            Host::Community => (OrganiserKind::Community, None, None),
            Host::Unit(unit) => (OrganiserKind::PartnerUnit, Some(*unit), None),
            Host::Team(team) => (OrganiserKind::Team, None, Some(*team)),
        };
        let id = ids.next();
        let row = activity_organiser::Model { id, community_id, activity_id, kind, partner_unit_id, team_id };
        rows.activity_organisers.push(row);
    }
    let mut facilities = rows.facilities.iter().filter(|row| row.community_id == community_id);
    let facility = facilities.find(|row| row.name == of.place).map(|row| row.id);
    let sessions = of.days.iter().map(|held_on| session::Model {
        id: ids.next(),
        community_id,
        activity_id,
        status: SessionStatus::Held,
        status_reason: None,
        held_on: *held_on,
        starts_at: None,
        ends_at: None,
        facility_id: facility,
        place: Some(of.place.to_owned()).filter(|_| facility.is_none()),
        capacity: None,
        roles_needed: None,
        is_training: false,
        published_at: None,
        confirmed_count: 0,
        waiting_count: 0,
        version: 1,
        recorded_at: moment(*held_on, 17 * 60),
    });
    let sessions: Vec<session::Model> = sessions.collect();
    let found = sessions.iter().map(|row| row.id).collect();
    rows.sessions.extend(sessions);
    found
}

/// Somebody who comes: a resident, a staff member or else a volunteer, and with which team.
#[derive(Clone, Copy, Default)]
pub(super) struct Attendee {
    pub(super) resident: Option<Uuid>,
    pub(super) staff_member: Option<Uuid>,
    pub(super) volunteer: Option<Uuid>,
    pub(super) team: Option<Uuid>,
}

pub(super) fn attend(
    rows: &mut Rows,
    ids: &mut Ids,
    (community_id, session_id, on): (Uuid, Uuid, NaiveDate),
    who: Attendee,
    category: As,
) {
    let Some(person_id) = who.resident.or(who.staff_member).or(who.volunteer) else { return };
    rows.attendances.push(attendance::Model {
        id: ids.next(),
        community_id,
        session_id,
        person_id,
        resident_id: who.resident,
        staff_member_id: who.staff_member,
        volunteer_id: who.volunteer,
        team_id: who.team,
        category,
        note: None,
        checked_in_at: who.volunteer.map(|_| moment(on, 9 * 60)),
        checked_out_at: who.volunteer.map(|_| moment(on, 11 * 60 + 30)),
        times_reason: who.volunteer.map(|_| "签到表补登".to_owned()),
        voided_at: None,
        void_reason: None,
        version: 1,
        recorded_at: moment(on, 17 * 60 + 10),
    });
}

/// How many came, in whole persons.
pub(super) fn counted(
    rows: &mut Rows,
    ids: &mut Ids,
    (community_id, session_id, on): (Uuid, Uuid, NaiveDate),
    persons: Figure,
    source: &str,
) {
    rows.head_counts.push(head_count::Model {
        id: ids.next(),
        community_id,
        session_id,
        persons: persons.amount,
        persons_precision: persons.precision,
        source: Some(source.to_owned()),
        voided_at: None,
        void_reason: None,
        version: 1,
        recorded_at: moment(on, 17 * 60 + 30),
    });
}

/// What came of a whole campaign.
pub(super) fn achieved(
    rows: &mut Rows,
    ids: &mut Ids,
    (community_id, campaign, on): (Uuid, Uuid, NaiveDate),
    (measure, quantity, unit): (&str, Figure, &str),
) {
    rows.activity_results.push(activity_result::Model {
        id: ids.next(),
        community_id,
        campaign_id: Some(campaign),
        activity_id: None,
        measure: measure.to_owned(),
        quantity_milli: quantity.amount,
        quantity_precision: quantity.precision,
        unit: unit.to_owned(),
        achieved_on: on,
        note: None,
        voided_at: None,
        void_reason: None,
        version: 1,
        recorded_at: moment(on, 18 * 60),
    });
}

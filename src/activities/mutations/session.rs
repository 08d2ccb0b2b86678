//! Scheduling sessions and correcting when and where they are.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::{DateTime as Instant, NaiveDate, Utc};
use entity::{
    activity::{self, ActivityStatus},
    session::{self, SessionStatus},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use super::{
    PLACE,
    roll::still_good,
    when::{When, settled},
};
use crate::{
    access::{Resource, policy::Action},
    activities::{Activity, Session},
    error::UserErrorCode,
    facilities::Facility,
    payload,
    relay::id,
    say,
    scalars::{Date, DateTime},
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb, not_found},
};

/// A session to be put on the calendar, or on file after it was held (安排场次).
#[derive(InputObject, Clone, Debug)]
pub struct ScheduleSessionInput {
    /// The activity, not one that was called off; of one that is over, only past sessions are put on file (活动).
    pub activity_id: ID,
    /// The day, to come or past; it follows from `startsAt` where that is given, and must agree with it (日期).
    pub held_on: Option<Date>,
    /// When it begins; left out where only the day is known (开始时间).
    pub starts_at: Option<DateTime>,
    /// When it ends, after the start by at most 36 hours; it may be past midnight (结束时间).
    pub ends_at: Option<DateTime>,
    /// The facility that it is held in (设施).
    pub facility_id: Option<ID>,
    /// Where it is held, where that is no facility on file; at most 200 characters (地点).
    pub place: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { ScheduleSessionPayload { session: Session as "session" } }

impl Change for ScheduleSessionInput {
    type Payload = ScheduleSessionPayload;
    const VERB: Verb = Verb { name: "scheduleSession", resource: Resource::Session, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let path = ["activityId"];
        // Locked, so that it is not called off or completed meanwhile.
        let activity = tx.subject::<Activity>(&self.activity_id, &path, None, |row| row.version, &mut faults).await?;
        let activity = activity.filter(|row| {
            let covered = tx.reaches(row.community_id);
            if !covered {
                not_found(&path, &mut faults);
            }
            covered
        });
        let within = activity.as_ref().map(|activity| activity.community_id);
        let facility =
            tx.find_optional::<Facility>(self.facility_id.as_ref(), &["facilityId"], within, &mut faults).await?;
        let place = faults.optional_text(&["place"], self.place.as_deref(), PLACE);
        let when = match &activity {
            Some(activity) => {
                let zone = tx.zone_at(activity.community_id).await?;
                let times = (self.starts_at.map(|at| at.0), self.ends_at.map(|at| at.0));
                let when = settled(self.held_on.map(|day| day.0), times, zone, &mut faults);
                let day = when.map(|when| when.held_on);
                refuse_closed(activity, &path, (day, tx.app.clock.today(zone)), &mut faults);
                when
            }
            None => None,
        };
        let (activity, facility, place, when) = faults.all((activity, facility, place, when))?;

        let id = tx.new_id();
        let row = session::Model {
            id,
            community_id: activity.community_id,
            activity_id: activity.id,
            status: SessionStatus::Planned,
            status_reason: None,
            held_on: when.held_on,
            starts_at: when.starts_at,
            ends_at: when.ends_at,
            facility_id: facility.map(|facility| facility.id),
            place,
            version: 1,
            recorded_at: tx.now(),
        };
        let after = json!({
            "activityId": row.activity_id, "heldOn": row.held_on, "startsAt": row.starts_at, "endsAt": row.ends_at, "facilityId": row.facility_id,
            "place": row.place,
        });
        tx.insert(session::ActiveModel::from(row)).await?;
        let fields = ["activityId", "status", "heldOn", "startsAt", "endsAt", "facilityId", "place"];
        tx.event::<Session>(id, Some(activity.community_id), &fields, Detail::Open(json!({ "after": after }))).await?;
        Ok(id)
    }
}

/// Nothing is scheduled for what was called off, nor for the time to come of what is over.
fn refuse_closed(
    activity: &activity::Model,
    path: &[&str],
    (day, today): (Option<NaiveDate>, NaiveDate),
    faults: &mut Faults,
) {
    let message = match activity.status {
        ActivityStatus::Planned | ActivityStatus::UnderWay => return,
        ActivityStatus::Cancelled => say!("The activity was called off.", "该活动已取消。"),
        ActivityStatus::Completed if day.is_none_or(|day| day <= today) => return,
        ActivityStatus::Completed => say!(
            "The activity is over; sessions to come belong to another one.",
            "该活动已完成，不能再安排今后的场次。"
        ),
    };
    faults.note(path, UserErrorCode::IllegalTransition, message);
}

/// Corrections to a session: what is left out stays, what is null is cleared (更正场次).
#[derive(InputObject, Clone, Debug)]
pub struct AmendSessionInput {
    /// The session (场次).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// The day; it follows from the start where one is known, and must agree with it. Of a session that was held, not after today, and one on which
    /// everybody on record could have come (日期).
    pub held_on: Option<Date>,
    /// When it begins; null where only the day is known (开始时间).
    pub starts_at: MaybeUndefined<DateTime>,
    /// When it ends, after the start by at most 36 hours; null where that is not known (结束时间).
    pub ends_at: MaybeUndefined<DateTime>,
    /// The facility that it is held in; null for none (设施).
    pub facility_id: MaybeUndefined<ID>,
    /// Where it is held, at most 200 characters; null clears it (地点).
    pub place: MaybeUndefined<String>,
}

payload! { AmendSessionPayload { session: Session as "session" } }

impl AmendSessionInput {
    fn when(&self, before: &session::Model, zone: chrono_tz::Tz, faults: &mut Faults) -> Option<When> {
        let starts_at = amended(&self.starts_at, before.starts_at);
        let ends_at = amended(&self.ends_at, before.ends_at);
        // Where a start is known the day follows from it; without one, the day stays.
        let held_on = self.held_on.map(|day| day.0).or(starts_at.is_none().then_some(before.held_on));
        settled(held_on, (starts_at, ends_at), zone, faults)
    }

    /// The field that moved it to another day.
    fn mover(&self) -> &'static str {
        if self.held_on.is_some() { "heldOn" } else { "startsAt" }
    }
}

impl Change for AmendSessionInput {
    type Payload = AmendSessionPayload;
    const VERB: Verb = Verb { name: "amendSession", resource: Resource::Session, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        // Before the session, as whoever calls an activity off or completes it does: so neither waits for the other in vain.
        let activity = activity_of(tx, &self.id).await?;
        let expected = Some(self.expected_version);
        let before = tx.subject::<Session>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let within = before.as_ref().map(|before| before.community_id);
        if before.as_ref().is_some_and(|before| before.status == SessionStatus::Cancelled) {
            let message =
                say!("The session was called off and can no longer be changed.", "该场次已取消，不能再修改。");
            faults.note(&["id"], UserErrorCode::IllegalTransition, message);
        }
        let facility = tx.find_amended::<Facility>(&self.facility_id, &["facilityId"], within, &mut faults).await?;
        let place = faults.clearable_text(&["place"], &self.place, PLACE);
        let when = match &before {
            Some(before) => {
                let zone = tx.zone_at(before.community_id).await?;
                let when = self.when(before, zone, &mut faults);
                if let Some(day) = when.map(|when| when.held_on).filter(|day| *day != before.held_on) {
                    let today = tx.app.clock.today(zone);
                    let path = [self.mover()];
                    if before.status == SessionStatus::Held {
                        faults.first_day(&path, Some(day), today);
                        still_good(tx, (before, day), &path, &mut faults).await?;
                    } else if let Some(activity) = &activity {
                        refuse_closed(activity, &path, (Some(day), today), &mut faults);
                    }
                }
                when
            }
            None => None,
        };
        let (before, facility, place, when) = faults.all((before, facility, place, when))?;

        let mut diff = Diff::default();
        let facility_id = facility.unwrap_or(before.facility_id);
        let place = place.unwrap_or_else(|| before.place.clone());
        diff.note("heldOn", &before.held_on, &when.held_on);
        diff.note("startsAt", &before.starts_at, &when.starts_at);
        diff.note("endsAt", &before.ends_at, &when.ends_at);
        diff.note("facilityId", &before.facility_id, &facility_id);
        diff.note("place", &before.place, &place);
        tx.update(session::ActiveModel {
            id: Set(before.id),
            held_on: Set(when.held_on),
            starts_at: Set(when.starts_at),
            ends_at: Set(when.ends_at),
            facility_id: Set(facility_id),
            place: Set(place),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let fields = diff.fields().to_vec();
        tx.event::<Session>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

fn amended(given: &MaybeUndefined<DateTime>, before: Option<Instant<Utc>>) -> Option<Instant<Utc>> {
    match given {
        MaybeUndefined::Undefined => before,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(at) => Some(at.0),
    }
}

/// The activity of a session, locked; a session never changes its activity. What is wrong with the id is said of the session.
async fn activity_of(tx: &Tx<'_>, session: &ID) -> Result<Option<activity::Model>, Refused> {
    let Ok(key) = id::decode("session", session) else { return Ok(None) };
    let Some(session) = session::Entity::find_by_id(key).one(tx.conn()).await? else { return Ok(None) };
    Ok(tx.lock::<Activity>(session.activity_id, Action::Amend).await?)
}

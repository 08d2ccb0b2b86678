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
    MOST_PLACES, PLACE, REASON,
    roll::still_good,
    when::{When, settled},
};
use crate::{
    access::{Resource, policy::Action},
    activities::{
        Activity, Session,
        places::{Counts, move_up},
    },
    error::{UserError, UserErrorCode},
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
    /// How many may sign up, 1 to 100,000; left out for as many as like (名额).
    pub capacity: Option<i32>,
    /// What is wanted of those who come, at most 500 characters (所需岗位).
    pub roles_needed: Option<String>,
    /// Is whoever comes taught? Their hours are training then, no service; no when left out (是否培训).
    pub is_training: Option<bool>,
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
        let activity = locked(tx, &self.activity_id, &mut faults).await?;
        let within = activity.as_ref().map(|activity| activity.community_id);
        let facility =
            tx.find_optional::<Facility>(self.facility_id.as_ref(), &["facilityId"], within, &mut faults).await?;
        let place = faults.optional_text(&["place"], self.place.as_deref(), PLACE);
        let roles_needed = faults.optional_text(&["rolesNeeded"], self.roles_needed.as_deref(), REASON);
        let capacity = places(self.capacity, &mut faults);
        let when = match &activity {
            Some(activity) => {
                let zone = tx.zone_at(activity.community_id).await?;
                let times = (self.starts_at.map(|at| at.0), self.ends_at.map(|at| at.0));
                let when = settled(self.held_on.map(|day| day.0), times, zone, &mut faults);
                let day = when.map(|when| when.held_on);
                refuse_closed(activity, &ACTIVITY, (day, tx.app.clock.today(zone)), &mut faults);
                when
            }
            None => None,
        };
        let checked = (activity, facility, place, when, roles_needed, capacity);
        let (activity, facility, place, when, roles_needed, capacity) = faults.all(checked)?;

        let plan = Plan {
            facility_id: facility.map(|facility| facility.id),
            place,
            capacity,
            roles_needed,
            is_training: self.is_training.unwrap_or_default(),
        };
        let row = plan.row(tx, &activity, when);
        let (id, detail) = (row.id, Detail::Open(json!({ "after": told(&row) })));
        tx.insert(session::ActiveModel::from(row)).await?;
        tx.event::<Session>(id, Some(activity.community_id), &FIELDS, detail).await?;
        Ok(id)
    }
}

/// What a session is to be like, whenever it is.
pub(super) struct Plan {
    pub(super) facility_id: Option<Uuid>,
    pub(super) place: Option<String>,
    pub(super) capacity: Option<i32>,
    pub(super) roles_needed: Option<String>,
    pub(super) is_training: bool,
}

impl Plan {
    pub(super) fn row(&self, tx: &Tx<'_>, activity: &activity::Model, when: When) -> session::Model {
        session::Model {
            id: tx.new_id(),
            community_id: activity.community_id,
            activity_id: activity.id,
            status: SessionStatus::Planned,
            status_reason: None,
            held_on: when.held_on,
            starts_at: when.starts_at,
            ends_at: when.ends_at,
            facility_id: self.facility_id,
            place: self.place.clone(),
            capacity: self.capacity,
            roles_needed: self.roles_needed.clone(),
            is_training: self.is_training,
            published_at: None,
            confirmed_count: 0,
            waiting_count: 0,
            version: 1,
            recorded_at: tx.now(),
        }
    }
}

/// The fields that the event of a new session names.
pub(super) const FIELDS: [&str; 10] = [
    "activityId",
    "status",
    "heldOn",
    "startsAt",
    "endsAt",
    "facilityId",
    "place",
    "capacity",
    "rolesNeeded",
    "isTraining",
];

/// What that event tells.
pub(super) fn told(row: &session::Model) -> serde_json::Value {
    json!({
        "activityId": row.activity_id, "heldOn": row.held_on, "startsAt": row.starts_at, "endsAt": row.ends_at, "facilityId": row.facility_id,
        "place": row.place, "capacity": row.capacity, "rolesNeeded": row.roles_needed, "isTraining": row.is_training,
    })
}

/// A number of places, where one is given.
pub(super) fn places(given: Option<i32>, faults: &mut Faults) -> Option<Option<i32>> {
    if given.is_none_or(|given| (1..=MOST_PLACES).contains(&given)) {
        return Some(given);
    }
    let message = say!("A session has 1 to {MOST_PLACES} places.", "名额为 1 至 {MOST_PLACES}。");
    faults.note(&["capacity"], UserErrorCode::OutOfRange, message);
    None
}

/// Nobody who has a place loses it because there are fewer.
fn refuse_fewer(before: &session::Model, capacity: Option<i32>, faults: &mut Faults) {
    let confirmed = before.confirmed_count;
    if let Some(capacity) = capacity.filter(|capacity| *capacity < confirmed) {
        let message = say!(
            "{confirmed} have a place; {capacity} are fewer. Withdraw sign-ups first.",
            "已有 {confirmed} 人确认报名，名额不能减为 {capacity}；请先办理退出。"
        );
        let refusal = UserError::new(&["capacity"], UserErrorCode::CapacityReached, message);
        faults.add(refusal.with(json!({ "capacity": capacity, "confirmed": confirmed })));
    }
}

/// Where the input of sessions to be scheduled names their activity.
pub(super) const ACTIVITY: [&str; 1] = ["activityId"];

/// The activity that sessions are scheduled for, locked, so that it is not called off or completed meanwhile. Seeing it is not enough: one has to reach
/// its community.
pub(super) async fn locked(tx: &Tx<'_>, id: &ID, faults: &mut Faults) -> Result<Option<activity::Model>, Refused> {
    let activity = tx.subject::<Activity>(id, &ACTIVITY, None, |row| row.version, faults).await?;
    Ok(activity.filter(|row| {
        let covered = tx.reaches(row.community_id);
        if !covered {
            not_found(&ACTIVITY, faults);
        }
        covered
    }))
}

/// Nothing is scheduled for what was called off, nor for the time to come of what is over.
pub(super) fn refuse_closed(
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
    /// How many may sign up, 1 to 100,000 and not fewer than have a place; where it grows, those who wait move up. Null for as many as like (名额).
    pub capacity: MaybeUndefined<i32>,
    /// What is wanted of those who come, at most 500 characters; null clears it (所需岗位).
    pub roles_needed: MaybeUndefined<String>,
    /// Is whoever comes taught? Not changed of a session that was held (是否培训).
    pub is_training: Option<bool>,
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
        let roles_needed = faults.clearable_text(&["rolesNeeded"], &self.roles_needed, REASON);
        let capacity = match &self.capacity {
            MaybeUndefined::Undefined => Some(before.as_ref().and_then(|before| before.capacity)),
            given => places(given.value().copied(), &mut faults),
        };
        if let (Some(before), Some(capacity)) = (&before, capacity) {
            refuse_fewer(before, capacity, &mut faults);
        }
        if let Some(before) = before.as_ref().filter(|before| before.status == SessionStatus::Held)
            && self.is_training.is_some_and(|training| training != before.is_training)
        {
            let message = say!(
                "The session was held; what its hours are does not change any more.",
                "该场次已举行，不能再更改是否培训。"
            );
            faults.note(&["isTraining"], UserErrorCode::IllegalTransition, message);
        }
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
        let checked = (before, facility, place, when, roles_needed, capacity);
        let (before, facility, place, when, roles_needed, capacity) = faults.all(checked)?;

        let mut diff = Diff::default();
        let facility_id = facility.unwrap_or(before.facility_id);
        let place = place.unwrap_or_else(|| before.place.clone());
        diff.note("heldOn", &before.held_on, &when.held_on);
        diff.note("startsAt", &before.starts_at, &when.starts_at);
        diff.note("endsAt", &before.ends_at, &when.ends_at);
        diff.note("facilityId", &before.facility_id, &facility_id);
        diff.note("place", &before.place, &place);
        let roles_needed = roles_needed.unwrap_or_else(|| before.roles_needed.clone());
        let is_training = self.is_training.unwrap_or(before.is_training);
        let more = diff.note("capacity", &before.capacity, &capacity);
        diff.note("rolesNeeded", &before.roles_needed, &roles_needed);
        diff.note("isTraining", &before.is_training, &is_training);
        tx.update(session::ActiveModel {
            id: Set(before.id),
            held_on: Set(when.held_on),
            starts_at: Set(when.starts_at),
            ends_at: Set(when.ends_at),
            facility_id: Set(facility_id),
            place: Set(place),
            capacity: Set(capacity),
            roles_needed: Set(roles_needed),
            is_training: Set(is_training),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        if more && before.status == SessionStatus::Planned {
            move_up(tx, (before.id, before.community_id), capacity, Counts::of(&before)).await?;
        }
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

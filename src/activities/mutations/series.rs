//! `scheduleSessions`: a whole series at once, by a rule of RFC 5545, all of it or nothing.

use async_graphql::{ID, InputObject};
use chrono::{NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use entity::session;
use sea_orm::EntityTrait;
use serde_json::json;
use uuid::Uuid;

use super::{
    PLACE, REASON,
    recurring::{days, instant},
    session::{ACTIVITY, FIELDS, Plan, locked, places, refuse_closed, told},
    when::{When, settled},
};
use crate::{
    access::{Resource, policy::Action},
    activities::{Activity, Session},
    error::UserErrorCode,
    facilities::Facility,
    payload, say,
    scalars::{Date, DateTime},
    write::{Change, Detail, Faults, Refused, Told, Tx, Verb},
};

/// The last year in which anything is on the calendar.
const LAST_YEAR: i32 = 2199;

/// A series of sessions to be put on the calendar (安排系列场次).
#[derive(InputObject, Clone, Debug)]
pub struct ScheduleSessionsInput {
    /// The activity, not one that was called off; of one that is over, only past sessions are put on file (活动).
    pub activity_id: ID,
    /// When it recurs, as RFC 5545 writes it: FREQ=WEEKLY;BYDAY=SA;COUNT=8. At most one session a day and 100 in all, ended by COUNT or by UNTIL in UTC; on
    /// the clock of the community, so that nine stays nine when clocks change. The first session follows the rule, too (重复规则).
    pub rule: String,
    /// The day of the first session; it follows from `startsAt` where that is given, and must agree with it (首场日期).
    pub held_on: Option<Date>,
    /// When the first session begins; left out where only the days are known (首场开始时间).
    pub starts_at: Option<DateTime>,
    /// When the first session ends, after the start by at most 36 hours; the others are as long (首场结束时间).
    pub ends_at: Option<DateTime>,
    /// The facility that they are held in (设施).
    pub facility_id: Option<ID>,
    /// Where they are held, where that is no facility on file; at most 200 characters (地点).
    pub place: Option<String>,
    /// How many may sign up for each, 1 to 100,000; left out for as many as like (名额).
    pub capacity: Option<i32>,
    /// What is wanted of those who come, at most 500 characters (所需岗位).
    pub roles_needed: Option<String>,
    /// Is whoever comes taught? Their hours are training then, no service; no when left out (是否培训).
    pub is_training: Option<bool>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { ScheduleSessionsPayload { activity: Activity as "activity" } }

impl Change for ScheduleSessionsInput {
    type Payload = ScheduleSessionsPayload;
    const VERB: Verb = Verb { name: "scheduleSessions", resource: Resource::Session, action: Action::Record };

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
        let series = match &activity {
            Some(activity) => {
                let zone = tx.zone_at(activity.community_id).await?;
                let series = self.series(zone, &mut faults);
                let last = series.as_ref().and_then(|all| all.last()).map(|when| when.held_on);
                refuse_closed(activity, &ACTIVITY, (last, tx.app.clock.today(zone)), &mut faults);
                series
            }
            None => None,
        };
        let checked = (activity, facility, place, series, roles_needed, capacity);
        let (activity, facility, place, series, roles_needed, capacity) = faults.all(checked)?;

        let plan = Plan {
            facility_id: facility.map(|facility| facility.id),
            place,
            capacity,
            roles_needed,
            is_training: self.is_training.unwrap_or_default(),
        };
        let rows: Vec<session::Model> = series.into_iter().map(|when| plan.row(tx, &activity, when)).collect();
        let events = rows.iter().map(|row| {
            let detail = Detail::Open(json!({ "after": told(row) }));
            Told::of::<Session>(row.id, &FIELDS, detail)
        });
        // Of the activity, too: it is what the answer shows.
        let whole = Told::of::<Activity>(
            activity.id,
            &["sessions"],
            Detail::Open(json!({ "after": { "sessions": rows.len() } })),
        );
        let events: Vec<Told<'_>> = events.chain([whole]).collect();
        session::Entity::insert_many(rows.into_iter().map(session::ActiveModel::from))
            .exec_without_returning(tx.conn())
            .await?;
        tx.events(activity.community_id, events).await?;
        Ok(activity.id)
    }
}

impl ScheduleSessionsInput {
    /// When each of them is, the first as it was given.
    fn series(&self, zone: Tz, faults: &mut Faults) -> Option<Vec<When>> {
        let (starts_at, ends_at) = (self.starts_at.map(|at| at.0), self.ends_at.map(|at| at.0));
        let first = settled(self.held_on.map(|day| day.0), (starts_at, ends_at), zone, faults);
        let local = |when: When| -> NaiveDateTime {
            let begins = when.starts_at.map(|at| at.with_timezone(&zone).naive_local());
            begins.unwrap_or_else(|| when.held_on.and_time(NaiveTime::MIN))
        };
        let began = first.map(local)?;
        let days = faults.take(&["rule"], days(&self.rule, began, zone))?;
        let mut all = Vec::with_capacity(days.len());
        for day in days {
            let starts_at = match starts_at {
                Some(_) => Some(instant(day, began.time(), zone)?),
                None => None,
            };
            let ends_at =
                starts_at.zip(self.starts_at.zip(self.ends_at)).map(|(at, (from, until))| at + (until.0 - from.0));
            all.push(When { held_on: day, starts_at, ends_at });
        }
        if all.iter().any(|when| chrono::Datelike::year(&when.held_on) > LAST_YEAR) {
            let message = say!("Nothing is planned after {LAST_YEAR}.", "场次不能安排在 {LAST_YEAR} 年之后。");
            faults.note(&["rule"], UserErrorCode::OutOfRange, message);
            return None;
        }
        Some(all)
    }
}

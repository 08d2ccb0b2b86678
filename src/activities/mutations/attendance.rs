//! Recording who came to a session, one by one or the whole roll, and voiding what was recorded by mistake.

use async_graphql::{ID, InputObject};
use chrono::{DateTime as Instant, Utc};
use chrono_tz::Tz;
use entity::{
    attendance,
    session::{self, SessionStatus},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use super::{
    REASON,
    check_in::Times,
    entry::{AttendeeInput, Entry},
    roll::{Attendee, attendees},
};
use crate::{
    access::{Resource, policy::Action},
    activities::{Attendance, AttendeeCategory, Session, places},
    error::UserErrorCode,
    payload, say,
    scalars::DateTime,
    voidable,
    write::{Change, Detail, Faults, Refused, Told, Tx, Verb, not_found, void},
};

/// The most attendances that are recorded at once.
const MOST: usize = 500;

/// Somebody who came to a session (登记考勤).
#[derive(InputObject, Clone, Debug)]
pub struct RecordAttendanceInput {
    /// The session, not called off and not to come; with its first attendance it becomes HELD (场次).
    pub session_id: ID,
    /// The person, as a resident; name exactly one of the three (居民).
    pub resident_id: Option<ID>,
    /// The person, as a volunteer; whoever volunteers as a resident or a staff member is the same person (志愿者).
    pub volunteer_id: Option<ID>,
    /// The person, as a staff member (工作人员).
    pub staff_member_id: Option<ID>,
    /// As what the person came, borne out by what is on record of the day (参加者类别).
    pub category: AttendeeCategory,
    /// The team that the volunteer came with, a member of it on that day (志愿服务队).
    pub team_id: Option<ID>,
    /// A remark, at most 500 characters (备注).
    pub note: Option<String>,
    /// When the volunteer came; given with the two that follow, or not at all (签到时间).
    pub checked_in_at: Option<DateTime>,
    /// When the volunteer went, at most 36 hours after they came (签退时间).
    pub checked_out_at: Option<DateTime>,
    /// Why the times are entered afterwards, at most 500 characters (补登原因).
    pub times_reason: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordAttendancePayload { attendance: Attendance as "attendance" } }

impl Change for RecordAttendanceInput {
    type Payload = RecordAttendancePayload;
    const VERB: Verb = Verb { name: "recordAttendance", resource: Resource::Attendance, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let session = reported(tx, &self.session_id, &mut faults).await?;
        let note = faults.optional_text(&["note"], self.note.as_deref(), REASON);
        let entry = Entry {
            resident_id: self.resident_id.as_ref(),
            volunteer_id: self.volunteer_id.as_ref(),
            staff_member_id: self.staff_member_id.as_ref(),
            team_id: self.team_id.as_ref(),
            category: self.category.into(),
            path: Vec::new(),
        };
        let given = (self.checked_in_at, self.checked_out_at, self.times_reason.as_deref());
        let at = |field: &'static str| vec![field.to_owned()];
        let zone = zone_of(tx, session.as_ref()).await?;
        let times =
            entered(tx.now(), session.as_ref().zip(zone), (given, self.volunteer_id.is_some()), at, &mut faults);
        let who = attendees(tx, &[entry], session.as_ref(), &mut faults).await?;
        let (session, note, who, times) = faults.all((session, note, who, times))?;
        let arrivals = who.into_iter().map(|who| Arrival { who, note: note.clone(), times: times.clone() });
        let ids = enrol(tx, &session, arrivals.collect()).await?;
        mark_held(tx, &session, &[]).await?;
        ids.first().copied().ok_or_else(|| Refused::Stopped(crate::error::Error::internal("nobody was recorded")))
    }
}

/// The roll of a session: all of it is recorded, or nothing (批量登记考勤).
#[derive(InputObject, Clone, Debug)]
pub struct RecordAttendancesInput {
    /// The session, not called off and not to come; with its first attendance it becomes HELD (场次).
    pub session_id: ID,
    /// Who came, 1 to 500, each once (参加者).
    pub attendances: Vec<AttendeeInput>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordAttendancesPayload { session: Session as "session" } }

impl Change for RecordAttendancesInput {
    type Payload = RecordAttendancesPayload;
    const VERB: Verb = Verb { name: "recordAttendances", resource: Resource::Attendance, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let session = reported(tx, &self.session_id, &mut faults).await?;
        let number = self.attendances.len();
        if number == 0 || number > MOST {
            let code = if number == 0 { UserErrorCode::Required } else { UserErrorCode::OutOfRange };
            let message =
                say!("Name 1 to {MOST} persons; these are {number}.", "一次登记 1 至 {MOST} 人，现为 {number} 人。");
            faults.note(&["attendances"], code, message);
        }
        let mut entries = Vec::with_capacity(number);
        let mut more = Vec::with_capacity(number);
        let zone = zone_of(tx, session.as_ref()).await?;
        // Of a roll that is too long, nothing more is looked up.
        for (place, input) in self.attendances.iter().take(if number > MOST { 0 } else { number }).enumerate() {
            let place = place.to_string();
            let note = faults.optional_text(&["attendances", &place, "note"], input.note.as_deref(), REASON);
            let given = (input.checked_in_at, input.checked_out_at, input.times_reason.as_deref());
            let at = |field: &'static str| vec!["attendances".to_owned(), place.clone(), field.to_owned()];
            let times = (given, input.volunteer_id.is_some());
            let times = entered(tx.now(), session.as_ref().zip(zone), times, at, &mut faults);
            more.push((note.unwrap_or_default(), times.unwrap_or_default()));
            entries.push(input.entry(vec!["attendances".to_owned(), place]));
        }
        let who = attendees(tx, &entries, session.as_ref(), &mut faults).await?;
        let (session, who) = faults.all((session, who))?;
        let arrivals = who.into_iter().zip(more).map(|(who, (note, times))| Arrival { who, note, times });
        enrol(tx, &session, arrivals.collect()).await?;
        mark_held(tx, &session, &["attendances"]).await?;
        Ok(session.id)
    }
}

/// The session that something is reported of: locked, so that it is not called off meanwhile and that of two who record the same person one comes second.
pub(super) async fn reported(tx: &Tx<'_>, given: &ID, faults: &mut Faults) -> Result<Option<session::Model>, Refused> {
    let path = ["sessionId"];
    let Some(session) = tx.subject::<Session>(given, &path, None, |row| row.version, faults).await? else {
        return Ok(None);
    };
    if !tx.reaches(session.community_id) {
        not_found(&path, faults);
        return Ok(None);
    }
    if session.status == SessionStatus::Cancelled {
        let message = say!("The session was called off.", "该场次已取消。");
        faults.note(&path, UserErrorCode::IllegalTransition, message);
    }
    let (day, today) = (session.held_on, tx.today_at(session.community_id).await?);
    if day > today {
        let message = say!(
            "The session is still to come, on {day}; today is {today}.",
            "该场次定于 {day}，今天是 {today}，尚未举行。"
        );
        faults.note(&path, UserErrorCode::IllegalTransition, message);
    }
    Ok(Some(session))
}

async fn zone_of(tx: &Tx<'_>, session: Option<&session::Model>) -> Result<Option<Tz>, Refused> {
    Ok(match session {
        Some(session) => Some(tx.zone_at(session.community_id).await?),
        None => None,
    })
}

type Given<'a> = (Option<DateTime>, Option<DateTime>, Option<&'a str>);

/// The times that a line gives, of volunteers only: it is their service that is counted.
fn entered(
    now: Instant<Utc>,
    session: Option<(&session::Model, Tz)>,
    (given, volunteer): (Given<'_>, bool),
    at: impl Fn(&'static str) -> Vec<String>,
    faults: &mut Faults,
) -> Option<Times> {
    let path = at("checkedInAt");
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let times = Times::entered(given, at, now, faults)?;
    if times.came.is_some() && !volunteer {
        let message = say!(
            "Hours are those of volunteers: name the person by `volunteerId`.",
            "服务时间属于志愿者：请用 `volunteerId` 填写参加者。"
        );
        faults.note(&path, UserErrorCode::Invalid, message);
        return None;
    }
    if let Some((session, zone)) = session {
        times.fit(session, zone, &path, faults);
    }
    Some(times)
}

/// Somebody who came, with all that is said of it.
pub(super) struct Arrival {
    pub(super) who: Attendee,
    pub(super) note: Option<String>,
    pub(super) times: Times,
}

/// One statement for the rows and one for their events, for however many. What the events could tell is in the rows, which never change but by being
/// voided; so they name the fields only, and nothing of a person stays in them.
pub(super) async fn enrol(tx: &Tx<'_>, session: &session::Model, all: Vec<Arrival>) -> Result<Vec<Uuid>, Refused> {
    let mut rows: Vec<attendance::ActiveModel> = Vec::new();
    let mut ids = Vec::new();
    let mut persons = Vec::new();
    for Arrival { who, note, times } in all {
        let Some(person_id) = who.person_id() else { continue };
        let id = tx.new_id();
        ids.push(id);
        persons.push(person_id);
        let row = attendance::Model {
            id,
            community_id: session.community_id,
            session_id: session.id,
            person_id,
            resident_id: who.resident_id,
            staff_member_id: who.staff_member_id,
            volunteer_id: who.volunteer_id,
            team_id: who.team_id,
            category: who.category,
            note,
            checked_in_at: times.came,
            checked_out_at: times.went,
            times_reason: times.reason,
            voided_at: None,
            void_reason: None,
            version: 1,
            recorded_at: tx.now(),
        };
        rows.push(row.into());
    }
    attendance::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    let fields = ["sessionId", "personId", "category", "teamId", "note", "checkedInAt", "checkedOutAt", "timesReason"];
    // What concerns persons is in their rows, where it can be erased.
    let told = ids.iter().map(|id| Told::of::<Attendance>(*id, &fields, Detail::None));
    tx.events(session.community_id, told.collect()).await?;
    places::no_longer_absent(tx, session, persons).await?;
    Ok(ids)
}

/// What is reported of was held. `besides` are the fields that changed with it.
pub(super) async fn mark_held(tx: &Tx<'_>, session: &session::Model, besides: &[&str]) -> Result<(), Refused> {
    let first = session.status == SessionStatus::Planned;
    if first {
        tx.update(session::ActiveModel {
            id: Set(session.id),
            status: Set(SessionStatus::Held),
            version: Set(session.version + 1),
            ..Default::default()
        })
        .await?;
    }
    let fields = [besides, if first { &["status"] } else { &[] }].concat();
    if !fields.is_empty() {
        let detail = match first {
            true => Detail::Open(
                json!({ "before": { "status": session.status }, "after": { "status": SessionStatus::Held } }),
            ),
            false => Detail::None,
        };
        tx.event::<Session>(session.id, Some(session.community_id), &fields, detail).await?;
    }
    Ok(())
}

/// An attendance that is on record by mistake (作废考勤).
#[derive(InputObject, Clone, Debug)]
pub struct VoidAttendanceInput {
    /// The attendance (考勤).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (作废原因).
    pub reason: String,
}

voidable! { Attendance as attendance }

payload! { VoidAttendancePayload { attendance: Attendance as "attendance" } }

impl Change for VoidAttendanceInput {
    type Payload = VoidAttendancePayload;
    const VERB: Verb = Verb { name: "voidAttendance", resource: Resource::Attendance, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        void::<Attendance>(tx, (&self.id, self.expected_version), &self.reason).await
    }
}

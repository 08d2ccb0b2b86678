//! Recording who came to a session, one by one or the whole roll, and voiding what was recorded by mistake.

use async_graphql::{ID, InputObject};
use entity::{
    attendance,
    session::{self, SessionStatus},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;
use uuid::Uuid;

use super::{
    REASON,
    entry::{AttendeeInput, Entry},
    roll::{Attendee, attendees},
};
use crate::{
    access::{Resource, policy::Action},
    activities::{Attendance, AttendeeCategory, Session},
    error::UserErrorCode,
    payload, say, voidable,
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
        let who = attendees(tx, &[entry], session.as_ref(), &mut faults).await?;
        let (session, note, who) = faults.all((session, note, who))?;
        let ids = enrol(tx, &session, who.into_iter().zip([note])).await?;
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
        let mut notes = Vec::with_capacity(number);
        // Of a roll that is too long, nothing more is looked up.
        for (place, input) in self.attendances.iter().take(if number > MOST { 0 } else { number }).enumerate() {
            let place = place.to_string();
            let note = faults.optional_text(&["attendances", &place, "note"], input.note.as_deref(), REASON);
            notes.push(note.unwrap_or_default());
            entries.push(input.entry(vec!["attendances".to_owned(), place]));
        }
        let who = attendees(tx, &entries, session.as_ref(), &mut faults).await?;
        let (session, who) = faults.all((session, who))?;
        enrol(tx, &session, who.into_iter().zip(notes)).await?;
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

/// One statement for the rows and one for their events, for however many. What the events could tell is in the rows, which never change but by being
/// voided; so they name the fields only, and nothing of a person stays in them.
async fn enrol(
    tx: &Tx<'_>,
    session: &session::Model,
    all: impl Iterator<Item = (Attendee, Option<String>)>,
) -> Result<Vec<Uuid>, Refused> {
    let mut rows: Vec<attendance::ActiveModel> = Vec::new();
    let mut ids = Vec::new();
    for (who, note) in all {
        let Some(person_id) = who.person_id() else { continue };
        let id = tx.new_id();
        ids.push(id);
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
            voided_at: None,
            void_reason: None,
            version: 1,
            recorded_at: tx.now(),
        };
        rows.push(row.into());
    }
    attendance::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    let fields = ["sessionId", "personId", "category", "teamId", "note"];
    // What concerns persons is in their rows, where it can be erased.
    let told = ids.iter().map(|id| Told::of::<Attendance>(*id, &fields, Detail::None));
    tx.events(session.community_id, told.collect()).await?;
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

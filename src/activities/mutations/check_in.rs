//! When somebody came and went: at the door, or entered afterwards with a reason. And who did not come though they have a place.

use async_graphql::{ID, InputObject};
use chrono::{DateTime as Instant, TimeDelta, Utc};
use chrono_tz::Tz;
use entity::{
    attendance,
    session::{self, SessionStatus},
    session_sign_up::{self, Absence, SignUpStatus},
    volunteer::VolunteerKind,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{
    REASON,
    attendance::{Arrival, enrol, mark_held, reported},
    entry::Entry,
    roll::attendees,
};
use crate::{
    access::{Resource, policy::Action},
    activities::{AbsenceKind, Attendance, AttendeeCategory, SessionSignUp, hour_rules, places},
    error::{UserError, UserErrorCode},
    payload,
    relay::id,
    say,
    scalars::DateTime,
    volunteers::Volunteer,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// What is entered so much later is entered afterwards, and wants a reason.
const AT_THE_DOOR: TimeDelta = TimeDelta::minutes(15);

/// When somebody came and went, as it is entered; both to the minute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) came: Option<Instant<Utc>>,
    pub(super) went: Option<Instant<Utc>>,
    pub(super) reason: Option<String>,
}

impl Times {
    /// Those that the input gives, entered afterwards: both and a reason, or none of it. `at` is where in the input they are.
    pub(super) fn entered(
        (came, went, reason): (Option<DateTime>, Option<DateTime>, Option<&str>),
        at: impl Fn(&'static str) -> Vec<String>,
        now: Instant<Utc>,
        faults: &mut Faults,
    ) -> Option<Self> {
        let before = faults.len();
        let mut note = |field: &'static str, code, message| {
            let error = UserError::new(&[], code, message);
            faults.add(UserError { field: at(field), ..error });
        };
        let required = || {
            say!(
                "Give when the person came, when they went, and why it is entered afterwards.",
                "请同时填写到达时间、离开时间和补登原因。"
            )
        };
        let given = [
            ("checkedInAt", came.is_some()),
            ("checkedOutAt", went.is_some()),
            ("timesReason", reason.is_some_and(|text| !text.trim().is_empty())),
        ];
        if given.iter().any(|(_, given)| *given) {
            for (field, _) in given.into_iter().filter(|(_, given)| !given) {
                note(field, UserErrorCode::Required, required());
            }
        }
        let (came, went) =
            (came.map(|at| hour_rules::to_the_minute(at.0)), went.map(|at| hour_rules::to_the_minute(at.0)));
        for (field, at) in [("checkedInAt", came), ("checkedOutAt", went)] {
            if at.is_some_and(|at| at > now) {
                note(field, UserErrorCode::OutOfRange, say!("That is still to come.", "该时间尚未到来。"));
            }
        }
        if let (Some(came), Some(went)) = (came, went)
            && !(TimeDelta::zero()..=hour_rules::MOST).contains(&(went - came))
        {
            let hours = hour_rules::MOST.num_hours();
            let message =
                say!("Going follows coming, by at most {hours} hours.", "离开应在到达之后，且不超过 {hours} 小时。");
            note("checkedOutAt", UserErrorCode::OutOfRange, message);
        }
        let path = at("timesReason");
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let reason = faults.optional_text(&path, reason, REASON)?;
        (faults.len() == before).then_some(Self { came, went, reason })
    }

    /// Does what is entered fit the session? Who came, came on its day or in the night after it, and who was early in the night before.
    pub(super) fn fit(&self, session: &session::Model, zone: Tz, path: &[&str], faults: &mut Faults) {
        let Some(came) = self.came else { return };
        let (day, held_on) = (came.with_timezone(&zone).date_naive(), session.held_on);
        let first = session.starts_at.map_or(held_on, |_| held_on.pred_opt().unwrap_or(held_on));
        if day < first || day > held_on.succ_opt().unwrap_or(held_on) {
            let message =
                say!("The session is on {held_on}; {day} is another day.", "该场次在 {held_on} 举行，{day} 并非当日。");
            faults.note(path, UserErrorCode::OutOfRange, message);
        }
    }
}

/// A volunteer who has come, recorded at the door (签到).
#[derive(InputObject, Clone, Debug)]
pub struct CheckInInput {
    /// The session, not called off and not to come; with the first who comes it becomes HELD (场次).
    pub session_id: ID,
    /// Who has come (志愿者).
    pub volunteer_id: ID,
    /// As what; left out, as a member of the team that is named, otherwise as what they are enrolled (参加者类别).
    pub category: Option<AttendeeCategory>,
    /// The team that the volunteer came with, a member of it on that day (志愿服务队).
    pub team_id: Option<ID>,
    /// When; left out, now. More than 15 minutes ago wants a reason (到达时间).
    pub at: Option<DateTime>,
    /// Why it is entered afterwards, at most 500 characters (补登原因).
    pub reason: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { CheckInPayload { attendance: Attendance as "attendance" } }

/// The moment that is entered, and why where it is entered afterwards.
fn moment(
    tx: &Tx<'_>,
    (at, reason): (Option<DateTime>, Option<&str>),
    faults: &mut Faults,
) -> Option<(Instant<Utc>, Option<String>)> {
    let now = tx.now();
    let reason = faults.optional_text(&["reason"], reason, REASON)?;
    let at = at.map_or(now, |at| at.0);
    if at > now {
        faults.note(&["at"], UserErrorCode::OutOfRange, say!("That is still to come.", "该时间尚未到来。"));
        return None;
    }
    if now - at > AT_THE_DOOR && reason.is_none() {
        let message = say!("Say why it is entered afterwards.", "请填写补登原因。");
        faults.note(&["reason"], UserErrorCode::Required, message);
        return None;
    }
    Some((hour_rules::to_the_minute(at), reason))
}

impl Change for CheckInInput {
    type Payload = CheckInPayload;
    const VERB: Verb = Verb { name: "checkIn", resource: Resource::Attendance, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let session = reported(tx, &self.session_id, &mut faults).await?;
        let within = session.as_ref().map(|session| session.community_id);
        let moment = moment(tx, (self.at, self.reason.as_deref()), &mut faults);
        let times = moment.map(|(came, reason)| Times { came: Some(came), went: None, reason });
        if let (Some(session), Some(times)) = (&session, &times) {
            times.fit(session, tx.zone_at(session.community_id).await?, &["at"], &mut faults);
        }
        let mut category = self.category.map(attendance::AttendeeCategory::from);
        if category.is_none() {
            let enrolled = tx.find::<Volunteer>(&self.volunteer_id, &["volunteerId"], within, &mut faults).await?;
            category = enrolled.map(|row| usual(row.kind, self.team_id.is_some()));
        }
        let mut who = None;
        if let Some(category) = category {
            let entry = Entry {
                resident_id: None,
                volunteer_id: Some(&self.volunteer_id),
                staff_member_id: None,
                team_id: self.team_id.as_ref(),
                category,
                path: Vec::new(),
            };
            who = attendees(tx, &[entry], session.as_ref(), &mut faults).await?;
        }
        let (session, times, who) = faults.all((session, times, who))?;
        let arrivals = who.into_iter().map(|who| Arrival { who, note: None, times: times.clone() });
        let ids = enrol(tx, &session, arrivals.collect()).await?;
        mark_held(tx, &session, &[]).await?;
        ids.first().copied().ok_or_else(|| Refused::Stopped(crate::error::Error::internal("nobody was recorded")))
    }
}

/// As what a volunteer comes where nobody says.
fn usual(kind: VolunteerKind, with_team: bool) -> attendance::AttendeeCategory {
    use attendance::AttendeeCategory as As;
    match kind {
        _ if with_team => As::TeamMember,
        VolunteerKind::Resident => As::Resident,
        VolunteerKind::PartnerEmployee => As::PartnerEmployee,
        VolunteerKind::CommunityWorker => As::CommunityWorker,
        VolunteerKind::Other => As::Other,
    }
}

/// A volunteer who goes (签退).
#[derive(InputObject, Clone, Debug)]
pub struct CheckOutInput {
    /// The attendance, with a check-in and no check-out; what is wrong there is voided and recorded anew (考勤).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// When, not before the check-in and at most 36 hours after it; left out, now. More than 15 minutes ago wants a reason (离开时间).
    pub at: Option<DateTime>,
    /// Why it is entered afterwards, at most 500 characters (补登原因).
    pub reason: Option<String>,
}

payload! { CheckOutPayload { attendance: Attendance as "attendance" } }

impl Change for CheckOutInput {
    type Payload = CheckOutPayload;
    const VERB: Verb = Verb { name: "checkOut", resource: Resource::Attendance, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Attendance>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        crate::write::refuse_voided(before.as_ref().and_then(|before| before.voided_at), &mut faults);
        let moment = moment(tx, (self.at, self.reason.as_deref()), &mut faults);
        if let Some(before) = &before {
            let message = match (before.checked_in_at, before.checked_out_at) {
                (None, _) => Some(say!("Nobody wrote down when the person came.", "该考勤未记录签到时间。")),
                (_, Some(_)) => Some(say!(
                    "The person has gone already. Void the attendance and record it anew if that is wrong.",
                    "该考勤已签退；如有误，请作废后重新登记。"
                )),
                (Some(_), None) => None,
            };
            if let Some(message) = message {
                faults.note(&["id"], UserErrorCode::IllegalTransition, message);
            }
            if let (Some(came), Some((went, _))) = (before.checked_in_at, &moment)
                && !(TimeDelta::zero()..=hour_rules::MOST).contains(&(*went - came))
            {
                let hours = hour_rules::MOST.num_hours();
                let message = say!(
                    "Going follows coming, by at most {hours} hours.",
                    "离开应在到达之后，且不超过 {hours} 小时。"
                );
                faults.note(&["at"], UserErrorCode::OutOfRange, message);
            }
        }
        let (before, (went, reason)) = faults.all((before, moment))?;
        // Why the check-in was entered afterwards, and the check-out.
        let reason = match (before.times_reason.clone(), reason) {
            (Some(first), Some(second)) if first != second => Some(format!("{first}；{second}")),
            (first, second) => second.or(first),
        };
        tx.update(attendance::ActiveModel {
            id: Set(before.id),
            checked_out_at: Set(Some(went)),
            times_reason: Set(reason),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let fields = ["checkedOutAt", "timesReason"];
        tx.event::<Attendance>(before.id, Some(before.community_id), &fields, Detail::None).await?;
        Ok(before.id)
    }
}

/// Somebody who has a place and did not come (登记缺席).
#[derive(InputObject, Clone, Debug)]
pub struct RecordAbsenceInput {
    /// The sign-up, confirmed, for a session that has begun (报名).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Was it excused? Null takes back what was recorded by mistake: then it is not recorded whether the person came (缺席类别).
    pub kind: Option<AbsenceKind>,
    /// Why, at most 500 characters (原因).
    pub reason: Option<String>,
}

payload! { RecordAbsencePayload { sign_up: SessionSignUp as "signUp" } }

impl Change for RecordAbsenceInput {
    type Payload = RecordAbsencePayload;
    const VERB: Verb = Verb { name: "recordAbsence", resource: Resource::SessionSignUp, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        // The session first, as whoever records that somebody came.
        let session = match id::decode("session_sign_up", &self.id) {
            Ok(key) => match session_sign_up::Entity::find_by_id(key).one(tx.conn()).await? {
                Some(row) => places::locked(tx, row.session_id).await?,
                None => None,
            },
            Err(_) => None,
        };
        let expected = Some(self.expected_version);
        let before = tx.subject::<SessionSignUp>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let reason = faults.optional_text(&["reason"], self.reason.as_deref(), REASON);
        let kind = self.kind.map(Absence::from);
        if let (Some(session), Some(before)) = (&session, &before) {
            refuse(tx, (session, before), kind, &mut faults).await?;
        }
        if kind.is_none() && self.reason.is_some() {
            let message = say!("A reason is given for an absence.", "原因仅用于登记缺席。");
            faults.note(&["reason"], UserErrorCode::Invalid, message);
        }
        let (before, reason) = faults.all((before, reason))?;
        tx.update(session_sign_up::ActiveModel {
            id: Set(before.id),
            absence: Set(kind),
            absence_reason: Set(reason.filter(|_| kind.is_some())),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let fields = ["absence", "absenceReason"];
        tx.event::<SessionSignUp>(before.id, Some(before.community_id), &fields, Detail::None).await?;
        Ok(before.id)
    }
}

async fn refuse(
    tx: &Tx<'_>,
    (session, sign_up): (&session::Model, &session_sign_up::Model),
    kind: Option<Absence>,
    faults: &mut Faults,
) -> Result<(), Refused> {
    let mut illegal = |message| faults.note(&["id"], UserErrorCode::IllegalTransition, message);
    if session.status == SessionStatus::Cancelled {
        illegal(say!("The session was called off.", "该场次已取消。"));
    }
    let (day, today) = (session.held_on, tx.today_at(session.community_id).await?);
    if day > today {
        illegal(say!("The session is still to come, on {day}.", "该场次定于 {day}，尚未举行。"));
    }
    if sign_up.status != SignUpStatus::Confirmed {
        illegal(say!("Only who has a place can be absent.", "仅已确认的报名可登记缺席。"));
    }
    if kind == sign_up.absence {
        illegal(say!("That is on record already.", "已如此登记。"));
    }
    let came = attendance::Entity::find()
        .filter(attendance::Column::SessionId.eq(session.id))
        .filter(attendance::Column::PersonId.eq(sign_up.person_id))
        .filter(attendance::Column::VoidedAt.is_null())
        .one(tx.conn())
        .await?;
    if let Some(came) = came.filter(|_| kind.is_some()) {
        let message = say!("The person is on record as having come.", "此人已有考勤记录。");
        let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, message);
        faults.add(refusal.with(json!({ "attendanceId": id::encode("attendance", came.id) })));
    }
    Ok(())
}

//! Volunteers say that the record of their service is wrong.

use async_graphql::{ID, InputObject};
use entity::{
    attendance,
    attendance_error::{self, AttendanceErrorStatus},
    session::{self, SessionStatus},
    session_sign_up,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    access::{Held, Resource, Scope, policy::Action},
    activities::{Attendance, AttendanceError, SessionSignUp},
    error::{UserError, UserErrorCode},
    payload, say,
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// The most characters of what is wrong, and of the answer.
pub(super) const WORDS: usize = 1_000;

/// An error in the record of a volunteer's service (提出工时异议).
#[derive(InputObject, Clone, Debug)]
pub struct ReportAttendanceErrorInput {
    /// The attendance that is wrong: your own, or, for staff, a volunteer's who told them (考勤).
    pub attendance_id: Option<ID>,
    /// Or the sign-up for a session that was held, where the volunteer is not on the roll and should be (报名).
    pub session_sign_up_id: Option<ID>,
    /// What is wrong and how it was, at most 1,000 characters (异议内容).
    pub message: String,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { ReportAttendanceErrorPayload { attendance_error: AttendanceError as "attendanceError" } }

/// What is said to be wrong.
struct About {
    community: Uuid,
    session: Uuid,
    volunteer: Uuid,
    person: Uuid,
    attendance: Option<Uuid>,
    path: &'static str,
}

/// May the viewer report what concerns this volunteer?
fn may_report(tx: &Tx<'_>, community: Uuid, volunteer: Uuid) -> bool {
    let reach = tx.viewer.reach(Resource::AttendanceError, Action::Record);
    let own = |held: &Held| held.scope == Scope::Own && held.links.volunteer == Some(volunteer);
    reach.covers(community) || reach.0.iter().any(|held| held.community == Some(community) && own(held))
}

impl ReportAttendanceErrorInput {
    async fn about(&self, tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<About>, Refused> {
        let before = faults.len();
        let (of_roll, of_list) = (["attendanceId"], ["sessionSignUpId"]);
        let there = tx.find_optional::<Attendance>(self.attendance_id.as_ref(), &of_roll, None, faults).await?;
        let listed =
            tx.find_optional::<SessionSignUp>(self.session_sign_up_id.as_ref(), &of_list, None, faults).await?;
        if faults.len() > before {
            return Ok(None);
        }
        match (there.flatten(), listed.flatten()) {
            (Some(row), None) => Ok(on_the_roll(tx, &row, faults)),
            (None, Some(row)) => signed_up(tx, &row, faults).await,
            (None, None) => {
                let message = say!("Say which attendance is wrong, or which sign-up.", "请填写有误的考勤或报名。");
                faults.note(&of_roll, UserErrorCode::Required, message);
                Ok(None)
            }
            (Some(_), Some(_)) => {
                let message = say!("Name the attendance or the sign-up, not both.", "考勤与报名只填一项。");
                faults.note(&of_list, UserErrorCode::Invalid, message);
                Ok(None)
            }
        }
    }
}

fn on_the_roll(tx: &Tx<'_>, row: &attendance::Model, faults: &mut Faults) -> Option<About> {
    let path = "attendanceId";
    let (community, session, person) = (row.community_id, row.session_id, row.person_id);
    match row.volunteer_id {
        Some(volunteer) if may_report(tx, community, volunteer) => {
            Some(About { community, session, volunteer, person, attendance: Some(row.id), path })
        }
        None if tx.reaches(community) => {
            let message = say!(
                "The person did not come as a volunteer: there are no hours to be wrong.",
                "此人并非以志愿者身份参加，没有工时可提异议。"
            );
            faults.note(&[path], UserErrorCode::NotEligible, message);
            None
        }
        _ => {
            not_found(&[path], faults);
            None
        }
    }
}

/// Whoever is on the roll by now is reported by what is there.
async fn signed_up(tx: &Tx<'_>, row: &session_sign_up::Model, faults: &mut Faults) -> Result<Option<About>, Refused> {
    let path = "sessionSignUpId";
    let (community, volunteer, person) = (row.community_id, row.volunteer_id, row.person_id);
    if !may_report(tx, community, volunteer) {
        not_found(&[path], faults);
        return Ok(None);
    }
    let Some(session) = session::Entity::find_by_id(row.session_id).one(tx.conn()).await? else { return Ok(None) };
    if session.status == SessionStatus::Cancelled {
        let message = say!("The session was called off.", "该场次已取消。");
        faults.note(&[path], UserErrorCode::IllegalTransition, message);
    }
    let (day, today) = (session.held_on, tx.today_at(community).await?);
    if day > today {
        let message = say!(
            "The session is still to come, on {day}; today is {today}.",
            "该场次定于 {day}，今天是 {today}，尚未举行。"
        );
        faults.note(&[path], UserErrorCode::IllegalTransition, message);
    }
    let there = attendance::Entity::find()
        .filter(attendance::Column::SessionId.eq(session.id))
        .filter(attendance::Column::PersonId.eq(person))
        .filter(attendance::Column::VoidedAt.is_null());
    let attendance = there.one(tx.conn()).await?.map(|row| row.id);
    Ok(Some(About { community, session: session.id, volunteer, person, attendance, path }))
}

/// What was said is answered before more is said of it.
async fn refuse_second(tx: &Tx<'_>, about: &About) -> Result<(), Refused> {
    use attendance_error::Column;
    let open = attendance_error::Entity::find()
        .filter(Column::SessionId.eq(about.session))
        .filter(Column::PersonId.eq(about.person))
        .filter(Column::Status.eq(AttendanceErrorStatus::Open));
    let Some(open) = open.one(tx.conn()).await? else { return Ok(()) };
    let message = say!(
        "An error in this record was reported already and is still to be answered.",
        "该记录已提出异议，尚待答复。"
    );
    let refusal = UserError::new(&[about.path], UserErrorCode::Duplicate, message);
    Err(tx.in_the_way::<AttendanceError>(open.id, refusal).await?.into())
}

impl Change for ReportAttendanceErrorInput {
    type Payload = ReportAttendanceErrorPayload;
    const VERB: Verb =
        Verb { name: "reportAttendanceError", resource: Resource::AttendanceError, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let about = self.about(tx, &mut faults).await?;
        let message = faults.text(&["message"], &self.message, WORDS);
        let (about, message) = faults.all((about, message))?;
        refuse_second(tx, &about).await?;
        let id = tx.new_id();
        let row = attendance_error::Model {
            id,
            community_id: about.community,
            session_id: about.session,
            volunteer_id: about.volunteer,
            person_id: about.person,
            attendance_id: about.attendance,
            message,
            status: AttendanceErrorStatus::Open,
            answer: None,
            correction_id: None,
            reported_at: tx.now(),
            answered_at: None,
            version: 1,
        };
        tx.insert(attendance_error::ActiveModel::from(row)).await?;
        // What concerns persons is in their rows, where it can be erased.
        let fields = ["sessionId", "volunteerId", "attendanceId", "message", "status"];
        tx.event::<AttendanceError>(id, Some(about.community), &fields, Detail::None).await?;
        Ok(id)
    }
}

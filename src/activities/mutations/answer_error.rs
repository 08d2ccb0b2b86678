//! Staff answer what volunteers say is wrong.

use async_graphql::{Enum, ID, InputObject};
use entity::{
    attendance_error::{self, AttendanceErrorStatus},
    staff_member, volunteer,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait};
use serde_json::json;
use uuid::Uuid;

use super::report_error::WORDS;
use crate::{
    access::{Resource, policy::Action},
    activities::{Attendance, AttendanceError},
    error::{UserError, UserErrorCode},
    payload, say,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// What comes of an error that was reported (异议处理结果).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttendanceErrorOutcome {
    /// The record was wrong, and was corrected (已更正).
    Corrected,
    /// The record stays as it is (不予更正).
    Refused,
}

impl From<AttendanceErrorOutcome> for AttendanceErrorStatus {
    fn from(outcome: AttendanceErrorOutcome) -> Self {
        match outcome {
            AttendanceErrorOutcome::Corrected => AttendanceErrorStatus::Corrected,
            AttendanceErrorOutcome::Refused => AttendanceErrorStatus::Refused,
        }
    }
}

/// The answer to a volunteer who reported an error (答复工时异议).
#[derive(InputObject, Clone, Debug)]
pub struct AnswerAttendanceErrorInput {
    /// The report, which is open (工时异议).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// What comes of it; correct the record before you say CORRECTED (处理结果).
    pub outcome: AttendanceErrorOutcome,
    /// What the volunteer is told, at most 1,000 characters (答复内容).
    pub answer: String,
    /// The attendance that was recorded instead, of the same person and session; only with CORRECTED, and where one was recorded (更正后的考勤).
    pub correction_id: Option<ID>,
}

payload! { AnswerAttendanceErrorPayload { attendance_error: AttendanceError as "attendanceError" } }

impl AnswerAttendanceErrorInput {
    /// What was recorded instead: it counts, and is about the same.
    async fn correction(
        &self,
        tx: &Tx<'_>,
        of: Option<&attendance_error::Model>,
        faults: &mut Faults,
    ) -> Result<Option<Option<Uuid>>, Refused> {
        let path = ["correctionId"];
        let Some(given) = &self.correction_id else { return Ok(Some(None)) };
        if self.outcome == AttendanceErrorOutcome::Refused {
            let message = say!("Nothing is recorded instead of what stays.", "不予更正时不能填写更正后的考勤。");
            faults.note(&path, UserErrorCode::Invalid, message);
            return Ok(None);
        }
        let within = of.map(|of| of.community_id);
        let Some(row) = tx.find::<Attendance>(given, &path, within, faults).await? else { return Ok(None) };
        let Some(of) = of else { return Ok(None) };
        if (row.session_id, row.person_id) != (of.session_id, of.person_id) || Some(row.id) == of.attendance_id {
            let message = say!(
                "It is not what was recorded of this person at this session instead.",
                "该考勤不是此人在该场次更正后的记录。"
            );
            faults.note(&path, UserErrorCode::Invalid, message);
            return Ok(None);
        }
        if row.voided_at.is_some() {
            let message = say!("This attendance was voided itself.", "该考勤已作废。");
            faults.note(&path, UserErrorCode::IllegalTransition, message);
            return Ok(None);
        }
        Ok(Some(Some(row.id)))
    }
}

/// Nobody decides about what they reported of their own service.
async fn refuse_own(tx: &Tx<'_>, of: &attendance_error::Model, faults: &mut Faults) -> Result<(), Refused> {
    let own = volunteer::Entity::find_by_id(of.volunteer_id)
        .join(JoinType::InnerJoin, volunteer::Relation::StaffMember.def())
        .filter(staff_member::Column::AccountId.eq(tx.viewer.account_id));
    if own.one(tx.conn()).await?.is_some() {
        let message = say!(
            "It is about your own service: somebody else has to answer it.",
            "该异议涉及您本人的志愿服务，须由他人答复。"
        );
        faults.note(&["id"], UserErrorCode::SamePerson, message);
    }
    Ok(())
}

impl Change for AnswerAttendanceErrorInput {
    type Payload = AnswerAttendanceErrorPayload;
    const VERB: Verb =
        Verb { name: "answerAttendanceError", resource: Resource::AttendanceError, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<AttendanceError>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        if let Some(before) = before.as_ref().filter(|row| row.status != AttendanceErrorStatus::Open) {
            let message = say!(
                "It was answered already. Whoever is not content with that reports the error anew.",
                "该异议已答复；如仍有异议，请重新提出。"
            );
            let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, message);
            faults.add(refusal.with(json!({ "from": before.status })));
        }
        if let Some(before) = &before {
            refuse_own(tx, before, &mut faults).await?;
        }
        let answer = faults.text(&["answer"], &self.answer, WORDS);
        let correction = self.correction(tx, before.as_ref(), &mut faults).await?;
        let (before, answer, correction) = faults.all((before, answer, correction))?;
        let status = AttendanceErrorStatus::from(self.outcome);
        tx.update(attendance_error::ActiveModel {
            id: Set(before.id),
            status: Set(status),
            answer: Set(Some(answer)),
            correction_id: Set(correction),
            answered_at: Set(Some(tx.now())),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let mut fields = vec!["status", "answer", "answeredAt"];
        fields.extend(correction.map(|_| "correctionId"));
        let detail = Detail::Open(json!({ "before": { "status": before.status }, "after": { "status": status } }));
        tx.event::<AttendanceError>(before.id, Some(before.community_id), &fields, detail).await?;
        Ok(before.id)
    }
}

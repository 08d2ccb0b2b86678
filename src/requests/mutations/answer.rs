//! Answering, adding to an answer, calling back, closing.

use async_graphql::{ID, InputObject};
use entity::{request::RequestStatus, request_entry::RequestEntryKind};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{
    REASON, WORDS,
    step::{carry_out, moved, open},
};
use crate::{
    access::{Resource, policy::Action},
    attachments::{self, Owner},
    error::{Result, UserError, UserErrorCode},
    payload,
    requests::{
        entry::{self, Said},
        object::{Request, SettlementLevel},
        rules::Step,
    },
    say,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// The answer to a request (答复诉求).
#[derive(InputObject, Clone, Debug)]
pub struct AnswerRequestInput {
    /// The request (诉求).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// What the submitter is told, at most 2,000 characters. Whoever holds the tracking code reads it: name nobody (答复内容).
    pub answer: String,
    /// A remark for those who handle it, at most 500 characters (备注).
    pub reason: Option<String>,
    /// Photos and documents that you uploaded for it by `POST /uploads`, at most 9 (附件).
    pub upload_ids: Option<Vec<ID>>,
}

payload! { AnswerRequestPayload { request: Request as "request" } }

impl Change for AnswerRequestInput {
    type Payload = AnswerRequestPayload;
    const VERB: Verb = Verb { name: "answerRequest", resource: Resource::Request, action: Action::Handle };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = open(tx, (&self.id, self.expected_version), Step::Answer, &mut faults).await?;
        let answer = faults.text(&["answer"], &self.answer, WORDS);
        let reason = faults.optional_text(&["reason"], self.reason.as_deref(), REASON);
        let uploads = attachments::given(tx, self.upload_ids.as_deref(), &mut faults).await?;
        let (before, answer, reason, uploads) = faults.all((before, answer, reason, uploads))?;
        attachments::attach(tx, &uploads, Owner::Request(before.id)).await?;
        let today = tx.today_at(before.community_id).await?;
        let mut row = moved(&before);
        (row.answered_on, row.answered_at) = (Set(Some(today)), Set(Some(tx.now())));
        row.late = Set(before.late || before.due_on.is_some_and(|due| due < today));
        let said = Said { reason, answer: Some(answer), by_submitter: false };
        carry_out(tx, &before, Step::Answer, row, &["answeredAt", "entries"], said).await
    }
}

/// What is added to an answer; the answer itself stays as it was given (补充答复).
#[derive(InputObject, Clone, Debug)]
pub struct AmendAnswerInput {
    /// The request (诉求).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// What the submitter is told beside the answer, at most 2,000 characters (补充内容).
    pub answer: String,
    /// Why something has to be added, at most 500 characters (原因).
    pub reason: String,
}

payload! { AmendAnswerPayload { request: Request as "request" } }

impl Change for AmendAnswerInput {
    type Payload = AmendAnswerPayload;
    const VERB: Verb = Verb { name: "amendAnswer", resource: Resource::Request, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        use RequestStatus::{Answered, CalledBack, Closed};
        let mut faults = Faults::default();
        let before = tx
            .subject::<Request>(&self.id, &["id"], Some(self.expected_version), |row| row.version, &mut faults)
            .await?;
        if let Some(row) = before.as_ref().filter(|row| !matches!(row.status, Answered | CalledBack | Closed)) {
            let message = say!("There is no answer that something could be added to.", "该诉求尚无答复，不能补充。");
            let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, message);
            faults.add(refusal.with(json!({ "from": row.status })));
        }
        let answer = faults.text(&["answer"], &self.answer, WORDS);
        let reason = faults.text(&["reason"], &self.reason, REASON);
        let (before, answer, reason) = faults.all((before, answer, reason))?;
        tx.update(moved(&before)).await?;
        let said = Said { reason: Some(reason), answer: Some(answer), by_submitter: false };
        let (of, after) = ((before.community_id, before.id), (before.status, before.round));
        entry::append(tx, of, RequestEntryKind::AnswerAmended, after, said).await?;
        tx.event::<Request>(before.id, Some(before.community_id), &["entries"], Detail::None).await?;
        Ok(before.id)
    }
}

/// What the submitter said of the answer (回访诉求人).
#[derive(InputObject, Clone, Debug)]
pub struct CallBackRequestInput {
    /// The request (诉求).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// How satisfied they are, from 1 (not at all) to 5 (very); left out where they could not be reached (满意度).
    pub satisfaction: Option<i32>,
    /// What they said, or why they were not reached, at most 500 characters; required without a satisfaction (回访情况).
    pub reason: Option<String>,
}

payload! { CallBackRequestPayload { request: Request as "request" } }

impl Change for CallBackRequestInput {
    type Payload = CallBackRequestPayload;
    const VERB: Verb = Verb { name: "callBackRequest", resource: Resource::Request, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = open(tx, (&self.id, self.expected_version), Step::CallBack, &mut faults).await?;
        if self.satisfaction.is_some_and(|score| !(1..=5).contains(&score)) {
            let message = say!("Satisfaction is a number from 1 to 5.", "满意度为 1 至 5。");
            faults.note(&["satisfaction"], UserErrorCode::OutOfRange, message);
        }
        let reason = faults.optional_text(&["reason"], self.reason.as_deref(), REASON);
        if self.satisfaction.is_none() && matches!(reason, Some(None)) {
            let message = say!(
                "Say how satisfied they are, or why they could not be reached.",
                "请填写满意度，或说明未能回访的原因。"
            );
            faults.note(&["reason"], UserErrorCode::Required, message);
        }
        let (before, reason) = faults.all((before, reason))?;
        let mut row = moved(&before);
        row.satisfaction = Set(self.satisfaction);
        row.called_back_on = Set(Some(tx.today_at(before.community_id).await?));
        carry_out(tx, &before, Step::CallBack, row, &["satisfaction"], Said::because(reason)).await
    }
}

/// A request that is done (办结诉求).
#[derive(InputObject, Clone, Debug)]
pub struct CloseRequestInput {
    /// The request (诉求).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Where it was settled (化解层级).
    pub settled_at: SettlementLevel,
    /// A remark, at most 500 characters (备注).
    pub reason: Option<String>,
}

payload! { CloseRequestPayload { request: Request as "request" } }

impl Change for CloseRequestInput {
    type Payload = CloseRequestPayload;
    const VERB: Verb = Verb { name: "closeRequest", resource: Resource::Request, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = open(tx, (&self.id, self.expected_version), Step::Close, &mut faults).await?;
        let reason = faults.optional_text(&["reason"], self.reason.as_deref(), REASON);
        let (before, reason) = faults.all((before, reason))?;
        let mut row = moved(&before);
        row.closed_on = Set(Some(tx.today_at(before.community_id).await?));
        row.settled_at = Set(Some(self.settled_at.into()));
        carry_out(tx, &before, Step::Close, row, &["closedOn", "settledAt"], Said::because(reason)).await
    }
}

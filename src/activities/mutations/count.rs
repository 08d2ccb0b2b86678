//! How many came to a session, counted without names.

use async_graphql::{ID, InputObject};
use entity::head_count;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{
    SOURCE,
    attendance::{mark_held, reported},
};
use crate::{
    access::{Resource, policy::Action},
    activities::HeadCount,
    error::{UserError, UserErrorCode},
    figures::{Figure, Precision},
    payload,
    relay::id,
    say, voidable,
    write::{Change, Detail, Faults, Refused, Tx, Verb, void},
};

/// The most that one session is thought to draw.
const MOST: i32 = 1_000_000;

/// How many came to a session (登记人次).
#[derive(InputObject, Clone, Debug)]
pub struct RecordHeadCountInput {
    /// The session, not called off and not to come, without a head count; it becomes HELD (场次).
    pub session_id: ID,
    /// Whole person-times, 0 to 1,000,000; left out exactly where nobody knows (人次).
    pub persons: Option<i32>,
    /// How sure it is; EXACT when a number is given without this, UNKNOWN when none is (精确度).
    pub precision: Option<Precision>,
    /// Who counted, or where it is written; at most 200 characters (来源).
    pub source: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordHeadCountPayload { head_count: HeadCount as "headCount" } }

impl RecordHeadCountInput {
    fn figure(&self, faults: &mut Faults) -> Option<Figure> {
        if self.persons.is_some_and(|persons| !(0..=MOST).contains(&persons)) {
            let message = say!("From 0 to {MOST} persons are counted.", "人次应在 0 至 {MOST} 之间。");
            faults.note(&["persons"], UserErrorCode::OutOfRange, message);
            return None;
        }
        let implied = if self.persons.is_some() { Precision::Exact } else { Precision::Unknown };
        let precision = self.precision.unwrap_or(implied);
        faults.take(&["persons"], Figure::new(self.persons.map(Into::into), precision.into()))
    }
}

impl Change for RecordHeadCountInput {
    type Payload = RecordHeadCountPayload;
    const VERB: Verb = Verb { name: "recordHeadCount", resource: Resource::Session, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let session = reported(tx, &self.session_id, &mut faults).await?;
        let persons = self.figure(&mut faults);
        let source = faults.optional_text(&["source"], self.source.as_deref(), SOURCE);
        if let Some(session) = &session {
            let counted = head_count::Entity::find()
                .filter(head_count::Column::SessionId.eq(session.id))
                .filter(head_count::Column::VoidedAt.is_null())
                .one(tx.conn())
                .await?;
            if let Some(counted) = counted {
                let message = say!(
                    "The session has a head count already; void it before you record another.",
                    "该场次已有人次记录；如需更正，请先作废原记录。"
                );
                let refusal = UserError::new(&["sessionId"], UserErrorCode::Duplicate, message);
                faults.add(refusal.with(json!({ "headCountId": id::encode("head_count", counted.id) })));
            }
        }
        let (session, persons, source) = faults.all((session, persons, source))?;

        let id = tx.new_id();
        let after = json!({
            "sessionId": session.id, "persons": persons.amount, "precision": persons.precision, "source": source,
        });
        let row = head_count::Model {
            id,
            community_id: session.community_id,
            session_id: session.id,
            persons: persons.amount,
            persons_precision: persons.precision,
            source,
            voided_at: None,
            void_reason: None,
            version: 1,
            recorded_at: tx.now(),
        };
        tx.insert(head_count::ActiveModel::from(row)).await?;
        let detail = Detail::Open(json!({ "after": after }));
        tx.event::<HeadCount>(id, Some(session.community_id), &["sessionId", "persons", "source"], detail).await?;
        mark_held(tx, &session, &[]).await?;
        Ok(id)
    }
}

/// A head count that is on record by mistake (作废人次).
#[derive(InputObject, Clone, Debug)]
pub struct VoidHeadCountInput {
    /// The head count (人次).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (作废原因).
    pub reason: String,
}

voidable! { HeadCount as head_count }

payload! { VoidHeadCountPayload { head_count: HeadCount as "headCount" } }

impl Change for VoidHeadCountInput {
    type Payload = VoidHeadCountPayload;
    const VERB: Verb = Verb { name: "voidHeadCount", resource: Resource::Session, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        void::<HeadCount>(tx, (&self.id, self.expected_version), &self.reason).await
    }
}

//! Reversing what was recorded as delivered and never was so (冲正): the record stays as it was written, and a record of its own takes it out of the books.

use async_graphql::{ID, InputObject};
use chrono::TimeDelta;
use entity::aid_record::{self, AidStatus};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{
    about::About,
    decide::{With, decide},
};
use crate::{
    access::{Resource, policy::Action},
    aid::{object::AidRecord, rules::Step},
    error::{Result, UserError, UserErrorCode},
    payload,
    relay::{Entity, id},
    residents::People,
    say,
    write::{Change, Refused, Tx, Verb},
};

/// So long may those who handed something over take their own entry back; afterwards it takes a second person.
const UNDO: TimeDelta = TimeDelta::hours(24);

/// A delivered grant that is reversed, since it was recorded by mistake: to the wrong person, from the wrong contribution, or twice (冲正帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct ReverseAidInput {
    /// The grant (帮扶记录).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// What was wrong, at most 500 characters (原因).
    pub reason: String,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { ReverseAidPayload { aid_record: AidRecord as "aidRecord" } }

impl Change for ReverseAidInput {
    type Payload = ReverseAidPayload;
    const VERB: Verb = Verb { name: "reverseAid", resource: Resource::AidRecord, action: Action::Decide };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let about = About::One(&self.id, self.expected_version);
        let reversed = decide(tx, Step::Reverse, about, With::Reason(&self.reason)).await?.remove(0);
        let delivered_at = reversed.delivered_at.unwrap_or(reversed.recorded_at);
        if reversed.delivered_by == Some(tx.viewer.account_id) && tx.now() - delivered_at > UNDO {
            let hours = UNDO.num_hours();
            let message = say!(
                "You handed it over more than {hours} hours ago: a second person must reverse it.",
                "该帮扶由您发放且已超过 {hours} 小时，须由他人冲正。"
            );
            return Err(UserError::new(&["id"], UserErrorCode::SamePerson, message).into());
        }
        let id = tx.new_id();
        let reason = self.reason.trim().to_owned();
        let people = People::of(tx, reversed.resident_id).await?;
        let first = id::encode(AidRecord::PREFIX, reversed.id);
        let detail =
            people.detail_of(reversed.resident_id, json!({ "after": { "reverses": first, "statusReason": reason } }));
        tx.insert(aid_record::ActiveModel {
            id: Set(id),
            status: Set(AidStatus::Reversal),
            status_reason: Set(Some(reason)),
            reverses_id: Set(Some(reversed.id)),
            given_on: Set(tx.today_at(reversed.community_id).await?),
            note: Set(None),
            recorded_by: Set(tx.viewer.account_id),
            recorded_at: Set(tx.now()),
            approved_by: Set(None),
            approved_at: Set(None),
            delivered_at: Set(None),
            delivered_by: Set(None),
            signed_by: Set(None),
            signed_by_name: Set(None),
            version: Set(1),
            batch_id: Set(None),
            // What it takes out of the books is what the first put in.
            ..reversed.clone().into()
        })
        .await?;
        tx.event::<AidRecord>(id, Some(reversed.community_id), &["reverses", "status", "statusReason"], detail).await?;
        Ok(id)
    }
}

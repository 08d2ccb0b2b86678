//! Reversing what was recorded as delivered and never was so (冲正): the record stays as it was written, and a record of its own takes it out of the books.

use async_graphql::{ID, InputObject};
use uuid::Uuid;

use super::{
    about::About,
    decide::{With, decide},
};
use crate::{
    access::{Resource, policy::Action},
    aid::{object::AidRecord, reversal, rules::Step},
    error::Result,
    payload,
    write::{Change, Refused, Tx, Verb},
};

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
        reversal::put_on_file(tx, &reversed, self.reason.trim()).await
    }
}

//! Decisions about several grants at once: all of them, or none. What is wrong is told by position in the list.

use async_graphql::{ID, InputObject};
use uuid::Uuid;

use super::{
    about::About,
    decide::{SignatureInput, With, decide},
};
use crate::{
    access::{Resource, policy::Action},
    aid::{object::AidRecord, rules::Step},
    error::{Result, UserError, UserErrorCode},
    payload,
    relay::{Entity, id},
    say,
    scalars::DateTime,
    write::{Change, Refused, Tx, Verb},
};

/// Planned grants that are agreed to together (批量批准帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct ApproveAidBatchInput {
    /// The grants, at most 500, all of one community; in whatever version they are, each must be open to this (帮扶记录).
    pub ids: Option<Vec<ID>>,
    /// Or a batch: all of its grants that are open to this. They are not listed in the answer; ask `aidBatch` for them (帮扶批次).
    pub batch_id: Option<ID>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

/// Planned grants that are not agreed to (批量不予批准).
#[derive(InputObject, Clone, Debug)]
pub struct RefuseAidBatchInput {
    /// The grants, at most 500, all of one community; in whatever version they are, each must be open to this (帮扶记录).
    pub ids: Option<Vec<ID>>,
    /// Or a batch: all of its grants that are open to this. They are not listed in the answer; ask `aidBatch` for them (帮扶批次).
    pub batch_id: Option<ID>,
    /// Why, at most 500 characters (原因).
    pub reason: String,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

/// Approved grants that are handed over together, such as at one event (批量发放帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct DeliverAidBatchInput {
    /// The grants, at most 500, all of one community; in whatever version they are, each must be open to this (帮扶记录).
    pub ids: Option<Vec<ID>>,
    /// Or a batch: all of its grants that are open to this. They are not listed in the answer; ask `aidBatch` for them (帮扶批次).
    pub batch_id: Option<ID>,
    /// When they were handed over; now when left out (发放时间).
    pub delivered_at: Option<DateTime>,
    /// Who signed for them; a list where each signed for themselves says RECIPIENT; left out where nobody did (签收).
    pub signature: Option<SignatureInput>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

/// Grants that are called off before they are handed over (批量取消帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct CancelAidBatchInput {
    /// The grants, at most 500, all of one community; in whatever version they are, each must be open to this (帮扶记录).
    pub ids: Option<Vec<ID>>,
    /// Or a batch: all of its grants that are open to this. They are not listed in the answer; ask `aidBatch` for them (帮扶批次).
    pub batch_id: Option<ID>,
    /// Why, at most 500 characters (原因).
    pub reason: String,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

/// Delivered grants that are given back together (批量退回帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct ReturnAidBatchInput {
    /// The grants, at most 500, all of one community; in whatever version they are, each must be open to this (帮扶记录).
    pub ids: Option<Vec<ID>>,
    /// Or a batch: all of its grants that are open to this. They are not listed in the answer; ask `aidBatch` for them (帮扶批次).
    pub batch_id: Option<ID>,
    /// Why, at most 500 characters (原因).
    pub reason: String,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

/// Either a list or a batch.
fn about<'a>(ids: Option<&'a [ID]>, batch: Option<&'a ID>) -> Result<About<'a>, Refused> {
    match (ids, batch) {
        (Some(_), Some(_)) => {
            let message = say!("Name grants or a batch, not both.", "帮扶记录与批次只填其一。");
            Err(UserError::new(&["batchId"], UserErrorCode::Invalid, message).into())
        }
        (None, Some(batch)) => Ok(About::Batch(batch)),
        (ids, None) => Ok(About::Several(ids.unwrap_or_default())),
    }
}

macro_rules! batches {
    ($($input:ident, $payload:ident, $name:literal, $step:ident, |$of:ident| $with:expr;)+) => {$(
        payload! { $payload { aid_records: [AidRecord] as "aidRecords" } }

        impl Change for $input {
            type Payload = $payload;
            const VERB: Verb = Verb { name: $name, resource: Resource::AidRecord, action: Action::Decide };

            fn idempotency_key(&self) -> Option<&str> {
                self.idempotency_key.as_deref()
            }

            fn shown(&self, _: Uuid) -> Vec<Uuid> {
                self.ids.iter().flatten().filter_map(|given| id::decode(AidRecord::PREFIX, given).ok()).collect()
            }

            async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
                let $of = self;
                let about = about(self.ids.as_deref(), self.batch_id.as_ref())?;
                Ok(decide(tx, Step::$step, about, $with).await?[0].id)
            }
        }
    )+};
}

batches! {
    ApproveAidBatchInput, ApproveAidBatchPayload, "approveAidBatch", Approve, |_of| With::Nothing;
    RefuseAidBatchInput, RefuseAidBatchPayload, "refuseAidBatch", Refuse, |of| With::Reason(&of.reason);
    DeliverAidBatchInput, DeliverAidBatchPayload, "deliverAidBatch", Deliver, |of| With::Delivery(of.delivered_at, of.signature.as_ref());
    CancelAidBatchInput, CancelAidBatchPayload, "cancelAidBatch", Cancel, |of| With::Reason(&of.reason);
    ReturnAidBatchInput, ReturnAidBatchPayload, "returnAidBatch", Return, |of| With::Reason(&of.reason);
}

//! Decisions about several grants at once: all of them, or none. What is wrong is told by position in the list.

use async_graphql::{Context, ID, InputObject, SimpleObject};
use uuid::Uuid;

use super::{
    about::About,
    decide::{SignatureInput, With, decide},
};
use crate::{
    access::{Resource, policy::Action},
    aid::{batch::AidBatch, object::AidRecord, rules::Step},
    error::{Result, UserError, UserErrorCode},
    relay::{Entity, Reading, Selection, id},
    say,
    scalars::DateTime,
    write::{Change, Payload, Refused, Tx, Verb, write},
};

/// Planned grants that are agreed to together (批量批准帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct ApproveAidBatchInput {
    /// The grants, at most 500, all of one community; in whatever version they are, each must be open to this (帮扶记录).
    pub ids: Option<Vec<ID>>,
    /// Or a batch: all of its grants that are open to this. The answer shows it as `aidBatch`, with `progress` and its grants by the page (帮扶批次).
    pub batch_id: Option<ID>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

/// Planned grants that are not agreed to (批量不予批准).
#[derive(InputObject, Clone, Debug)]
pub struct RefuseAidBatchInput {
    /// The grants, at most 500, all of one community; in whatever version they are, each must be open to this (帮扶记录).
    pub ids: Option<Vec<ID>>,
    /// Or a batch: all of its grants that are open to this. The answer shows it as `aidBatch`, with `progress` and its grants by the page (帮扶批次).
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
    /// Or a batch: all of its grants that are open to this. The answer shows it as `aidBatch`, with `progress` and its grants by the page (帮扶批次).
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
    /// Or a batch: all of its grants that are open to this. The answer shows it as `aidBatch`, with `progress` and its grants by the page (帮扶批次).
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
    /// Or a batch: all of its grants that are open to this. The answer shows it as `aidBatch`, with `progress` and its grants by the page (帮扶批次).
    pub batch_id: Option<ID>,
    /// Why, at most 500 characters (原因).
    pub reason: String,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

/// A decision about several grants, or about a batch.
pub(super) trait Many: Change {
    fn batch(&self) -> Option<ID>;
    fn refused(payload: &Self::Payload) -> bool;
    fn shown_with(payload: Self::Payload, batch: Option<AidBatch>) -> Self::Payload;
}

/// Makes the decision; of a batch the payload shows the batch, which may have thousands of grants, and not each of them.
pub(super) async fn decide_many<C: Many>(ctx: &Context<'_>, input: C) -> Result<C::Payload>
where
    C::Payload: Payload<Object = AidRecord>,
{
    let batch = input.batch();
    let payload = write(ctx, input).await?;
    let selection = Selection::under(ctx).child(ctx.query_env, C::Payload::TYPE, "aidBatch");
    let key = batch.filter(|_| !C::refused(&payload) && !selection.is_empty());
    let Some(key) = key.and_then(|given| id::decode(AidBatch::PREFIX, &given).ok()) else { return Ok(payload) };
    let found = Reading::after_write(ctx)?.one::<AidBatch>(key, &selection).await?;
    Ok(C::shown_with(payload, found))
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
        /// What came of it: the grants or the batch that you named, or why it was refused (结果).
        #[derive(SimpleObject)]
        pub struct $payload {
            /// The grants as they are now, in the order in which you named them; empty where you named a batch, and when the change was refused (帮扶记录).
            pub aid_records: Vec<AidRecord>,
            /// The batch that you named, as it is now: `progress` counts its grants and `aidRecords` pages through them. Null where you named grants, and when
            /// the change was refused (帮扶批次).
            pub aid_batch: Option<AidBatch>,
            /// Why the change was refused, all reasons together; empty when it was made (业务错误).
            pub user_errors: Vec<UserError>,
        }

        impl Payload for $payload {
            type Object = AidRecord;
            const TYPE: &'static str = stringify!($payload);
            const FIELD: &'static str = "aidRecords";

            fn new(aid_records: Vec<AidRecord>, user_errors: Vec<UserError>) -> Self {
                Self { aid_records, aid_batch: None, user_errors }
            }
        }

        impl Many for $input {
            fn batch(&self) -> Option<ID> {
                self.batch_id.clone()
            }

            fn shown_with(payload: $payload, aid_batch: Option<AidBatch>) -> $payload {
                $payload { aid_batch, ..payload }
            }

            fn refused(payload: &$payload) -> bool {
                !payload.user_errors.is_empty()
            }
        }

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

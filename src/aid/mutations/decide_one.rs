//! Decisions about one grant, as it was read.

use async_graphql::{ID, InputObject};
use uuid::Uuid;

use super::{
    about::About,
    decide::{SignatureInput, With, decide},
};
use crate::{
    access::{Resource, policy::Action},
    aid::{object::AidRecord, rules::Step},
    error::Result,
    payload,
    scalars::DateTime,
    write::{Change, Refused, Tx, Verb},
};

const fn deciding(name: &'static str) -> Verb {
    Verb { name, resource: Resource::AidRecord, action: Action::Decide }
}

/// A planned grant that is agreed to (批准帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct ApproveAidInput {
    /// The grant (帮扶记录).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
}

payload! { ApproveAidPayload { aid_record: AidRecord as "aidRecord" } }

impl Change for ApproveAidInput {
    type Payload = ApproveAidPayload;
    const VERB: Verb = deciding("approveAid");

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        one(tx, Step::Approve, (&self.id, self.expected_version), With::Nothing).await
    }
}

/// A planned grant that is not agreed to (不予批准).
#[derive(InputObject, Clone, Debug)]
pub struct RefuseAidInput {
    /// The grant (帮扶记录).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { RefuseAidPayload { aid_record: AidRecord as "aidRecord" } }

impl Change for RefuseAidInput {
    type Payload = RefuseAidPayload;
    const VERB: Verb = deciding("refuseAid");

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        one(tx, Step::Refuse, (&self.id, self.expected_version), With::Reason(&self.reason)).await
    }
}

/// An approved grant that is handed over (发放帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct DeliverAidInput {
    /// The grant (帮扶记录).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// When it was handed over; now when left out (发放时间).
    pub delivered_at: Option<DateTime>,
    /// Who signed for it; left out where nobody did (签收).
    pub signature: Option<SignatureInput>,
}

payload! { DeliverAidPayload { aid_record: AidRecord as "aidRecord" } }

impl Change for DeliverAidInput {
    type Payload = DeliverAidPayload;
    const VERB: Verb = deciding("deliverAid");

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let with = With::Delivery(self.delivered_at, self.signature.as_ref());
        one(tx, Step::Deliver, (&self.id, self.expected_version), with).await
    }
}

/// A grant that is called off before it is handed over (取消帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct CancelAidInput {
    /// The grant (帮扶记录).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { CancelAidPayload { aid_record: AidRecord as "aidRecord" } }

impl Change for CancelAidInput {
    type Payload = CancelAidPayload;
    const VERB: Verb = deciding("cancelAid");

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        one(tx, Step::Cancel, (&self.id, self.expected_version), With::Reason(&self.reason)).await
    }
}

/// A delivered grant that is given back (退回帮扶).
#[derive(InputObject, Clone, Debug)]
pub struct ReturnAidInput {
    /// The grant (帮扶记录).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { ReturnAidPayload { aid_record: AidRecord as "aidRecord" } }

impl Change for ReturnAidInput {
    type Payload = ReturnAidPayload;
    const VERB: Verb = deciding("returnAid");

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        one(tx, Step::Return, (&self.id, self.expected_version), With::Reason(&self.reason)).await
    }
}

async fn one(tx: &Tx<'_>, step: Step, (id, expected): (&ID, i32), with: With<'_>) -> Result<Uuid, Refused> {
    let decided = decide(tx, step, About::One(id, expected), with).await?;
    Ok(decided[0].id)
}

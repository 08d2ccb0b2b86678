//! Deciding about grants: each decision moves one record on, and what it took of its contribution with it.

use async_graphql::{ID, InputObject};
use chrono::Utc;
use chrono_tz::Tz;
use entity::{
    aid_record::{self, AidStatus},
    community,
    resident::{self, LifeStatus},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{RecipientKey, record::REASON};
use crate::{
    access::{Resource, policy::Action},
    aid::{
        grant,
        object::AidRecord,
        rules::{self, Effect, Step},
    },
    contributions,
    error::{Error, Result, UserError, UserErrorCode},
    payload, say,
    scalars::DateTime,
    write::{Change, Faults, Refused, Tx, Verb},
};

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
    const VERB: Verb = Verb { name: "approveAid", resource: Resource::AidRecord, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let grant = (&self.id, self.expected_version);
        decide(tx, Step::Approve, grant, With::Nothing).await
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
    const VERB: Verb = Verb { name: "refuseAid", resource: Resource::AidRecord, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let grant = (&self.id, self.expected_version);
        decide(tx, Step::Refuse, grant, With::Reason(&self.reason)).await
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
}

payload! { DeliverAidPayload { aid_record: AidRecord as "aidRecord" } }

impl Change for DeliverAidInput {
    type Payload = DeliverAidPayload;
    const VERB: Verb = Verb { name: "deliverAid", resource: Resource::AidRecord, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let grant = (&self.id, self.expected_version);
        decide(tx, Step::Deliver, grant, With::Time(self.delivered_at)).await
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
    const VERB: Verb = Verb { name: "cancelAid", resource: Resource::AidRecord, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let grant = (&self.id, self.expected_version);
        decide(tx, Step::Cancel, grant, With::Reason(&self.reason)).await
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
    const VERB: Verb = Verb { name: "returnAid", resource: Resource::AidRecord, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let grant = (&self.id, self.expected_version);
        decide(tx, Step::Return, grant, With::Reason(&self.reason)).await
    }
}

/// What a decision comes with.
#[derive(Clone, Copy)]
enum With<'a> {
    Nothing,
    Reason(&'a str),
    Time(Option<DateTime>),
}

async fn decide(tx: &Tx<'_>, step: Step, (id, expected): (&ID, i32), with: With<'_>) -> Result<Uuid, Refused> {
    let mut faults = Faults::default();
    let before = tx.subject::<AidRecord>(id, &["id"], Some(expected), |row| row.version, &mut faults).await?;
    let effect = before.as_ref().and_then(|before| open(before.status, step, &mut faults));
    let reason = match with {
        With::Reason(reason) => faults.text(&["reason"], reason, REASON).map(Some),
        With::Nothing | With::Time(_) => Some(None),
    };
    let at = match (with, &before) {
        (With::Time(Some(at)), Some(before)) => {
            let zone = zone_of(tx, before.community_id).await?;
            faults.take(&["deliveredAt"], grant::delivered_at(at.0, before.given_on, tx.now(), zone))
        }
        _ => Some(tx.now()),
    };
    if let (Some(before), Some(at), Step::Deliver) = (&before, at, step) {
        still_there(tx, before, at, &mut faults).await?;
    }
    let (before, effect, reason, at) = faults.all((before, effect, reason, at))?;

    let mut row =
        aid_record::ActiveModel { status: Set(step.to()), version: Set(before.version + 1), ..Default::default() };
    let mut fields = vec!["status"];
    match step {
        // Where the programme asks for two people, the approver is compared with `recorded_by` here.
        Step::Approve => {
            row.approved_by = Set(Some(tx.viewer.account_id));
            row.approved_at = Set(Some(at));
            fields.push("approvedAt");
        }
        Step::Deliver => {
            row.delivered_at = Set(Some(at));
            fields.push("deliveredAt");
        }
        Step::Refuse | Step::Cancel | Step::Return => {
            row.status_reason = Set(reason.clone());
            fields.push("statusReason");
        }
    }
    advance(tx, &before, row).await?;
    move_share(tx, effect, &before).await?;

    let key = RecipientKey::of(tx, before.resident_id).await?;
    let detail = key.seal(json!({
        "before": { "status": before.status },
        "after": { "status": step.to(), "statusReason": reason },
    }));
    tx.event::<AidRecord>(before.id, Some(before.community_id), &fields, detail).await?;
    Ok(before.id)
}

/// What the decision does, if it is open to a grant in this state.
fn open(from: AidStatus, step: Step, faults: &mut Faults) -> Option<Effect> {
    let effect = step.effect_on(from);
    if effect.is_none() {
        let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, rules::illegal(from, step));
        faults.add(refusal.with(json!({ "from": from, "to": step.to() })));
    }
    effect
}

/// Nothing is handed over to somebody who moved out or died before that.
async fn still_there(
    tx: &Tx<'_>,
    grant: &aid_record::Model,
    at: chrono::DateTime<Utc>,
    faults: &mut Faults,
) -> Result<(), Refused> {
    let Some(resident) = grant.resident_id else { return Ok(()) };
    let Some(resident) = resident::Entity::find_by_id(resident).one(tx.conn()).await? else { return Ok(()) };
    if resident.life_status != LifeStatus::LivingHere && resident.life_status_on.is_some() {
        let day = at.with_timezone(&zone_of(tx, grant.community_id).await?).date_naive();
        faults.take(&["deliveredAt"], grant::recipient(&resident, day));
    }
    Ok(())
}

async fn zone_of(tx: &Tx<'_>, id: Uuid) -> Result<Tz, Refused> {
    let found = community::Entity::find_by_id(id).one(tx.conn()).await?;
    let community = found.ok_or_else(|| Error::internal("an aid record without a community"))?;
    Ok(community.time_zone.parse().unwrap_or(Tz::Asia__Shanghai))
}

/// Changes the record only from the state in which it was read: whatever else happens, a grant is never decided about twice.
async fn advance(tx: &Tx<'_>, before: &aid_record::Model, row: aid_record::ActiveModel) -> Result<(), Refused> {
    let moved = aid_record::Entity::update_many()
        .set(row)
        .filter(aid_record::Column::Id.eq(before.id))
        .filter(aid_record::Column::Status.eq(before.status))
        .filter(aid_record::Column::Version.eq(before.version))
        .exec(tx.conn())
        .await?;
    if moved.rows_affected == 1 {
        return Ok(());
    }
    let message = say!(
        "Somebody else decided about this grant at the same time. Read it again.",
        "该帮扶记录同时被他人处理，请重新读取。"
    );
    Err(UserError::new(&["id"], UserErrorCode::Conflict, message).into())
}

/// The contribution's running sums follow the record, in the same transaction.
async fn move_share(tx: &Tx<'_>, effect: Effect, record: &aid_record::Model) -> Result<(), Refused> {
    let (contribution, milli, fen) = (record.contribution_id, record.quantity_milli, record.value_fen);
    match effect {
        Effect::Keep => Ok(()),
        Effect::Deliver => contributions::deliver(tx, contribution, milli, fen).await,
        Effect::GiveBack => contributions::give_back(tx, contribution, milli, fen, false).await,
        Effect::TakeBack => contributions::give_back(tx, contribution, milli, fen, true).await,
    }
}

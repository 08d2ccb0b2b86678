//! Instalments one by one: paid, missed, or paid by mistake.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{
    instalment::{self, InstalmentStatus},
    resident,
    sponsorship::{self, SponsorshipStatus},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::REASON;
use crate::{
    access::{Resource, policy::Action},
    aid,
    error::{Result, UserError, UserErrorCode},
    payload, say,
    scalars::Date,
    sponsorships::{
        ending::{key_of, settle},
        instalment::Instalment,
        object::Sponsorship,
        rules::{self, Step},
    },
    write::{Change, Faults, Refused, Tx, Verb, not_found},
};

/// An instalment that was paid, early, in time or late; also one that was missed (支付分期).
#[derive(InputObject, Clone, Debug)]
pub struct PayInstalmentInput {
    /// The instalment (分期).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The day of the payment, not after today; today when left out (支付日期).
    pub paid_on: Option<Date>,
}

payload! { PayInstalmentPayload { instalment: Instalment as "instalment" } }

impl Change for PayInstalmentInput {
    type Payload = PayInstalmentPayload;
    const VERB: Verb = Verb { name: "payInstalment", resource: Resource::Instalment, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        step(tx, (&self.id, self.expected_version), Step::Pay, With::Day(self.paid_on)).await
    }
}

/// An instalment that was not paid though its day is past (登记逾期未付).
#[derive(InputObject, Clone, Debug)]
pub struct MissInstalmentInput {
    /// The instalment (分期).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { MissInstalmentPayload { instalment: Instalment as "instalment" } }

impl Change for MissInstalmentInput {
    type Payload = MissInstalmentPayload;
    const VERB: Verb = Verb { name: "missInstalment", resource: Resource::Instalment, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        step(tx, (&self.id, self.expected_version), Step::Miss, With::Reason(&self.reason)).await
    }
}

/// A payment that was recorded by mistake: the instalment is due again, and the grant that it was is REVERSED (撤销支付).
#[derive(InputObject, Clone, Debug)]
pub struct VoidInstalmentPaymentInput {
    /// The instalment (分期).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters; kept in the event (原因).
    pub reason: String,
}

payload! { VoidInstalmentPaymentPayload { instalment: Instalment as "instalment" } }

impl Change for VoidInstalmentPaymentInput {
    type Payload = VoidInstalmentPaymentPayload;
    const VERB: Verb = Verb { name: "voidInstalmentPayment", resource: Resource::Instalment, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        step(tx, (&self.id, self.expected_version), Step::VoidPayment, With::Reason(&self.reason)).await
    }
}

/// What a step comes with.
#[derive(Clone, Copy)]
enum With<'a> {
    Day(Option<Date>),
    Reason(&'a str),
}

/// The sponsorship is locked first, then the instalment: in the order of everybody who changes either.
async fn locked(
    tx: &Tx<'_>,
    (id, expected): (&ID, i32),
    faults: &mut Faults,
) -> Result<Option<(sponsorship::Model, instalment::Model)>, Refused> {
    let Some(found) = tx.find::<Instalment>(id, &["id"], None, faults).await? else { return Ok(None) };
    // Before it, whom it is for: a grant comes of it, and who records that they died locks them first.
    let own = sponsorship::Entity::find_by_id(found.sponsorship_id).one(tx.conn()).await?;
    let resident = resident::Column::Id.is_in(own.map(|own| own.resident_id));
    tx.hold_all(resident::Entity::find().filter(resident), resident::Column::Id).await?;
    let Some(whole) = tx.lock::<Sponsorship>(found.sponsorship_id, Action::Read).await? else {
        not_found(&["id"], faults);
        return Ok(None);
    };
    let part = tx.subject::<Instalment>(id, &["id"], Some(expected), |row| row.version, faults).await?;
    Ok(part.map(|part| (whole, part)))
}

/// Whether the step is open, today.
fn check(part: &instalment::Model, step: Step, today: NaiveDate, faults: &mut Faults) -> Option<InstalmentStatus> {
    let to = step.to(part.status);
    if to.is_none() {
        let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, rules::illegal(part.status));
        faults.add(refusal.with(json!({ "from": part.status })));
    } else if step == Step::Miss && part.due_on >= today {
        let due_on = part.due_on;
        faults.note(
            &["id"],
            UserErrorCode::IllegalTransition,
            say!(
                "It is due on {due_on}; only after that day is it missed.",
                "该期于 {due_on} 到期，过期后才能记为逾期未付。"
            ),
        );
        return None;
    }
    to
}

async fn step(tx: &Tx<'_>, which: (&ID, i32), step: Step, with: With<'_>) -> Result<Uuid, Refused> {
    let mut faults = Faults::default();
    let found = locked(tx, which, &mut faults).await?;
    let reason = match with {
        With::Reason(reason) => faults.text(&["reason"], reason, REASON).map(Some),
        With::Day(_) => Some(None),
    };
    let (to, day) = match &found {
        Some((_, part)) => {
            let today = tx.today_at(part.community_id).await?;
            let day = match with {
                With::Day(given) => faults.first_day(&["paidOn"], given.map(|day| day.0), today).map(Some),
                With::Reason(_) => Some(None),
            };
            (check(part, step, today, &mut faults), day)
        }
        None => (None, None),
    };
    let ((whole, part), reason, to, paid_on) = faults.all((found, reason, to, day))?;
    // A payment ahead of a day that the sponsorship does not reach any more: taken back, it is not due again.
    let beyond = whole.status == SponsorshipStatus::Ended && part.due_on > whole.ended_on;
    let to = if step == Step::VoidPayment && beyond { InstalmentStatus::Ended } else { to };
    let kept = match to {
        InstalmentStatus::Missed => reason.clone(),
        InstalmentStatus::Ended => whole.status_reason.clone(),
        InstalmentStatus::Due | InstalmentStatus::Paid => None,
    };
    tx.update(instalment::ActiveModel {
        id: Set(part.id),
        status: Set(to),
        paid_on: Set(paid_on),
        status_reason: Set(kept),
        version: Set(part.version + 1),
        ..Default::default()
    })
    .await?;
    let key = key_of(tx, &whole).await?;
    let detail = key.seal(json!({
        "before": { "status": part.status, "paidOn": part.paid_on, "statusReason": part.status_reason },
        "after": { "status": to, "paidOn": paid_on, "reason": reason },
    }));
    let mut fields = vec!["status"];
    fields.extend((part.paid_on != paid_on).then_some("paidOn"));
    fields.extend((step == Step::Miss).then_some("statusReason"));
    tx.event::<Instalment>(part.id, Some(part.community_id), &fields, detail).await?;
    match (step, paid_on, &reason) {
        (Step::Pay, Some(paid_on), _) => aid::pay(tx, (&whole, &part), paid_on).await?,
        (Step::VoidPayment, _, Some(reason)) => aid::take_back(tx, &[part.id], reason).await?,
        _ => {}
    }
    settle(tx, &whole).await?;
    Ok(part.id)
}

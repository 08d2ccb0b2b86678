//! Visits to come.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::NaiveDate;
use entity::visit::{self, VisitStatus};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{PURPOSE, refuse_unless, visitor_to_come, whom};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    payload, say,
    scalars::Date,
    visits::object::Visit,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// A visit that is to take place (计划走访).
#[derive(InputObject, Clone, Debug)]
pub struct PlanVisitInput {
    /// The household that is visited (走访户).
    pub household_id: Option<ID>,
    /// The merchant that is visited, instead of a household (走访商户).
    pub merchant_id: Option<ID>,
    /// Who visits: a staff member of the community who holds a post today (走访人).
    pub staff_member_id: ID,
    /// The day, today or later (计划日期).
    pub planned_on: Date,
    /// What it is for, at most 200 characters (走访事由).
    pub purpose: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { PlanVisitPayload { visit: Visit as "visit" } }

/// Nobody plans for a day that is past.
fn refuse_past(planned_on: NaiveDate, today: NaiveDate, faults: &mut Faults) {
    if planned_on < today {
        let message = say!(
            "The day is past; today is {today}. A visit that took place is recorded with `recordVisit`.",
            "计划日期已过（今天为 {today}）；已完成的走访请用 `recordVisit` 登记。"
        );
        faults.note(&["plannedOn"], UserErrorCode::OutOfRange, message);
    }
}

impl Change for PlanVisitInput {
    type Payload = PlanVisitPayload;
    const VERB: Verb = Verb { name: "planVisit", resource: Resource::Visit, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let whom = whom(tx, self.household_id.as_ref(), self.merchant_id.as_ref(), &mut faults).await?;
        let within = whom.as_ref().map(|whom| whom.community);
        let visitor = visitor_to_come(tx, &self.staff_member_id, within, &mut faults).await?;
        let purpose = faults.optional_text(&["purpose"], self.purpose.as_deref(), PURPOSE);
        if let Some(whom) = &whom {
            refuse_past(self.planned_on.0, tx.today_at(whom.community).await?, &mut faults);
            if let Some(day) = whom.merchant.as_ref().and_then(|row| row.closed_on) {
                let message = say!("The merchant closed on {day}.", "该商户已于 {day} 停业。");
                faults.note(&["merchantId"], UserErrorCode::IllegalTransition, message);
            }
        }
        let (whom, visitor, purpose) = faults.all((whom, visitor, purpose))?;
        let (data_key_id, _) = tx.new_person_key().await?;
        let (id, status) = (tx.new_id(), VisitStatus::Planned);
        let to = if whom.household.is_some() { "household" } else { "merchant" };
        tx.insert(visit::ActiveModel {
            id: Set(id),
            community_id: Set(whom.community),
            data_key_id: Set(data_key_id),
            household_id: Set(whom.household),
            merchant_id: Set(whom.merchant.map(|row| row.id)),
            staff_member_id: Set(visitor.id),
            status: Set(status),
            purpose: Set(purpose),
            planned_on: Set(Some(self.planned_on.0)),
            held_on: Set(None),
            note: Set(None),
            cancel_reason: Set(None),
            version: Set(1),
            recorded_at: Set(tx.now()),
        })
        .await?;
        let after = json!({ "status": status, "staffMemberId": visitor.id, "plannedOn": self.planned_on.0 });
        let detail = Detail::Open(json!({ "after": after }));
        let fields = [to, "staffMember", "status", "plannedOn", "purpose"];
        tx.event::<Visit>(id, Some(whom.community), &fields, detail).await?;
        Ok(id)
    }
}

/// What is planned otherwise; what is left out stays (调整走访计划).
#[derive(InputObject, Clone, Debug)]
pub struct AmendVisitInput {
    /// The visit, which has not taken place (走访).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Who visits: a staff member of the community who holds a post today (走访人).
    pub staff_member_id: Option<ID>,
    /// The day, today or later (计划日期).
    pub planned_on: Option<Date>,
    /// What it is for, at most 200 characters; null clears it (走访事由).
    pub purpose: MaybeUndefined<String>,
}

payload! { AmendVisitPayload { visit: Visit as "visit" } }

impl Change for AmendVisitInput {
    type Payload = AmendVisitPayload;
    const VERB: Verb = Verb { name: "amendVisit", resource: Resource::Visit, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Visit>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let within = before.as_ref().map(|row| row.community_id);
        let visitor = match &self.staff_member_id {
            Some(given) => visitor_to_come(tx, given, within, &mut faults).await?,
            None => None,
        };
        let purpose = faults.clearable_text(&["purpose"], &self.purpose, PURPOSE);
        if let Some(before) = &before {
            refuse_unless(&[VisitStatus::Planned], before, &mut faults);
            if let Some(day) = self.planned_on {
                refuse_past(day.0, tx.today_at(before.community_id).await?, &mut faults);
            }
        }
        let (before, purpose) = faults.all((before, purpose))?;
        let mut after = before.clone();
        after.staff_member_id = visitor.map_or(after.staff_member_id, |row| row.id);
        after.planned_on = self.planned_on.map(|day| day.0).or(after.planned_on);
        after.purpose = purpose.unwrap_or(after.purpose);
        let mut diff = Diff::default();
        diff.note("staffMember", &before.staff_member_id, &after.staff_member_id);
        diff.note("plannedOn", &before.planned_on, &after.planned_on);
        let mut fields = diff.fields().to_vec();
        // What it is for is in the row alone.
        if before.purpose != after.purpose {
            fields.push("purpose");
        }
        tx.update(visit::ActiveModel {
            id: Set(before.id),
            staff_member_id: Set(after.staff_member_id),
            planned_on: Set(after.planned_on),
            purpose: Set(after.purpose),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        tx.event::<Visit>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

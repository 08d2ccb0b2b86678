//! Merchants that close for good.

use async_graphql::{ID, InputObject};
use entity::{alliance_membership, merchant};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::alliance::open_membership;
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    merchants::object::Merchant,
    payload, say,
    scalars::Date,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// The most characters of a reason.
const REASON: usize = 200;

/// A merchant that closed for good (商户停业).
#[derive(InputObject, Clone, Debug)]
pub struct CloseMerchantInput {
    /// The merchant (商户).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The last day of business, not after today; today when left out (停业日期).
    pub closed_on: Option<Date>,
    /// Why, at most 200 characters (停业原因).
    pub reason: String,
}

payload! { CloseMerchantPayload { merchant: Merchant as "merchant" } }

/// Nothing more happens to a merchant that closed.
pub(super) fn refuse_closed(merchant: Option<&merchant::Model>, faults: &mut Faults) {
    if let Some(day) = merchant.and_then(|row| row.closed_on) {
        let message = say!("The merchant closed on {day}.", "该商户已于 {day} 停业。");
        faults.note(&["id"], UserErrorCode::IllegalTransition, message);
    }
}

impl Change for CloseMerchantInput {
    type Payload = CloseMerchantPayload;
    const VERB: Verb = Verb { name: "closeMerchant", resource: Resource::Merchant, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = tx
            .subject::<Merchant>(&self.id, &["id"], Some(self.expected_version), |row| row.version, &mut faults)
            .await?;
        refuse_closed(before.as_ref(), &mut faults);
        let reason = faults.text(&["reason"], &self.reason, REASON);
        let mut member = None;
        let day = match &before {
            Some(before) => {
                member = open_membership(tx, before.id).await?;
                let today = tx.today_at(before.community_id).await?;
                let given = self.closed_on.map_or(today, |day| day.0);
                let first = member.as_ref().map_or(given.min(today), |row| row.started_on);
                faults.last_day(&["closedOn"], Some(given), first, today)
            }
            None => None,
        };
        let (before, reason, day) = faults.all((before, reason, day))?;
        let mut fields = vec!["closedOn", "closeReason"];
        if let Some(member) = member {
            fields.push("allianceMemberships");
            let row =
                alliance_membership::ActiveModel { id: Set(member.id), ended_on: Set(Some(day)), ..Default::default() };
            tx.update(row).await?;
        }
        tx.update(merchant::ActiveModel {
            id: Set(before.id),
            closed_on: Set(Some(day)),
            close_reason: Set(Some(reason)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let detail = Detail::Open(json!({ "after": { "closedOn": day } }));
        tx.event::<Merchant>(before.id, Some(before.community_id), &fields, detail).await?;
        Ok(before.id)
    }
}

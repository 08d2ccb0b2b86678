//! What comes of a contribution after it was put on file.

use async_graphql::{ID, InputObject};
use entity::{contribution, contributor};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::{
    items::{items_of, part},
    past, told,
};
use crate::{
    access::{Resource, policy::Action},
    contributions::{
        amount::{AmountInput, ContributorInput, amended},
        object::Contribution,
        rules,
        stock::{Held, Measure},
    },
    error::{UserError, UserErrorCode},
    figures::Figure,
    payload, say,
    scalars::Date,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// How much of a contribution has come by now, all told: what is left out stays (登记到位).
#[derive(InputObject, Clone, Debug)]
pub struct ReceiveContributionInput {
    /// The contribution (资源投入).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// All that has come so far, not what was added; never less than what is allocated already (到位总量).
    pub received: AmountInput,
    /// The day on which it came, or the last of it; today when left out (到位日期).
    pub received_on: Option<Date>,
    /// New parts of contributors on record, where a part that is known changes with the whole; one who is alone always has the whole (投入单位).
    pub contributors: Option<Vec<ContributorInput>>,
}

payload! { ReceiveContributionPayload { contribution: Contribution as "contribution" } }

impl Change for ReceiveContributionInput {
    type Payload = ReceiveContributionPayload;
    const VERB: Verb = Verb { name: "receiveContribution", resource: Resource::Contribution, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Contribution>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        // Nothing else can be judged without it.
        let (before,) = faults.all((before,))?;

        let mut faults = Faults::default();
        let had = Held::of(&before).received;
        let quantity = self.received.quantity(before.kind, &["received"], &mut faults);
        let value = self.received.value(&["received"], &mut faults);
        let today = tx.today_at(before.community_id).await?;
        let received_on = past("receivedOn", self.received_on.map_or(today, |day| day.0), today, &mut faults);
        let quantity = quantity.map(|said| rules::after_receipt(had[0], said));
        let value = value.map(|said| rules::after_receipt(had[1], said));
        let reason = before.over_allocation_reason.is_some();
        if let Some(quantity) = quantity {
            covered(&["received", "quantity"], (quantity, before.allocated_milli), reason, &mut faults);
        }
        let items = items_of(tx, before.id).await?;
        let made_of: Vec<_> = items.iter().map(part).collect();
        if let Some(quantity) = quantity.filter(|_| !made_of.is_empty()) {
            faults.take(&["received", "quantity"], rules::counted_by(quantity, &before.unit, &made_of));
        }
        if let Some(value) = value {
            covered(&["received", "yuan"], (value, before.allocated_fen), reason, &mut faults);
            if !made_of.is_empty() {
                faults.take(&["received", "yuan"], rules::made_of(value, &made_of));
            }
        }
        let contributors = contributor::Entity::find()
            .filter(contributor::Column::ContributionId.eq(before.id))
            .order_by_asc(contributor::Column::Id)
            .all(tx.conn())
            .await?;
        let pledged = Figure { amount: before.pledged_fen, precision: before.pledged_value_precision };
        let total = value.map(|value| rules::total(value, pledged));
        let parts = total.and_then(|total| self.parts(&contributors, total, &mut faults));
        let (quantity, value, received_on, parts) = faults.all((quantity, value, received_on, parts))?;

        let mut diff = Diff::default();
        diff.note("received", &told(had.into()), &told((quantity, value)));
        diff.note("receivedOn", &before.received_on, &Some(received_on));
        let old: Vec<Option<i64>> = contributors.iter().map(|contributor| contributor.amount_fen).collect();
        diff.note("contributors", &old, &parts);
        tx.update(contribution::ActiveModel {
            id: Set(before.id),
            version: Set(before.version + 1),
            received_milli: Set(quantity.amount),
            received_precision: Set(quantity.precision),
            received_fen: Set(value.amount),
            received_value_precision: Set(value.precision),
            received_on: Set(Some(received_on)),
            ..Default::default()
        })
        .await?;
        for (contributor, part) in contributors.iter().zip(parts) {
            if contributor.amount_fen != part {
                tx.update(contributor::ActiveModel {
                    id: Set(contributor.id),
                    amount_fen: Set(part),
                    ..Default::default()
                })
                .await?;
            }
        }
        let fields = diff.fields().to_vec();
        tx.event::<Contribution>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

impl ReceiveContributionInput {
    /// The contributors' parts of the new whole.
    fn parts(
        &self,
        contributors: &[contributor::Model],
        total: Figure,
        faults: &mut Faults,
    ) -> Option<Vec<Option<i64>>> {
        let parts = match &self.contributors {
            Some(given) => amended(contributors, given, faults)?,
            None if contributors.len() == 1 => vec![rules::all_of(total)],
            None => contributors.iter().map(|contributor| contributor.amount_fen).collect(),
        };
        faults.take(&["contributors"], rules::split(total, &parts))?;
        Some(parts)
    }
}

/// What is allocated stays covered by what is said to have come: the last part of the path says in which measure.
pub(super) fn covered(path: &[&str], (received, allocated): (Figure, i64), reason: bool, faults: &mut Faults) {
    if rules::covers(received, allocated, reason) {
        return;
    }
    let measure = if path.last() == Some(&"yuan") { Measure::Value } else { Measure::Quantity };
    let (allocated, received) = (measure.shown(allocated), measure.shown(received.amount.unwrap_or(0)));
    let message = say!(
        "{allocated} are allocated already, so {received} cannot be all that has come. Cancel or return grants first.",
        "已分配 {allocated}，到位总量不能为 {received}。请先取消或退回部分帮扶。"
    );
    let details = json!({ "allocated": allocated, "received": received });
    faults.add(UserError::new(path, UserErrorCode::OutOfRange, message).with(details));
}

//! Carrying a decision about grants out: their states, what they took of their contributions, what they claim, and the events. The statements are as many
//! for five hundred grants as for one.

use chrono::{DateTime, Utc};
use entity::{
    aid_record::{self, AidStatus, Column, Signatory},
    contribution, contribution_item,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    claims,
    object::AidRecord,
    rules::{Effect, Step},
};
use crate::{
    contributions::{self, Shares},
    error::{Error, UserError, UserErrorCode},
    residents::People,
    say,
    write::{Refused, Told, Tx},
};

/// What was decided.
pub(super) struct Decision {
    pub(super) step: Step,
    pub(super) effect: Effect,
    pub(super) at: DateTime<Utc>,
    /// Why, of a decision that ends a grant.
    pub(super) reason: Option<String>,
    /// Who signed for what was handed over, and their name where it is not the recipient.
    pub(super) signature: Option<(Signatory, Option<String>)>,
}

impl Decision {
    /// Of grants of one community that are locked and open to it, with the people whom they are for.
    pub(super) async fn carry_out(
        &self,
        tx: &Tx<'_>,
        grants: &[aid_record::Model],
        people: &People,
    ) -> Result<(), Refused> {
        let Some(first) = grants.first() else { return Ok(()) };
        let (row, fields) = self.changes(tx);
        // Only from the states in which they were read: whatever else happens, a grant is never decided about twice.
        let moved = aid_record::Entity::update_many()
            .set(row)
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.is_in(grants.iter().map(|grant| grant.id)))
            .filter(Column::Status.is_in(grants.iter().map(|grant| grant.status)))
            .exec(tx.conn())
            .await?;
        if usize::try_from(moved.rows_affected) != Ok(grants.len()) {
            let message = say!(
                "Somebody else decided about this grant at the same time. Read it again.",
                "该帮扶记录同时被他人处理，请重新读取。"
            );
            return Err(UserError::new(&["id"], UserErrorCode::Conflict, message).into());
        }

        let taken = Taken::by(tx, grants).await?;
        match self.effect {
            Effect::Keep => {}
            Effect::Deliver => taken.deliver(tx).await?,
            Effect::GiveBack => taken.give_back(tx, false).await?,
            Effect::TakeBack => taken.give_back(tx, true).await?,
        }
        if matches!(self.effect, Effect::GiveBack | Effect::TakeBack) {
            let ended: Vec<_> = grants.iter().map(|grant| grant.id).collect();
            claims::release(tx, &ended).await?;
        }

        let told = grants.iter().map(|grant| {
            let value = json!({
                "before": { "status": grant.status },
                "after": { "status": self.step.to(), "statusReason": self.reason, "signedBy": self.signature.as_ref().map(|signature| signature.0) },
            });
            let detail = people.detail_of(grant.resident_id, value);
            Told::of::<AidRecord>(grant.id, &fields, detail)
        });
        Ok(tx.events(first.community_id, told.collect()).await?)
    }

    /// What the decision sets in a grant, and the fields that an event names.
    fn changes(&self, tx: &Tx<'_>) -> (aid_record::ActiveModel, Vec<&'static str>) {
        let mut row = aid_record::ActiveModel { status: Set(self.step.to()), ..Default::default() };
        let mut fields = vec!["status"];
        match self.step {
            Step::Approve => {
                row.approved_by = Set(Some(tx.viewer.account_id));
                row.approved_at = Set(Some(self.at));
                fields.push("approvedAt");
            }
            Step::Deliver => {
                row.delivered_by = Set(Some(tx.viewer.account_id));
                row.delivered_at = Set(Some(self.at));
                fields.push("deliveredAt");
                if let Some((signatory, name)) = &self.signature {
                    row.signed_by = Set(Some(*signatory));
                    row.signed_by_name = Set(name.clone());
                    fields.push("signedBy");
                }
            }
            Step::Refuse | Step::Cancel | Step::Return | Step::Reverse => {
                row.status_reason = Set(self.reason.clone());
                fields.push("statusReason");
            }
        }
        (row, fields)
    }
}

/// What grants took, of items and of contributions.
struct Taken {
    items: Shares,
    contributions: Shares,
}

impl Taken {
    async fn by(tx: &Tx<'_>, grants: &[aid_record::Model]) -> Result<Self, Refused> {
        let mut taken = Self { items: Shares::new(), contributions: Shares::new() };
        // A contribution counts what its own unit counts; its items may have others.
        let itemised = grants.iter().filter(|grant| grant.item_id.is_some()).filter_map(|grant| grant.contribution_id);
        let units = contributions::units_of(tx, itemised.collect()).await?;
        for grant in grants {
            // What a sponsor paid was taken from nothing that is kept here.
            let Some(id) = grant.contribution_id else { continue };
            let measures = (grant.quantity_milli, grant.value_fen);
            if let Some(item) = grant.item_id {
                add(&mut taken.items, item, measures)?;
            }
            let counted = units.get(&id).is_none_or(|unit| *unit == grant.unit);
            add(&mut taken.contributions, id, (measures.0.filter(|_| counted), measures.1))?;
        }
        Ok(taken)
    }

    /// Items before contributions, as when they are taken from.
    async fn deliver(&self, tx: &Tx<'_>) -> Result<(), Refused> {
        contributions::deliver::<contribution_item::Entity>(tx, &self.items).await?;
        contributions::deliver::<contribution::Entity>(tx, &self.contributions).await
    }

    async fn give_back(&self, tx: &Tx<'_>, was_delivered: bool) -> Result<(), Refused> {
        contributions::give_back::<contribution_item::Entity>(tx, &self.items, was_delivered).await?;
        contributions::give_back::<contribution::Entity>(tx, &self.contributions, was_delivered).await
    }
}

/// No sum of grants is larger than what their contribution holds, and that is far from the bound.
fn add(shares: &mut Shares, id: Uuid, (milli, fen): (Option<i64>, Option<i64>)) -> Result<(), Refused> {
    let share = shares.entry(id).or_default();
    let sum = |held: i64, more: Option<i64>| held.checked_add(more.unwrap_or(0));
    *share = sum(share.0, milli)
        .zip(sum(share.1, fen))
        .ok_or_else(|| Error::internal("grants of one contribution add up beyond all bounds"))?;
    Ok(())
}

/// Grants that wait for a decision or for being handed over.
pub(super) const OPEN: [AidStatus; 2] = [AidStatus::Planned, AidStatus::Approved];

/// Grants that take something: open ones, and those that were handed over.
pub(crate) const STANDING: [AidStatus; 3] = [AidStatus::Planned, AidStatus::Approved, AidStatus::Delivered];

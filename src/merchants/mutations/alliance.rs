//! Coming to the alliance and leaving it.

use async_graphql::{ID, InputObject};
use entity::{
    alliance_membership::{self, Column},
    merchant,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::close::refuse_closed;
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    merchants::object::Merchant,
    payload, say,
    scalars::Date,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// The membership that lasts.
pub(super) async fn open_membership(tx: &Tx<'_>, merchant: Uuid) -> Result<Option<alliance_membership::Model>, DbErr> {
    let own = alliance_membership::Entity::find().filter(Column::MerchantId.eq(merchant));
    own.filter(Column::EndedOn.is_null()).one(tx.conn()).await
}

/// A merchant that joins the alliance (加入商户联盟).
#[derive(InputObject, Clone, Debug)]
pub struct JoinAllianceInput {
    /// The merchant (商户).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The first day, not after today; today when left out (加入日期).
    pub started_on: Option<Date>,
}

payload! { JoinAlliancePayload { merchant: Merchant as "merchant" } }

impl Change for JoinAllianceInput {
    type Payload = JoinAlliancePayload;
    const VERB: Verb = Verb { name: "joinAlliance", resource: Resource::Merchant, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = tx
            .subject::<Merchant>(&self.id, &["id"], Some(self.expected_version), |row| row.version, &mut faults)
            .await?;
        refuse_closed(before.as_ref(), &mut faults);
        let day = match &before {
            Some(before) => {
                let today = tx.today_at(before.community_id).await?;
                faults.first_day(&["startedOn"], self.started_on.map(|day| day.0), today)
            }
            None => None,
        };
        let (before, day) = faults.all((before, day))?;
        let mut faults = Faults::default();
        let own = alliance_membership::Entity::find().filter(Column::MerchantId.eq(before.id));
        if let Some(last) = own.order_by_desc(Column::StartedOn).one(tx.conn()).await? {
            match last.ended_on {
                None => faults.note(
                    &["id"],
                    UserErrorCode::Duplicate,
                    say!("The merchant is in the alliance already.", "该商户已是联盟成员。"),
                ),
                Some(until) if day <= until => faults.note(
                    &["startedOn"],
                    UserErrorCode::Overlap,
                    say!("The merchant was in the alliance until {until}.", "该商户的上次成员期至 {until}。"),
                ),
                Some(_) => {}
            }
        }
        faults.none()?;
        tx.insert(alliance_membership::ActiveModel {
            id: Set(tx.new_id()),
            community_id: Set(before.community_id),
            merchant_id: Set(before.id),
            started_on: Set(day),
            ended_on: Set(None),
        })
        .await?;
        tell(tx, &before, json!({ "after": { "startedOn": day } })).await?;
        Ok(before.id)
    }
}

/// A merchant that leaves the alliance (退出商户联盟).
#[derive(InputObject, Clone, Debug)]
pub struct LeaveAllianceInput {
    /// The merchant (商户).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The last day, not after today; today when left out (退出日期).
    pub ended_on: Option<Date>,
}

payload! { LeaveAlliancePayload { merchant: Merchant as "merchant" } }

impl Change for LeaveAllianceInput {
    type Payload = LeaveAlliancePayload;
    const VERB: Verb = Verb { name: "leaveAlliance", resource: Resource::Merchant, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = tx
            .subject::<Merchant>(&self.id, &["id"], Some(self.expected_version), |row| row.version, &mut faults)
            .await?;
        let (before,) = faults.all((before,))?;
        let mut faults = Faults::default();
        let member = open_membership(tx, before.id).await?;
        let day = match &member {
            Some(member) => {
                let today = tx.today_at(before.community_id).await?;
                faults.last_day(&["endedOn"], self.ended_on.map(|day| day.0), member.started_on, today)
            }
            None => {
                let message = say!("The merchant is not in the alliance.", "该商户不是联盟成员。");
                faults.note(&["id"], UserErrorCode::IllegalTransition, message);
                None
            }
        };
        let (member, day) = faults.all((member, day))?;
        let row =
            alliance_membership::ActiveModel { id: Set(member.id), ended_on: Set(Some(day)), ..Default::default() };
        tx.update(row).await?;
        tell(tx, &before, json!({ "after": { "endedOn": day } })).await?;
        Ok(before.id)
    }
}

/// The membership is part of the merchant: its version counts it, and the event is about it.
async fn tell(tx: &Tx<'_>, merchant: &merchant::Model, change: serde_json::Value) -> Result<(), DbErr> {
    let row = merchant::ActiveModel { id: Set(merchant.id), version: Set(merchant.version + 1), ..Default::default() };
    tx.update(row).await?;
    tx.event::<Merchant>(merchant.id, Some(merchant.community_id), &["allianceMemberships"], Detail::Open(change)).await
}

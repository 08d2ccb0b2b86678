//! Voiding records that were made by mistake: they stay on file with the reason, and count nowhere.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};
use entity::{asset, facility};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::REASON;
use crate::{
    access::{Resource, policy::Action},
    error::UserErrorCode,
    facilities::{Asset, Facility},
    payload, say,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// Nothing more happens to a voided record.
pub(super) fn refuse_voided(voided_at: Option<Option<DateTime<Utc>>>, faults: &mut Faults) {
    if voided_at.flatten().is_some() {
        let message = say!("The record was voided and can no longer be changed.", "该记录已作废，不能再修改。");
        faults.note(&["id"], UserErrorCode::IllegalTransition, message);
    }
}

/// A facility that is on file by mistake (作废设施记录).
#[derive(InputObject, Clone, Debug)]
pub struct VoidFacilityInput {
    /// The facility (设施).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (作废原因).
    pub reason: String,
}

payload! { VoidFacilityPayload { facility: Facility as "facility" } }

impl Change for VoidFacilityInput {
    type Payload = VoidFacilityPayload;
    const VERB: Verb = Verb { name: "voidFacility", resource: Resource::Facility, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Facility>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        refuse_voided(before.as_ref().map(|before| before.voided_at), &mut faults);
        let reason = faults.text(&["reason"], &self.reason, REASON);
        let (before, reason) = faults.all((before, reason))?;
        let detail = Detail::Open(json!({ "after": { "voidReason": reason } }));
        tx.update(facility::ActiveModel {
            id: Set(before.id),
            voided_at: Set(Some(tx.now())),
            void_reason: Set(Some(reason)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        tx.event::<Facility>(before.id, Some(before.community_id), &["voidedAt", "voidReason"], detail).await?;
        Ok(before.id)
    }
}

/// An asset that is on file by mistake (作废资产记录).
#[derive(InputObject, Clone, Debug)]
pub struct VoidAssetInput {
    /// The asset (资产).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (作废原因).
    pub reason: String,
}

payload! { VoidAssetPayload { asset: Asset as "asset" } }

impl Change for VoidAssetInput {
    type Payload = VoidAssetPayload;
    const VERB: Verb = Verb { name: "voidAsset", resource: Resource::Asset, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Asset>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        refuse_voided(before.as_ref().map(|before| before.voided_at), &mut faults);
        let reason = faults.text(&["reason"], &self.reason, REASON);
        let (before, reason) = faults.all((before, reason))?;
        let detail = Detail::Open(json!({ "after": { "voidReason": reason } }));
        tx.update(asset::ActiveModel {
            id: Set(before.id),
            voided_at: Set(Some(tx.now())),
            void_reason: Set(Some(reason)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        tx.event::<Asset>(before.id, Some(before.community_id), &["voidedAt", "voidReason"], detail).await?;
        Ok(before.id)
    }
}

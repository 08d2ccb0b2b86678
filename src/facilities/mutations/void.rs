//! Voiding records that were made by mistake: they stay on file with the reason, and count nowhere.

use async_graphql::{ID, InputObject};
use entity::{asset, facility};
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    facilities::{Asset, Facility},
    payload, voidable,
    write::{Change, Refused, Tx, Verb, void},
};

voidable! { Facility as facility, Asset as asset }

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
        void::<Facility>(tx, (&self.id, self.expected_version), &self.reason).await
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
        void::<Asset>(tx, (&self.id, self.expected_version), &self.reason).await
    }
}

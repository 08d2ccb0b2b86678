//! Assets: putting them on file, and correcting what the file says.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::asset;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{
    NAME, REASON, TAG,
    tenure::{Terms, start},
};
use crate::{
    access::{Resource, policy::Action},
    contributions::Contribution,
    facilities::{Asset, AssetKind, Facility, Tenure},
    payload,
    scalars::Date,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb, refuse_voided},
};

/// An asset to be put on file (登记资产).
#[derive(InputObject, Clone, Debug)]
pub struct RegisterAssetInput {
    /// The community (社区).
    pub community_id: ID,
    /// What it is (资产类型).
    pub kind: AssetKind,
    /// Name, at most 200 characters (名称).
    pub name: String,
    /// Inventory number or number plate, at most 50 characters, unique in the community (资产编号, 车牌号).
    pub tag: Option<String>,
    /// Where it stands (所在设施).
    pub facility_id: Option<ID>,
    /// The contribution that it came with (资源投入).
    pub contribution_id: Option<ID>,
    /// A remark, at most 500 characters (备注).
    pub note: Option<String>,
    /// On what terms it is here (权属).
    pub tenure: Tenure,
    /// Who lends it or gave it; left out exactly where the community bought it (出借或移交单位).
    pub partner_unit_id: Option<ID>,
    /// Its first day here, not after today; today when left out (起始日).
    pub started_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RegisterAssetPayload { asset: Asset as "asset" } }

impl Change for RegisterAssetInput {
    type Payload = RegisterAssetPayload;
    const VERB: Verb = Verb { name: "registerAsset", resource: Resource::Asset, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let within = community.as_ref().map(|community| community.id);
        let name = faults.text(&["name"], &self.name, NAME);
        let tag = faults.optional_text(&["tag"], self.tag.as_deref(), TAG);
        let note = faults.optional_text(&["note"], self.note.as_deref(), REASON);
        let facility =
            tx.find_optional::<Facility>(self.facility_id.as_ref(), &["facilityId"], within, &mut faults).await?;
        let given = self.contribution_id.as_ref();
        let contribution = tx.find_optional::<Contribution>(given, &["contributionId"], within, &mut faults).await?;
        let terms = Terms::checked(tx, self.tenure, self.partner_unit_id.as_ref(), &mut faults).await?;
        let started_on = community.as_ref().and_then(|community| {
            faults.first_day(&["startedOn"], self.started_on.map(|day| day.0), tx.today_in(community))
        });
        let (community, name, tag, note, facility, contribution, terms, started_on) =
            faults.all((community, name, tag, note, facility, contribution, terms, started_on))?;

        let id = tx.new_id();
        let row = asset::Model {
            id,
            community_id: community.id,
            kind: self.kind.into(),
            name,
            tag,
            facility_id: facility.map(|facility| facility.id),
            contribution_id: contribution.map(|contribution| contribution.id),
            note,
            voided_at: None,
            void_reason: None,
            version: 1,
            recorded_at: tx.now(),
        };
        let after = json!({
            "kind": row.kind, "name": row.name, "tag": row.tag, "facilityId": row.facility_id, "contributionId": row.contribution_id,
            "tenure": terms.tenure, "partnerUnitId": terms.partner_unit_id, "startedOn": started_on,
        });
        tx.insert(asset::ActiveModel::from(row)).await?;
        start(tx, (id, community.id), terms, started_on, None).await?;
        let fields = ["kind", "name", "tag", "facilityId", "contributionId", "note", "tenures"];
        tx.event::<Asset>(id, Some(community.id), &fields, Detail::Open(json!({ "after": after }))).await?;
        Ok(id)
    }
}

/// Corrections to an asset: what is left out stays, what is null is cleared (更正资产信息).
#[derive(InputObject, Clone, Debug)]
pub struct AmendAssetInput {
    /// The asset (资产).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// What it is (资产类型).
    pub kind: Option<AssetKind>,
    /// Name, at most 200 characters (名称).
    pub name: Option<String>,
    /// Inventory number or number plate, at most 50 characters; null clears it (资产编号, 车牌号).
    pub tag: MaybeUndefined<String>,
    /// Where it stands; null for nowhere in particular (所在设施).
    pub facility_id: MaybeUndefined<ID>,
    /// The contribution that it came with; null for none (资源投入).
    pub contribution_id: MaybeUndefined<ID>,
    /// A remark, at most 500 characters; null clears it (备注).
    pub note: MaybeUndefined<String>,
}

payload! { AmendAssetPayload { asset: Asset as "asset" } }

impl Change for AmendAssetInput {
    type Payload = AmendAssetPayload;
    const VERB: Verb = Verb { name: "amendAsset", resource: Resource::Asset, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Asset>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let within = before.as_ref().map(|before| before.community_id);
        refuse_voided(before.as_ref().and_then(|before| before.voided_at), &mut faults);
        let name = faults.amended_text(&["name"], self.name.as_deref(), NAME);
        let tag = faults.clearable_text(&["tag"], &self.tag, TAG);
        let note = faults.clearable_text(&["note"], &self.note, REASON);
        let facility = tx.find_amended::<Facility>(&self.facility_id, &["facilityId"], within, &mut faults).await?;
        let given = &self.contribution_id;
        let contribution = tx.find_amended::<Contribution>(given, &["contributionId"], within, &mut faults).await?;
        let (before, name, tag, note, facility, contribution) =
            faults.all((before, name, tag, note, facility, contribution))?;

        let mut diff = Diff::default();
        let mut after = before.clone();
        after.kind = self.kind.map_or(before.kind, Into::into);
        after.name = name.unwrap_or(after.name);
        after.tag = tag.unwrap_or(after.tag);
        after.note = note.unwrap_or(after.note);
        after.facility_id = facility.unwrap_or(after.facility_id);
        after.contribution_id = contribution.unwrap_or(after.contribution_id);
        diff.note("kind", &before.kind, &after.kind);
        diff.note("name", &before.name, &after.name);
        diff.note("tag", &before.tag, &after.tag);
        diff.note("note", &before.note, &after.note);
        diff.note("facilityId", &before.facility_id, &after.facility_id);
        diff.note("contributionId", &before.contribution_id, &after.contribution_id);
        tx.update(asset::ActiveModel {
            id: Set(before.id),
            kind: Set(after.kind),
            name: Set(after.name),
            tag: Set(after.tag),
            note: Set(after.note),
            facility_id: Set(after.facility_id),
            contribution_id: Set(after.contribution_id),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let fields = diff.fields().to_vec();
        tx.event::<Asset>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

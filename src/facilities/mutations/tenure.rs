//! On what terms an asset is here: one at a time, each following the last.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{asset, asset_tenure};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::REASON;
use crate::{
    access::{Resource, policy::Action},
    error::UserErrorCode,
    facilities::{Asset, Tenure},
    partners::PartnerUnit,
    payload, say,
    scalars::Date,
    write::{Change, Detail, Faults, Refused, Tx, Verb, refuse_voided},
};

/// Owned by the community, or here by a unit's doing.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) tenure: asset_tenure::Tenure,
    pub(super) partner_unit_id: Option<Uuid>,
}

impl Terms {
    /// A unit is named exactly where one lends or gives.
    pub(super) async fn checked(
        tx: &Tx<'_>,
        tenure: Tenure,
        unit: Option<&ID>,
        faults: &mut Faults,
    ) -> Result<Option<Self>, Refused> {
        let path = ["partnerUnitId"];
        let partner_unit_id = match (tenure, unit) {
            (Tenure::Owned, None) => None,
            (Tenure::Owned, Some(_)) => {
                let message = say!(
                    "What the community bought is from no unit; leave this out, or say LENT or TRANSFERRED.",
                    "自有资产没有来源单位；请勿填写此项，或将权属改为 LENT 或 TRANSFERRED。"
                );
                faults.note(&path, UserErrorCode::Invalid, message);
                return Ok(None);
            }
            (Tenure::Lent | Tenure::Transferred, None) => {
                let message = say!("Say which unit lends it or gave it.", "请填写出借或移交的单位。");
                faults.note(&path, UserErrorCode::Required, message);
                return Ok(None);
            }
            (Tenure::Lent | Tenure::Transferred, Some(unit)) => {
                let Some(found) = tx.find::<PartnerUnit>(unit, &path, None, faults).await? else { return Ok(None) };
                Some(found.id)
            }
        };
        Ok(Some(Self { tenure: tenure.into(), partner_unit_id }))
    }
}

/// Writes the terms that begin; that no others last is the database's to say.
pub(super) async fn start(
    tx: &Tx<'_>,
    (asset_id, community_id): (Uuid, Uuid),
    terms: Terms,
    started_on: NaiveDate,
    note: Option<String>,
) -> Result<(), Refused> {
    let Terms { tenure, partner_unit_id } = terms;
    let id = tx.new_id();
    let row =
        asset_tenure::Model { id, community_id, asset_id, tenure, partner_unit_id, started_on, ended_on: None, note };
    Ok(tx.insert(asset_tenure::ActiveModel::from(row)).await?)
}

/// The latest terms of an asset, whether they last or not.
async fn latest(tx: &Tx<'_>, asset: Uuid) -> Result<Option<asset_tenure::Model>, Refused> {
    let own = asset_tenure::Entity::find().filter(asset_tenure::Column::AssetId.eq(asset));
    let latest = own.order_by_desc(asset_tenure::Column::StartedOn).order_by_desc(asset_tenure::Column::Id);
    Ok(latest.one(tx.conn()).await?)
}

async fn end(tx: &Tx<'_>, tenure: Uuid, on: NaiveDate) -> Result<(), Refused> {
    let row = asset_tenure::ActiveModel { id: Set(tenure), ended_on: Set(Some(on)), ..Default::default() };
    tx.update(row).await?;
    Ok(())
}

async fn count_up(tx: &Tx<'_>, before: &asset::Model) -> Result<(), Refused> {
    let version = Set(before.version + 1);
    tx.update(asset::ActiveModel { id: Set(before.id), version, ..Default::default() }).await?;
    Ok(())
}

/// Other terms for an asset (变更资产权属).
#[derive(InputObject, Clone, Debug)]
pub struct ChangeAssetTenureInput {
    /// The asset (资产).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// On what terms it is here from then on (权属).
    pub tenure: Tenure,
    /// Who lends it or gave it; left out exactly where the community bought it (出借或移交单位).
    pub partner_unit_id: Option<ID>,
    /// The first day of these terms and the last of those before; not after today, today when left out (变更日).
    pub changed_on: Option<Date>,
    /// A remark, at most 500 characters (备注).
    pub note: Option<String>,
}

payload! { ChangeAssetTenurePayload { asset: Asset as "asset" } }

impl Change for ChangeAssetTenureInput {
    type Payload = ChangeAssetTenurePayload;
    const VERB: Verb = Verb { name: "changeAssetTenure", resource: Resource::Asset, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Asset>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        refuse_voided(before.as_ref().and_then(|before| before.voided_at), &mut faults);
        let terms = Terms::checked(tx, self.tenure, self.partner_unit_id.as_ref(), &mut faults).await?;
        let note = faults.optional_text(&["note"], self.note.as_deref(), REASON);
        let last = match &before {
            Some(before) => latest(tx, before.id).await?,
            None => None,
        };
        let changed_on = match &before {
            Some(before) => {
                let today = tx.today_at(before.community_id).await?;
                let given = self.changed_on.map(|day| day.0);
                match &last {
                    Some(last) => {
                        faults.last_day(&["changedOn"], given, last.ended_on.unwrap_or(last.started_on), today)
                    }
                    None => faults.first_day(&["changedOn"], given, today),
                }
            }
            None => None,
        };
        if let (Some(terms), Some(last)) = (terms, last.as_ref().filter(|last| last.ended_on.is_none()))
            && (terms.tenure, terms.partner_unit_id) == (last.tenure, last.partner_unit_id)
        {
            let message = say!("It is here on these very terms already.", "该资产现已是此权属。");
            faults.note(&["tenure"], UserErrorCode::Duplicate, message);
        }
        let (before, terms, note, changed_on) = faults.all((before, terms, note, changed_on))?;
        if let Some(last) = last.filter(|last| last.ended_on.is_none()) {
            end(tx, last.id, changed_on).await?;
        }
        start(tx, (before.id, before.community_id), terms, changed_on, note).await?;
        count_up(tx, &before).await?;
        let after = json!({ "tenure": terms.tenure, "partnerUnitId": terms.partner_unit_id, "startedOn": changed_on });
        let detail = Detail::Open(json!({ "after": after }));
        tx.event::<Asset>(before.id, Some(before.community_id), &["tenures"], detail).await?;
        Ok(before.id)
    }
}

/// An asset that left (归还或处置资产).
#[derive(InputObject, Clone, Debug)]
pub struct EndAssetTenureInput {
    /// The asset (资产).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// Its last day here, not after today; today when left out (终止日).
    pub ended_on: Option<Date>,
}

payload! { EndAssetTenurePayload { asset: Asset as "asset" } }

impl Change for EndAssetTenureInput {
    type Payload = EndAssetTenurePayload;
    const VERB: Verb = Verb { name: "endAssetTenure", resource: Resource::Asset, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Asset>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        refuse_voided(before.as_ref().and_then(|before| before.voided_at), &mut faults);
        let (before,) = faults.all((before,))?;
        let mut faults = Faults::default();
        let last = latest(tx, before.id).await?.filter(|last| last.ended_on.is_none());
        let ended_on = match &last {
            Some(last) => {
                let today = tx.today_at(before.community_id).await?;
                faults.last_day(&["endedOn"], self.ended_on.map(|day| day.0), last.started_on, today)
            }
            None => {
                let message = say!("The asset has left already.", "该资产已归还或处置。");
                faults.note(&["id"], UserErrorCode::IllegalTransition, message);
                None
            }
        };
        let (last, ended_on) = faults.all((last, ended_on))?;
        end(tx, last.id, ended_on).await?;
        count_up(tx, &before).await?;
        let detail = Detail::Open(json!({ "after": { "endedOn": ended_on } }));
        tx.event::<Asset>(before.id, Some(before.community_id), &["tenures"], detail).await?;
        Ok(before.id)
    }
}

//! What a sponsor pays to a pupil is a grant as well (资助发放): it is put on file in the transaction that says that the instalment was paid, and taken out of the
//! books in the one that takes the payment back. So an instalment that is paid has one grant that stands, and no other has any.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use entity::{
    aid_programme::AidScope,
    aid_record::{self, AidStatus, Column},
    figures::{AidKind, Precision},
    instalment, sponsorship,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{
    decision::Decision,
    object::AidRecord,
    reversal,
    rules::{Effect, Step},
};
use crate::{
    relay::{Entity, id},
    residents::People,
    sponsorships::Instalment,
    write::{Refused, Tx},
};

/// What money is counted in.
const YUAN: &str = "yuan";

/// Puts on file what an instalment of a sponsorship gave on a day. Sponsorship and instalment are locked.
pub(crate) async fn pay(
    tx: &Tx<'_>,
    (whole, part): (&sponsorship::Model, &instalment::Model),
    paid_on: NaiveDate,
) -> Result<(), Refused> {
    let people = People::of(tx, [whole.resident_id]).await?;
    let at = moment(tx, whole.community_id, paid_on).await?;
    let by = tx.viewer.account_id;
    let grant = aid_record::Model {
        id: tx.new_id(),
        community_id: whole.community_id,
        scope: AidScope::Person,
        resident_id: Some(whole.resident_id),
        household_id: people.get(whole.resident_id).and_then(|resident| resident.household_id),
        programme_id: None,
        contribution_id: None,
        project_id: whole.project_id,
        kind: AidKind::Cash,
        status: AidStatus::Delivered,
        status_reason: None,
        quantity_milli: None,
        unit: YUAN.to_owned(),
        quantity_precision: Precision::Unknown,
        value_fen: Some(part.amount_fen),
        value_precision: Precision::Exact,
        given_on: paid_on,
        note: None,
        recorded_by: by,
        recorded_at: tx.now(),
        approved_by: Some(by),
        approved_at: Some(at),
        delivered_at: Some(at),
        version: 1,
        reverses_id: None,
        delivered_by: Some(by),
        signed_by: None,
        signed_by_name: None,
        item_id: None,
        device_id: None,
        occasion: None,
        batch_id: None,
        instalment_id: Some(part.id),
    };
    let id = grant.id;
    tx.insert(aid_record::ActiveModel::from(grant).reset_all()).await?;
    let detail = people.detail(
        whole.resident_id,
        json!({ "after": {
            "instalmentId": id::encode(Instalment::PREFIX, part.id),
            "projectId": whole.project_id,
            "valueFen": part.amount_fen,
            "givenOn": paid_on,
        } }),
    );
    let fields = ["scope", "instalmentId", "projectId", "value", "givenOn"];
    Ok(tx.event::<AidRecord>(id, Some(whole.community_id), &fields, detail).await?)
}

/// Takes the grants of instalments out of the books, since they were not paid after all.
pub(crate) async fn take_back(tx: &Tx<'_>, instalments: &[Uuid], reason: &str) -> Result<(), Refused> {
    if instalments.is_empty() {
        return Ok(());
    }
    let standing = aid_record::Entity::find()
        .filter(Column::InstalmentId.is_in(instalments.iter().copied()))
        .filter(Column::Status.eq(AidStatus::Delivered));
    let grants = tx.lock_all(standing, Column::Id).await?;
    let people = People::of(tx, grants.iter().filter_map(|grant| grant.resident_id)).await?;
    let decision = Decision {
        step: Step::Reverse,
        effect: Effect::TakeBack,
        at: tx.now(),
        reason: Some(reason.to_owned()),
        signature: None,
    };
    decision.carry_out(tx, &grants, &people).await?;
    for grant in &grants {
        reversal::put_on_file(tx, grant, reason).await?;
    }
    Ok(())
}

/// Of a payment the day is known and not the hour: noon of it where the community is, or now where that is earlier.
async fn moment(tx: &Tx<'_>, community: Uuid, paid_on: NaiveDate) -> Result<DateTime<Utc>, Refused> {
    let noon = paid_on.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default());
    let noon = noon.and_local_timezone(tx.zone_at(community).await?).earliest();
    Ok(noon.map_or(tx.now(), |noon| noon.with_timezone(&Utc).min(tx.now())))
}

//! What was achieved, of one activity or of one campaign as a whole.

use async_graphql::{ID, InputObject};
use entity::{activity::ActivityStatus, activity_result};
use serde_json::json;
use uuid::Uuid;

use super::{MEASURE, REASON, UNIT};
use crate::{
    access::{Resource, policy::Action},
    activities::{Activity, ActivityResult, Campaign},
    error::{Result, UserErrorCode},
    figures::{Figure, Precision, milli_from_decimal, positive, stated},
    payload, say,
    scalars::{Date, Decimal},
    voidable,
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found, void},
};

/// A result to be put on record (登记成效).
#[derive(InputObject, Clone, Debug)]
pub struct RecordActivityResultInput {
    /// The activity that achieved it; or name a campaign, not both. Not one that was called off (活动).
    pub activity_id: Option<ID>,
    /// The campaign whose activities achieved it together; or name an activity, not both. Not one that was called off (专项行动).
    pub campaign_id: Option<ID>,
    /// What was measured, such as 清运垃圾; at most 100 characters. Results are added up within one measure and one unit (指标).
    pub measure: String,
    /// How much, more than 0, at most three decimals; left out exactly where nobody knows (数量).
    pub quantity: Option<Decimal>,
    /// How sure it is; EXACT when a quantity is given without this, UNKNOWN when none is (精确度).
    pub precision: Option<Precision>,
    /// Unit of measure, such as 吨; at most 20 characters (单位).
    pub unit: String,
    /// The day on which it was achieved, not after today (日期).
    pub achieved_on: Date,
    /// A remark, at most 500 characters (备注).
    pub note: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordActivityResultPayload { activity_result: ActivityResult as "activityResult" } }

/// Who achieved it.
struct Owner {
    community_id: Uuid,
    activity_id: Option<Uuid>,
    campaign_id: Option<Uuid>,
}

impl RecordActivityResultInput {
    async fn owner(&self, tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<Owner>, Refused> {
        let (activity_path, campaign_path) = (["activityId"], ["campaignId"]);
        let activity = tx.find_optional::<Activity>(self.activity_id.as_ref(), &activity_path, None, faults).await?;
        let campaign = tx.find_optional::<Campaign>(self.campaign_id.as_ref(), &campaign_path, None, faults).await?;
        match (&self.activity_id, &self.campaign_id) {
            (Some(_), None) | (None, Some(_)) => {}
            (None, None) => {
                let message =
                    say!("Say what achieved it: an activity or a campaign.", "请填写取得成效的活动或专项行动。");
                faults.note(&activity_path, UserErrorCode::Required, message);
                return Ok(None);
            }
            (Some(_), Some(_)) => {
                for path in [activity_path, campaign_path] {
                    let message = say!(
                        "A result is of one activity or of one campaign as a whole: leave one of the two out.",
                        "成效只属于一项活动或一个专项行动，两者只填其一。"
                    );
                    faults.note(&path, UserErrorCode::Invalid, message);
                }
                return Ok(None);
            }
        }
        let (Some(activity), Some(campaign)) = (activity, campaign) else { return Ok(None) };
        let (path, status) = match (&activity, &campaign) {
            (Some(activity), _) => (activity_path, activity.status),
            (None, Some(campaign)) => (campaign_path, campaign.status),
            (None, None) => return Ok(None),
        };
        let community_id = activity.as_ref().map(|row| row.community_id);
        let community_id = community_id.or(campaign.as_ref().map(|row| row.community_id));
        let Some(community_id) = community_id.filter(|community| tx.reaches(*community)) else {
            not_found(&path, faults);
            return Ok(None);
        };
        if status == ActivityStatus::Cancelled {
            let message = say!("What was called off achieved nothing.", "已取消，不能登记成效。");
            faults.note(&path, UserErrorCode::IllegalTransition, message);
        }
        let (activity_id, campaign_id) = (activity.map(|row| row.id), campaign.map(|row| row.id));
        Ok(Some(Owner { community_id, activity_id, campaign_id }))
    }

    fn figure(&self, faults: &mut Faults) -> Option<Figure> {
        let number = self.quantity.map(|quantity| quantity.0);
        let read = |quantity| milli_from_decimal(quantity).and_then(positive);
        faults.take(&["quantity"], stated(number, self.precision.map(Into::into), read))
    }
}

impl Change for RecordActivityResultInput {
    type Payload = RecordActivityResultPayload;
    const VERB: Verb = Verb { name: "recordActivityResult", resource: Resource::Activity, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let owner = self.owner(tx, &mut faults).await?;
        let measure = faults.text(&["measure"], &self.measure, MEASURE);
        let quantity = self.figure(&mut faults);
        let unit = faults.text(&["unit"], &self.unit, UNIT);
        let note = faults.optional_text(&["note"], self.note.as_deref(), REASON);
        let achieved_on = match &owner {
            Some(owner) => {
                let today = tx.today_at(owner.community_id).await?;
                faults.first_day(&["achievedOn"], Some(self.achieved_on.0), today)
            }
            None => None,
        };
        let (owner, measure, quantity, unit, note, achieved_on) =
            faults.all((owner, measure, quantity, unit, note, achieved_on))?;

        let id = tx.new_id();
        let row = activity_result::Model {
            id,
            community_id: owner.community_id,
            campaign_id: owner.campaign_id,
            activity_id: owner.activity_id,
            measure,
            quantity_milli: quantity.amount,
            quantity_precision: quantity.precision,
            unit,
            achieved_on,
            note,
            voided_at: None,
            void_reason: None,
            version: 1,
            recorded_at: tx.now(),
        };
        let after = json!({
            "activityId": row.activity_id, "campaignId": row.campaign_id, "measure": row.measure, "quantityMilli": row.quantity_milli,
            "quantityPrecision": row.quantity_precision, "unit": row.unit, "achievedOn": row.achieved_on, "note": row.note,
        });
        tx.insert(activity_result::ActiveModel::from(row)).await?;
        let fields = ["activityId", "campaignId", "measure", "quantity", "unit", "achievedOn", "note"];
        let detail = Detail::Open(json!({ "after": after }));
        tx.event::<ActivityResult>(id, Some(owner.community_id), &fields, detail).await?;
        Ok(id)
    }
}

/// A result that is on record by mistake (作废成效).
#[derive(InputObject, Clone, Debug)]
pub struct VoidActivityResultInput {
    /// The result (成效).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (作废原因).
    pub reason: String,
}

voidable! { ActivityResult as activity_result }

payload! { VoidActivityResultPayload { activity_result: ActivityResult as "activityResult" } }

impl Change for VoidActivityResultInput {
    type Payload = VoidActivityResultPayload;
    const VERB: Verb = Verb { name: "voidActivityResult", resource: Resource::Activity, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        void::<ActivityResult>(tx, (&self.id, self.expected_version), &self.reason).await
    }
}

//! Visits that took place.

use async_graphql::{ID, InputObject};
use entity::visit::{self, VisitStatus};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{PURPOSE, WORDS, refuse_unless, visitor, whom};
use crate::{
    access::{Resource, policy::Action},
    attachments::{self, Owner},
    error::{Error, Result},
    payload,
    privacy::Column,
    scalars::Date,
    visits::object::Visit,
    write::{Change, Detail, Faults, Refused, Tx, Verb},
};

/// A planned visit that took place (登记走访完成).
#[derive(InputObject, Clone, Debug)]
pub struct HoldVisitInput {
    /// The visit (走访).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The day, not after today; today when left out (走访日期).
    pub held_on: Option<Date>,
    /// Who visited, if not who was to (走访人).
    pub staff_member_id: Option<ID>,
    /// What was heard and seen, at most 2,000 characters; kept sealed (走访记录).
    pub note: Option<String>,
    /// Photos and documents that you uploaded for it by `POST /uploads`, at most 9 (附件).
    pub upload_ids: Option<Vec<ID>>,
}

payload! { HoldVisitPayload { visit: Visit as "visit" } }

impl Change for HoldVisitInput {
    type Payload = HoldVisitPayload;
    const VERB: Verb = Verb { name: "holdVisit", resource: Resource::Visit, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Visit>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let within = before.as_ref().map(|row| row.community_id);
        let by = match &self.staff_member_id {
            Some(given) => visitor(tx, given, within, &mut faults).await?,
            None => None,
        };
        let note = faults.optional_text(&["note"], self.note.as_deref(), WORDS);
        let uploads = attachments::given(tx, self.upload_ids.as_deref(), &mut faults).await?;
        let held_on = match &before {
            Some(before) => {
                refuse_unless(&[VisitStatus::Planned], before, &mut faults);
                let today = tx.today_at(before.community_id).await?;
                faults.first_day(&["heldOn"], self.held_on.map(|day| day.0), today)
            }
            None => None,
        };
        let (before, note, held_on, uploads) = faults.all((before, note, held_on, uploads))?;
        attachments::attach(tx, &uploads, Owner::Visit(before.id)).await?;
        let key = tx.person_key(before.data_key_id).await?;
        let key = key.ok_or_else(|| Error::internal("the key of a visit to come is gone"))?;
        let mut fields = vec!["status", "heldOn"];
        fields.extend(note.as_ref().map(|_| "note"));
        fields.extend(by.as_ref().map(|_| "staffMember"));
        tx.update(visit::ActiveModel {
            id: Set(before.id),
            status: Set(VisitStatus::Held),
            staff_member_id: Set(by.map_or(before.staff_member_id, |row| row.id)),
            held_on: Set(Some(held_on)),
            note: Set(note.map(|note| key.seal(Column::VisitNote, note.as_bytes()))),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let after = json!({ "status": VisitStatus::Held, "heldOn": held_on });
        let detail = Detail::Open(json!({ "before": { "status": before.status }, "after": after }));
        tx.event::<Visit>(before.id, Some(before.community_id), &fields, detail).await?;
        Ok(before.id)
    }
}

/// A visit that took place and that nobody had planned (补登走访).
#[derive(InputObject, Clone, Debug)]
pub struct RecordVisitInput {
    /// The household that was visited (走访户).
    pub household_id: Option<ID>,
    /// The merchant that was visited, instead of a household (走访商户).
    pub merchant_id: Option<ID>,
    /// Who visited: a staff member of the community (走访人).
    pub staff_member_id: ID,
    /// The day, not after today; today when left out (走访日期).
    pub held_on: Option<Date>,
    /// What it was for, at most 200 characters (走访事由).
    pub purpose: Option<String>,
    /// What was heard and seen, at most 2,000 characters; kept sealed (走访记录).
    pub note: Option<String>,
    /// Photos and documents that you uploaded for it by `POST /uploads`, at most 9 (附件).
    pub upload_ids: Option<Vec<ID>>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordVisitPayload { visit: Visit as "visit" } }

impl Change for RecordVisitInput {
    type Payload = RecordVisitPayload;
    const VERB: Verb = Verb { name: "recordVisit", resource: Resource::Visit, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let whom = whom(tx, self.household_id.as_ref(), self.merchant_id.as_ref(), &mut faults).await?;
        let within = whom.as_ref().map(|whom| whom.community);
        let by = visitor(tx, &self.staff_member_id, within, &mut faults).await?;
        let purpose = faults.optional_text(&["purpose"], self.purpose.as_deref(), PURPOSE);
        let note = faults.optional_text(&["note"], self.note.as_deref(), WORDS);
        let uploads = attachments::given(tx, self.upload_ids.as_deref(), &mut faults).await?;
        let held_on = match &whom {
            Some(whom) => {
                let today = tx.today_at(whom.community).await?;
                faults.first_day(&["heldOn"], self.held_on.map(|day| day.0), today)
            }
            None => None,
        };
        let (whom, by, purpose, note, held_on, uploads) = faults.all((whom, by, purpose, note, held_on, uploads))?;
        let (data_key_id, key) = tx.new_person_key().await?;
        let (id, status) = (tx.new_id(), VisitStatus::Held);
        let to = if whom.household.is_some() { "household" } else { "merchant" };
        tx.insert(visit::ActiveModel {
            id: Set(id),
            community_id: Set(whom.community),
            data_key_id: Set(data_key_id),
            household_id: Set(whom.household),
            merchant_id: Set(whom.merchant.map(|row| row.id)),
            staff_member_id: Set(by.id),
            status: Set(status),
            purpose: Set(purpose),
            planned_on: Set(None),
            held_on: Set(Some(held_on)),
            note: Set(note.map(|note| key.seal(Column::VisitNote, note.as_bytes()))),
            cancel_reason: Set(None),
            version: Set(1),
            recorded_at: Set(tx.now()),
        })
        .await?;
        attachments::attach(tx, &uploads, Owner::Visit(id)).await?;
        let detail = Detail::Open(json!({ "after": { "status": status, "staffMemberId": by.id, "heldOn": held_on } }));
        let fields = [to, "staffMember", "status", "heldOn", "purpose", "note"];
        tx.event::<Visit>(id, Some(whom.community), &fields, detail).await?;
        Ok(id)
    }
}

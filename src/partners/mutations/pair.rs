//! Pairing agreements: recording them and ending them. One runs at a time between a community and a unit; an ended one is never opened again, a new
//! agreement is a new record.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{pairing, partner_unit};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use crate::{
    access::{Resource, policy::Action},
    communities::Community,
    error::{Message, Result, UserError, UserErrorCode},
    partners::{object::PartnerUnit, pairing::Pairing, rules},
    payload, say,
    scalars::Date,
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// The most characters of a remark.
const NOTE: usize = 500;

/// A pairing agreement that is recorded together with a new unit (随单位登记的结对).
#[derive(InputObject, Clone, Debug)]
pub struct NewPairingInput {
    /// The community (社区).
    pub community_id: ID,
    /// The first day, not after today; today when left out (起始日).
    pub started_on: Option<Date>,
    /// A remark, at most 500 characters (备注).
    pub note: Option<String>,
}

/// What an agreement says besides the unit.
pub(super) struct Agreement {
    community: Uuid,
    started_on: NaiveDate,
    note: Option<String>,
}

impl NewPairingInput {
    pub(super) async fn checked(&self, tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<Agreement>, Refused> {
        let path = ["pairing", "communityId"];
        let community = tx.find::<Community>(&self.community_id, &path, None, faults).await?;
        // The mutation is about the unit; whether the viewer may record pairings as well is a question of its own.
        let may = |id| tx.viewer.reach(Resource::Pairing, Action::Record).covers(id);
        let community = match community {
            Some(community) if !may(community.id) => {
                not_found(&path, faults);
                None
            }
            community => community,
        };
        let today = community.as_ref().map(|community| tx.today_in(community));
        let started_on = today
            .and_then(|today| faults.first_day(&["pairing", "startedOn"], self.started_on.map(|day| day.0), today));
        let note = faults.optional_text(&["pairing", "note"], self.note.as_deref(), NOTE);
        Ok(match (community, started_on, note) {
            (Some(community), Some(started_on), Some(note)) => {
                Some(Agreement { community: community.id, started_on, note })
            }
            _ => None,
        })
    }
}

/// Puts the agreement on file, with its event. That it is the only one running is the database's to say.
pub(super) async fn pair(tx: &Tx<'_>, unit: Uuid, agreement: Agreement) -> Result<Uuid, Refused> {
    let Agreement { community, started_on, note } = agreement;
    let id = tx.new_id();
    // The remark may speak of people, and a pairing has no key: the event names the field only.
    let detail = Detail::Open(json!({ "after": { "partnerUnitId": unit, "startedOn": started_on } }));
    tx.insert(pairing::ActiveModel {
        id: Set(id),
        community_id: Set(community),
        partner_unit_id: Set(unit),
        started_on: Set(started_on),
        ended_on: Set(None),
        note: Set(note),
        version: Set(1),
    })
    .await?;
    tx.event::<Pairing>(id, Some(community), &["partnerUnitId", "startedOn", "note"], detail).await?;
    Ok(id)
}

/// A pairing agreement to be recorded (结对).
#[derive(InputObject, Clone, Debug)]
pub struct PairPartnerUnitInput {
    /// The community (社区).
    pub community_id: ID,
    /// The unit; this or `creditCode` (共建单位).
    pub partner_unit_id: Option<ID>,
    /// The whole credit code of the unit, if it is in the directory; this or `partnerUnitId` (统一社会信用代码).
    pub credit_code: Option<String>,
    /// The first day, not after today; today when left out (起始日).
    pub started_on: Option<Date>,
    /// A remark, at most 500 characters (备注).
    pub note: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { PairPartnerUnitPayload { pairing: Pairing as "pairing" } }

impl PairPartnerUnitInput {
    /// The unit, whether or not the community works with it yet: whoever has the whole id or the whole code may pair with it.
    async fn unit(&self, tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<Uuid>, Refused> {
        let found = match (&self.partner_unit_id, &self.credit_code) {
            (Some(id), None) => tx.find::<PartnerUnit>(id, &["partnerUnitId"], None, faults).await?,
            (None, Some(code)) => {
                let Some(code) = faults.take(&["creditCode"], rules::whole_code(code)) else { return Ok(None) };
                let found = partner_unit::Entity::find().filter(partner_unit::Column::CreditCode.eq(code));
                let found = found.one(tx.conn()).await?;
                if found.is_none() {
                    not_found(&["creditCode"], faults);
                }
                found
            }
            (None, None) => {
                faults.note(
                    &["partnerUnitId"],
                    UserErrorCode::Required,
                    say!(
                        "Say which unit: `partnerUnitId` or `creditCode`.",
                        "请填写 `partnerUnitId` 或 `creditCode`。"
                    ),
                );
                None
            }
            (Some(_), Some(_)) => {
                faults.note(
                    &["creditCode"],
                    UserErrorCode::Invalid,
                    say!(
                        "Give `partnerUnitId` or `creditCode`, not both.",
                        "`partnerUnitId` 与 `creditCode` 只能填写一项。"
                    ),
                );
                None
            }
        };
        Ok(found.map(|unit| unit.id))
    }
}

impl Change for PairPartnerUnitInput {
    type Payload = PairPartnerUnitPayload;
    const VERB: Verb = Verb { name: "pairPartnerUnit", resource: Resource::Pairing, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let unit = self.unit(tx, &mut faults).await?;
        let today = community.as_ref().map(|community| tx.today_in(community));
        let started_on =
            today.and_then(|today| faults.first_day(&["startedOn"], self.started_on.map(|day| day.0), today));
        let note = faults.optional_text(&["note"], self.note.as_deref(), NOTE);
        if let (Some(community), Some(unit), Some(started_on)) = (&community, unit, started_on) {
            refuse_overlap(tx, community.id, unit, started_on, &mut faults).await?;
        }
        let (community, unit, started_on, note) = faults.all((community, unit, started_on, note))?;
        pair(tx, unit, Agreement { community: community.id, started_on, note }).await
    }
}

/// An agreement that is over may lie before the new one, not reach into it.
async fn refuse_overlap(
    tx: &Tx<'_>,
    community: Uuid,
    unit: Uuid,
    started_on: NaiveDate,
    faults: &mut Faults,
) -> Result<(), Refused> {
    let reaching =
        Condition::any().add(pairing::Column::EndedOn.is_null()).add(pairing::Column::EndedOn.gt(started_on));
    let other = pairing::Entity::find()
        .filter(pairing::Column::CommunityId.eq(community))
        .filter(pairing::Column::PartnerUnitId.eq(unit))
        .filter(reaching)
        .one(tx.conn())
        .await?;
    let Some(other) = other else { return Ok(()) };
    let refusal = match other.ended_on {
        None => UserError::new(&["partnerUnitId"], UserErrorCode::Duplicate, paired_already()),
        Some(ended_on) => UserError::new(
            &["startedOn"],
            UserErrorCode::Overlap,
            say!(
                "An earlier agreement with this unit ran until {ended_on}; this one cannot start before that day.",
                "与该单位的上一次结对至 {ended_on} 为止，新的起始日不能早于该日。"
            ),
        ),
    };
    faults.add(tx.in_the_way::<Pairing>(other.id, refusal).await?);
    Ok(())
}

pub(crate) fn paired_already() -> Message {
    say!("The community is paired with this unit already.", "本社区已与该单位结对。")
}

/// A pairing agreement to be ended (终止结对).
#[derive(InputObject, Clone, Debug)]
pub struct EndPairingInput {
    /// The pairing (结对).
    pub id: ID,
    /// The version that you read; another one now means that somebody else changed it (预期版本).
    pub expected_version: i32,
    /// The last day, not after today; today when left out (终止日).
    pub ended_on: Option<Date>,
}

payload! { EndPairingPayload { pairing: Pairing as "pairing" } }

impl Change for EndPairingInput {
    type Payload = EndPairingPayload;
    const VERB: Verb = Verb { name: "endPairing", resource: Resource::Pairing, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Pairing>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let (before,) = faults.all((before,))?;
        let lasts = (before.community_id, before.started_on, before.ended_on);
        let over = |ended_on| say!("The agreement ended on {ended_on} already.", "该结对已于 {ended_on} 终止。");
        let ended_on = tx.last_day(lasts, self.ended_on, over).await?;
        tx.update(pairing::ActiveModel {
            id: Set(before.id),
            ended_on: Set(Some(ended_on)),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .await?;
        let detail = Detail::Open(json!({ "after": { "endedOn": ended_on } }));
        tx.event::<Pairing>(before.id, Some(before.community_id), &["endedOn"], detail).await?;
        Ok(before.id)
    }
}

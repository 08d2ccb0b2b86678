//! Correcting what was recorded by mistake.

use async_graphql::{ID, InputObject, MaybeUndefined};
use chrono::NaiveDate;
use entity::{
    life_event::{self, Column, LifeEventKind as Kind},
    resident::{self, LifeStatus},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::{
    object::LifeEvent,
    record::{NOTE, changed, set_status, status_after},
};
use crate::{
    access::{Resource, policy::Action},
    error::{Error, Result, UserErrorCode},
    payload,
    residents::{People, Resident},
    say,
    scalars::Date,
    write::{Change, Diff, Faults, Refused, Told, Tx, Verb},
};

/// An event that stands, with what happened before and after it to the same resident, who is locked.
struct Standing {
    event: life_event::Model,
    before: Option<life_event::Model>,
    after: Option<life_event::Model>,
    resident: resident::Model,
}

async fn standing(tx: &Tx<'_>, id: &ID, expected: i32, faults: &mut Faults) -> Result<Option<Standing>, Refused> {
    let found = tx.subject::<LifeEvent>(id, &["id"], Some(expected), |row| row.version, faults).await?;
    let Some(event) = found else { return Ok(None) };
    if event.withdrawn_at.is_some() {
        faults.note(&["id"], UserErrorCode::IllegalTransition, say!("It was withdrawn already.", "该变动已撤销。"));
        return Ok(None);
    }
    let resident = tx.lock::<Resident>(event.resident_id, Action::Read).await?;
    let resident = resident.ok_or_else(|| Error::internal("a life event without a resident"))?;
    let mut history = life_event::Entity::find()
        .filter(Column::ResidentId.eq(event.resident_id))
        .filter(Column::WithdrawnAt.is_null())
        .order_by_asc(Column::Id)
        .all(tx.conn())
        .await?;
    let place = history.iter().position(|other| other.id == event.id).unwrap_or(0);
    let after = (place + 1 < history.len()).then(|| history.swap_remove(place + 1));
    let before = place.checked_sub(1).map(|before| history.swap_remove(before));
    Ok(Some(Standing { event, before, after, resident }))
}

/// A correction of the day, or of the remark: what is left out stays, what is null is cleared (更正居民变动).
#[derive(InputObject, Clone, Debug)]
pub struct AmendLifeEventInput {
    /// What happened (居民变动).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The right day, between what happened to the resident before and after, and not after today (日期).
    pub on: Option<Date>,
    /// A remark, at most 500 characters (备注).
    pub note: MaybeUndefined<String>,
}

payload! { AmendLifeEventPayload { life_event: LifeEvent as "lifeEvent" } }

impl Change for AmendLifeEventInput {
    type Payload = AmendLifeEventPayload;
    const VERB: Verb = Verb { name: "amendLifeEvent", resource: Resource::Resident, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let found = standing(tx, &self.id, self.expected_version, &mut faults).await?;
        let note = match &self.note {
            MaybeUndefined::Undefined => Some(None),
            given => faults.optional_text(&["note"], given.value().map(String::as_str), NOTE).map(Some),
        };
        let on = match (&found, self.on) {
            (Some(found), Some(on)) => {
                let today = tx.today_at(found.event.community_id).await?;
                let last = found.after.as_ref().and_then(|after| after.occurred_on).unwrap_or(today);
                let first = found.before.as_ref().and_then(|before| before.occurred_on);
                let first = first.into_iter().chain(found.resident.birth_date);
                faults.day_since("on", Some(on.0), first, last).map(Some)
            }
            (Some(found), None) => Some(found.event.occurred_on),
            (None, _) => None,
        };
        let (found, note, on) = faults.all((found, note, on))?;

        let Standing { event, after, resident, .. } = found;
        let mut diff = Diff::default();
        let mut row =
            life_event::ActiveModel { id: Set(event.id), version: Set(event.version + 1), ..Default::default() };
        if diff.note("on", &event.occurred_on, &on) {
            row.occurred_on = Set(on);
        }
        if let Some(note) = note
            && diff.note("note", &event.note, &note)
        {
            row.note = Set(note);
        }
        tx.update(row).await?;
        let people = People::new(tx, vec![resident.clone()]).await?;
        let fields = diff.fields().to_vec();
        let mut told = vec![Told::of::<LifeEvent>(event.id, &fields, people.detail(resident.id, diff.value()))];
        if after.is_none() && resident.life_status_on != on {
            set_status(tx, &[resident.id], resident.life_status, on).await?;
            told.push(changed(&people, &resident, (resident.life_status, on)));
        }
        tx.events(event.community_id, told).await?;
        Ok(event.id)
    }
}

/// What did not happen (撤销居民变动).
#[derive(InputObject, Clone, Debug)]
pub struct WithdrawLifeEventInput {
    /// A moving out or a death, the last that happened to the resident (居民变动).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Why, at most 500 characters (原因).
    pub reason: String,
}

payload! { WithdrawLifeEventPayload { life_event: LifeEvent as "lifeEvent" } }

impl Change for WithdrawLifeEventInput {
    type Payload = WithdrawLifeEventPayload;
    const VERB: Verb = Verb { name: "withdrawLifeEvent", resource: Resource::Resident, action: Action::Decide };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let found = standing(tx, &self.id, self.expected_version, &mut faults).await?;
        let reason = faults.text(&["reason"], &self.reason, NOTE);
        if let Some(found) = &found {
            refuse(found, &mut faults);
        }
        let (found, reason) = faults.all((found, reason))?;

        let Standing { event, before, resident, .. } = found;
        tx.update(life_event::ActiveModel {
            id: Set(event.id),
            withdrawn_at: Set(Some(tx.now())),
            withdrawn_reason: Set(Some(reason.clone())),
            version: Set(event.version + 1),
            ..Default::default()
        })
        .await?;
        let status: (LifeStatus, Option<NaiveDate>) =
            before.map_or((LifeStatus::LivingHere, None), |before| (status_after(before.kind), before.occurred_on));
        set_status(tx, &[resident.id], status.0, status.1).await?;
        let people = People::new(tx, vec![resident.clone()]).await?;
        let detail = people.detail(resident.id, json!({ "after": { "withdrawnReason": reason } }));
        let told = vec![
            Told::of::<LifeEvent>(event.id, &["withdrawnAt", "withdrawnReason"], detail),
            changed(&people, &resident, status),
        ];
        tx.events(event.community_id, told).await?;
        Ok(event.id)
    }
}

fn refuse(found: &Standing, faults: &mut Faults) {
    let message = if found.after.is_some() {
        say!(
            "Something happened to the resident after this; withdraw that first.",
            "该居民此后另有变动，请先撤销后者。"
        )
    } else if found.event.kind == Kind::Return {
        // Whoever came back may have joined a household, and moving out ends that.
        say!("A return is not withdrawn; record that the resident moved out.", "回迁不可撤销，请登记迁出。")
    } else {
        return;
    };
    faults.note(&["id"], UserErrorCode::IllegalTransition, message);
}

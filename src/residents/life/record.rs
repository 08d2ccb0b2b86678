//! Putting what happened on file; and coming back, which closes nothing.

use std::collections::HashMap;

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{
    life_closure,
    life_event::{self, LifeEventKind as Kind},
    resident::{self, LifeStatus},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{closing::Closed, object::LifeEvent};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    payload,
    residents::{People, Resident, refuse_merged},
    say,
    scalars::Date,
    write::{Change, Faults, Refused, Told, Tx, Verb},
};

/// The most characters of a remark.
pub(super) const NOTE: usize = 500;

/// What happened to whom, checked.
pub(super) struct Happened<'a> {
    pub(super) kind: Kind,
    pub(super) people: &'a People,
    pub(super) on: NaiveDate,
    pub(super) note: Option<String>,
}

pub(super) fn status_after(kind: Kind) -> LifeStatus {
    match kind {
        Kind::MoveOut => LifeStatus::MovedOut,
        Kind::Death => LifeStatus::Deceased,
        Kind::Return => LifeStatus::LivingHere,
    }
}

/// The residents' life status and an event of each, with what was closed on its account; gives the first event. A fixed number of statements.
pub(super) async fn put_on_file(tx: &Tx<'_>, happened: Happened<'_>, closed: &[Closed]) -> Result<Uuid, Refused> {
    let Happened { kind, people, on, note } = happened;
    let status = status_after(kind);
    set_status(tx, &people.ids(), status, Some(on)).await?;
    let ids: HashMap<Uuid, Uuid> = people.rows.iter().map(|row| (row.id, tx.new_id())).collect();
    let first = ids[&people.rows[0].id];
    let rows = people.rows.iter().map(|resident| life_event::ActiveModel {
        id: Set(ids[&resident.id]),
        community_id: Set(resident.community_id),
        resident_id: Set(resident.id),
        kind: Set(kind),
        occurred_on: Set(Some(on)),
        note: Set(note.clone()),
        together_id: Set(first),
        recorded_by: Set(Some(tx.viewer.account_id)),
        recorded_at: Set(tx.now()),
        withdrawn_at: Set(None),
        withdrawn_reason: Set(None),
        version: Set(1),
    });
    life_event::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    if !closed.is_empty() {
        let rows = closed.iter().map(|closed| life_closure::ActiveModel {
            life_event_id: Set(ids[&closed.resident]),
            subject_kind: Set(closed.kind.to_owned()),
            subject_id: Set(closed.id),
        });
        life_closure::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }

    let mut told = Vec::with_capacity(2 * people.rows.len());
    for resident in &people.rows {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        closed
            .iter()
            .filter(|closed| closed.resident == resident.id)
            .for_each(|closed| *counts.entry(closed.kind).or_default() += 1);
        let value = json!({ "after": { "kind": kind, "on": on, "note": note }, "closed": counts });
        let detail = people.detail(resident.id, value);
        told.push(Told::of::<LifeEvent>(ids[&resident.id], &["residentId", "kind", "on", "note"], detail));
        told.push(changed(people, resident, (status, Some(on))));
    }
    tx.events(people.rows[0].community_id, told).await?;
    Ok(first)
}

/// The event of a resident whose life status is another one now.
pub(super) fn changed<'d>(
    people: &'d People,
    resident: &resident::Model,
    (status, on): (LifeStatus, Option<NaiveDate>),
) -> Told<'d> {
    let value: Value = json!({
        "before": { "lifeStatus": resident.life_status, "lifeStatusOn": resident.life_status_on },
        "after": { "lifeStatus": status, "lifeStatusOn": on },
    });
    Told::of::<Resident>(resident.id, &["lifeStatus", "lifeStatusOn"], people.detail(resident.id, value))
}

pub(super) async fn set_status(
    tx: &Tx<'_>,
    residents: &[Uuid],
    status: LifeStatus,
    on: Option<NaiveDate>,
) -> Result<(), Refused> {
    resident::Entity::update_many()
        .set(resident::ActiveModel { life_status: Set(status), life_status_on: Set(on), ..Default::default() })
        .col_expr(resident::Column::Version, Expr::col(resident::Column::Version).add(1))
        .filter(resident::Column::Id.is_in(residents.iter().copied()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Why this cannot happen to a resident as the file stands; none where it can.
pub(super) fn refuse(resident: &resident::Model, kind: Kind, path: &[&str], faults: &mut Faults) {
    if let Err((code, message)) = refuse_merged(resident) {
        faults.note(path, code, message);
        return;
    }
    let message = match (kind, resident.life_status) {
        (Kind::MoveOut, LifeStatus::LivingHere)
        | (Kind::Death, LifeStatus::LivingHere | LifeStatus::MovedOut)
        | (Kind::Return, LifeStatus::MovedOut) => return,
        (Kind::MoveOut, LifeStatus::MovedOut) => say!("The resident moved out already.", "该居民已登记迁出。"),
        (Kind::Return, LifeStatus::LivingHere) => say!("The resident lives here.", "该居民现为在住状态。"),
        (_, LifeStatus::Deceased) => say!(
            "The resident's death is on file. If that is a mistake, withdraw it with `withdrawLifeEvent` first.",
            "该居民已登记死亡；如系误登，请先用 `withdrawLifeEvent` 撤销。"
        ),
    };
    faults.note(path, UserErrorCode::IllegalTransition, message);
}

/// The days before which nothing more can have happened to a resident.
pub(super) fn began(resident: &resident::Model) -> impl Iterator<Item = NaiveDate> {
    resident.birth_date.into_iter().chain(resident.life_status_on)
}

/// A resident who had moved out and came back (回迁).
#[derive(InputObject, Clone, Debug)]
pub struct RecordReturnInput {
    /// Who came back (居民).
    pub resident_id: ID,
    /// The version of the resident that you read (预期版本).
    pub expected_version: Option<i32>,
    /// The day, not after today; today when left out (回迁日期).
    pub on: Option<Date>,
    /// A remark, at most 500 characters (备注).
    pub note: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordReturnPayload { life_event: LifeEvent as "lifeEvent" } }

impl Change for RecordReturnInput {
    type Payload = RecordReturnPayload;
    const VERB: Verb = Verb { name: "recordReturn", resource: Resource::Resident, action: Action::Decide };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let path = ["residentId"];
        let expected = self.expected_version;
        let resident =
            tx.subject::<Resident>(&self.resident_id, &path, expected, |row| row.version, &mut faults).await?;
        let note = faults.optional_text(&["note"], self.note.as_deref(), NOTE);
        let on = match &resident {
            Some(resident) => {
                refuse(resident, Kind::Return, &path, &mut faults);
                let today = tx.today_at(resident.community_id).await?;
                faults.day_since("on", self.on.map(|day| day.0), began(resident), today)
            }
            None => None,
        };
        let (resident, note, on) = faults.all((resident, note, on))?;
        let people = People::new(tx, vec![resident]).await?;
        put_on_file(tx, Happened { kind: Kind::Return, people: &people, on, note }, &[]).await
    }
}

//! Moving out and dying.

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use entity::{life_event::LifeEventKind as Kind, resident};
use uuid::Uuid;

use super::{
    closing::{Closing, close_all},
    object::LifeEvent,
    record::{Happened, NOTE, began, put_on_file, refuse},
};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    households::{Departure, Household, MemberRelationInput, current_members, homes_of},
    payload,
    residents::{People, Resident},
    say,
    scalars::Date,
    write::{Change, Faults, Refused, Tx, Verb, not_found},
};

/// The most residents who move out together.
const FAMILY: usize = 20;

/// Residents who moved out (登记迁出).
#[derive(InputObject, Clone, Debug)]
pub struct RecordMoveOutInput {
    /// Who moved out: one, or several of one household, at most 20 (居民).
    pub resident_ids: Vec<ID>,
    /// The last day here, not after today (迁出日期).
    pub on: Date,
    /// The member who is head from then on; asked for when the head leaves and others stay (继任户主).
    pub successor_id: Option<ID>,
    /// What those who stay are to their head from then on; whoever is left out stays what they were (与户主关系).
    pub relations: Option<Vec<MemberRelationInput>>,
    /// A remark, such as where to, at most 500 characters (备注, 去向).
    pub note: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordMoveOutPayload { life_event: LifeEvent as "lifeEvent" } }

impl Change for RecordMoveOutInput {
    type Payload = RecordMoveOutPayload;
    const VERB: Verb = Verb { name: "recordMoveOut", resource: Resource::Resident, action: Action::Decide };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let keys = Faults::default().keys::<Resident>(&self.resident_ids, "residentIds", FAMILY).unwrap_or_default();
        let homes = homes_of(tx, &keys).await?;
        let residents = tx.subjects::<Resident>(&self.resident_ids, "residentIds", (None, FAMILY), &mut faults).await?;
        let staying = (self.successor_id.as_ref(), self.relations.as_deref().unwrap_or_default());
        let leaving = Leaving { kind: Kind::MoveOut, on: self.on, staying, note: self.note.as_deref(), homes };
        leaving.apply(tx, residents, faults).await
    }
}

/// A resident who died (登记死亡).
#[derive(InputObject, Clone, Debug)]
pub struct RecordDeathInput {
    /// Who died (居民).
    pub resident_id: ID,
    /// The version of the resident that you read (预期版本).
    pub expected_version: Option<i32>,
    /// The day of death, not after today (去世日期).
    pub on: Date,
    /// The member who is head from then on; asked for when the head dies and others stay (继任户主).
    pub successor_id: Option<ID>,
    /// What those who stay are to their head from then on; whoever is left out stays what they were (与户主关系).
    pub relations: Option<Vec<MemberRelationInput>>,
    /// A remark, at most 500 characters (备注).
    pub note: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RecordDeathPayload { life_event: LifeEvent as "lifeEvent" } }

impl Change for RecordDeathInput {
    type Payload = RecordDeathPayload;
    const VERB: Verb = Verb { name: "recordDeath", resource: Resource::Resident, action: Action::Decide };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let key = Faults::default().key::<Resident>(&self.resident_id, &[], &mut HashSet::new());
        let homes = homes_of(tx, key.as_slice()).await?;
        let (path, expected) = (["residentId"], self.expected_version);
        let resident =
            tx.subject::<Resident>(&self.resident_id, &path, expected, |row| row.version, &mut faults).await?;
        let staying = (self.successor_id.as_ref(), self.relations.as_deref().unwrap_or_default());
        let leaving = Leaving { kind: Kind::Death, on: self.on, staying, note: self.note.as_deref(), homes };
        leaving.apply(tx, resident.map(|resident| vec![resident]), faults).await
    }
}

/// Residents who are gone. Their household is locked before they are, as by everybody who changes who lives in one.
struct Leaving<'a> {
    kind: Kind,
    on: Date,
    staying: (Option<&'a ID>, &'a [MemberRelationInput]),
    note: Option<&'a str>,
    homes: Vec<entity::household::Model>,
}

impl Leaving<'_> {
    async fn apply(
        mut self,
        tx: &Tx<'_>,
        residents: Option<Vec<resident::Model>>,
        mut faults: Faults,
    ) -> Result<Uuid, Refused> {
        let note = faults.optional_text(&["note"], self.note, NOTE);
        let Some(residents) = residents else { return Err(faults.none().unwrap_err()) };
        self.refuse_each(&residents, &mut faults);
        let departure = self.departure(tx, &residents, &mut faults).await?;
        let community = residents[0].community_id;
        let today = tx.today_at(community).await?;
        let members = departure.iter().flat_map(|departure| &departure.gone).map(|member| member.started_on);
        let days = residents.iter().flat_map(began).chain(members);
        let on = faults.day_since("on", Some(self.on.0), days, today);
        let (note, on) = faults.all((note, on))?;

        let people = People::new(tx, residents).await?;
        let reason = match self.kind {
            Kind::Death => format!("居民已于 {on} 去世"),
            Kind::MoveOut | Kind::Return => format!("居民已于 {on} 迁出"),
        };
        let died = self.kind == Kind::Death;
        let closing = Closing { people: &people, on, today, died, reason, departure: departure.as_ref() };
        let closed = close_all(tx, &closing).await?;
        put_on_file(tx, Happened { kind: self.kind, people: &people, on, note }, &closed).await
    }

    fn refuse_each(&self, residents: &[resident::Model], faults: &mut Faults) {
        for (place, resident) in residents.iter().enumerate() {
            let place = place.to_string();
            let path: &[&str] = if self.kind == Kind::Death { &["residentId"] } else { &["residentIds", &place] };
            refuse(resident, self.kind, path, faults);
            if resident.community_id != residents[0].community_id {
                not_found(path, faults);
            }
        }
    }

    /// What their leaving asks of their household; nothing where they have none.
    async fn departure(
        &mut self,
        tx: &Tx<'_>,
        residents: &[resident::Model],
        faults: &mut Faults,
    ) -> Result<Option<Departure>, Refused> {
        let mut homes: Vec<Uuid> = residents.iter().filter_map(|resident| resident.household_id).collect();
        homes.sort_unstable();
        homes.dedup();
        let home = match homes.as_slice() {
            [] => None,
            [home] => Some(*home),
            _ => {
                let message = say!(
                    "They live in several households; record each household's members by themselves.",
                    "所列居民不属同一户，请按户分别登记。"
                );
                faults.note(&["residentIds"], UserErrorCode::Invalid, message);
                return Ok(None);
            }
        };
        let Some(home) = home else {
            if self.staying.0.is_some() {
                let message = say!(
                    "Only a head who leaves others behind has a successor.",
                    "仅当户主离开且户内仍有成员时才需继任户主。"
                );
                faults.note(&["successorId"], UserErrorCode::Invalid, message);
            }
            return Ok(None);
        };
        let locked = self.homes.iter().position(|household| household.id == home);
        let household = match locked {
            Some(place) => Some(self.homes.swap_remove(place)),
            // They joined it between the first look at them and their lock.
            None => tx.lock::<Household>(home, Action::Read).await?,
        };
        let Some(household) = household else { return Ok(None) };
        let members = current_members(tx, home).await?;
        let keys: Vec<Uuid> = residents.iter().map(|resident| resident.id).collect();
        Ok(Some(Departure::plan(household, members, &keys, self.staying, faults)))
    }
}

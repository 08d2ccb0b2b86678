//! Putting a household on file, and correcting where it lives.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::{household, household_membership::HouseholdRelation as Relation};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::{newcomer, refuse_overlap};
use crate::{
    access::{Resource, policy::Action},
    communities::Building,
    error::Result,
    households::{Household, leaving::open},
    payload,
    scalars::Date,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb},
};

/// A household to be put on file, with its head (登记户).
#[derive(InputObject, Clone, Debug)]
pub struct RegisterHouseholdInput {
    /// The community (社区).
    pub community_id: ID,
    /// The building (楼栋).
    pub building_id: ID,
    /// The staircase, at most 20 characters (单元).
    pub unit: Option<String>,
    /// The room, at most 20 characters (室).
    pub room: String,
    /// The resident who is its head; left out for a household without members yet (户主).
    pub head_id: Option<ID>,
    /// Since when the head lives here; today when left out (起始日).
    pub started_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RegisterHouseholdPayload { household: Household as "household" } }

impl Change for RegisterHouseholdInput {
    type Payload = RegisterHouseholdPayload;
    const VERB: Verb = Verb { name: "registerHousehold", resource: Resource::Household, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let within = community.as_ref().map(|community| community.id);
        let building = tx.find::<Building>(&self.building_id, &["buildingId"], within, &mut faults).await?;
        let unit = faults.optional_text(&["unit"], self.unit.as_deref(), 20);
        let room = faults.text(&["room"], &self.room, 20);
        let head = match &self.head_id {
            Some(head) => newcomer(tx, head, "headId", within, &mut faults).await?.map(Some),
            None => Some(None),
        };
        let today = community.as_ref().map(|community| tx.today_in(community));
        let started_on =
            today.and_then(|today| faults.first_day(&["startedOn"], self.started_on.map(|day| day.0), today));
        if let (Some(Some(head)), Some(started_on)) = (&head, started_on) {
            refuse_overlap(tx, head, started_on, &mut faults).await?;
        }
        let (community, building, unit, room, head, started_on) =
            faults.all((community, building, unit, room, head, started_on))?;
        let id = tx.new_id();
        let detail = Detail::Open(json!({ "buildingId": building.id }));
        let row = household::Model {
            id,
            community_id: community.id,
            building_id: building.id,
            unit,
            room,
            version: 1,
            registered_at: tx.now(),
        };
        tx.insert(row.clone().into_active_model().reset_all()).await?;
        if let Some(head) = head {
            open(tx, &row, &[(head.id, Relation::Head)], started_on).await?;
        }
        tx.event::<Household>(id, Some(community.id), &["buildingId", "unit", "room", "headId"], detail).await?;
        Ok(id)
    }
}

/// Corrections to a household's address: what is left out stays, what is null is cleared (更正户地址).
#[derive(InputObject, Clone, Debug)]
pub struct AmendHouseholdInput {
    /// The household (户).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// The staircase, at most 20 characters (单元).
    pub unit: MaybeUndefined<String>,
    /// The room, at most 20 characters (室).
    pub room: Option<String>,
}

payload! { AmendHouseholdPayload { household: Household as "household" } }

impl Change for AmendHouseholdInput {
    type Payload = AmendHouseholdPayload;
    const VERB: Verb = Verb { name: "amendHousehold", resource: Resource::Household, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let before = tx.subject::<Household>(&self.id, &["id"], expected, |row| row.version, &mut faults).await?;
        let unit = match &self.unit {
            MaybeUndefined::Undefined => Some(None),
            given => faults.optional_text(&["unit"], given.value().map(String::as_str), 20).map(Some),
        };
        let room = match &self.room {
            Some(room) => faults.text(&["room"], room, 20).map(Some),
            None => Some(None),
        };
        let (before, unit, room) = faults.all((before, unit, room))?;
        let mut diff = Diff::default();
        let mut row =
            household::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(unit) = unit
            && diff.note("unit", &before.unit, &unit)
        {
            row.unit = Set(unit);
        }
        if let Some(room) = room
            && diff.note("room", &before.room, &room)
        {
            row.room = Set(room);
        }
        tx.update(row).await?;
        let fields = diff.fields().to_vec();
        // Where a household lives is personal, and it has no key of its own: the event names the fields only.
        tx.event::<Household>(before.id, Some(before.community_id), &fields, Detail::None).await?;
        Ok(before.id)
    }
}

//! A household that becomes two, and two that become one (分户, 并户). What was given stays on record where it was given.

use std::collections::HashSet;

use async_graphql::{ID, InputObject};
use entity::{
    household,
    household_membership::{self, HouseholdRelation as Relation},
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::leave::EMPTIED;
use crate::{
    access::{Resource, policy::Action},
    aid,
    communities::Building,
    error::{Result, UserError, UserErrorCode},
    households::{
        Household,
        leaving::{Departure, MemberRelationInput, current, open, touch},
    },
    payload,
    relay::id,
    residents::{People, Resident},
    say,
    scalars::Date,
    write::{Change, Detail, Faults, Refused, Told, Tx, Verb, not_found},
};

/// The most members that move together.
const MEMBERS: usize = 50;

/// Members of a household who found one of their own (分户).
#[derive(InputObject, Clone, Debug)]
pub struct SplitHouseholdInput {
    /// The household that they leave (原户).
    pub household_id: ID,
    /// The version of that household that you read (预期版本).
    pub expected_version: Option<i32>,
    /// Who leaves, and what each is to the head of the new household, who is one of them: HEAD (分出成员).
    pub members: Vec<MemberRelationInput>,
    /// The last day in the old household and the first in the new one; today when left out (分户日期).
    pub on: Option<Date>,
    /// The building of the new household; the same when left out (楼栋).
    pub building_id: Option<ID>,
    /// Its staircase, at most 20 characters (单元).
    pub unit: Option<String>,
    /// Its room, at most 20 characters (室).
    pub room: String,
    /// Who is head of those who stay; asked for when the head leaves (继任户主).
    pub successor_id: Option<ID>,
    /// What those who stay are to their head from then on; whoever is left out stays what they were (与户主关系).
    pub relations: Option<Vec<MemberRelationInput>>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { SplitHouseholdPayload { household: Household as "household" } }

impl Change for SplitHouseholdInput {
    type Payload = SplitHouseholdPayload;
    const VERB: Verb = Verb { name: "splitHousehold", resource: Resource::Household, action: Action::Amend };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let path = ["householdId"];
        let expected = self.expected_version;
        let household =
            tx.subject::<Household>(&self.household_id, &path, expected, |row| row.version, &mut faults).await?;
        let within = household.as_ref().map(|household| household.community_id);
        let building = match &self.building_id {
            Some(building) => {
                let found = tx.find::<Building>(building, &["buildingId"], within, &mut faults).await?;
                found.map(|building| building.id)
            }
            None => household.as_ref().map(|household| household.building_id),
        };
        let unit = faults.optional_text(&["unit"], self.unit.as_deref(), 20);
        let room = faults.text(&["room"], &self.room, 20);
        let Some(household) = household else { return Err(faults.none().unwrap_err()) };
        let old = household.clone();
        let members = current(tx, old.id).await?;
        let leaving = movers(&self.members, &members, &mut faults);
        check_heads(&self.members, true, &mut faults);
        let keys: Vec<Uuid> = leaving.iter().flatten().map(|(resident, _)| *resident).collect();
        if !members.is_empty() && keys.len() == members.len() {
            let message = say!(
                "Everybody leaves: that is no split. Move the household with `moveHouseholds`.",
                "全部成员均迁出，不属于分户；请用 `moveHouseholds` 迁移整户。"
            );
            faults.note(&["members"], UserErrorCode::Invalid, message);
        }
        let staying = (self.successor_id.as_ref(), self.relations.as_deref().unwrap_or_default());
        let departure = Departure::plan(household, members, &keys, staying, &mut faults);
        let today = tx.today_at(old.community_id).await?;
        let began = departure.gone.iter().map(|member| member.started_on);
        let on = faults.day_since("on", self.on.map(|day| day.0), began, today);
        let (building, unit, room, leaving, on) = faults.all((building, unit, room, leaving, on))?;

        departure.carry_out(tx, on).await?;
        let id = tx.new_id();
        let new = household::Model {
            id,
            community_id: old.community_id,
            building_id: building,
            unit,
            room,
            version: 1,
            registered_at: tx.now(),
        };
        tx.insert(new.clone().into_active_model().reset_all()).await?;
        open(tx, &new, &leaving, on).await?;
        let founded = json!({ "splitFrom": old.id, "buildingId": building, "residentIds": keys, "on": on });
        let left = json!({ "splitInto": id, "residentIds": keys, "on": on });
        let told = vec![
            Told::of::<Household>(id, &["buildingId", "unit", "room", "members"], Detail::Open(founded)),
            Told::of::<Household>(old.id, &["members"], Detail::Open(left)),
        ];
        tx.events(old.community_id, told).await?;
        Ok(id)
    }
}

/// A household whose members join another one (并户).
#[derive(InputObject, Clone, Debug)]
pub struct MergeHouseholdsInput {
    /// The household that is given up; it stays on record with its history and its aid (并出户).
    pub household_id: ID,
    /// The version of that household that you read (预期版本).
    pub expected_version: Option<i32>,
    /// The household that they join (并入户).
    pub into_household_id: ID,
    /// Every member who joins, and what each is to the head there; HEAD for one of them if nobody lives there yet (并入成员).
    pub members: Vec<MemberRelationInput>,
    /// The last day in the old household and the first in the other; today when left out (并户日期).
    pub on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { MergeHouseholdsPayload { household: Household as "household" } }

impl MergeHouseholdsInput {
    /// Both households, locked in the order of their ids, so that two merges never wait for each other.
    async fn both(
        &self,
        tx: &Tx<'_>,
        faults: &mut Faults,
    ) -> Result<(Option<household::Model>, Option<household::Model>), Refused> {
        let (mut of_one, mut of_other) = (Faults::default(), Faults::default());
        let one = tx.subject::<Household>(
            &self.household_id,
            &["householdId"],
            self.expected_version,
            |row| row.version,
            &mut of_one,
        );
        let into = &self.into_household_id;
        let path = ["intoHouseholdId"];
        let other = tx.subject::<Household>(into, &path, None, |row| row.version, &mut of_other);
        // TypeIDs are ordered as their UUIDs are.
        let (one, other) = if self.household_id.as_str() <= into.as_str() {
            let one = one.await?;
            (one, other.await?)
        } else {
            let other = other.await?;
            (one.await?, other)
        };
        faults.append(of_one);
        faults.append(of_other);
        let same = one.as_ref().map(|one| one.id) == other.as_ref().map(|other| other.id);
        if one.is_some() && same {
            let message = say!("A household does not join itself.", "不能并入本户。");
            faults.note(&path, UserErrorCode::Invalid, message);
        }
        if let (Some(one), Some(other)) = (&one, &other)
            && one.community_id != other.community_id
        {
            not_found(&path, faults);
        }
        Ok((one, other))
    }
}

impl Change for MergeHouseholdsInput {
    type Payload = MergeHouseholdsPayload;
    const VERB: Verb = Verb { name: "mergeHouseholds", resource: Resource::Household, action: Action::Amend };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let (given_up, joined) = self.both(tx, &mut faults).await?;
        let (Some(given_up), Some(joined)) = (given_up, joined) else { return Err(faults.none().unwrap_err()) };
        let members = current(tx, given_up.id).await?;
        let joining = movers(&self.members, &members, &mut faults);
        let keys: Vec<Uuid> = joining.iter().flatten().map(|(resident, _)| *resident).collect();
        let forgotten: Vec<String> = members
            .iter()
            .filter(|member| !keys.contains(&member.resident_id))
            .map(|member| id::encode("resident", member.resident_id))
            .collect();
        if joining.is_some() && !forgotten.is_empty() {
            let message = say!(
                "All members join: say of each what they are to the head there.",
                "全体成员均并入，请逐一填写与新户主的关系。"
            );
            let refusal = UserError::new(&["members"], UserErrorCode::Required, message);
            faults.add(refusal.with(json!({ "residentIds": forgotten })));
        }
        let nobody_there = current(tx, joined.id).await?.is_empty();
        check_heads(&self.members, nobody_there, &mut faults);
        let (old, community) = (given_up.id, given_up.community_id);
        let departure = Departure::plan(given_up, members, &keys, (None, &[]), &mut Faults::default());
        let began = departure.gone.iter().map(|member| member.started_on);
        let on = faults.day_since("on", self.on.map(|day| day.0), began, tx.today_at(community).await?);
        let (joining, on) = faults.all((joining, on))?;

        departure.carry_out(tx, on).await?;
        open(tx, &joined, &joining, on).await?;
        touch(tx, &joined).await?;
        aid::call_off(tx, &People::default(), Some(old), EMPTIED).await?;
        let told = vec![
            Told::of::<Household>(
                old,
                &["members"],
                Detail::Open(json!({ "mergedInto": joined.id, "residentIds": keys, "on": on })),
            ),
            Told::of::<Household>(
                joined.id,
                &["members"],
                Detail::Open(json!({ "mergedFrom": old, "residentIds": keys, "on": on })),
            ),
        ];
        tx.events(community, told).await?;
        Ok(joined.id)
    }
}

/// Members who move, each named once, with what they are to their new head.
fn movers(
    given: &[MemberRelationInput],
    members: &[household_membership::Model],
    faults: &mut Faults,
) -> Option<Vec<(Uuid, Relation)>> {
    let ids: Vec<ID> = given.iter().map(|given| given.resident_id.clone()).collect();
    if !(1..=MEMBERS).contains(&ids.len()) {
        faults.keys::<Resident>(&ids, "members", MEMBERS);
        return None;
    }
    let mut seen = HashSet::new();
    let each: Vec<_> = given
        .iter()
        .enumerate()
        .map(|(place, given)| {
            let place = place.to_string();
            let path = ["members", &place, "residentId"];
            let key = faults.key::<Resident>(&given.resident_id, &path, &mut seen)?;
            if members.iter().any(|member| member.resident_id == key) {
                return Some((key, given.relation.into()));
            }
            not_found(&path, faults);
            None
        })
        .collect();
    each.into_iter().collect()
}

/// One of those who move is the head where they come first, and none where a head lives already.
fn check_heads(given: &[MemberRelationInput], first: bool, faults: &mut Faults) {
    let heads = given.iter().filter(|member| Relation::from(member.relation) == Relation::Head).count();
    if heads == usize::from(first) || given.is_empty() {
        return;
    }
    let message = if first {
        say!(
            "One of them is the head of the new household: say HEAD of exactly one.",
            "其中须有且仅有一位户主（HEAD）。"
        )
    } else {
        say!(
            "The household has a head already; use `changeHouseholdHead` afterwards if another is to be.",
            "该户已有户主；如需更换，请随后使用 `changeHouseholdHead`。"
        )
    };
    faults.note(&["members"], UserErrorCode::Invalid, message);
}

//! Leaving a household and living on elsewhere.

use async_graphql::{ID, InputObject};
use serde_json::json;
use uuid::Uuid;

use super::key_of;
use crate::{
    access::{Resource, policy::Action},
    aid,
    error::Result,
    households::{
        Household,
        leaving::{Departure, MemberRelationInput, current},
    },
    payload,
    residents::People,
    scalars::Date,
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// Why a household's grants are called off when its last member is gone; kept on the grants.
pub(super) const EMPTIED: &str = "户内已无成员";

/// A membership to be ended; a head who leaves others behind needs a successor (离开户).
#[derive(InputObject, Clone, Debug)]
pub struct EndHouseholdMembershipInput {
    /// The household (户).
    pub household_id: ID,
    /// The version of the household that you read (预期版本).
    pub expected_version: Option<i32>,
    /// The member who leaves (居民).
    pub resident_id: ID,
    /// The last day; today when left out (终止日).
    pub ended_on: Option<Date>,
    /// The member who is head from then on; asked for when the head leaves and others stay (继任户主).
    pub successor_id: Option<ID>,
    /// What those who stay are to their head from then on; whoever is left out stays what they were (与户主关系).
    pub relations: Option<Vec<MemberRelationInput>>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { EndHouseholdMembershipPayload { household: Household as "household" } }

impl Change for EndHouseholdMembershipInput {
    type Payload = EndHouseholdMembershipPayload;
    const VERB: Verb = Verb { name: "endHouseholdMembership", resource: Resource::Household, action: Action::Amend };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let household = tx
            .subject::<Household>(
                &self.household_id,
                &["householdId"],
                self.expected_version,
                |row| row.version,
                &mut faults,
            )
            .await?;
        let leaving = faults.take(&["residentId"], key_of(&self.resident_id));
        let (household, leaving) = faults.all((household, leaving))?;
        let (id, community) = (household.id, household.community_id);
        let members = current(tx, id).await?;
        let mut faults = Faults::default();
        if members.iter().all(|member| member.resident_id != leaving) {
            not_found(&["residentId"], &mut faults);
            return Err(faults.none().unwrap_err());
        }
        let began: Vec<_> =
            members.iter().filter(|member| member.resident_id == leaving).map(|member| member.started_on).collect();
        let today = tx.today_at(community).await?;
        let ended_on = faults.day_since("endedOn", self.ended_on.map(|date| date.0), began.into_iter(), today);
        let staying = (self.successor_id.as_ref(), self.relations.as_deref().unwrap_or_default());
        let departure = Departure::plan(household, members, &[leaving], staying, &mut faults);
        let (ended_on,) = faults.all((ended_on,))?;
        departure.carry_out(tx, ended_on).await?;
        if departure.empties {
            aid::call_off(tx, &People::default(), Some(id), EMPTIED).await?;
        }
        let detail = Detail::Open(json!({ "residentId": leaving, "endedOn": ended_on }));
        tx.event::<Household>(id, Some(community), &["members"], detail).await?;
        Ok(id)
    }
}

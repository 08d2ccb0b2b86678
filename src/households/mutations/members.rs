//! Joining a household, and who is its head.

use async_graphql::{ID, InputObject};
use entity::household_membership::{self, HouseholdRelation as Relation};
use serde_json::json;
use uuid::Uuid;

use super::{key_of, newcomer, refuse_overlap};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserErrorCode},
    households::{
        Household,
        leaving::{current, open, set_relations, touch},
        object::HouseholdRelation,
    },
    payload, say,
    scalars::Date,
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// A resident to become a member of a household (加入户).
#[derive(InputObject, Clone, Debug)]
pub struct AddHouseholdMemberInput {
    /// The household (户).
    pub household_id: ID,
    /// The version of the household that you read (预期版本).
    pub expected_version: Option<i32>,
    /// The resident, who is in no household now (居民).
    pub resident_id: ID,
    /// What the resident is to the head; the first member is the head (与户主关系).
    pub relation: HouseholdRelation,
    /// Since when; today when left out (起始日).
    pub started_on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { AddHouseholdMemberPayload { household: Household as "household" } }

impl AddHouseholdMemberInput {
    /// The first member is the head, and nobody after.
    fn check_relation(&self, members: &[household_membership::Model], faults: &mut Faults) {
        let is_head = self.relation == HouseholdRelation::Head;
        if members.is_empty() && !is_head {
            faults.note(
                &["relation"],
                UserErrorCode::Invalid,
                say!("The first member of a household is its head: say HEAD.", "户内首位成员须为户主：请填 HEAD。"),
            );
        }
        if !members.is_empty() && is_head {
            faults.note(
                &["relation"],
                UserErrorCode::Duplicate,
                say!(
                    "The household has a head already. Add the member with another relation, then use `changeHouseholdHead`.",
                    "该户已有户主。请先以其他关系加入，再用 `changeHouseholdHead` 更换户主。"
                ),
            );
        }
    }
}

impl Change for AddHouseholdMemberInput {
    type Payload = AddHouseholdMemberPayload;
    const VERB: Verb = Verb { name: "addHouseholdMember", resource: Resource::Household, action: Action::Amend };

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
        let within = household.as_ref().map(|household| household.community_id);
        let resident = newcomer(tx, &self.resident_id, "residentId", within, &mut faults).await?;
        if let Some(household) = &household {
            self.check_relation(&current(tx, household.id).await?, &mut faults);
        }
        let started_on = match within {
            Some(community) => {
                let today = tx.today_at(community).await?;
                faults.first_day(&["startedOn"], self.started_on.map(|day| day.0), today)
            }
            None => None,
        };
        if let (Some(resident), Some(started_on)) = (&resident, started_on) {
            refuse_overlap(tx, resident, started_on, &mut faults).await?;
        }
        let (household, resident, started_on) = faults.all((household, resident, started_on))?;
        open(tx, &household, &[(resident.id, self.relation.into())], started_on).await?;
        touch(tx, &household).await?;
        let detail = Detail::Open(json!({ "residentId": resident.id, "startedOn": started_on }));
        tx.event::<Household>(household.id, Some(household.community_id), &["members"], detail).await?;
        Ok(household.id)
    }
}

/// Another member to be head (更换户主).
#[derive(InputObject, Clone, Debug)]
pub struct ChangeHouseholdHeadInput {
    /// The household (户).
    pub household_id: ID,
    /// The version of the household that you read (预期版本).
    pub expected_version: i32,
    /// The member who becomes head (新户主).
    pub resident_id: ID,
    /// What the head until now is to the new one (原户主与新户主关系).
    pub former_head_relation: HouseholdRelation,
}

payload! { ChangeHouseholdHeadPayload { household: Household as "household" } }

impl Change for ChangeHouseholdHeadInput {
    type Payload = ChangeHouseholdHeadPayload;
    const VERB: Verb = Verb { name: "changeHouseholdHead", resource: Resource::Household, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let expected = Some(self.expected_version);
        let household = tx
            .subject::<Household>(&self.household_id, &["householdId"], expected, |row| row.version, &mut faults)
            .await?;
        let next = faults.take(&["residentId"], key_of(&self.resident_id));
        if self.former_head_relation == HouseholdRelation::Head {
            faults.note(
                &["formerHeadRelation"],
                UserErrorCode::Invalid,
                say!(
                    "There is one head: say what the former one is to the new one.",
                    "户主只有一位，请填写原户主与新户主的关系。"
                ),
            );
        }
        let (household, next) = faults.all((household, next))?;
        let members = current(tx, household.id).await?;
        let mut faults = Faults::default();
        let Some(next) = members.iter().find(|member| member.resident_id == next) else {
            not_found(&["residentId"], &mut faults);
            return Err(faults.none().unwrap_err());
        };
        if let Some(former) = members.iter().find(|member| member.relation == Relation::Head && member.id != next.id) {
            // In this order: at no moment are there two heads, which the database would refuse.
            set_relations(tx, &[(former.id, self.former_head_relation.into())]).await?;
            set_relations(tx, &[(next.id, Relation::Head)]).await?;
        }
        touch(tx, &household).await?;
        let detail = Detail::Open(json!({ "headId": next.resident_id }));
        tx.event::<Household>(household.id, Some(household.community_id), &["headId"], detail).await?;
        Ok(household.id)
    }
}

//! Joining and leaving a household, and who is its head.

use async_graphql::{ID, InputObject};
use entity::household_membership::{self, HouseholdRelation as Relation};
use sea_orm::{ActiveValue::Set, DbErr};
use serde_json::json;
use uuid::Uuid;

use super::{community_of, current, newcomer, open, refuse_overlap, touch};
use crate::{
    access::{Resource, policy::Action},
    error::{Message, Result, UserErrorCode},
    households::{Household, object::HouseholdRelation},
    payload,
    relay::id,
    residents::moved_in,
    say,
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
        open(tx, (household.id, household.building_id), &resident, self.relation.into(), started_on).await?;
        touch(tx, &household).await?;
        let detail = Detail::Open(json!({ "residentId": resident.id, "startedOn": started_on }));
        tx.event::<Household>(household.id, Some(household.community_id), &["members"], detail).await?;
        Ok(household.id)
    }
}

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
}

payload! { EndHouseholdMembershipPayload { household: Household as "household" } }

impl Change for EndHouseholdMembershipInput {
    type Payload = EndHouseholdMembershipPayload;
    const VERB: Verb = Verb { name: "endHouseholdMembership", resource: Resource::Household, action: Action::Amend };

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
        let members = current(tx, household.id).await?;
        let mut faults = Faults::default();
        let Some(membership) = members.iter().find(|member| member.resident_id == leaving) else {
            not_found(&["residentId"], &mut faults);
            return Err(faults.none().unwrap_err());
        };
        let community = community_of(tx, household.community_id).await?;
        let today = tx.today_in(&community);
        let ended_on = self.ended_on.map_or(today, |date| date.0);
        if ended_on < membership.started_on || ended_on > today {
            let from = membership.started_on;
            faults.note(
                &["endedOn"],
                UserErrorCode::OutOfRange,
                say!("The last day lies between {from} and {today}.", "终止日应在 {from} 至 {today} 之间。"),
            );
        }
        let heads = membership.relation == Relation::Head && members.len() > 1;
        let successor = match &self.successor_id {
            Some(successor) if heads => {
                let key = faults.take(&["successorId"], key_of(successor));
                let found =
                    members.iter().find(|member| Some(member.resident_id) == key && member.resident_id != leaving);
                if found.is_none() {
                    not_found(&["successorId"], &mut faults);
                }
                found
            }
            Some(_) => {
                faults.note(
                    &["successorId"],
                    UserErrorCode::Invalid,
                    say!(
                        "Only a head who leaves others behind has a successor.",
                        "仅当户主离开且户内仍有成员时才需继任户主。"
                    ),
                );
                None
            }
            None if heads => {
                faults.note(
                    &["successorId"],
                    UserErrorCode::Required,
                    say!(
                        "The head leaves and others stay: say who is head from then on.",
                        "户主离开且仍有成员，请指定继任户主。"
                    ),
                );
                None
            }
            None => None,
        };
        faults.none()?;
        tx.update(household_membership::ActiveModel {
            id: Set(membership.id),
            ended_on: Set(Some(ended_on)),
            version: Set(membership.version + 1),
            ..Default::default()
        })
        .await?;
        moved_in(tx, leaving, None).await?;
        if let Some(successor) = successor {
            set_relation(tx, successor, Relation::Head).await?;
        }
        touch(tx, &household).await?;
        let detail = Detail::Open(json!({ "residentId": leaving, "endedOn": ended_on }));
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
            set_relation(tx, former, self.former_head_relation.into()).await?;
            set_relation(tx, next, Relation::Head).await?;
        }
        touch(tx, &household).await?;
        let detail = Detail::Open(json!({ "headId": next.resident_id }));
        tx.event::<Household>(household.id, Some(household.community_id), &["headId"], detail).await?;
        Ok(household.id)
    }
}

fn key_of(given: &ID) -> Result<Uuid, (UserErrorCode, Message)> {
    id::decode("resident", given).map_err(|message| (UserErrorCode::Invalid, message))
}

async fn set_relation(tx: &Tx<'_>, member: &household_membership::Model, relation: Relation) -> Result<(), DbErr> {
    let row = household_membership::ActiveModel {
        id: Set(member.id),
        relation: Set(relation),
        version: Set(member.version + 1),
        ..Default::default()
    };
    tx.update(row).await.map(|_| ())
}

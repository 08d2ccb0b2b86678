//! Households and who belongs to them. Every change of a membership locks the household and counts its version up, so two of them never interleave.

mod address;
mod members;

use async_graphql::{Context, ID, Object};
use chrono::NaiveDate;
use entity::{
    household,
    household_membership::{self, HouseholdRelation as Relation},
    resident,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

pub use address::{AmendHouseholdInput, AmendHouseholdPayload, RegisterHouseholdInput, RegisterHouseholdPayload};
pub use members::{
    AddHouseholdMemberInput, AddHouseholdMemberPayload, ChangeHouseholdHeadInput, ChangeHouseholdHeadPayload,
    EndHouseholdMembershipInput, EndHouseholdMembershipPayload,
};

use crate::{
    access::policy::Action,
    error::{Error, Result, UserError, UserErrorCode},
    relay::id,
    residents::{Resident, moved_in},
    say,
    write::{Faults, Refused, Tx, write},
};

/// A resident who is to become a member, locked, so that two households never take one in at once.
async fn newcomer(
    tx: &Tx<'_>,
    given: &ID,
    field: &str,
    within: Option<Uuid>,
    faults: &mut Faults,
) -> Result<Option<resident::Model>, DbErr> {
    let Some(found) = tx.find::<Resident>(given, &[field], within, faults).await? else { return Ok(None) };
    let resident = tx.lock::<Resident>(found.id, Action::Read).await?.unwrap_or(found);
    let Some(household) = resident.household_id else { return Ok(Some(resident)) };
    let message = say!(
        "The resident is a member of a household already; end that membership first.",
        "该居民已属于某一户，请先结束原成员关系。"
    );
    let details = json!({ "householdId": id::encode("household", household) });
    faults.add(UserError::new(&[field], UserErrorCode::Duplicate, message).with(details));
    Ok(None)
}

/// Where somebody lived before may end on the day on which this begins, not after it: nobody lives in two households on one day.
async fn refuse_overlap(
    tx: &Tx<'_>,
    resident: &resident::Model,
    started_on: NaiveDate,
    faults: &mut Faults,
) -> Result<(), DbErr> {
    let other = household_membership::Entity::find()
        .filter(household_membership::Column::ResidentId.eq(resident.id))
        .filter(household_membership::Column::EndedOn.gt(started_on))
        .one(tx.conn())
        .await?;
    if let Some(ended_on) = other.and_then(|other| other.ended_on) {
        faults.note(
            &["startedOn"],
            UserErrorCode::Overlap,
            say!(
                "The resident lived in another household until {ended_on}; this membership cannot start before that day.",
                "该居民在另一户的成员关系至 {ended_on} 为止，新的起始日不能早于该日。"
            ),
        );
    }
    Ok(())
}

async fn open(
    tx: &Tx<'_>,
    (household, building): (Uuid, Uuid),
    resident: &resident::Model,
    relation: Relation,
    started_on: NaiveDate,
) -> Result<(), DbErr> {
    tx.insert(household_membership::ActiveModel {
        id: Set(tx.new_id()),
        community_id: Set(resident.community_id),
        household_id: Set(household),
        resident_id: Set(resident.id),
        relation: Set(relation),
        started_on: Set(started_on),
        ended_on: Set(None),
        version: Set(1),
    })
    .await?;
    moved_in(tx, resident.id, Some((household, building))).await
}

/// Locks the household for a change of its members and counts it up.
async fn touch(tx: &Tx<'_>, household: &household::Model) -> Result<(), DbErr> {
    let row =
        household::ActiveModel { id: Set(household.id), version: Set(household.version + 1), ..Default::default() };
    tx.update(row).await.map(|_| ())
}

async fn current(tx: &Tx<'_>, household: Uuid) -> Result<Vec<household_membership::Model>, DbErr> {
    household_membership::Entity::find()
        .filter(household_membership::Column::HouseholdId.eq(household))
        .filter(household_membership::Column::EndedOn.is_null())
        .all(tx.conn())
        .await
}

async fn community_of(tx: &Tx<'_>, id: Uuid) -> Result<entity::community::Model, Refused> {
    let found = entity::community::Entity::find_by_id(id).one(tx.conn()).await?;
    found.ok_or_else(|| Refused::Stopped(Error::internal("a household without a community")))
}

#[derive(Default)]
pub struct HouseholdMutations;

#[Object]
impl HouseholdMutations {
    /// Puts a household on file, with its head where there is one (登记户).
    async fn register_household(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The household (户).")] input: RegisterHouseholdInput,
    ) -> Result<RegisterHouseholdPayload> {
        write(ctx, input).await
    }

    /// Corrects a household's address (更正户地址).
    async fn amend_household(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendHouseholdInput,
    ) -> Result<AmendHouseholdPayload> {
        write(ctx, input).await
    }

    /// Makes a resident a member of a household (加入户).
    async fn add_household_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, where and as what (成员).")] input: AddHouseholdMemberInput,
    ) -> Result<AddHouseholdMemberPayload> {
        write(ctx, input).await
    }

    /// Ends a resident's membership; a head names a successor (离开户).
    async fn end_household_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who leaves, and who is head then (离开).")] input: EndHouseholdMembershipInput,
    ) -> Result<EndHouseholdMembershipPayload> {
        write(ctx, input).await
    }

    /// Makes another member the head (更换户主).
    async fn change_household_head(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who becomes head (新户主).")] input: ChangeHouseholdHeadInput,
    ) -> Result<ChangeHouseholdHeadPayload> {
        write(ctx, input).await
    }
}

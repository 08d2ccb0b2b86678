//! Households and who belongs to them. Every change of a membership locks the household and counts its version up, so two of them never interleave.

mod address;
mod leave;
mod members;
mod relocate;
mod split;

use async_graphql::{Context, ID, Object};
use chrono::NaiveDate;
use entity::{
    household_membership,
    resident::{self, LifeStatus},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

pub use address::{AmendHouseholdInput, AmendHouseholdPayload, RegisterHouseholdInput, RegisterHouseholdPayload};
pub use leave::{EndHouseholdMembershipInput, EndHouseholdMembershipPayload};
pub use members::{
    AddHouseholdMemberInput, AddHouseholdMemberPayload, ChangeHouseholdHeadInput, ChangeHouseholdHeadPayload,
};
pub use relocate::{HouseholdAddressInput, MoveHouseholdsInput, MoveHouseholdsPayload};
pub use split::{MergeHouseholdsInput, MergeHouseholdsPayload, SplitHouseholdInput, SplitHouseholdPayload};

use crate::{
    access::policy::Action,
    error::{Message, Result, UserError, UserErrorCode},
    relay::id,
    residents::Resident,
    say,
    write::{Faults, Tx, write},
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
    if resident.life_status != LifeStatus::LivingHere {
        let message = say!(
            "The resident moved out or died. Who comes back is put on file with `recordReturn` first.",
            "该居民已迁出或已故；回迁者请先用 `recordReturn` 登记。"
        );
        faults.note(&[field], UserErrorCode::IllegalTransition, message);
        return Ok(None);
    }
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

/// The key of a resident's id.
fn key_of(given: &ID) -> Result<Uuid, (UserErrorCode, Message)> {
    id::decode("resident", given).map_err(|message| (UserErrorCode::Invalid, message))
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

    /// Lets members of a household found one of their own (分户).
    async fn split_household(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who goes, where to, and who is head here and there (分户内容).")] input: SplitHouseholdInput,
    ) -> Result<SplitHouseholdPayload> {
        write(ctx, input).await
    }

    /// Lets all members of a household join another; the one given up stays on record, and what it was promised is called off (并户).
    async fn merge_households(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which joins which, and as what (并户内容).")] input: MergeHouseholdsInput,
    ) -> Result<MergeHouseholdsPayload> {
        write(ctx, input).await
    }

    /// Moves households to a building, all of them or none, and their members with them (整楼迁移).
    async fn move_households(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who moves, where to, and the new doors (迁移内容).")] input: MoveHouseholdsInput,
    ) -> Result<MoveHouseholdsPayload> {
        write(ctx, input).await
    }
}

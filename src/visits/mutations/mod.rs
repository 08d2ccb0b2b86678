//! Planning visits, saying that they took place, and striking them out.

mod cancel;
mod hold;
mod plan;

use async_graphql::{Context, ID, Object};
use entity::{
    staff_member,
    visit::{self, VisitStatus},
};
use sea_orm::DbErr;
use serde_json::json;
use uuid::Uuid;

pub use cancel::*;
pub use hold::*;
pub use plan::*;

use crate::{
    access::policy::Action,
    error::{Result, UserError, UserErrorCode},
    households::Household,
    merchants::Merchant,
    say, staff,
    staff::StaffMember,
    write::{Faults, Tx, not_found, write},
};

/// The most characters of a purpose.
const PURPOSE: usize = 200;
/// The most characters of a reason.
const REASON: usize = 500;
/// The most characters of what was heard and seen.
const WORDS: usize = 2_000;

/// Whom a visit is to.
pub(super) struct Whom {
    pub(super) community: Uuid,
    pub(super) household: Option<Uuid>,
    pub(super) merchant: Option<entity::merchant::Model>,
}

/// Exactly one of the two, where the viewer may record visits.
async fn whom(
    tx: &Tx<'_>,
    household: Option<&ID>,
    merchant: Option<&ID>,
    faults: &mut Faults,
) -> Result<Option<Whom>, DbErr> {
    let before = faults.len();
    let household = tx.find_optional::<Household>(household, &["householdId"], None, faults).await?.flatten();
    let merchant = tx.find_optional::<Merchant>(merchant, &["merchantId"], None, faults).await?.flatten();
    if faults.len() > before {
        return Ok(None);
    }
    let (community, path) = match (&household, &merchant) {
        (Some(household), None) => (household.community_id, "householdId"),
        (None, Some(merchant)) => (merchant.community_id, "merchantId"),
        (None, None) => {
            let message = say!("Say which household or merchant is visited.", "请填写走访的户或商户。");
            faults.note(&["householdId"], UserErrorCode::Required, message);
            return Ok(None);
        }
        (Some(_), Some(_)) => {
            let message =
                say!("A visit is to a household or to a merchant, not to both.", "走访对象只能是户或商户之一。");
            faults.note(&["merchantId"], UserErrorCode::Invalid, message);
            return Ok(None);
        }
    };
    if !tx.reaches(community) {
        not_found(&[path], faults);
        return Ok(None);
    }
    Ok(Some(Whom { community, household: household.map(|row| row.id), merchant }))
}

/// Who visits, of the community; locked, so that nobody hands their work over meanwhile and leaves this behind.
async fn visitor(
    tx: &Tx<'_>,
    given: &ID,
    within: Option<Uuid>,
    faults: &mut Faults,
) -> Result<Option<staff_member::Model>, DbErr> {
    let path = ["staffMemberId"];
    let Some(found) = tx.find::<StaffMember>(given, &path, within, faults).await? else { return Ok(None) };
    let member = tx.lock::<StaffMember>(found.id, Action::Read).await?;
    if member.is_none() {
        not_found(&path, faults);
    }
    Ok(member)
}

/// As [`visitor`], for a visit to come: somebody who holds a post.
async fn visitor_to_come(
    tx: &Tx<'_>,
    given: &ID,
    within: Option<Uuid>,
    faults: &mut Faults,
) -> Result<Option<staff_member::Model>, DbErr> {
    let Some(member) = visitor(tx, given, within, faults).await? else { return Ok(None) };
    let today = tx.today_at(member.community_id).await?;
    staff::refuse_without_post(tx, &member, today, &["staffMemberId"], faults).await?;
    Ok(Some(member))
}

/// Refuses what is not open to a visit in its state.
fn refuse_unless(open: &[VisitStatus], row: &visit::Model, faults: &mut Faults) {
    if open.contains(&row.status) {
        return;
    }
    let message = match row.status {
        VisitStatus::Planned => say!("The visit has not taken place yet.", "该走访尚未进行。"),
        VisitStatus::Held => say!("The visit has taken place already.", "该走访已完成。"),
        VisitStatus::Cancelled => say!("The visit was cancelled.", "该走访已取消。"),
    };
    let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, message);
    faults.add(refusal.with(json!({ "from": row.status })));
}

#[derive(Default)]
pub struct VisitMutations;

#[Object]
impl VisitMutations {
    /// Plans a visit to a household or a merchant (计划走访).
    async fn plan_visit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To whom, by whom and when (走访计划).")] input: PlanVisitInput,
    ) -> Result<PlanVisitPayload> {
        write(ctx, input).await
    }

    /// Changes what is planned of a visit (调整走访计划).
    async fn amend_visit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which visit, and what is otherwise (调整内容).")] input: AmendVisitInput,
    ) -> Result<AmendVisitPayload> {
        write(ctx, input).await
    }

    /// Says that a planned visit took place, and what was heard and seen (登记走访完成).
    async fn hold_visit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which visit, when and what was heard (走访记录).")] input: HoldVisitInput,
    ) -> Result<HoldVisitPayload> {
        write(ctx, input).await
    }

    /// Puts a visit on record that took place and that nobody had planned (补登走访).
    async fn record_visit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To whom, by whom, when and what was heard (走访记录).")] input: RecordVisitInput,
    ) -> Result<RecordVisitPayload> {
        write(ctx, input).await
    }

    /// Says that a visit does not take place, or strikes out one that was recorded by mistake and led to nothing (取消走访).
    async fn cancel_visit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which visit, and why (取消内容).")] input: CancelVisitInput,
    ) -> Result<CancelVisitPayload> {
        write(ctx, input).await
    }
}

//! Recording sponsorships, extending, correcting, ending and voiding them; paying and missing their instalments.

mod record;
mod step;
mod turn;

use async_graphql::{Context, ID, Object};
use entity::sponsorship;
use serde_json::json;

pub use record::*;
pub use step::*;
pub use turn::*;

use super::{
    object::Sponsorship,
    rules::{self, Turn},
};
use crate::{
    error::{Result, UserError, UserErrorCode},
    write::{Faults, Refused, Tx, write},
};

/// The most characters of a purpose.
const PURPOSE: usize = 200;
/// The most characters of a reason.
const REASON: usize = 500;

/// The sponsorship, locked, if it is in a state in which this may be done.
async fn open(
    tx: &Tx<'_>,
    (id, expected): (&ID, i32),
    turn: Turn,
    faults: &mut Faults,
) -> Result<Option<sponsorship::Model>, Refused> {
    let found = tx.subject::<Sponsorship>(id, &["id"], Some(expected), |row| row.version, faults).await?;
    Ok(found.filter(|row| {
        let open = turn.open_to(row.status);
        if !open {
            let refusal = UserError::new(&["id"], UserErrorCode::IllegalTransition, rules::closed(row.status));
            faults.add(refusal.with(json!({ "from": row.status })));
        }
        open
    }))
}

#[derive(Default)]
pub struct SponsorshipMutations;

#[Object]
impl SponsorshipMutations {
    /// Puts a sponsorship on file, with all its instalments (登记结对资助).
    async fn record_sponsorship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who sponsors whom, with how much and when (登记内容).")] input: RecordSponsorshipInput,
    ) -> Result<RecordSponsorshipPayload> {
        write(ctx, input).await
    }

    /// Adds instalments to a sponsorship; one that was completed runs again (延长结对资助).
    async fn extend_sponsorship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and by how many (延长内容).")] input: ExtendSponsorshipInput,
    ) -> Result<ExtendSponsorshipPayload> {
        write(ctx, input).await
    }

    /// Corrects what a sponsorship is for (更正结对资助).
    async fn amend_sponsorship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendSponsorshipInput,
    ) -> Result<AmendSponsorshipPayload> {
        write(ctx, input).await
    }

    /// Ends a sponsorship early; its instalments after that day are ENDED (提前终止结对资助).
    async fn end_sponsorship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, since when and why (终止内容).")] input: EndSponsorshipInput,
    ) -> Result<EndSponsorshipPayload> {
        write(ctx, input).await
    }

    /// Voids a sponsorship that was recorded by mistake; neither it nor its payments count any more, and the grants that these were are
    /// REVERSED (作废结对资助).
    async fn void_sponsorship(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why (作废内容).")] input: VoidSponsorshipInput,
    ) -> Result<VoidSponsorshipPayload> {
        write(ctx, input).await
    }

    /// Records that an instalment was paid, and with it the grant that it is: `aidRecord` (支付分期).
    async fn pay_instalment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and when (支付内容).")] input: PayInstalmentInput,
    ) -> Result<PayInstalmentPayload> {
        write(ctx, input).await
    }

    /// Records that an instalment was not paid though its day is past (登记逾期未付).
    async fn miss_instalment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why (逾期内容).")] input: MissInstalmentInput,
    ) -> Result<MissInstalmentPayload> {
        write(ctx, input).await
    }

    /// Takes back a payment that was recorded by mistake: the instalment is due again, and its grant is REVERSED. More than 24 hours after their own entry, it
    /// takes a second person (撤销支付).
    async fn void_instalment_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why (撤销内容).")] input: VoidInstalmentPaymentInput,
    ) -> Result<VoidInstalmentPaymentPayload> {
        write(ctx, input).await
    }
}

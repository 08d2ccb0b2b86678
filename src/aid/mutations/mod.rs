//! Setting programmes up, recording grants and deciding about them.

mod about;
mod choosing;
mod decide;
mod decide_many;
mod decide_one;
mod exclude;
mod judging;
mod plan;
mod planned;
mod planning;
mod programme;
mod programme_rules;
mod record;
mod recording;
mod rehearsal;
mod reverse;
mod source;

use async_graphql::{Context, Object};

pub use decide::{Signatory, SignatureInput};
use decide_many::decide_many;
pub use decide_many::*;
pub use decide_one::*;
pub use exclude::*;
pub use plan::*;
pub use programme::*;
pub use programme_rules::{AidCeilingInput, AidProgrammeRulesInput};
pub use record::*;
pub use reverse::*;

use crate::{error::Result, write::write};

#[derive(Default)]
pub struct AidMutations;

#[Object]
impl AidMutations {
    /// Sets a programme up (设立帮扶项目).
    async fn establish_aid_programme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme (帮扶项目).")] input: EstablishAidProgrammeInput,
    ) -> Result<EstablishAidProgrammePayload> {
        write(ctx, input).await
    }

    /// Corrects a programme (更正帮扶项目).
    async fn amend_aid_programme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendAidProgrammeInput,
    ) -> Result<AmendAidProgrammePayload> {
        write(ctx, input).await
    }

    /// Lets two programmes exclude each other: whoever is aided under one is refused under the other from now on (设置项目互斥).
    async fn exclude_aid_programmes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programmes (帮扶项目).")] input: ExcludeAidProgrammesInput,
    ) -> Result<ExcludeAidProgrammesPayload> {
        write(ctx, input).await
    }

    /// Lets two programmes aid the same people again (解除项目互斥).
    async fn allow_aid_programmes_together(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programmes (帮扶项目).")] input: AllowAidProgrammesTogetherInput,
    ) -> Result<AllowAidProgrammesTogetherPayload> {
        write(ctx, input).await
    }

    /// Plans aid for up to 5,000 recipients at once, all of them or none. A rehearsal tells what would become of each and changes nothing; its token does
    /// exactly that afterwards, or is refused with what changed (批量登记帮扶).
    async fn plan_aid_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To whom, from what and how much (登记内容).")] input: PlanAidBatchInput,
    ) -> Result<PlanAidBatchPayload> {
        write(ctx, input).await
    }

    /// Puts a grant on file as PLANNED and sets its share of the contribution aside (登记帮扶).
    async fn record_aid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To whom, from what and how much (登记内容).")] input: RecordAidInput,
    ) -> Result<RecordAidPayload> {
        write(ctx, input).await
    }

    /// Agrees to a planned grant (批准帮扶).
    async fn approve_aid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grant (帮扶记录).")] input: ApproveAidInput,
    ) -> Result<ApproveAidPayload> {
        write(ctx, input).await
    }

    /// Refuses a planned grant; its share of the contribution is free again (不予批准).
    async fn refuse_aid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grant, and why (帮扶记录及原因).")] input: RefuseAidInput,
    ) -> Result<RefuseAidPayload> {
        write(ctx, input).await
    }

    /// Hands an approved grant over; its share counts as delivered (发放帮扶).
    async fn deliver_aid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grant, and when (帮扶记录及时间).")] input: DeliverAidInput,
    ) -> Result<DeliverAidPayload> {
        write(ctx, input).await
    }

    /// Calls a grant off that was not handed over yet; its share of the contribution is free again (取消帮扶).
    async fn cancel_aid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grant, and why (帮扶记录及原因).")] input: CancelAidInput,
    ) -> Result<CancelAidPayload> {
        write(ctx, input).await
    }

    /// Takes a delivered grant back, such as a loan at its end; its share is neither delivered nor set aside any more (退回帮扶).
    async fn return_aid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grant, and why (帮扶记录及原因).")] input: ReturnAidInput,
    ) -> Result<ReturnAidPayload> {
        write(ctx, input).await
    }

    /// Agrees to planned grants, all of them or none (批量批准帮扶).
    async fn approve_aid_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grants (帮扶记录).")] input: ApproveAidBatchInput,
    ) -> Result<ApproveAidBatchPayload> {
        decide_many(ctx, input).await
    }

    /// Refuses planned grants, all of them or none; their shares are free again (批量不予批准).
    async fn refuse_aid_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grants, and why (帮扶记录及原因).")] input: RefuseAidBatchInput,
    ) -> Result<RefuseAidBatchPayload> {
        decide_many(ctx, input).await
    }

    /// Hands approved grants over, all of them or none (批量发放帮扶).
    async fn deliver_aid_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grants, and when (帮扶记录及时间).")] input: DeliverAidBatchInput,
    ) -> Result<DeliverAidBatchPayload> {
        decide_many(ctx, input).await
    }

    /// Calls grants off that were not handed over yet, all of them or none; their shares are free again (批量取消帮扶).
    async fn cancel_aid_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grants, and why (帮扶记录及原因).")] input: CancelAidBatchInput,
    ) -> Result<CancelAidBatchPayload> {
        decide_many(ctx, input).await
    }

    /// Takes delivered grants back, all of them or none (批量退回帮扶).
    async fn return_aid_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grants, and why (帮扶记录及原因).")] input: ReturnAidBatchInput,
    ) -> Result<ReturnAidBatchPayload> {
        decide_many(ctx, input).await
    }

    /// Takes a delivered grant out of the books that was recorded by mistake, by a record of its own that names it; whoever handed it over may do so for 24
    /// hours, then it takes a second person. The payload shows the new record (冲正帮扶).
    async fn reverse_aid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grant, and what was wrong (帮扶记录及原因).")] input: ReverseAidInput,
    ) -> Result<ReverseAidPayload> {
        write(ctx, input).await
    }
}

//! Submitting requests, and moving them on.

mod answer;
mod assign;
mod decide;
mod merge;
mod reopen;
mod step;
mod submit;

use async_graphql::{Context, Object};

pub use answer::*;
pub use assign::*;
pub use decide::*;
pub use merge::*;
pub use reopen::*;
pub use submit::*;

use crate::{error::Result, write::write};

/// The most characters of a reason.
const REASON: usize = 500;
/// The most characters of an answer, and of what is asked for.
const WORDS: usize = 2_000;

#[derive(Default)]
pub struct RequestMutations;

#[Object]
impl RequestMutations {
    /// Puts a request to the community: by a resident or a merchant themselves, or by staff for them (提交诉求).
    async fn submit_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is asked for, by whom and where (诉求内容).")] input: SubmitRequestInput,
    ) -> Result<SubmitRequestPayload> {
        submit(ctx, input).await
    }

    /// Accepts a request (受理诉求).
    async fn accept_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request (诉求).")] input: AcceptRequestInput,
    ) -> Result<AcceptRequestPayload> {
        write(ctx, input).await
    }

    /// Declines a request that is none of the community's business (不予受理诉求).
    async fn decline_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request, and why (不予受理内容).")] input: DeclineRequestInput,
    ) -> Result<DeclineRequestPayload> {
        write(ctx, input).await
    }

    /// Gives a request to a staff member, to the workers of a grid or to a partner unit (交办诉求).
    async fn assign_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request, to whom (交办内容).")] input: AssignRequestInput,
    ) -> Result<AssignRequestPayload> {
        write(ctx, input).await
    }

    /// Says that work on a request began (开始办理诉求).
    async fn start_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request (诉求).")] input: StartRequestInput,
    ) -> Result<StartRequestPayload> {
        write(ctx, input).await
    }

    /// Hands a request back that whoever it was given to cannot handle; at most three times, and the deadline stays (退回诉求).
    async fn hand_back_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request, and why (退回内容).")] input: HandBackRequestInput,
    ) -> Result<HandBackRequestPayload> {
        write(ctx, input).await
    }

    /// Answers a request (答复诉求).
    async fn answer_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request, and the answer (答复内容).")] input: AnswerRequestInput,
    ) -> Result<AnswerRequestPayload> {
        write(ctx, input).await
    }

    /// Adds to an answer that was given, which itself stays as it was (补充答复).
    async fn amend_answer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request, and what is added (补充内容).")] input: AmendAnswerInput,
    ) -> Result<AmendAnswerPayload> {
        write(ctx, input).await
    }

    /// Records how satisfied the submitter is with the answer (回访诉求人).
    async fn call_back_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request, and what was said (回访内容).")] input: CallBackRequestInput,
    ) -> Result<CallBackRequestPayload> {
        write(ctx, input).await
    }

    /// Closes a request (办结诉求).
    async fn close_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request, and where it was settled (办结内容).")] input: CloseRequestInput,
    ) -> Result<CloseRequestPayload> {
        write(ctx, input).await
    }

    /// Opens a request again whose answer did not help: by the submitter or by staff, within 30 days (重新办理诉求).
    async fn reopen_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request, and why (重新办理内容).")] input: ReopenRequestInput,
    ) -> Result<ReopenRequestPayload> {
        write(ctx, input).await
    }

    /// Says that requests are duplicates of another one, with which they go from now on (并案).
    async fn merge_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which requests, into which (并案内容).")] input: MergeRequestsInput,
    ) -> Result<MergeRequestsPayload> {
        write(ctx, input).await
    }
}

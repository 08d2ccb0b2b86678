//! Putting staff on file, correcting what the file says, and posting them.

mod follow;
mod hand_over;
mod member;
mod post;

use async_graphql::{Context, Object};

pub(crate) use follow::{follow_grid, open_postings};
pub(crate) use hand_over::refuse_without_post;
pub use hand_over::*;
pub use member::*;
pub use post::*;

use crate::{error::Result, write::write};

#[derive(Default)]
pub struct StaffMutations;

#[Object]
impl StaffMutations {
    /// Puts a staff member on file (登记工作人员).
    async fn register_staff_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The staff member (登记内容).")] input: RegisterStaffMemberInput,
    ) -> Result<RegisterStaffMemberPayload> {
        write(ctx, input).await
    }

    /// Corrects a staff member's record (更正工作人员信息).
    async fn amend_staff_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendStaffMemberInput,
    ) -> Result<AmendStaffMemberPayload> {
        write(ctx, input).await
    }

    /// Gives a staff member a post (任职).
    async fn post_staff_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, as what, where and since when (任职内容).")] input: PostStaffMemberInput,
    ) -> Result<PostStaffMemberPayload> {
        write(ctx, input).await
    }

    /// Ends a posting (免职或调离).
    async fn end_posting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which posting, and its last day (终止内容).")] input: EndPostingInput,
    ) -> Result<EndPostingPayload> {
        write(ctx, input).await
    }

    /// Gives all that a staff member has open, as `openWork` tells, to another; all of it or nothing (工作交接).
    async fn hand_over(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From whom, to whom (交接内容).")] input: HandOverInput,
    ) -> Result<HandOverPayload> {
        write(ctx, input).await
    }
}

//! Putting merchants on file, correcting and closing them, and their coming to and leaving the alliance.

mod alliance;
mod close;
mod register;

use async_graphql::{Context, Object};

pub use alliance::*;
pub use close::*;
pub use register::*;

use crate::{error::Result, write::write};

#[derive(Default)]
pub struct MerchantMutations;

#[Object]
impl MerchantMutations {
    /// Puts a merchant on file (登记商户).
    async fn register_merchant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The merchant (登记内容).")] input: RegisterMerchantInput,
    ) -> Result<RegisterMerchantPayload> {
        write(ctx, input).await
    }

    /// Corrects a merchant's record (更正商户信息).
    async fn amend_merchant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendMerchantInput,
    ) -> Result<AmendMerchantPayload> {
        write(ctx, input).await
    }

    /// Records that a merchant closed for good; its membership of the alliance ends with it (商户停业).
    async fn close_merchant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, when and why (停业内容).")] input: CloseMerchantInput,
    ) -> Result<CloseMerchantPayload> {
        write(ctx, input).await
    }

    /// Takes a merchant into the alliance (加入商户联盟).
    async fn join_alliance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which merchant, since when (加入内容).")] input: JoinAllianceInput,
    ) -> Result<JoinAlliancePayload> {
        write(ctx, input).await
    }

    /// Ends a merchant's membership of the alliance (退出商户联盟).
    async fn leave_alliance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which merchant, and its last day (退出内容).")] input: LeaveAllianceInput,
    ) -> Result<LeaveAlliancePayload> {
        write(ctx, input).await
    }
}

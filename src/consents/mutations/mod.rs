//! The mutations of consents.

mod record;
mod withdraw;

use async_graphql::{Context, Object};

pub use self::{
    record::{GuardianInput, RecordConsentInput, RecordConsentPayload},
    withdraw::{WithdrawConsentInput, WithdrawConsentPayload},
};
use crate::{error::Result, write::write};

#[derive(Default)]
pub struct ConsentMutations;

#[Object]
impl ConsentMutations {
    /// Puts on record what a resident, or a child's guardian, consented to (登记知情同意).
    async fn record_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The consent (登记内容).")] input: RecordConsentInput,
    ) -> Result<RecordConsentPayload> {
        write(ctx, input).await
    }

    /// Takes a consent back: what needs it is refused from that day on; what was recorded before stays (撤回知情同意).
    async fn withdraw_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, since when, and why (撤回).")] input: WithdrawConsentInput,
    ) -> Result<WithdrawConsentPayload> {
        write(ctx, input).await
    }
}

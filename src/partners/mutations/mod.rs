//! Putting units into the directory, correcting them, and pairing them with communities.

mod pair;
mod unit;

use async_graphql::{Context, Object};

pub use pair::*;
pub use unit::*;

use crate::{error::Result, write::write};

#[derive(Default)]
pub struct PartnerMutations;

#[Object]
impl PartnerMutations {
    /// Puts a unit into the directory, and pairs it with a community where you say so (登记共建单位).
    async fn register_partner_unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit (登记内容).")] input: RegisterPartnerUnitInput,
    ) -> Result<RegisterPartnerUnitPayload> {
        write(ctx, input).await
    }

    /// Corrects what the directory says of a unit (更正共建单位).
    async fn amend_partner_unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendPartnerUnitInput,
    ) -> Result<AmendPartnerUnitPayload> {
        write(ctx, input).await
    }

    /// Gives a unit another name to be found by (添加别名).
    async fn add_partner_unit_alias(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The unit and the name (别名).")] input: AddPartnerUnitAliasInput,
    ) -> Result<AddPartnerUnitAliasPayload> {
        write(ctx, input).await
    }

    /// Records a pairing agreement of a community with a unit of the directory (结对).
    async fn pair_partner_unit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement (结对内容).")] input: PairPartnerUnitInput,
    ) -> Result<PairPartnerUnitPayload> {
        write(ctx, input).await
    }

    /// Ends a pairing agreement (终止结对).
    async fn end_pairing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which agreement, and its last day (终止内容).")] input: EndPairingInput,
    ) -> Result<EndPairingPayload> {
        write(ctx, input).await
    }
}

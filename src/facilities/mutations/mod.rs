//! Opening, amending and closing facilities; putting assets on file, and on what terms they are here.

mod asset;
mod facility;
mod tenure;
mod void;

use async_graphql::{Context, Object};

pub use asset::*;
pub use facility::*;
pub use tenure::*;
pub use void::*;

use crate::{error::Result, write::write};

/// The most characters of names, of tags, and of reasons and remarks.
const NAME: usize = 200;
const TAG: usize = 50;
const REASON: usize = 500;

#[derive(Default)]
pub struct FacilityMutations;

#[Object]
impl FacilityMutations {
    /// Puts a facility on file (登记设施).
    async fn open_facility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The facility (登记内容).")] input: OpenFacilityInput,
    ) -> Result<OpenFacilityPayload> {
        write(ctx, input).await
    }

    /// Corrects what the record of a facility says (更正设施信息).
    async fn amend_facility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendFacilityInput,
    ) -> Result<AmendFacilityPayload> {
        write(ctx, input).await
    }

    /// Closes a facility for good (停用设施).
    async fn close_facility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which facility, since when and why (停用内容).")] input: CloseFacilityInput,
    ) -> Result<CloseFacilityPayload> {
        write(ctx, input).await
    }

    /// Voids the record of a facility that was made by mistake (作废设施记录).
    async fn void_facility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which facility and why (作废内容).")] input: VoidFacilityInput,
    ) -> Result<VoidFacilityPayload> {
        write(ctx, input).await
    }

    /// Puts an asset on file, with the terms on which it is here (登记资产).
    async fn register_asset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The asset (登记内容).")] input: RegisterAssetInput,
    ) -> Result<RegisterAssetPayload> {
        write(ctx, input).await
    }

    /// Corrects what the record of an asset says (更正资产信息).
    async fn amend_asset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendAssetInput,
    ) -> Result<AmendAssetPayload> {
        write(ctx, input).await
    }

    /// Records that an asset is here on other terms from a day on: what was lent is handed over for good, what went back is lent again (变更资产权属).
    async fn change_asset_tenure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which asset, on what terms and since when (变更内容).")] input: ChangeAssetTenureInput,
    ) -> Result<ChangeAssetTenurePayload> {
        write(ctx, input).await
    }

    /// Records that an asset left: it went back to its lender, was sold or scrapped (归还或处置资产).
    async fn end_asset_tenure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which asset, and its last day here (终止内容).")] input: EndAssetTenureInput,
    ) -> Result<EndAssetTenurePayload> {
        write(ctx, input).await
    }

    /// Voids the record of an asset that was made by mistake (作废资产记录).
    async fn void_asset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which asset and why (作废内容).")] input: VoidAssetInput,
    ) -> Result<VoidAssetPayload> {
        write(ctx, input).await
    }
}

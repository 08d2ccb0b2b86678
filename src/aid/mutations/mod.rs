//! Setting programmes up, recording grants and deciding about them.

mod decide;
mod programme;
mod record;

use async_graphql::{Context, Object};
use entity::resident;
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

pub use decide::*;
pub use programme::*;
pub use record::*;

use crate::{
    error::Result,
    privacy::DataKey,
    write::{Detail, Refused, Tx, write},
};

/// The key under which events tell what was given and why. A household has none of its own, so of its grants they name the fields only.
struct RecipientKey(Option<(Uuid, DataKey)>);

impl RecipientKey {
    async fn of(tx: &Tx<'_>, resident: Option<Uuid>) -> Result<Self, Refused> {
        let Some(resident) = resident else { return Ok(Self(None)) };
        let key = resident::Entity::find_by_id(resident)
            .select_only()
            .column(resident::Column::DataKeyId)
            .into_tuple::<Uuid>()
            .one(tx.conn())
            .await?;
        let Some(id) = key else { return Ok(Self(None)) };
        // Of a person who was erased the key is gone, and so is what it could tell.
        Ok(Self(tx.person_key(id).await?.map(|key| (id, key))))
    }

    fn seal(&self, value: Value) -> Detail<'_> {
        match &self.0 {
            Some((key_id, key)) => Detail::Sealed { key_id: *key_id, key, value },
            None => Detail::None,
        }
    }
}

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
}

//! What happens to residents (居民变动): they move out, they die, they come back. Each is an event with its day, and closes in one transaction what ends with
//! it. What was recorded by mistake is withdrawn, with a reason: the life status goes back, and what was closed is recorded anew by whoever knows better.

mod amend;
mod closing;
mod leave;
pub mod object;
mod record;

use async_graphql::{Context, Object};

pub use amend::{AmendLifeEventInput, AmendLifeEventPayload, WithdrawLifeEventInput, WithdrawLifeEventPayload};
pub use leave::{RecordDeathInput, RecordDeathPayload, RecordMoveOutInput, RecordMoveOutPayload};
pub use object::{LifeEvent, LifeEventKind};
pub use record::{RecordReturnInput, RecordReturnPayload};

use crate::{error::Result, write::write};

#[derive(Default)]
pub struct LifeMutations;

#[Object]
impl LifeMutations {
    /// Records that residents moved out, a whole family at once if you like, and closes what ends with that: memberships of households, circumstances, aid
    /// that was not handed over, volunteering; the answer says what was closed (登记迁出).
    async fn record_move_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who moved out, when, and who is head then (迁出内容).")] input: RecordMoveOutInput,
    ) -> Result<RecordMoveOutPayload> {
        write(ctx, input).await
    }

    /// Records a resident's death, and closes what ends with it: memberships of households, circumstances, aid that was not handed over, volunteering; the answer says what
    /// was closed (登记死亡).
    async fn record_death(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who died, when, and who is head then (死亡登记内容).")] input: RecordDeathInput,
    ) -> Result<RecordDeathPayload> {
        write(ctx, input).await
    }

    /// Records that a resident who had moved out came back; nothing that was closed opens by that (登记回迁).
    async fn record_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who came back, and when (回迁内容).")] input: RecordReturnInput,
    ) -> Result<RecordReturnPayload> {
        write(ctx, input).await
    }

    /// Corrects the day of what happened, and the resident's life status with it; the days on which memberships and circumstances ended stay (更正居民变动).
    async fn amend_life_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendLifeEventInput,
    ) -> Result<AmendLifeEventPayload> {
        write(ctx, input).await
    }

    /// Withdraws what did not happen: the life status is what it was before. What was closed stays closed: its lists say what to record anew (撤销居民变动).
    async fn withdraw_life_event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why (撤销内容).")] input: WithdrawLifeEventInput,
    ) -> Result<WithdrawLifeEventPayload> {
        write(ctx, input).await
    }
}

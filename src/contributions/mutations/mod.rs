//! Recording contributions, what comes of them, and correcting their records.

mod amend;
mod items;
mod receive;
mod record;

use async_graphql::{Context, Object};
use chrono::NaiveDate;
use serde_json::{Value, json};

pub use amend::*;
pub use items::{
    AddContributionItemInput, AddContributionItemPayload, AmendContributionItemInput, AmendContributionItemPayload,
    ContributionItemInput,
};
pub use receive::*;
pub use record::*;

use crate::{
    error::{Result, UserErrorCode},
    figures::Figure,
    say,
    write::{Faults, write},
};

/// The most characters of a title.
const TITLE: usize = 200;
/// The most characters of a unit of measure.
const UNIT: usize = 20;

/// A day on which something happened; not after today.
fn past(field: &str, day: NaiveDate, today: NaiveDate, faults: &mut Faults) -> Option<NaiveDate> {
    if day <= today {
        return Some(day);
    }
    faults.note(
        &[field],
        UserErrorCode::OutOfRange,
        say!("The day lies in the future; today is {today}.", "日期不能晚于今天（{today}）。"),
    );
    None
}

/// Figures as events tell them: thousandths of the unit, and fen.
fn told((quantity, value): (Figure, Figure)) -> Value {
    json!({
        "milli": quantity.amount,
        "precision": quantity.precision,
        "fen": value.amount,
        "valuePrecision": value.precision,
    })
}

#[derive(Default)]
pub struct ContributionMutations;

#[Object]
impl ContributionMutations {
    /// Puts a contribution on file: promised, come, or both (登记资源投入).
    async fn record_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What, how much and by whom (登记内容).")] input: RecordContributionInput,
    ) -> Result<RecordContributionPayload> {
        write(ctx, input).await
    }

    /// Says how much of a contribution has come by now (登记到位).
    async fn receive_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How much has come, and when (到位情况).")] input: ReceiveContributionInput,
    ) -> Result<ReceiveContributionPayload> {
        write(ctx, input).await
    }

    /// Corrects a contribution's title or the project that it belongs to (更正资源投入).
    async fn amend_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendContributionInput,
    ) -> Result<AmendContributionPayload> {
        write(ctx, input).await
    }

    /// Puts an item on file that came with a contribution of goods (登记物资明细).
    async fn add_contribution_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contribution, and what came (物资).")] input: AddContributionItemInput,
    ) -> Result<AddContributionItemPayload> {
        write(ctx, input).await
    }

    /// Says how much of an item has come by now, and which devices have which serial numbers (更正物资明细).
    async fn amend_contribution_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which item, and how much has come (物资明细).")] input: AmendContributionItemInput,
    ) -> Result<AmendContributionItemPayload> {
        write(ctx, input).await
    }
}

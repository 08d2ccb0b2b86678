//! What aid takes out of contributions: each step ONE conditional update, so that no interleaving gives out more than there is.
//!
//! The running sums are counters, not edits: they leave the version alone, since otherwise every grant would make a conflict of somebody's correction of
//! the title. The row's CHECKs say the same as the conditions here, as the last line.

use std::collections::BTreeMap;

use entity::{
    contribution::{self, Column},
    figures::{AidKind, Precision},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{CaseStatement, Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::rules;
use crate::{
    error::{Error, UserError, UserErrorCode},
    figures::{Figure, decimal_from_milli, yuan_from_fen},
    say,
    scalars::Decimal,
    write::{Faults, Refused, Tx},
};

/// The two measures of a contribution: how many, and what they are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Quantity,
    Value,
}

impl Measure {
    fn received(self) -> Column {
        match self {
            Measure::Quantity => Column::ReceivedMilli,
            Measure::Value => Column::ReceivedFen,
        }
    }

    fn precision(self) -> Column {
        match self {
            Measure::Quantity => Column::ReceivedPrecision,
            Measure::Value => Column::ReceivedValuePrecision,
        }
    }

    fn allocated(self) -> Column {
        match self {
            Measure::Quantity => Column::AllocatedMilli,
            Measure::Value => Column::AllocatedFen,
        }
    }

    fn delivered(self) -> Column {
        match self {
            Measure::Quantity => Column::DeliveredMilli,
            Measure::Value => Column::DeliveredFen,
        }
    }

    /// The field of the aid's input that asks for it.
    fn field(self) -> &'static str {
        match self {
            Measure::Quantity => "quantity",
            Measure::Value => "value",
        }
    }

    fn shown(self, amount: i64) -> String {
        Decimal::from(match self {
            Measure::Quantity => decimal_from_milli(amount),
            Measure::Value => yuan_from_fen(amount),
        })
        .to_string()
    }
}

/// Sets a part of a contribution aside for a grant. Refused with QUOTA_EXHAUSTED (places) or INSUFFICIENT_REMAINDER where less is left; beyond an amount
/// that is not EXACT it goes with a reason, given now or before. Of what is counted EXACT the quantity must be said, of what is only valued EXACT the
/// value: a grant without it would escape the bound.
pub(crate) async fn take(
    tx: &Tx<'_>,
    id: Uuid,
    milli: Option<i64>,
    fen: Option<i64>,
    reason: Option<&str>,
) -> Result<(), Refused> {
    let mut update = contribution::Entity::update_many().filter(Column::Id.eq(id)).filter(said(milli, fen));
    let mut beyond = Condition::any();
    for (measure, asked) in moved(milli, fen) {
        let after = Expr::col(measure.allocated()).add(asked);
        let unbound = Condition::all()
            .add(measure.precision().ne(Precision::Exact))
            .add_option(reason.is_none().then(|| Column::OverAllocationReason.is_not_null()));
        let enough = Condition::any()
            .add(measure.received().is_null())
            .add(after.clone().lte(Expr::col(measure.received())))
            .add(unbound);
        beyond = beyond.add(after.clone().gt(Expr::col(measure.received())));
        update = update.filter(enough).col_expr(measure.allocated(), after);
    }
    if let Some(reason) = reason {
        // The first reason stays; one that was not needed is not kept.
        let needed = Condition::all().add(Column::OverAllocationReason.is_null()).add(beyond);
        let kept = Expr::case(needed, Expr::val(reason)).finally(Expr::col(Column::OverAllocationReason));
        update = update.col_expr(Column::OverAllocationReason, kept.into());
    }
    match update.exec(tx.conn()).await?.rows_affected {
        1 => Ok(()),
        _ => why_not(tx, id, milli, fen, reason.is_some()).await,
    }
}

/// The measure that bounds the contribution is said.
fn said(milli: Option<i64>, fen: Option<i64>) -> Condition {
    let uncounted = || Column::ReceivedPrecision.ne(Precision::Exact);
    let unvalued = || Column::ReceivedValuePrecision.ne(Precision::Exact);
    match (milli, fen) {
        (Some(_), Some(_)) => Condition::all(),
        (Some(_), None) => Condition::any().add(Column::ReceivedPrecision.eq(Precision::Exact)).add(unvalued()),
        (None, Some(_)) => Condition::all().add(uncounted()),
        (None, None) => Condition::all().add(uncounted()).add(unvalued()),
    }
}

/// Nothing was taken: always refuses, saying what is missing in either measure.
async fn why_not(tx: &Tx<'_>, id: Uuid, milli: Option<i64>, fen: Option<i64>, reason: bool) -> Result<(), Refused> {
    let row = contribution::Entity::find_by_id(id).one(tx.conn()).await?;
    let row = row.ok_or_else(|| Error::internal("aid was asked of a contribution that is not there"))?;
    let reason = reason || row.over_allocation_reason.is_some();
    let quantity = Figure { amount: row.received_milli, precision: row.received_precision };
    let value = Figure { amount: row.received_fen, precision: row.received_value_precision };
    let mut faults = Faults::default();
    if let Some(missing) = rules::unsaid(quantity, milli, value, fen) {
        faults.note(
            &[if missing == rules::Unsaid::Quantity { "quantity" } else { "value" }],
            UserErrorCode::Required,
            say!(
                "It is known exactly how much of this contribution there is: say how much of it is given.",
                "该资源投入的数量或金额是准确的，请填写本次发放多少。"
            ),
        );
    }
    let held = [(quantity, row.allocated_milli), (value, row.allocated_fen)];
    for ((measure, asked), (received, allocated)) in moved(milli, fen).into_iter().zip(held) {
        if !rules::covers(received, allocated + asked, reason) {
            faults.add(shortfall(&row, measure, received, asked, allocated));
        }
    }
    // Between the update and this reading another grant may have given back.
    if faults.is_empty() {
        faults.note(
            &["contributionId"],
            UserErrorCode::Conflict,
            say!("The contribution changed at this moment; try again.", "该资源投入刚刚发生变化，请重试。"),
        );
    }
    faults.none()
}

fn shortfall(row: &contribution::Model, measure: Measure, received: Figure, asked: i64, allocated: i64) -> UserError {
    let remaining = Ord::max(received.amount.unwrap_or(0) - allocated, 0);
    let code = match (row.kind, measure) {
        (AidKind::Places, Measure::Quantity) => UserErrorCode::QuotaExhausted,
        _ => UserErrorCode::InsufficientRemainder,
    };
    let unit = if measure == Measure::Quantity { row.unit.as_str() } else { "yuan" };
    let (asked, remaining) = (measure.shown(asked), measure.shown(remaining));
    let message = if received.precision == Precision::Exact {
        say!(
            "{asked} {unit} are asked for and {remaining} are left of this contribution.",
            "申请 {asked} {unit}，该资源投入仅余 {remaining}。"
        )
    } else {
        say!(
            "{asked} {unit} are asked for and {remaining} are known to be left; give `overAllocationReason` to go beyond.",
            "申请 {asked} {unit}，已知余量为 {remaining}；如需超出，请填写 `overAllocationReason`。"
        )
    };
    UserError::new(&[measure.field()], code, message)
        .with(json!({ "asked": asked, "remaining": remaining, "unit": unit }))
}

/// What was set aside for a grant is handed over.
pub(crate) async fn deliver(tx: &Tx<'_>, id: Uuid, milli: Option<i64>, fen: Option<i64>) -> Result<(), Refused> {
    let mut update = contribution::Entity::update_many().filter(Column::Id.eq(id));
    for (measure, moved) in moved(milli, fen) {
        let after = Expr::col(measure.delivered()).add(moved);
        update = update.filter(after.clone().lte(Expr::col(measure.allocated()))).col_expr(measure.delivered(), after);
    }
    must_move(update.exec(tx.conn()).await?.rows_affected)
}

/// A grant ends and what it took is free again; one that was handed over is taken back.
pub(crate) async fn give_back(
    tx: &Tx<'_>,
    id: Uuid,
    milli: Option<i64>,
    fen: Option<i64>,
    was_delivered: bool,
) -> Result<(), Refused> {
    let mut update = contribution::Entity::update_many().filter(Column::Id.eq(id));
    for (measure, moved) in moved(milli, fen) {
        let delivered = Expr::col(measure.delivered()).sub(if was_delivered { moved } else { 0 });
        let allocated = Expr::col(measure.allocated()).sub(moved);
        update = update
            .filter(delivered.clone().gte(0_i64))
            .filter(delivered.clone().lte(allocated.clone()))
            .col_expr(measure.delivered(), delivered)
            .col_expr(measure.allocated(), allocated);
    }
    must_move(update.exec(tx.conn()).await?.rows_affected)
}

/// As [`give_back`] of grants that were not handed over, for all contributions that they came from in one statement: what each gets back, in
/// thousandths of its unit and in fen.
pub(crate) async fn give_back_all(tx: &Tx<'_>, back: &BTreeMap<Uuid, (i64, i64)>) -> Result<(), Refused> {
    if back.is_empty() {
        return Ok(());
    }
    let share = |of: fn(&(i64, i64)) -> i64| {
        let each = back.iter().map(|(id, share)| (Column::Id.eq(*id), of(share)));
        each.fold(CaseStatement::new(), |case, (id, share)| case.case(id, share)).finally(0_i64)
    };
    let milli = Expr::col(Column::AllocatedMilli).sub(share(|share| share.0));
    let fen = Expr::col(Column::AllocatedFen).sub(share(|share| share.1));
    let update = contribution::Entity::update_many()
        .filter(Column::Id.is_in(back.keys().copied()))
        .filter(Expr::col(Column::DeliveredMilli).lte(milli.clone()))
        .filter(Expr::col(Column::DeliveredFen).lte(fen.clone()))
        .col_expr(Column::AllocatedMilli, milli)
        .col_expr(Column::AllocatedFen, fen);
    all_must_move(update.exec(tx.conn()).await?.rows_affected, back.len())
}

/// Both measures, a missing one moving by nothing.
fn moved(milli: Option<i64>, fen: Option<i64>) -> [(Measure, i64); 2] {
    [(Measure::Quantity, milli.unwrap_or(0)), (Measure::Value, fen.unwrap_or(0))]
}

/// A grant moves only what it took, so the sums always allow it: otherwise they and the grants contradict each other.
fn must_move(rows: u64) -> Result<(), Refused> {
    all_must_move(rows, 1)
}

fn all_must_move(rows: u64, contributions: usize) -> Result<(), Refused> {
    if usize::try_from(rows) == Ok(contributions) {
        return Ok(());
    }
    Err(Error::internal("the running sums of a contribution do not match its grants").into())
}

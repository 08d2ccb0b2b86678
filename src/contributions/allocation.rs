//! What aid takes out of contributions and their items: each step ONE conditional update, so that no interleaving gives out more than there is.
//!
//! The running sums are counters, not edits: they leave the version alone, since otherwise every grant would make a conflict of somebody's correction of
//! the title. The row's CHECKs say the same as the conditions here, as the last line.

use std::collections::BTreeMap;

use entity::figures::{AidKind, Precision};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, UpdateMany,
    sea_query::{CaseStatement, Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    rules,
    stock::{Held, Measure, Stock},
};
use crate::{
    error::{Error, UserError, UserErrorCode},
    figures::Figure,
    relay::id,
    say,
    write::{Faults, Refused, Tx},
};

/// What grants took, by what they took it from: thousandths of its unit, and fen.
pub(crate) type Shares = BTreeMap<Uuid, (i64, i64)>;

const BOTH: [Measure; 2] = [Measure::Quantity, Measure::Value];

/// Sets a part aside for a grant. Refused with QUOTA_EXHAUSTED (places) or INSUFFICIENT_REMAINDER where less is left; beyond an amount that is not EXACT,
/// and out of what nobody knows the amount of, it goes with a reason, given now or before. Of what is counted EXACT the quantity must be said, of what is
/// only valued EXACT the value: a grant without it would escape the bound. `still` is what the grant was recorded on the strength of; CONFLICT where it changed.
pub(crate) async fn take<S: Stock>(
    tx: &Tx<'_>,
    (id, still): (Uuid, Condition),
    (milli, fen): (Option<i64>, Option<i64>),
    reason: Option<&str>,
) -> Result<(), Refused> {
    let mut update = S::update_many().filter(S::id().eq(id)).filter(still).filter(said::<S>(milli, fen));
    let mut beyond = Condition::any();
    let [quantity, value] = moved(milli, fen);
    for ((measure, asked), other) in [(quantity, value), (value, quantity)] {
        let (received, allocated) = (S::received(measure), S::allocated(measure));
        let after = Expr::col(allocated).add(asked);
        let unbound = Condition::all()
            .add(S::precision(measure).ne(Precision::Exact))
            .add_option(reason.is_none().then(|| S::reason().is_not_null()));
        let uncounted = Condition::all().add(received.is_null()).add(elsewhere::<S>(asked, other));
        let enough = Condition::any().add(uncounted).add(after.clone().lte(Expr::col(received))).add(unbound);
        let unknown = Condition::all().add(received.is_null()).add(elsewhere::<S>(asked, other).not());
        beyond = beyond.add(after.clone().gt(Expr::col(received))).add(unknown);
        update = update.filter(enough).col_expr(allocated, after);
    }
    if let Some(reason) = reason {
        // The first reason stays; one that was not needed is not kept.
        let needed = Condition::all().add(S::reason().is_null()).add(beyond);
        let kept = Expr::case(needed, Expr::val(reason)).finally(Expr::col(S::reason()));
        update = update.col_expr(S::reason(), kept.into());
    }
    match update.exec(tx.conn()).await?.rows_affected {
        1 => Ok(()),
        _ => why_not::<S>(tx, id, (milli, fen), reason.is_some()).await,
    }
}

/// Of a measure that nobody knows the whole of: is nothing asked in it, or something in the other, which is known and therefore bounds?
fn elsewhere<S: Stock>(asked: i64, (other, asked_of_other): (Measure, i64)) -> Condition {
    let other = (asked_of_other > 0).then(|| S::received(other).is_not_null());
    Condition::any().add(Expr::val(asked == 0)).add_option(other)
}

/// The measure that bounds it is said.
fn said<S: Stock>(milli: Option<i64>, fen: Option<i64>) -> Condition {
    let uncounted = || S::precision(Measure::Quantity).ne(Precision::Exact);
    let unvalued = || S::precision(Measure::Value).ne(Precision::Exact);
    match (milli, fen) {
        (Some(_), Some(_)) => Condition::all(),
        (Some(_), None) => Condition::any().add(S::precision(Measure::Quantity).eq(Precision::Exact)).add(unvalued()),
        (None, Some(_)) => Condition::all().add(uncounted()),
        (None, None) => Condition::all().add(uncounted()).add(unvalued()),
    }
}

/// Nothing was taken: always refuses, saying what is missing in either measure.
async fn why_not<S: Stock>(
    tx: &Tx<'_>,
    id: Uuid,
    (milli, fen): (Option<i64>, Option<i64>),
    reason: bool,
) -> Result<(), Refused> {
    let row = S::find().filter(S::id().eq(id)).one(tx.conn()).await?;
    let row = row.ok_or_else(|| Error::internal("aid was asked of a contribution that is not there"))?;
    let row = S::held(&row);
    let reason = reason || row.reason;
    let [quantity, value] = row.received;
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
    for (place, (measure, asked)) in moved(milli, fen).into_iter().enumerate() {
        let (received, allocated) = (row.received[place], row.allocated[place]);
        if !rules::covers(received, allocated + asked, reason) {
            faults.add(shortfall::<S>(&row, measure, received, asked, allocated));
        }
    }
    if !reason && rules::unbounded(quantity, milli, value, fen) {
        faults.note(
            &["overAllocationReason"],
            UserErrorCode::Required,
            say!(
                "Nobody knows how much of this contribution there is: say why so much may be given.",
                "该资源投入的总量不详，请填写可以发放的理由。"
            ),
        );
    }
    // Between the update and this reading another grant may have given back.
    if faults.is_empty() {
        faults.note(
            &[S::FIELD],
            UserErrorCode::Conflict,
            say!("The contribution changed at this moment; try again.", "该资源投入刚刚发生变化，请重试。"),
        );
    }
    faults.none()
}

/// Names what it was asked of: the contribution, or the one of its items that is short.
fn shortfall<S: Stock>(row: &Held, measure: Measure, received: Figure, asked: i64, allocated: i64) -> UserError {
    let remaining = Ord::max(received.amount.unwrap_or(0) - allocated, 0);
    let lacking = measure.shown(asked - remaining);
    let code = match (row.kind, measure) {
        (AidKind::Places, Measure::Quantity) => UserErrorCode::QuotaExhausted,
        _ => UserErrorCode::InsufficientRemainder,
    };
    let unit = if measure == Measure::Quantity { row.unit.as_str() } else { "yuan" };
    let (asked, remaining, name) = (measure.shown(asked), measure.shown(remaining), &row.name);
    let message = if received.precision == Precision::Exact {
        say!(
            "{asked} {unit} are asked for and {remaining} are left of “{name}”.",
            "申请 {asked} {unit}，“{name}”仅余 {remaining}。"
        )
    } else {
        say!(
            "{asked} {unit} are asked for and {remaining} are known to be left of “{name}”; give `overAllocationReason` to go beyond.",
            "申请 {asked} {unit}，“{name}”已知余量为 {remaining}；如需超出，请填写 `overAllocationReason`。"
        )
    };
    UserError::new(&[measure.field()], code, message)
        .with(json!({ (S::FIELD): id::encode(S::PREFIX, row.id), "asked": asked, "remaining": remaining, "shortfall": lacking, "unit": unit }))
}

/// What was set aside for grants is handed over: one statement for all that they are taken from.
pub(crate) async fn deliver<S: Stock>(tx: &Tx<'_>, shares: &Shares) -> Result<(), Refused> {
    let mut update = of_all::<S>(shares);
    for measure in BOTH {
        let (allocated, delivered) = (S::allocated(measure), S::delivered(measure));
        let after = Expr::col(delivered).add(part::<S>(shares, measure));
        update = update.filter(after.clone().lte(Expr::col(allocated))).col_expr(delivered, after);
    }
    all_must_move(tx, update, shares).await
}

/// Grants end and what they took is free again; what was handed over is taken back.
pub(crate) async fn give_back<S: Stock>(tx: &Tx<'_>, shares: &Shares, was_delivered: bool) -> Result<(), Refused> {
    let mut update = of_all::<S>(shares);
    for measure in BOTH {
        let allocated = Expr::col(S::allocated(measure)).sub(part::<S>(shares, measure));
        let delivered = match was_delivered {
            true => Expr::col(S::delivered(measure)).sub(part::<S>(shares, measure)),
            false => Expr::col(S::delivered(measure)),
        };
        update = update
            .filter(delivered.clone().gte(0_i64))
            .filter(delivered.clone().lte(allocated.clone()))
            .col_expr(S::delivered(measure), delivered)
            .col_expr(S::allocated(measure), allocated);
    }
    all_must_move(tx, update, shares).await
}

fn of_all<S: Stock>(shares: &Shares) -> UpdateMany<S> {
    S::update_many().filter(S::id().is_in(shares.keys().copied()))
}

/// What moves in one measure, in the row of each.
fn part<S: Stock>(shares: &Shares, measure: Measure) -> Expr {
    let each = shares.iter().map(|(id, (milli, fen))| {
        let part = if measure == Measure::Quantity { *milli } else { *fen };
        (S::id().eq(*id), part)
    });
    each.fold(CaseStatement::new(), |case, (id, part)| case.case(id, part)).finally(0_i64).into()
}

/// A grant moves only what it took, so the sums always allow it: otherwise they and the grants contradict each other.
async fn all_must_move<S: Stock>(tx: &Tx<'_>, update: UpdateMany<S>, shares: &Shares) -> Result<(), Refused> {
    if shares.is_empty() || usize::try_from(update.exec(tx.conn()).await?.rows_affected) == Ok(shares.len()) {
        return Ok(());
    }
    Err(Error::internal("the running sums of a contribution do not match its grants").into())
}

/// Both measures, a missing one moving by nothing.
fn moved(milli: Option<i64>, fen: Option<i64>) -> [(Measure, i64); 2] {
    [(Measure::Quantity, milli.unwrap_or(0)), (Measure::Value, fen.unwrap_or(0))]
}

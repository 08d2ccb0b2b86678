//! What the figures of a contribution must be. Pure: no database, no GraphQL.

use entity::figures::{AidKind, Precision};

use crate::{
    error::UserErrorCode,
    figures::{Figure, Refusal, sum, yuan_from_fen},
    say,
};

/// The unit of measure where none is given.
pub fn default_unit(kind: AidKind) -> &'static str {
    match kind {
        AidKind::Cash => "yuan",
        AidKind::Places => "place",
        AidKind::Goods => "item",
        AidKind::Service | AidKind::Works | AidKind::Loan => "piece",
    }
}

/// A quantity that this kind can have: none of CASH, whole ones of PLACES.
pub fn quantity_of(kind: AidKind, quantity: Figure) -> Result<Figure, Refusal> {
    match (kind, quantity.amount) {
        (AidKind::Cash, Some(_)) => Err((
            UserErrorCode::Invalid,
            say!("CASH has no quantity: give its value in yuan.", "资金没有数量，请填写金额（元）。"),
        )),
        (AidKind::Places, Some(milli)) if milli % 1000 != 0 => {
            Err((UserErrorCode::Invalid, say!("Places are counted in whole numbers.", "名额须为整数。")))
        }
        _ => Ok(quantity),
    }
}

/// Whether so much may be allocated: up to the amount received; beyond one that is not EXACT with a reason; of an unknown amount, anything.
pub fn covers(received: Figure, allocated: i64, reason: bool) -> bool {
    match received.amount {
        None => true,
        Some(amount) => allocated <= amount || (received.precision != Precision::Exact && reason),
    }
}

/// The measure that bounds a contribution and that a grant left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsaid {
    Quantity,
    Value,
}

pub fn unsaid(quantity: Figure, milli: Option<i64>, value: Figure, fen: Option<i64>) -> Option<Unsaid> {
    match (quantity.precision, value.precision) {
        (Precision::Exact, _) => milli.is_none().then_some(Unsaid::Quantity),
        (_, Precision::Exact) => fen.is_none().then_some(Unsaid::Value),
        _ => None,
    }
}

/// Is something taken of which nobody knows the whole, in either measure?
pub fn unbounded(quantity: Figure, milli: Option<i64>, value: Figure, fen: Option<i64>) -> bool {
    let known = [(quantity, milli), (value, fen)].into_iter().filter(|(_, asked)| asked.is_some());
    known.clone().all(|(received, _)| received.amount.is_none()) && known.count() > 0
}

/// A running sum as a figure. Where the other measure moved and this one did not, the grants did not say: that is unknown, not nothing.
pub fn running(own: i64, other: i64) -> Figure {
    if own == 0 && other > 0 { Figure::UNKNOWN } else { Figure::exact(own) }
}

/// What is on record as received before anything came.
pub fn nothing_yet(kind: AidKind) -> (Figure, Figure) {
    match kind {
        AidKind::Cash => (Figure::UNKNOWN, Figure::exact(0)),
        _ => (Figure::exact(0), Figure::exact(0)),
    }
}

/// A figure of what was received after more came: what is not said stays, but no longer as "nothing".
pub fn after_receipt(before: Figure, said: Option<Figure>) -> Figure {
    match said {
        Some(figure) => figure,
        // Nobody can enter 0, so an exact 0 is what stood there before anything came.
        None if before == Figure::exact(0) => Figure::UNKNOWN,
        None => before,
    }
}

/// What the contributors' amounts are parts of: of what was received, of what was pledged where nobody knows what came.
pub fn total(received: Figure, pledged: Figure) -> Figure {
    if received.amount.is_some() { received } else { pledged }
}

/// The contributors' parts against the total: never more than an EXACT one, and all of it where all are known.
pub fn split(total: Figure, parts: &[Option<i64>]) -> Result<(), Refusal> {
    let Figure { amount: Some(total), precision: Precision::Exact } = total else { return Ok(()) };
    let known: i64 = parts.iter().flatten().sum();
    let all = parts.iter().all(Option::is_some);
    let (sum, whole) = (yuan_from_fen(known), yuan_from_fen(total));
    if known > total {
        return Err((
            UserErrorCode::OutOfRange,
            say!(
                "The contributors' amounts make {sum} yuan, more than the {whole} of the whole.",
                "各投入单位金额合计 {sum} 元，超过总额 {whole} 元。"
            ),
        ));
    }
    if all && known != total {
        return Err((
            UserErrorCode::Invalid,
            say!(
                "The contributors' amounts make {sum} yuan, not the {whole} of the whole. Correct them, or leave out what is not known.",
                "各投入单位金额合计 {sum} 元，与总额 {whole} 元不符。请更正，或不填未知的金额。"
            ),
        ));
    }
    Ok(())
}

/// One item of a contribution, as far as the whole depends on it.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    pub unit: &'a str,
    pub quantity: Figure,
    pub value: Figure,
}

/// How many the whole is when it is made of these items: what was said of it where one of them was not counted, their sum otherwise. Different units are
/// never added up.
pub fn whole_quantity(said: Figure, unit: &str, parts: &[Part<'_>]) -> Figure {
    if parts.iter().any(|part| part.unit != unit) {
        return Figure::UNKNOWN;
    }
    whole(said, parts, |part| part.quantity)
}

/// What the whole is worth when it is made of these items: what was said of it where one of them was not valued, their sum otherwise.
pub fn whole_value(said: Figure, parts: &[Part<'_>]) -> Figure {
    whole(said, parts, |part| part.value)
}

fn whole(said: Figure, parts: &[Part<'_>], of: fn(&Part<'_>) -> Figure) -> Figure {
    let known = parts.iter().all(|part| of(part).amount.is_some());
    if known || said.amount.is_none() { sum(parts.iter().map(of)) } else { said }
}

/// The values of the items against the whole: never more than an EXACT one, and all of it where all are known exactly.
pub fn made_of(whole: Figure, parts: &[Part<'_>]) -> Result<(), Refusal> {
    let Figure { amount: Some(total), precision: Precision::Exact } = whole else { return Ok(()) };
    let known: i64 = parts.iter().filter_map(|part| part.value.amount).sum();
    let all = parts.iter().all(|part| part.value.amount.is_some() && part.value.precision == Precision::Exact);
    if known > total || (all && known != total) {
        let (sum, whole) = (yuan_from_fen(known), yuan_from_fen(total));
        return Err((
            UserErrorCode::Invalid,
            say!(
                "The items are worth {sum} yuan together, not the {whole} of the whole. Correct them, or leave out what is not known.",
                "各项物资金额合计 {sum} 元，与总额 {whole} 元不符。请更正，或不填未知的金额。"
            ),
        ));
    }
    Ok(())
}

/// How many the whole is follows from its items, so it is said of them.
pub fn counted_by(said: Figure, unit: &str, parts: &[Part<'_>]) -> Result<(), Refusal> {
    if whole_quantity(said, unit, parts) == said {
        return Ok(());
    }
    Err((
        UserErrorCode::Invalid,
        say!(
            "It is made of items: leave the quantity out, and say how many of each came with `amendContributionItem`.",
            "该资源投入由明细构成：请勿填写总数量，改用 `amendContributionItem` 填写各项到位数量。"
        ),
    ))
}

/// No more devices have numbers than there are, where that is known exactly.
pub fn numbered(devices: usize, quantity: Figure) -> Result<(), Refusal> {
    let Figure { amount: Some(milli), precision: Precision::Exact } = quantity else { return Ok(()) };
    let whole = usize::try_from(milli / 1000).unwrap_or(0);
    if devices <= whole {
        return Ok(());
    }
    Err((
        UserErrorCode::OutOfRange,
        say!("{devices} serial numbers are too many for {whole} items.", "器具编号 {devices} 个，多于数量 {whole}。"),
    ))
}

/// What a part of an item is worth when nobody says: its share of what is left, so that the shares of all make up the whole to the fen; the last one takes
/// the rest. None where either is not known exactly.
pub fn share_of(left: (Figure, Figure), milli: i64) -> Option<i64> {
    let (
        Figure { amount: Some(count), precision: Precision::Exact },
        Figure { amount: Some(fen), precision: Precision::Exact },
    ) = left
    else {
        return None;
    };
    if milli >= count {
        return (milli == count).then_some(fen);
    }
    i64::try_from(i128::from(fen) * i128::from(milli) / i128::from(count)).ok()
}

/// The part of a contributor who is alone: the whole, where that is EXACT.
pub fn all_of(total: Figure) -> Option<i64> {
    total.amount.filter(|_| total.precision == Precision::Exact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_amount_bounds_and_another_yields_to_a_reason() {
        for (received, allocated, reason, expected) in [
            (Figure::exact(2000), 2000, false, true),
            (Figure::exact(2000), 2001, false, false),
            (Figure::exact(2000), 2001, true, false),
            (Figure::at_least(2000), 2000, false, true),
            (Figure::at_least(2000), 2001, false, false),
            (Figure::at_least(2000), 2001, true, true),
            (Figure::about(2000), 2001, false, false),
            (Figure::about(2000), 2001, true, true),
            (Figure::UNKNOWN, i64::MAX, false, true),
        ] {
            assert_eq!(covers(received, allocated, reason), expected, "{allocated} of {received:?}");
        }
    }

    #[test]
    fn the_bounding_measure_must_be_said() {
        let (exact, rough) = (Figure::exact(5), Figure::at_least(5));
        assert_eq!(unsaid(exact, None, exact, Some(1)), Some(Unsaid::Quantity));
        assert_eq!(unsaid(exact, Some(1), exact, None), None);
        assert_eq!(unsaid(rough, Some(1), exact, None), Some(Unsaid::Value));
        assert_eq!(unsaid(rough, None, exact, Some(1)), None);
        assert_eq!(unsaid(rough, None, Figure::UNKNOWN, None), None);
    }

    #[test]
    fn what_is_taken_out_of_the_unknown_is_unbounded() {
        let (known, unknown) = (Figure::at_least(5), Figure::UNKNOWN);
        assert!(unbounded(unknown, Some(1), unknown, None) && unbounded(unknown, Some(1), unknown, Some(1)));
        assert!(unbounded(unknown, Some(1), known, None), "the value is known, but nothing is taken in it");
        assert!(!unbounded(unknown, Some(1), known, Some(1)) && !unbounded(known, Some(1), unknown, Some(1)));
        assert!(!unbounded(unknown, None, unknown, None));
    }

    #[test]
    fn the_whole_is_the_sum_of_its_items_where_these_are_known() {
        let part = |unit, milli, fen| Part { unit, quantity: Figure::exact(milli), value: Figure::exact(fen) };
        let chairs = [part("item", 3000, 100), part("item", 2000, 50)];
        assert_eq!(whole_quantity(Figure::UNKNOWN, "item", &chairs), Figure::exact(5000));
        assert_eq!(whole_value(Figure::exact(1), &chairs), Figure::exact(150));
        let mixed = [chairs[0], part("box", 1000, 50)];
        assert_eq!(whole_quantity(Figure::exact(9), "item", &mixed), Figure::UNKNOWN, "units are not added up");
        assert_eq!(whole_value(Figure::UNKNOWN, &mixed), Figure::exact(150));
        let unvalued = [chairs[0], Part { unit: "item", quantity: Figure::UNKNOWN, value: Figure::UNKNOWN }];
        assert_eq!(whole_quantity(Figure::exact(9), "item", &unvalued), Figure::exact(9));
        assert_eq!(whole_value(Figure::exact(400), &unvalued), Figure::exact(400));
        assert_eq!(whole_value(Figure::UNKNOWN, &unvalued), Figure::at_least(100), "nobody said");
        let refused = |whole, parts: &[Part<'_>]| made_of(whole, parts).is_err();
        assert!(
            !refused(Figure::exact(150), &chairs)
                && refused(Figure::exact(151), &chairs)
                && refused(Figure::exact(149), &chairs)
        );
        assert!(!refused(Figure::exact(400), &unvalued) && refused(Figure::exact(99), &unvalued));
        assert!(!refused(Figure::at_least(1), &chairs));
    }

    #[test]
    fn shares_of_an_item_make_it_up_to_the_fen_in_whatever_portions() {
        for (count, fen) in [(145_000, 5_600_000), (7_000, 100), (3_000, 1), (1_000, 9_999), (500, 7)] {
            for portion in [500, 1_000, 2_000, 3_500] {
                let (mut left, mut sum) = ((count, fen), 0);
                while left.0 > 0 {
                    let milli = Ord::min(portion, left.0);
                    let share = share_of((Figure::exact(left.0), Figure::exact(left.1)), milli).unwrap();
                    assert!((0..=left.1).contains(&share));
                    (left, sum) = ((left.0 - milli, left.1 - share), sum + share);
                }
                assert_eq!(sum, fen, "{count} in portions of {portion}");
            }
        }
        assert_eq!(share_of((Figure::exact(1), Figure::at_least(5)), 1), None);
        assert_eq!(share_of((Figure::exact(1), Figure::exact(5)), 2), None, "more than there is");
    }

    #[test]
    fn no_more_devices_have_numbers_than_came() {
        assert!(numbered(2, Figure::exact(2_500)).is_ok() && numbered(3, Figure::exact(2_500)).is_err());
        assert!(numbered(9, Figure::at_least(1_000)).is_ok() && numbered(9, Figure::UNKNOWN).is_ok());
    }

    #[test]
    fn cash_is_not_counted_and_places_are_whole() {
        assert!(quantity_of(AidKind::Cash, Figure::exact(1000)).is_err());
        assert!(quantity_of(AidKind::Cash, Figure::UNKNOWN).is_ok());
        assert!(quantity_of(AidKind::Places, Figure::exact(500)).is_err());
        assert!(quantity_of(AidKind::Places, Figure::exact(2_000_000)).is_ok());
        assert!(quantity_of(AidKind::Goods, Figure::exact(500)).is_ok());
    }

    #[test]
    fn parts_of_a_total() {
        let refused = |total, parts: &[Option<i64>]| split(total, parts).err().map(|refusal| refusal.0);
        assert_eq!(refused(Figure::exact(100), &[Some(60), Some(40)]), None);
        assert_eq!(refused(Figure::exact(100), &[Some(60), None]), None);
        assert_eq!(refused(Figure::exact(100), &[None, None]), None);
        assert_eq!(refused(Figure::exact(100), &[Some(60), Some(41)]), Some(UserErrorCode::OutOfRange));
        assert_eq!(refused(Figure::exact(100), &[Some(101), None]), Some(UserErrorCode::OutOfRange));
        assert_eq!(refused(Figure::exact(100), &[Some(60), Some(39)]), Some(UserErrorCode::Invalid));
        // F7: three funders, at least 50,000, split unknown.
        assert_eq!(refused(Figure::at_least(5_000_000), &[None, None, None]), None);
        assert_eq!(refused(Figure::at_least(100), &[Some(101)]), None);
        assert_eq!(refused(Figure::UNKNOWN, &[Some(101)]), None);
    }

    #[test]
    fn what_was_received_before_and_after() {
        assert_eq!(after_receipt(Figure::exact(0), None), Figure::UNKNOWN);
        assert_eq!(after_receipt(Figure::exact(5), None), Figure::exact(5));
        assert_eq!(after_receipt(Figure::exact(5), Some(Figure::at_least(9))), Figure::at_least(9));
        assert_eq!(nothing_yet(AidKind::Cash).0, Figure::UNKNOWN);
        assert_eq!(nothing_yet(AidKind::Places).0, Figure::exact(0));
    }

    #[test]
    fn a_sum_that_no_grant_stated_is_unknown() {
        assert_eq!(running(0, 0), Figure::exact(0));
        assert_eq!(running(0, 5), Figure::UNKNOWN);
        assert_eq!(running(3, 5), Figure::exact(3));
    }

    #[test]
    fn who_is_alone_gave_the_whole() {
        assert_eq!(all_of(Figure::exact(7)), Some(7));
        assert_eq!(all_of(Figure::at_least(7)), None);
        assert_eq!(all_of(Figure::UNKNOWN), None);
    }
}

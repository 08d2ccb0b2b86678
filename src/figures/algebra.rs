//! What sums and differences of imprecise figures are worth: the precision algebra (精确度代数), in one place.
//!
//! A figure stands for what may be true: EXACT v for v alone, AT_LEAST v for v and everything above, UNKNOWN for everything from 0; ABOUT
//! is a rough v, and makes everything rough that it goes into. No result may promise more than its parts, and no word exists for "at
//! most"; both differences that would need one are UNKNOWN. [`sum_of`] and [`difference_of`] are the whole table.

use entity::figures::Precision::{self, About, AtLeast, Exact, Unknown};

use super::Refusal;
use crate::{error::UserErrorCode, say};

/// An amount in the smallest unit (fen, or thousandths of a unit of measure) and how sure it is. Never negative; null exactly when its
/// precision is UNKNOWN. Rows of the database keep to that by CHECKs; [`Figure::new`] is for what people enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Figure {
    pub amount: Option<i64>,
    pub precision: Precision,
}

/// The precision of a sum of two parts. Commutative, associative, idempotent: EXACT and UNKNOWN below AT_LEAST below ABOUT.
fn sum_of(a: Precision, b: Precision) -> Precision {
    match (a, b) {
        (Exact, Exact) => Exact,
        (Unknown, Unknown) => Unknown,
        (About, _) | (_, About) => About,
        // A part of unknown size counts 0: the known rest is a lower bound.
        (AtLeast | Unknown, _) | (_, AtLeast | Unknown) => AtLeast,
    }
}

/// The precision of `whole` less `part`, such as what remains of what was received.
fn difference_of(whole: Precision, part: Precision) -> Precision {
    match (whole, part) {
        (Unknown, _) | (_, Unknown) => Unknown,
        // More may have gone than is known: what remains has an upper bound only. ABOUT would claim that it lies near that bound, and
        // "at least 0" would look like a figure.
        (_, AtLeast) => Unknown,
        (About, _) | (_, About) => About,
        (AtLeast, Exact) => AtLeast,
        (Exact, Exact) => Exact,
    }
}

/// The sum of all parts (合计). Nothing at all is exactly 0.
///
/// Parts may be sums themselves, so a database may add up the rows of each precision and this the four results.
pub fn sum(parts: impl IntoIterator<Item = Figure>) -> Figure {
    // No neutral element to start from: 0 EXACT beside UNKNOWN is AT_LEAST.
    parts.into_iter().reduce(Figure::plus).unwrap_or(Figure::exact(0)).normal()
}

/// `whole` less `part` (余量). Never negative:
///
/// - more allocated than the AT_LEAST that is known to have come: at least 0 remains;
/// - more than an ABOUT: about 0;
/// - more than an EXACT: the records contradict each other, which the database forbids; UNKNOWN, since every number would be wrong.
pub fn difference(whole: Figure, part: Figure) -> Figure {
    let (whole, part) = (whole.normal(), part.normal());
    let precision = difference_of(whole.precision, part.precision);
    match (precision, whole.amount, part.amount) {
        (Unknown, ..) | (_, None, _) | (_, _, None) => Figure::UNKNOWN,
        (Exact, Some(whole), Some(part)) if part > whole => Figure::UNKNOWN,
        (precision, Some(whole), Some(part)) => Figure { amount: Some((whole - part).max(0)), precision },
    }
}

impl Figure {
    pub const UNKNOWN: Self = Self { amount: None, precision: Unknown };

    pub const fn exact(amount: i64) -> Self {
        Self { amount: Some(amount), precision: Exact }
    }

    pub const fn at_least(amount: i64) -> Self {
        Self { amount: Some(amount), precision: AtLeast }
    }

    pub const fn about(amount: i64) -> Self {
        Self { amount: Some(amount), precision: About }
    }

    /// As it is known to those who see only some of the rows behind it: this much, and possibly more. What is rough stays rough.
    pub const fn in_part(self) -> Self {
        match self.precision {
            Exact => Self { precision: AtLeast, ..self },
            AtLeast | About | Unknown => self,
        }
    }

    /// From what people enter, where the two can contradict each other.
    pub fn new(amount: Option<i64>, precision: Precision) -> Result<Self, Refusal> {
        match (amount, precision) {
            (None, Unknown) => Ok(Self::UNKNOWN),
            (None, _) => Err((
                UserErrorCode::Required,
                say!(
                    "A figure is missing: give one, or the precision UNKNOWN.",
                    "缺少数值：请填写数值，或将精确度设为 UNKNOWN（不详）。"
                ),
            )),
            (Some(_), Unknown) => Err((
                UserErrorCode::Invalid,
                say!(
                    "A figure of precision UNKNOWN has no value: leave the value out, or choose ABOUT or AT_LEAST.",
                    "精确度为 UNKNOWN（不详）时不能有数值：请去掉数值，或改用 ABOUT（约）、AT_LEAST（不少于）。"
                ),
            )),
            (Some(amount), _) if amount < 0 => {
                Err((UserErrorCode::OutOfRange, say!("A figure is never negative.", "数值不能为负。")))
            }
            (Some(amount), precision) => Ok(Self { amount: Some(amount), precision }),
        }
    }

    /// The same for a row that breaks the rule: a figure without amount, or of UNKNOWN precision, is UNKNOWN; a negative one counts 0.
    pub(super) fn normal(self) -> Self {
        match self {
            Self { amount: None, .. } | Self { precision: Unknown, .. } => Self::UNKNOWN,
            Self { amount: Some(amount), precision } => Self { amount: Some(amount.max(0)), precision },
        }
    }

    fn plus(self, other: Self) -> Self {
        let (a, b) = (self.normal(), other.normal());
        let precision = sum_of(a.precision, b.precision);
        if precision == Unknown {
            return Self::UNKNOWN;
        }
        match a.amount.unwrap_or(0).checked_add(b.amount.unwrap_or(0)) {
            Some(amount) => Self { amount: Some(amount), precision },
            // Beyond 92 quadrillion yuan: a lower bound is still true, a wrapped number is not.
            None => Self { amount: Some(i64::MAX), precision: sum_of(precision, AtLeast) },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Precision; 4] = [Exact, AtLeast, About, Unknown];

    #[test]
    fn a_part_is_never_said_to_be_all() {
        assert_eq!(Figure::exact(7).in_part(), Figure::at_least(7));
        for other in [Figure::at_least(7), Figure::about(7), Figure::UNKNOWN] {
            assert_eq!(other.in_part(), other);
        }
    }

    #[test]
    fn the_table_of_sums() {
        #[rustfmt::skip]
        let table = [
            //          Exact    AtLeast  About  Unknown
            /* Exact */ [Exact,   AtLeast, About, AtLeast],
            /* AtLe. */ [AtLeast, AtLeast, About, AtLeast],
            /* About */ [About,   About,   About, About],
            /* Unkn. */ [AtLeast, AtLeast, About, Unknown],
        ];
        for (a, row) in ALL.into_iter().zip(table) {
            for (b, expected) in ALL.into_iter().zip(row) {
                assert_eq!(sum_of(a, b), expected, "{a:?} + {b:?}");
            }
        }
    }

    #[test]
    fn the_table_of_differences() {
        #[rustfmt::skip]
        let table = [
            // less:    Exact    AtLeast  About    Unknown
            /* Exact */ [Exact,   Unknown, About,   Unknown],
            /* AtLe. */ [AtLeast, Unknown, About,   Unknown],
            /* About */ [About,   Unknown, About,   Unknown],
            /* Unkn. */ [Unknown, Unknown, Unknown, Unknown],
        ];
        for (whole, row) in ALL.into_iter().zip(table) {
            for (part, expected) in ALL.into_iter().zip(row) {
                assert_eq!(difference_of(whole, part), expected, "{whole:?} - {part:?}");
            }
        }
    }

    #[test]
    fn figures_of_one_community() {
        // F5, F7, F8: cash of 30,000, 50,000 and 100,000, each "more than".
        let cash = [3_000_000, 5_000_000, 10_000_000].map(Figure::at_least);
        assert_eq!(sum(cash), Figure::at_least(18_000_000));
        // F9, F13, F15: at least 10,000, then 56,000 and 16,000 exactly; and a batch of supplies that nobody counted.
        let goods = [Figure::at_least(1_000_000), Figure::exact(5_600_000), Figure::exact(1_600_000), Figure::UNKNOWN];
        assert_eq!(sum(goods), Figure::at_least(8_200_000));
        // F12: 2,000 places; when the last is taken, exactly none remains.
        assert_eq!(difference(Figure::exact(2_000_000), Figure::exact(2_000_000)), Figure::exact(0));
    }

    #[test]
    fn borders() {
        assert_eq!(sum([]), Figure::exact(0));
        assert_eq!(sum([Figure::UNKNOWN, Figure::UNKNOWN]), Figure::UNKNOWN);
        assert_eq!(sum([Figure::exact(0), Figure::UNKNOWN]), Figure::at_least(0));
        assert_eq!(sum([Figure::exact(i64::MAX), Figure::exact(1)]), Figure::at_least(i64::MAX));
        assert_eq!(sum([Figure::exact(i64::MAX), Figure::about(1)]), Figure::about(i64::MAX));
        assert_eq!(difference(Figure::at_least(500), Figure::exact(700)), Figure::at_least(0));
        assert_eq!(difference(Figure::about(500), Figure::exact(700)), Figure::about(0));
        assert_eq!(difference(Figure::exact(500), Figure::exact(700)), Figure::UNKNOWN);
    }

    #[test]
    fn what_people_enter() {
        assert_eq!(Figure::new(Some(5), AtLeast), Ok(Figure::at_least(5)));
        assert_eq!(Figure::new(None, Unknown), Ok(Figure::UNKNOWN));
        let code = |amount, precision| Figure::new(amount, precision).unwrap_err().0;
        assert_eq!(code(None, Exact), UserErrorCode::Required);
        assert_eq!(code(Some(0), Unknown), UserErrorCode::Invalid);
        assert_eq!(code(Some(-1), Exact), UserErrorCode::OutOfRange);
    }

    fn figure() -> impl Strategy<Value = Figure> {
        let amount = prop_oneof![4 => 0..10_000i64, 1 => 0..=i64::MAX, 1 => Just(i64::MAX)];
        (amount, prop::sample::select(ALL.to_vec())).prop_map(|(amount, precision)| match precision {
            Unknown => Figure::UNKNOWN,
            _ => Figure { amount: Some(amount), precision },
        })
    }

    /// Whether the true amount may be `truth`; ABOUT says nothing that could be refuted.
    fn allows(figure: Figure, truth: i64) -> bool {
        match (figure.precision, figure.amount) {
            (Exact, Some(amount)) => truth == amount,
            (AtLeast, Some(amount)) => truth >= amount,
            (About, Some(_)) | (Unknown, None) => true,
            _ => false,
        }
    }

    /// A figure and one truth behind it.
    fn with_truth() -> impl Strategy<Value = (Figure, i64)> {
        (0..1000i64, 0..1000i64, prop::sample::select(ALL.to_vec())).prop_map(|(amount, more, precision)| {
            match precision {
                Exact => (Figure::exact(amount), amount),
                AtLeast => (Figure::at_least(amount), amount + more),
                About => (Figure::about(amount), more),
                Unknown => (Figure::UNKNOWN, more),
            }
        })
    }

    proptest! {
        #[test]
        fn order_and_grouping_do_not_matter(a in figure(), b in figure(), c in figure()) {
            prop_assert_eq!(sum([a, b]), sum([b, a]));
            prop_assert_eq!(sum([sum([a, b]), c]), sum([a, sum([b, c])]));
            prop_assert_eq!(sum([a, b, c]), sum([c, a, b]));
        }

        #[test]
        fn the_rules_of_sums(parts in prop::collection::vec(figure(), 1..6)) {
            let total = sum(parts.clone());
            let any = |precision| parts.iter().any(|part| part.precision == precision);
            let all = |precision| parts.iter().all(|part| part.precision == precision);
            let exact = parts.iter().map(|part| i128::from(part.amount.unwrap_or(0))).sum::<i128>();
            let overflows = exact > i128::from(i64::MAX);
            let expected = if all(Unknown) { Unknown }
                else if any(About) { About }
                else if any(AtLeast) || any(Unknown) || overflows { AtLeast }
                else { Exact };
            prop_assert_eq!(total.precision, expected);
            prop_assert_eq!(total.amount.is_none(), total.precision == Unknown);
            if let Some(amount) = total.amount {
                prop_assert_eq!(i128::from(amount), exact.min(i128::from(i64::MAX)));
            }
        }

        #[test]
        fn no_result_promises_more_than_its_parts((a, true_a) in with_truth(), (b, true_b) in with_truth()) {
            prop_assert!(allows(sum([a, b]), true_a + true_b));
            // A part is never more than its whole; figures may be, where they are imprecise.
            if true_b <= true_a {
                prop_assert!(allows(difference(a, b), true_a - true_b));
            }
        }

        #[test]
        fn differences_are_never_negative(a in figure(), b in figure()) {
            let rest = difference(a, b);
            prop_assert!(rest.amount.is_none_or(|amount| amount >= 0));
            prop_assert_eq!(rest.amount.is_none(), rest.precision == Unknown);
        }
    }
}

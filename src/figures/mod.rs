//! Figures that say how sure they are (数字与精确度): money in whole fen, quantities in thousandths of their unit, each with a precision.
//!
//! [`algebra`] is the one table of what sums and differences are worth, [`shares`] splits a total without losing a fen, [`units`] leads
//! from decimals to stored integers and back, `few` says which numbers of people are too small to be told to everybody. Here is what GraphQL shows of them. Money and quantities of different units, and the kinds
//! of [`AidKind`], are never added together; the caller sees to that, since a [`Figure`] knows no unit.

pub mod algebra;
pub(crate) mod few;
pub mod shares;
pub mod units;

pub use algebra::{Figure, difference, sum};
pub use shares::{share, share_evenly};
pub use units::{Refusal, decimal_from_milli, fen_from_yuan, milli_from_decimal, positive, stated, yuan_from_fen};

use async_graphql::{Enum, SimpleObject};

use crate::scalars::Decimal;

/// How sure a figure is (精确度). Values may be added, never renamed.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[graphql(remote = "entity::figures::Precision")]
pub enum Precision {
    /// Counted or measured: this and no other figure (准确).
    Exact,
    /// This much, and possibly more, as in "more than 50,000 yuan" (不少于).
    AtLeast,
    /// Roughly this much; the true figure may be smaller or larger (约).
    About,
    /// There is something, but nobody knows how much, as in "a batch of supplies"; the figure is null (不详).
    Unknown,
}

/// What is given (资源类型): the same kinds for what partner units put in and for what residents receive. Kinds are never added together.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[graphql(remote = "entity::figures::AidKind")]
pub enum AidKind {
    /// Money (资金): only its value counts; it has no quantity.
    Cash,
    /// Things handed over for good, such as assistive devices or books (物资).
    Goods,
    /// Work done for people, such as a free clinic or repairs (服务).
    Service,
    /// Something built or installed, such as a fire-water pool (工程).
    Works,
    /// A quota of places, such as places of an insurance (名额).
    Places,
    /// Lent and returned, never consumed, such as vehicles (借用).
    Loan,
}

crate::enum_filter!(AidKindFilter, AidKind, entity::figures::AidKind, "资源类型");

/// A number with its unit and how sure it is (数量).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number, at most three decimals and never negative; null exactly when the precision is UNKNOWN (数值).
    value: Option<Decimal>,
    /// Unit of measure, such as item (件), place (个), tonne (吨) or person-time (人次) (单位).
    unit: String,
    /// How sure the number is (精确度).
    precision: Precision,
}

/// An amount of Chinese yuan and how sure it is (金额).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// Yuan with two decimals, e.g. "56000.00", never negative; null exactly when the precision is UNKNOWN (元).
    yuan: Option<Decimal>,
    /// How sure the amount is (精确度).
    precision: Precision,
}

/// How much there is of something, counted and valued (数量与金额): two independent figures, neither computed from the other.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq, Default)]
pub struct Holding {
    /// How many; null where nothing is counted, as with CASH (数量).
    pub quantity: Option<Quantity>,
    /// What it is worth; null where it has no value in money (金额).
    pub value: Option<Money>,
}

/// The value of one kind (分类合计).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct KindTotal {
    /// The kind (类型).
    pub kind: AidKind,
    /// What it is worth together; UNKNOWN where nobody valued any of it (金额).
    pub value: Money,
}

impl Quantity {
    /// From a figure in thousandths of the unit.
    pub fn new(figure: Figure, unit: impl Into<String>) -> Self {
        let figure = figure.normal();
        Self {
            value: figure.amount.map(|milli| decimal_from_milli(milli).into()),
            unit: unit.into(),
            precision: figure.precision.into(),
        }
    }

    /// From a figure in whole units, such as a count of people.
    pub fn whole(figure: Figure, unit: impl Into<String>) -> Self {
        let figure = figure.normal();
        let value = figure.amount.map(|number| rust_decimal::Decimal::from(number).into());
        Self { value, unit: unit.into(), precision: figure.precision.into() }
    }

    /// An exact count of whole things, such as people.
    pub fn count(number: u64, unit: impl Into<String>) -> Self {
        Self { value: Some(rust_decimal::Decimal::from(number).into()), unit: unit.into(), precision: Precision::Exact }
    }
}

impl Money {
    /// From a figure in whole fen.
    pub fn new(figure: Figure) -> Self {
        let figure = figure.normal();
        Self { yuan: figure.amount.map(|fen| yuan_from_fen(fen).into()), precision: figure.precision.into() }
    }
}

#[cfg(test)]
mod tests {
    use entity::figures::Precision as Stored;

    use super::*;

    #[test]
    fn as_graphql_shows_them() {
        let shown = |money: Money| (money.yuan.map(|yuan| yuan.to_string()), money.precision);
        assert_eq!(shown(Money::new(Figure::exact(5_600_000))), (Some("56000.00".into()), Precision::Exact));
        assert_eq!(shown(Money::new(Figure::exact(7))), (Some("0.07".into()), Precision::Exact));
        assert_eq!(shown(Money::new(Figure::at_least(18_000_000))), (Some("180000.00".into()), Precision::AtLeast));
        assert_eq!(shown(Money::new(Figure::UNKNOWN)), (None, Precision::Unknown));

        let shown = |quantity: Quantity| (quantity.value.map(|value| value.to_string()), quantity.precision);
        assert_eq!(shown(Quantity::new(Figure::about(12_000), "吨")), (Some("12".into()), Precision::About));
        assert_eq!(shown(Quantity::new(Figure::exact(1_500), "吨")), (Some("1.5".into()), Precision::Exact));
        assert_eq!(shown(Quantity::new(Figure::exact(0), "个")), (Some("0".into()), Precision::Exact));
        assert_eq!(shown(Quantity::whole(Figure::at_least(160), "人次")), (Some("160".into()), Precision::AtLeast));
        assert_eq!(shown(Quantity::whole(Figure::UNKNOWN, "人次")), (None, Precision::Unknown));
        assert_eq!(shown(Quantity::count(60, "人")), (Some("60".into()), Precision::Exact));
    }

    #[test]
    fn null_exactly_when_unknown_whatever_a_row_says() {
        for row in
            [Figure { amount: None, precision: Stored::Exact }, Figure { amount: Some(5), precision: Stored::Unknown }]
        {
            assert_eq!(Money::new(row), Money { yuan: None, precision: Precision::Unknown });
        }
    }
}

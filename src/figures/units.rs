//! From decimals to the whole numbers that are stored and added up, and back (单位换算).
//!
//! Money is whole fen (分, 0.01 yuan), a quantity whole thousandths of its unit of measure (千分之一). Both are `i64`: databases and sums
//! keep them exactly, which no float does. One sum has room for 900,000 of the largest amounts of money,
//! or 9,000 of the largest quantities.

use entity::figures::Precision;
use rust_decimal::Decimal;

use super::Figure;
use crate::{
    error::{Message, UserErrorCode},
    say,
};

/// Why an input was refused, to be put at its field: `UserError::new(&["amount"], code, message)`.
pub type Refusal = (UserErrorCode, Message);

/// The largest amount of money: 100,000,000,000.00 yuan (一千亿元), in fen.
pub const MAX_FEN: i64 = 10_000_000_000_000;

/// The largest quantity: 10^12 units (一万亿), in thousandths.
pub const MAX_MILLI: i64 = 1_000_000_000_000_000;

/// Yuan, from 0 to 100,000,000,000.00 with at most two decimals, as fen. Zeros behind do not count: 1.500 is 1.50.
pub fn fen_from_yuan(yuan: Decimal) -> Result<i64, Refusal> {
    scaled(yuan, 2, MAX_FEN).map_err(|fault| match fault {
        Fault::Negative => (UserErrorCode::OutOfRange, say!("An amount of money is never negative.", "金额不能为负。")),
        Fault::Decimals => (
            UserErrorCode::Invalid,
            say!("An amount of yuan has at most two decimals (fen).", "金额（元）最多两位小数（分）。"),
        ),
        Fault::TooLarge => (
            UserErrorCode::OutOfRange,
            say!("An amount of money is at most 100,000,000,000.00 yuan.", "金额不能超过 100,000,000,000.00 元。"),
        ),
    })
}

/// A quantity from 0 to 1,000,000,000,000 units with at most three decimals, as thousandths. Zeros behind do not count.
pub fn milli_from_decimal(quantity: Decimal) -> Result<i64, Refusal> {
    scaled(quantity, 3, MAX_MILLI).map_err(|fault| match fault {
        Fault::Negative => (UserErrorCode::OutOfRange, say!("A quantity is never negative.", "数量不能为负。")),
        Fault::Decimals => {
            (UserErrorCode::Invalid, say!("A quantity has at most three decimals.", "数量最多三位小数。"))
        }
        Fault::TooLarge => (
            UserErrorCode::OutOfRange,
            say!("A quantity is at most 1,000,000,000,000 units.", "数量不能超过 1,000,000,000,000。"),
        ),
    })
}

/// Refuses 0, for what must not be nothing, such as the quantity of an aid record: `milli_from_decimal(q).and_then(positive)`.
pub fn positive(amount: i64) -> Result<i64, Refusal> {
    match amount {
        1.. => Ok(amount),
        _ => Err((UserErrorCode::OutOfRange, say!("More than 0 is needed here.", "此处须大于 0。"))),
    }
}

/// A figure as people enter it: EXACT where a number comes without a precision, UNKNOWN where none comes.
pub fn stated(
    number: Option<Decimal>,
    precision: Option<Precision>,
    whole: impl Fn(Decimal) -> Result<i64, Refusal>,
) -> Result<Figure, Refusal> {
    let amount = number.map(whole).transpose()?;
    let implied = if amount.is_some() { Precision::Exact } else { Precision::Unknown };
    Figure::new(amount, precision.unwrap_or(implied))
}

/// Fen as yuan, always with two decimals: 5600000 is 56000.00.
pub fn yuan_from_fen(fen: i64) -> Decimal {
    Decimal::new(fen, 2)
}

/// Thousandths as units, without zeros behind: 12000 is 12, 1500 is 1.5.
pub fn decimal_from_milli(milli: i64) -> Decimal {
    Decimal::new(milli, 3).normalize()
}

enum Fault {
    Negative,
    Decimals,
    TooLarge,
}

fn scaled(value: Decimal, decimals: u32, max: i64) -> Result<i64, Fault> {
    if value < Decimal::ZERO {
        return Err(Fault::Negative);
    }
    // Size before decimals, so that what follows cannot leave the range of a Decimal.
    if value > Decimal::new(max, decimals) {
        return Err(Fault::TooLarge);
    }
    let value = value.normalize();
    if value.scale() > decimals {
        return Err(Fault::Decimals);
    }
    let whole = value.mantissa() * 10_i128.pow(decimals - value.scale());
    i64::try_from(whole).map_err(|_| Fault::TooLarge)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    #[test]
    fn money() {
        use UserErrorCode::{Invalid, OutOfRange};
        for (yuan, expected) in [
            ("0", Ok(0)),
            ("-0", Ok(0)),
            ("0.01", Ok(1)),
            ("0.1", Ok(10)),
            ("17.99", Ok(1_799)),
            ("1.500", Ok(150)),
            ("56000.00", Ok(5_600_000)),
            ("100000000000.00", Ok(MAX_FEN)),
            ("100000000000.01", Err(OutOfRange)),
            ("99999999999999999999999999", Err(OutOfRange)),
            ("0.005", Err(Invalid)),
            ("0.0000000000000000000000000001", Err(Invalid)),
            ("-0.01", Err(OutOfRange)),
            ("-0.001", Err(OutOfRange)),
        ] {
            assert_eq!(fen_from_yuan(decimal(yuan)).map_err(|refusal| refusal.0), expected, "{yuan}");
        }
    }

    #[test]
    fn quantities() {
        use UserErrorCode::{Invalid, OutOfRange};
        for (quantity, expected) in [
            ("145", Ok(145_000)),
            ("0.001", Ok(1)),
            ("12.5000", Ok(12_500)),
            ("1000000000000", Ok(MAX_MILLI)),
            ("1000000000000.001", Err(OutOfRange)),
            ("0.0001", Err(Invalid)),
            ("-1", Err(OutOfRange)),
        ] {
            assert_eq!(milli_from_decimal(decimal(quantity)).map_err(|refusal| refusal.0), expected, "{quantity}");
        }
        assert_eq!(positive(1), Ok(1));
        assert_eq!(positive(0).unwrap_err().0, OutOfRange);
        assert_eq!(positive(-1).unwrap_err().0, OutOfRange);
    }

    #[test]
    fn ten_thousand_prices_add_up() {
        let fen: i64 = std::iter::repeat_n(fen_from_yuan(decimal("17.99")).unwrap(), 10_000).sum();
        assert_eq!(yuan_from_fen(fen).to_string(), "179900.00");
    }

    proptest! {
        #[test]
        fn there_and_back(fen in 0..=MAX_FEN, milli in 0..=MAX_MILLI) {
            prop_assert_eq!(fen_from_yuan(yuan_from_fen(fen)), Ok(fen));
            prop_assert_eq!(milli_from_decimal(decimal_from_milli(milli)), Ok(milli));
        }
    }
}

//! Passport numbers (护照号码), in the manner of ICAO 9303.
//!
//! ICAO 9303 prints nine characters and lets longer numbers run on; what states really issue is letters and digits of many lengths, so
//! only that is checked: 5 to 15 letters and digits. The check digits of the machine-readable zone are not part of the number.

use std::fmt;

use super::{IdFault, Rule, first_stranger, normal};
use crate::say;

/// A passport number: letters and digits, upper case, without the blanks, hyphens and fillers (`<`) that some write in between.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PassportNumber(String);

impl PassportNumber {
    /// Accepts full-width and small letters.
    pub fn parse(input: &str) -> Result<Self, IdFault> {
        let written = normal(input);
        let blank = |c: char| matches!(c, ' ' | '-' | '<');
        if let Some(position) = first_stranger(&written, |_, c| c.is_ascii_alphanumeric() || blank(c)) {
            return Err(IdFault::new(
                Rule::Character,
                say!(
                    "Position {position} of the passport number is neither a letter from A to Z nor a digit.",
                    "护照号码第 {position} 位既不是字母（A 至 Z），也不是数字。"
                ),
            ));
        }
        let number = written.replace(blank, "");
        match number.len() {
            0 => Err(IdFault::missing()),
            5..=15 => Ok(Self(number)),
            found => Err(IdFault::new(
                Rule::Length,
                say!(
                    "A passport number has 5 to 15 letters and digits; this one has {found}.",
                    "护照号码应为 5 至 15 位字母和数字，现为 {found} 位。"
                ),
            )),
        }
    }

    /// The number in full, to be sealed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The number stays out of logs and panics.
impl fmt::Debug for PassportNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PassportNumber(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for (input, expected) in [
            ("E12345678", Ok("E12345678")),
            ("e12345678", Ok("E12345678")),
            ("Ｅ１２３４５６７８", Ok("E12345678")),
            (" ej 123-4567<< ", Ok("EJ1234567")),
            ("12345", Ok("12345")),
            ("123456789012345", Ok("123456789012345")),
            ("1234", Err(Rule::Length)),
            ("1234567890123456", Err(Rule::Length)),
            ("", Err(Rule::Missing)),
            ("<<", Err(Rule::Missing)),
            ("护照E12345", Err(Rule::Character)),
            ("E1234.5678", Err(Rule::Character)),
        ] {
            let result = PassportNumber::parse(input);
            assert_eq!(result.as_ref().map(PassportNumber::as_str).map_err(|fault| fault.rule), expected, "{input}");
        }
        assert_eq!(format!("{:?}", PassportNumber::parse("E12345678").unwrap()), "PassportNumber(..)");
    }
}

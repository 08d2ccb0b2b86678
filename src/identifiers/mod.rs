//! Numbers and codes that others gave out (证件号码与代码), and how they are written down here.
//!
//! The kind of an identifier is always stated, never guessed from its looks: some numbers pass the checks of two kinds
//! (`999999190001020010` is a resident number and a credit code alike). Each kind is a type of its own whose only constructor checks, and
//! which holds the one written form under which duplicates are found: half-width, upper case, no blanks around.
//!
//! What is refused is refused with the position and the rule, never with the number: messages end up in logs and on other people's screens.

pub mod credit_code;
pub mod passport;
pub mod phone;
pub mod resident_id;

pub use credit_code::CreditCode;
pub use passport::PassportNumber;
pub use phone::Phone;
pub use resident_id::ResidentId;

use crate::{
    error::{Message, UserErrorCode},
    say,
};

/// Why an identifier was refused (号码有误). It never holds the identifier itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdFault {
    pub rule: Rule,
    pub message: Message,
}

/// The rule that an identifier breaks; the first one in reading order, since later ones may only follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Nothing was given (未填写).
    Missing,
    /// A spreadsheet has turned the number into scientific form, and its last digits are lost (科学计数法).
    Rounded,
    /// Too short or too long (位数).
    Length,
    /// A character that has no place there (字符).
    Character,
    /// An administrative division that does not exist (行政区划代码).
    Region,
    /// A birth date that does not exist (出生日期).
    BirthDate,
    /// The check character does not fit the rest (校验码).
    Check,
    /// A telephone number's beginning: area code, mobile range or country (号段、区号、国家代码).
    Prefix,
    /// A telephone extension (分机号).
    Extension,
}

impl IdFault {
    fn new(rule: Rule, message: Message) -> Self {
        Self { rule, message }
    }

    fn missing() -> Self {
        Self::new(Rule::Missing, say!("Nothing is given here.", "此项未填写。"))
    }

    /// As `userErrors` tells it.
    pub fn code(&self) -> UserErrorCode {
        match self.rule {
            Rule::Missing => UserErrorCode::Required,
            _ => UserErrorCode::Invalid,
        }
    }
}

impl From<IdFault> for (UserErrorCode, Message) {
    fn from(fault: IdFault) -> Self {
        (fault.code(), fault.message)
    }
}

/// The written form from which every parser starts: full-width ASCII (`１`, `Ｘ`, `－`) as half-width, which is what NFKC makes of it;
/// upper case; no blanks around, nor the invisible direction marks that copied numbers bring along.
fn normal(input: &str) -> String {
    let half: String = input.chars().map(half_width).collect();
    half.trim_matches(|c: char| c.is_whitespace() || is_invisible(c)).to_ascii_uppercase()
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Counted from 1, as people count: the first character that is not `allowed`.
fn first_stranger(text: &str, allowed: impl Fn(usize, char) -> bool) -> Option<usize> {
    text.chars().enumerate().map(|(i, c)| (i + 1, c)).find(|&(position, c)| !allowed(position, c)).map(|(p, _)| p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_written_form() {
        for (input, expected) in [
            ("１２３Ｘ", "123X"),
            (" 12x\t", "12X"),
            ("\u{3000}１２\u{3000}", "12"),
            ("\u{202d}13800000000\u{202c}", "13800000000"),
            ("\u{feff}a１", "A1"),
            ("１－２（３）", "1-2(3)"),
            ("", ""),
        ] {
            assert_eq!(normal(input), expected, "{input:?}");
        }
    }

    #[test]
    fn the_kind_is_stated_since_one_number_can_be_two() {
        let both = "999999190001020010";
        assert!(ResidentId::parse(both).is_ok());
        assert!(CreditCode::parse(both).is_ok());
    }

    #[test]
    fn codes() {
        assert_eq!(ResidentId::parse(" ").unwrap_err().code(), UserErrorCode::Required);
        assert_eq!(ResidentId::parse("1").unwrap_err().code(), UserErrorCode::Invalid);
    }
}

//! Citizen identification numbers (公民身份号码) of GB 11643-1999, on resident identity cards (居民身份证) and residence permits.
//!
//! 18 characters: division of first registration (6 digits, GB/T 2260), birth date (8), sequence (3, its last digit odd for men and even
//! for women), check character (ISO 7064 MOD 11-2, `X` for ten). The 15-digit numbers of 1989 have been invalid since 2013.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use entity::resident::Sex;

use super::{IdFault, Rule, first_stranger, normal};
use crate::say;

/// A number that passed every check, in upper case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResidentId {
    number: String,
    birth_date: NaiveDate,
}

/// The first two digits: provinces, autonomous regions and municipalities by GB/T 2260 (71, 81, 82: Taiwan, Hong Kong, Macao). The
/// residence permits for residents of Hong Kong, Macao and Taiwan (港澳台居民居住证) begin with 81, 82 and 83.
const PROVINCES: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
];

/// Permanent residents from abroad (外国人永久居留身份证, form of 2023) have numbers of the same build that begin with 9; province and
/// nationality follow in digits 2 to 6, which are not checked, since their code list is not that of GB/T 2260.
const FROM_ABROAD: &str = "9";

/// 2^(18 - position) mod 11.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS: &[u8; 11] = b"10X98765432";

impl ResidentId {
    /// Accepts full-width digits, a small `x` and blanks around. Years of birth from 1850 (nobody on record is older) to 2999; whether the
    /// date lies in the future is for the caller to say, who knows today.
    pub fn parse(input: &str) -> Result<Self, IdFault> {
        let number = normal(input);
        if number.is_empty() {
            return Err(IdFault::missing());
        }
        if number.contains("E+") {
            return Err(IdFault::new(
                Rule::Rounded,
                say!(
                    "A spreadsheet has turned this resident identity card number into scientific form and lost its last digits. \
                     Format the column as text and enter the number again.",
                    "电子表格已把该居民身份证号码变成科学计数法，末几位已丢失。请将该列设为文本格式后重新填写。"
                ),
            ));
        }
        let found = number.chars().count();
        if found != 18 {
            return Err(IdFault::new(
                Rule::Length,
                say!(
                    "A resident identity card number has 18 characters; this one has {found}. Numbers of 15 digits are no longer valid.",
                    "居民身份证号码应为 18 位，现为 {found} 位；15 位的旧号码已失效。"
                ),
            ));
        }
        let allowed = |position, c: char| c.is_ascii_digit() || (position == 18 && c == 'X');
        if let Some(position) = first_stranger(&number, allowed) {
            return Err(IdFault::new(
                Rule::Character,
                say!(
                    "Position {position} of the resident identity card number is not a digit; only position 18 may be X.",
                    "居民身份证号码第 {position} 位不是数字；只有第 18 位可以是 X。"
                ),
            ));
        }
        if !PROVINCES.contains(&&number[..2]) && !number.starts_with(FROM_ABROAD) {
            return Err(IdFault::new(
                Rule::Region,
                say!(
                    "Positions 1 and 2 of the resident identity card number are not the code of a province (GB/T 2260).",
                    "居民身份证号码第 1、2 位不是有效的省级行政区划代码（GB/T 2260）。"
                ),
            ));
        }
        let Some(birth_date) = birth_date(&number) else {
            return Err(IdFault::new(
                Rule::BirthDate,
                say!(
                    "Positions 7 to 14 of the resident identity card number are not a date of birth (YYYYMMDD).",
                    "居民身份证号码第 7 至 14 位不是有效的出生日期（年月日）。"
                ),
            ));
        };
        // Which character would fit is not told: that would make a valid number of any other.
        if check_character(&number[..17]) != number.as_bytes()[17] {
            return Err(IdFault::new(
                Rule::Check,
                say!(
                    "Position 18 of the resident identity card number, the check character (GB 11643), does not fit the other 17: \
                     a digit is wrong or two are swapped.",
                    "居民身份证号码第 18 位校验码（GB 11643）与前 17 位不符：可能有数字写错，或两位颠倒。"
                ),
            ));
        }
        Ok(Self { number, birth_date })
    }

    /// The number in full, to be sealed; 18 characters.
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// Date of birth (出生日期), from the number.
    pub fn birth_date(&self) -> NaiveDate {
        self.birth_date
    }

    /// Sex as registered (性别), from the number; never [`Sex::Unknown`].
    pub fn sex(&self) -> Sex {
        match (self.number.as_bytes()[16] - b'0') % 2 {
            1 => Sex::Male,
            _ => Sex::Female,
        }
    }
}

/// The number stays out of logs and panics.
impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResidentId(..)")
    }
}

fn birth_date(number: &str) -> Option<NaiveDate> {
    let (year, month, day) = (number[6..10].parse().ok()?, number[10..12].parse().ok()?, number[12..14].parse().ok()?);
    NaiveDate::from_ymd_opt(year, month, day).filter(|date| (1850..=2999).contains(&date.year()))
}

fn check_character(digits: &str) -> u8 {
    let sum: u32 = digits.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECK_CHARACTERS[(sum % 11) as usize]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(input: &str) -> Option<Rule> {
        ResidentId::parse(input).err().map(|fault| fault.rule)
    }

    /// ISO 7064 MOD 11-2 in its recursive form: not the way of the code above.
    fn with_check(digits: &str) -> String {
        let p = digits.bytes().fold(0, |p, digit| (p + u32::from(digit - b'0')) * 2 % 11);
        let check = match (12 - p) % 11 {
            10 => "X".to_owned(),
            digit => digit.to_string(),
        };
        format!("{digits}{check}")
    }

    /// Twelve rows: every check character, and both ways to write X.
    const EVERY_CHECK_CHARACTER: [&str; 12] = [
        "110105199001010010",
        "110105199001010061",
        "110105199001010192",
        "110105199001010053",
        "110105199001010184",
        "110105199001010045",
        "110105199001010096",
        "110105199001010037",
        "110105199001010088",
        "110105199001010029",
        "11010519900101007X",
        "11010519900101007x",
    ];

    #[test]
    fn every_check_character_and_no_other() {
        for number in EVERY_CHECK_CHARACTER {
            assert_eq!(ResidentId::parse(number).unwrap().as_str(), number.to_uppercase());
            let (body, right) = number.split_at(17);
            for check in "0123456789Xx".chars().filter(|c| !right.eq_ignore_ascii_case(&c.to_string())) {
                assert_eq!(rule(&format!("{body}{check}")), Some(Rule::Check), "{right} is not {check}");
            }
        }
    }

    #[test]
    fn what_is_accepted() {
        for (input, birth_date, sex) in [
            ("11010519491231002X", (1949, 12, 31), Sex::Female),
            ("１１０１０５１９４９１２３１００２ｘ", (1949, 12, 31), Sex::Female),
            (" 110105199001010192\u{3000}", (1990, 1, 1), Sex::Male),
            ("810000199001010211", (1990, 1, 1), Sex::Male),
            ("820000199001010213", (1990, 1, 1), Sex::Male),
            ("830000199001010215", (1990, 1, 1), Sex::Male),
            ("710000199001010218", (1990, 1, 1), Sex::Male),
            ("370211202402290215", (2024, 2, 29), Sex::Male),
            ("110105185001010216", (1850, 1, 1), Sex::Male),
            ("110105299912310215", (2999, 12, 31), Sex::Male),
            ("920156198003150216", (1980, 3, 15), Sex::Male),
            ("999999190001020010", (1900, 1, 2), Sex::Male),
        ] {
            let id = ResidentId::parse(input).unwrap_or_else(|fault| panic!("{input}: {fault:?}"));
            let (year, month, day) = birth_date;
            assert_eq!(id.birth_date(), NaiveDate::from_ymd_opt(year, month, day).unwrap(), "{input}");
            assert_eq!(id.sex(), sex, "{input}");
        }
    }

    #[test]
    fn what_is_refused() {
        for (input, expected) in [
            ("", Rule::Missing),
            (" \u{3000}", Rule::Missing),
            ("1.10105E+17", Rule::Rounded),
            ("110105491231002", Rule::Length),
            ("11010519491231002", Rule::Length),
            ("11010519491231002XX", Rule::Length),
            ("110105 19491231 002X", Rule::Length),
            ("1101051949123100XX", Rule::Character),
            ("X1010519491231002X", Rule::Character),
            ("一一010519491231002X", Rule::Character),
            ("11010519491231002Y", Rule::Character),
            ("000105199001010218", Rule::Region),
            ("160105199001010212", Rule::Region),
            ("11010519900230021X", Rule::BirthDate),
            ("65010020000230021X", Rule::BirthDate),
            ("110105184912310215", Rule::BirthDate),
            ("110105300001010217", Rule::BirthDate),
            ("110105000001010017", Rule::BirthDate),
            ("110105194912310021", Rule::Check),
            ("11010519491231003X", Rule::Check),
            // A credit code is no resident number, though the check of one is taken for that of the other elsewhere.
            ("91350100M000100Y43", Rule::Character),
            ("523702110000000200", Rule::BirthDate),
        ] {
            assert_eq!(rule(input), Some(expected), "{input}");
        }
    }

    #[test]
    fn the_number_is_never_echoed() {
        for input in [
            "11010519491231002",
            "1101051949123100YX",
            "160105199001010212",
            "110105184912310215",
            "110105194912310021",
        ] {
            let message = ResidentId::parse(input).unwrap_err().message;
            assert!(!message.en.contains(&input[..8]) && !message.zh.contains(&input[..8]));
        }
        assert_eq!(format!("{:?}", ResidentId::parse("11010519491231002X").unwrap()), "ResidentId(..)");
    }

    prop_compose! {
        fn valid()(
            province in prop::sample::select(PROVINCES.to_vec()),
            place in 0..10_000,
            day in 0..420_000u64,
            sequence in 0..1000,
        ) -> String {
            let date = NaiveDate::from_ymd_opt(1850, 1, 1).unwrap() + chrono::Days::new(day);
            with_check(&format!("{province}{place:04}{}{sequence:03}", date.format("%Y%m%d")))
        }
    }

    proptest! {
        #[test]
        fn whatever_is_well_formed_passes(number in valid()) {
            prop_assert_eq!(rule(&number), None);
        }

        #[test]
        fn every_wrong_character_is_caught(number in valid(), position in 0..18usize) {
            for wrong in "0123456789X".chars() {
                let mut other = number.clone();
                other.replace_range(position..=position, &wrong.to_string());
                prop_assert_eq!(rule(&other).is_none(), other == number);
            }
        }

        #[test]
        fn every_swap_of_neighbours_is_caught(number in valid(), position in 0..17usize) {
            let mut other = number.clone().into_bytes();
            other.swap(position, position + 1);
            let other = String::from_utf8(other).unwrap();
            prop_assert_eq!(rule(&other).is_none(), other == number);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = ResidentId::parse(&text);
        }
    }
}

//! Unified social credit codes (统一社会信用代码) of GB 32100-2015.
//!
//! 18 characters of an alphabet of 31 (digits and capitals without I, O, S, V, Z): registering department (1), kind of organisation (1),
//! administrative division (6 digits), organisation code (主体标识码, 9), check character (weights 3^n, modulo 31).

use super::{IdFault, Rule, first_stranger, normal};
use crate::say;

/// A unified social credit code in upper case. It is public: every licence on a wall shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CreditCode(String);

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// 3^(position - 1) mod 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

impl CreditCode {
    /// Checks length, alphabet, the six digits of the division, and the check character of GB 32100.
    ///
    /// The organisation code in positions 9 to 17 has a check character of its own (GB 11714). It is not asked for here: codes in use
    /// fail it, `523702110000000200` among them; see [`Self::organisation_code_fits`].
    pub fn parse(input: &str) -> Result<Self, IdFault> {
        let code = normal(input);
        if code.is_empty() {
            return Err(IdFault::missing());
        }
        let found = code.chars().count();
        if found != 18 {
            return Err(IdFault::new(
                Rule::Length,
                say!(
                    "A unified social credit code has 18 characters; this one has {found}.",
                    "统一社会信用代码应为 18 位，现为 {found} 位。"
                ),
            ));
        }
        if let Some(position) = first_stranger(&code, |_, c| value(c).is_some()) {
            return Err(IdFault::new(
                Rule::Character,
                say!(
                    "Position {position} of the unified social credit code is neither a digit nor a letter that may stand there \
                     (I, O, S, V and Z never do).",
                    "统一社会信用代码第 {position} 位既不是数字，也不是可用字母（不使用 I、O、S、V、Z）。"
                ),
            ));
        }
        if let Some(position) = first_stranger(&code, |p, c| !(3..=8).contains(&p) || c.is_ascii_digit()) {
            return Err(IdFault::new(
                Rule::Region,
                say!(
                    "Position {position} of the unified social credit code is not a digit: positions 3 to 8 are an administrative division.",
                    "统一社会信用代码第 {position} 位不是数字：第 3 至 8 位为登记管理机关行政区划码。"
                ),
            ));
        }
        // Which character would fit is not told: that would make a valid code of any other.
        if check_character(&code[..17]) != code.as_bytes()[17] {
            return Err(IdFault::new(
                Rule::Check,
                say!(
                    "Position 18 of the unified social credit code, the check character (GB 32100), does not fit the other 17: \
                     a character is wrong or two are swapped.",
                    "统一社会信用代码第 18 位校验码（GB 32100）与前 17 位不符：可能有字符写错，或两位颠倒。"
                ),
            ));
        }
        Ok(Self(code))
    }

    /// An older code that is in real use and does not pass (18 characters with a wrong check, 15-digit registration numbers, 9-character
    /// organisation codes): 8 to 20 letters and digits, hyphens dropped. Whoever accepts it records why; the caller sees to that.
    pub fn parse_overridden(input: &str) -> Result<Self, IdFault> {
        let code = normal(input).replace('-', "");
        if code.is_empty() {
            return Err(IdFault::missing());
        }
        if let Some(position) = first_stranger(&code, |_, c| c.is_ascii_alphanumeric()) {
            return Err(IdFault::new(
                Rule::Character,
                say!(
                    "Position {position} of the code is neither a digit nor a letter.",
                    "代码第 {position} 位既不是数字，也不是字母。"
                ),
            ));
        }
        let found = code.len();
        if !(8..=20).contains(&found) {
            return Err(IdFault::new(
                Rule::Length,
                say!(
                    "An older code has 8 to 20 letters and digits; this one has {found}.",
                    "旧代码应为 8 至 20 位字母和数字，现为 {found} 位。"
                ),
            ));
        }
        Ok(Self(code))
    }

    /// The code in full.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the organisation code inside (组织机构代码, positions 9 to 17) passes GB 11714 as well. A hint for a reviewer, no ground for
    /// refusal; false where the code has not 18 characters.
    pub fn organisation_code_fits(&self) -> bool {
        const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
        let Some((body, check)) = self.0.get(8..17).map(|code| code.split_at(8)) else {
            return false;
        };
        // GB 11714 counts A = 10 … Z = 35, without gaps: base 36.
        let sum: u32 = body.chars().zip(WEIGHTS).map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight).sum();
        let expected = match 11 - sum % 11 {
            10 => 'X',
            11 => '0',
            digit => char::from_digit(digit, 10).unwrap_or('?'),
        };
        check.starts_with(expected)
    }
}

fn value(c: char) -> Option<usize> {
    ALPHABET.iter().position(|&letter| char::from(letter) == c)
}

fn check_character(body: &str) -> u8 {
    let sum: usize = body.chars().zip(WEIGHTS).map(|(c, weight)| value(c).unwrap_or(0) * weight).sum();
    // The outer remainder matters: 31 - 0 is 31, which has no letter; the check character is then 0.
    ALPHABET[(31 - sum % 31) % 31]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(input: &str) -> Option<Rule> {
        CreditCode::parse(input).err().map(|fault| fault.rule)
    }

    #[test]
    fn table() {
        for (input, expected) in [
            ("91350100M000100Y43", None),
            ("91350100m000100y43", None),
            ("９１３５０１００Ｍ０００１００Ｙ４３ ", None),
            // The remainder is 0 and the check character 0.
            ("523702110000000200", None),
            ("999999190001020010", None),
            ("91350100M000100Y4Z", Some(Rule::Character)),
            ("91350100M000100Y44", Some(Rule::Check)),
            ("111111111111111111", Some(Rule::Check)),
            ("91350100I000100Y43", Some(Rule::Character)),
            ("9135010OM000100Y43", Some(Rule::Character)),
            ("9135010AM000100Y43", Some(Rule::Region)),
            ("91350100M000100Y4", Some(Rule::Length)),
            ("91350100M000100Y433", Some(Rule::Length)),
            ("11010519491231002X", Some(Rule::Check)),
            ("", Some(Rule::Missing)),
        ] {
            assert_eq!(rule(input), expected, "{input}");
        }
    }

    #[test]
    fn the_inner_check_is_a_hint() {
        for (input, fits) in
            [("91350100M000100Y43", true), ("523702110000000200", false), ("999999190001020010", false)]
        {
            assert_eq!(CreditCode::parse(input).unwrap().organisation_code_fits(), fits, "{input}");
        }
        assert!(!CreditCode::parse_overridden("370211200012345").unwrap().organisation_code_fits());
    }

    #[test]
    fn older_codes_by_override() {
        for (input, expected) in [
            ("370211200012345", Some("370211200012345")),
            ("d2143569-x", Some("D2143569X")),
            ("91350100M000100Y4Z", Some("91350100M000100Y4Z")),
            ("1234567", None),
            ("123456789012345678901", None),
            ("代码12345678", None),
            ("-", None),
        ] {
            let code = CreditCode::parse_overridden(input).ok();
            assert_eq!(code.as_ref().map(CreditCode::as_str), expected, "{input}");
        }
    }

    /// The check by its definition, with powers of 3 made as they are needed: not the way of the code above.
    fn with_check(body: &str) -> String {
        let sum = body.chars().fold((0, 1), |(sum, power), c| (sum + value(c).unwrap() * power, power * 3 % 31)).0;
        let check = (0..31).find(|check| (sum + check) % 31 == 0).unwrap();
        format!("{body}{}", char::from(ALPHABET[check]))
    }

    proptest! {
        #[test]
        fn every_slip_is_caught(
            body in "[1-9AN-NY][1-9A][1-6][0-9]{5}[0-9A-HJ-NPQRTUWXY]{9}", position in 0..17usize
        ) {
            let code = with_check(&body);
            prop_assert_eq!(rule(&code), None);
            for wrong in ALPHABET {
                let mut other = code.clone().into_bytes();
                other[position] = *wrong;
                let other = String::from_utf8(other).unwrap();
                prop_assert_eq!(rule(&other).is_none(), other == code);
            }
            let mut other = code.clone().into_bytes();
            other.swap(position, position + 1);
            let other = String::from_utf8(other).unwrap();
            prop_assert_eq!(rule(&other).is_none(), other == code);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = CreditCode::parse(&text);
            let _ = CreditCode::parse_overridden(&text).map(|code| code.organisation_code_fits());
        }
    }
}

//! Telephone numbers of the Chinese mainland (电话号码), by the national numbering plan (电信网编号计划).
//!
//! Mobiles: 11 digits that begin with 13 to 19. Landlines: area code with its leading 0 (3 digits for 010 and 02x, else 4) and a local
//! number of 8 digits (7 in some places). An extension (分机) of 1 to 6 digits may follow. Short and service numbers (110, 12345, 95xxx,
//! 400) lead to no one person and are not taken; neither are numbers of Hong Kong, Macao, Taiwan and abroad.

use std::fmt;

use super::{IdFault, Rule, first_stranger, normal};
use crate::say;

/// A number in its stored form: digits without +86, area code with its 0, and `-` before an extension: `13812345678`,
/// `053286888888-801`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// What leads to an extension, as people write it; upper case after [`normal`].
const EXTENSION_MARKS: [&str; 9] = ["转", "轉", "分机", "分機", "内线", "EXT", "X", "#", ","];

impl Phone {
    /// Accepts full-width digits; blanks, hyphens, dots and brackets between digits; +86, 0086 or 86 in front; an extension after 转, 分机,
    /// `ext.`, `x`, `#` or a hyphen that follows a number complete without it.
    pub fn parse(input: &str) -> Result<Self, IdFault> {
        let text: String = normal(input).chars().map(plain_dash).collect();
        if text.is_empty() {
            return Err(IdFault::missing());
        }
        let (written, extension) = match first_stranger(&text, may_stand) {
            Some(position) => {
                let (written, tail) = split_at_char(&text, position - 1);
                (written, Some(marked_extension(tail, position)?))
            }
            None => match text.rsplit_once('-') {
                Some((before, last)) if is_extension(last) && national(before).is_ok() => (before, Some(last)),
                _ => (text.as_str(), None),
            },
        };
        let number = national(written)?;
        match extension {
            None => Ok(Self(number)),
            Some(extension) if is_extension(extension) => Ok(Self(format!("{number}-{extension}"))),
            Some(_) => Err(IdFault::new(
                Rule::Extension,
                say!("An extension has 1 to 6 digits.", "分机号应为 1 至 6 位数字。"),
            )),
        }
    }

    /// The stored form, to be sealed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without the extension: digits only.
    pub fn number(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    pub fn extension(&self) -> Option<&str> {
        self.0.split_once('-').map(|(_, extension)| extension)
    }

    pub fn is_mobile(&self) -> bool {
        self.0.starts_with('1')
    }
}

/// The number stays out of logs and panics.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(..)")
    }
}

/// How many digits the area code of a landline has, its 0 among them: three for Beijing (010) and the cities of 02x.
pub(crate) fn area_code_length(landline: &str) -> usize {
    if landline.starts_with("01") || landline.starts_with("02") { 3 } else { 4 }
}

fn plain_dash(c: char) -> char {
    if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c }
}

fn may_stand(position: usize, c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')') || (position <= 2 && c == '+')
}

fn split_at_char(text: &str, chars: usize) -> (&str, &str) {
    text.split_at(text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at))
}

fn is_extension(text: &str) -> bool {
    (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// The digits behind one or more marks; `position` is where the tail begins.
fn marked_extension(tail: &str, position: usize) -> Result<&str, IdFault> {
    let mut rest = tail;
    while let Some(next) = EXTENSION_MARKS.iter().find_map(|mark| rest.strip_prefix(mark)) {
        rest = next.trim_start_matches(['.', ':', ' ', '-']);
    }
    if rest.len() == tail.len() {
        return Err(IdFault::new(
            Rule::Character,
            say!(
                "Position {position} of the telephone number is neither a digit nor a mark that may stand there.",
                "电话号码第 {position} 位既不是数字，也不是可用的分隔符。"
            ),
        ));
    }
    Ok(rest.trim_end_matches([')', ' ']))
}

/// The digits as dialled within the mainland.
fn national(written: &str) -> Result<String, IdFault> {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let international = match written.trim_start_matches(['(', ' ']).strip_prefix('+') {
        Some(_) => Some(digits.as_str()),
        None => digits.strip_prefix("00"),
    };
    let number = match international {
        Some(abroad) => match abroad.strip_prefix("86") {
            Some(rest) if rest.starts_with('0') || (rest.starts_with('1') && !rest.starts_with("10")) => {
                rest.to_owned()
            }
            // Written from abroad, an area code loses its 0: 10 is Beijing, 532 Qingdao.
            Some(rest) => format!("0{rest}"),
            None => {
                return Err(prefix(say!(
                    "Only telephone numbers of the Chinese mainland (+86) can be entered here.",
                    "此处只能填写中国大陆的电话号码（+86）。"
                )));
            }
        },
        None => digits.strip_prefix("86").filter(|rest| is_mobile(rest)).unwrap_or(&digits).to_owned(),
    };
    // Mobiles were once dialled with a 0 from other cities, and are still written so.
    match number.strip_prefix('0') {
        Some(rest) if is_mobile(rest) => Ok(rest.to_owned()),
        Some(_) => landline(number),
        None => mobile(number),
    }
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && digits.as_bytes()[1] >= b'3'
}

fn mobile(number: String) -> Result<String, IdFault> {
    let found = number.len();
    if is_mobile(&number) {
        return Ok(number);
    }
    Err(if number.starts_with('1') && found == 11 {
        prefix(say!("A mobile number begins with 13 to 19.", "手机号码应以 13 至 19 开头。"))
    } else if !number.starts_with('1') && (7..=8).contains(&found) {
        prefix(say!(
            "The area code is missing: write it in front, for instance 0532-86888888.",
            "缺少区号：请在号码前写上区号，例如 0532-86888888。"
        ))
    } else {
        length(found)
    })
}

fn landline(number: String) -> Result<String, IdFault> {
    let found = number.len();
    let area = area_code_length(&number);
    if number.starts_with("01") && !number.starts_with("010") {
        return Err(prefix(say!("There is no such area code.", "没有这个区号。")));
    }
    let local_lengths = if area == 3 { 8..=8 } else { 7..=8 };
    if !local_lengths.contains(&found.saturating_sub(area)) {
        return Err(length(found));
    }
    if matches!(number.as_bytes()[area], b'0' | b'1') {
        return Err(prefix(say!(
            "After the area code, a landline number begins with 2 to 9.",
            "区号之后的固定电话号码应以 2 至 9 开头。"
        )));
    }
    Ok(number)
}

fn prefix(message: crate::error::Message) -> IdFault {
    IdFault::new(Rule::Prefix, message)
}

fn length(found: usize) -> IdFault {
    IdFault::new(
        Rule::Length,
        say!(
            "A mobile number has 11 digits, a landline number 10 to 12 with its area code; this one has {found}.",
            "手机号码应为 11 位，固定电话连区号应为 10 至 12 位，现为 {found} 位。"
        ),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accepted() {
        for (input, expected) in [
            ("13800000000", "13800000000"),
            ("１３８００００００００", "13800000000"),
            (" 138-0000-0000 ", "13800000000"),
            ("138 0000 0000", "13800000000"),
            ("+86 138 0000 0000", "13800000000"),
            ("(+86)13800000000", "13800000000"),
            ("＋８６１３８００００００００", "13800000000"),
            ("008613800000000", "13800000000"),
            ("8613800000000", "13800000000"),
            ("013800000000", "13800000000"),
            ("19900000000", "19900000000"),
            ("13800000000转1234", "13800000000-1234"),
            ("0532-86888888", "053286888888"),
            ("（0532）8688 8888", "053286888888"),
            ("0532—86888888", "053286888888"),
            ("0532-8688-8888", "053286888888"),
            ("+86 532 86888888", "053286888888"),
            ("+86 (0)532 86888888", "053286888888"),
            ("010-68888888", "01068888888"),
            ("+86 10 68888888", "01068888888"),
            ("02168888888", "02168888888"),
            ("+862168888888", "02168888888"),
            ("0898-6888888", "08986888888"),
            ("0532-86888888-801", "053286888888-801"),
            ("0532-86888888转801", "053286888888-801"),
            ("0532-86888888 转分机：801", "053286888888-801"),
            ("0532-86888888（分机 801）", "053286888888-801"),
            ("0532-86888888 ext. 801", "053286888888-801"),
            ("053286888888x8", "053286888888-8"),
            ("053286888888#8", "053286888888-8"),
        ] {
            let phone = Phone::parse(input).unwrap_or_else(|fault| panic!("{input}: {fault:?}"));
            assert_eq!(phone.as_str(), expected, "{input}");
            assert_eq!(Phone::parse(expected).as_ref(), Ok(&phone), "the stored form is read again");
        }
    }

    #[test]
    fn refused() {
        for (input, expected) in [
            ("", Rule::Missing),
            ("\u{3000}", Rule::Missing),
            ("12800000000", Rule::Prefix),
            ("1380000000", Rule::Length),
            ("138000000000", Rule::Length),
            ("86888888", Rule::Prefix),
            ("6888888", Rule::Prefix),
            ("110", Rule::Length),
            ("12345", Rule::Length),
            ("4008888888", Rule::Length),
            ("+852 2888 8888", Rule::Prefix),
            ("0085228888888", Rule::Prefix),
            ("010-6888888", Rule::Length),
            ("01268888888", Rule::Prefix),
            ("0532-06888888", Rule::Prefix),
            ("0532-868888888", Rule::Length),
            ("0532-86888888转", Rule::Extension),
            ("0532-86888888转1234567", Rule::Extension),
            ("0532-86888888转八", Rule::Extension),
            ("138OOOOOOOO", Rule::Character),
            ("电话13800000000", Rule::Character),
            ("138+00000000", Rule::Character),
            ("13800000000/13900000000", Rule::Character),
            ("1.38E+10", Rule::Character),
            ("-", Rule::Length),
        ] {
            assert_eq!(Phone::parse(input).map_err(|fault| fault.rule), Err(expected), "{input}");
        }
    }

    #[test]
    fn parts() {
        let phone = Phone::parse("0532-86888888转801").unwrap();
        assert_eq!((phone.number(), phone.extension(), phone.is_mobile()), ("053286888888", Some("801"), false));
        let phone = Phone::parse("13800000000").unwrap();
        assert_eq!((phone.number(), phone.extension(), phone.is_mobile()), ("13800000000", None, true));
        assert_eq!(format!("{phone:?}"), "Phone(..)");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[-+0-9 ()转x#.]{0,20}|\\PC{0,20}") {
            if let Ok(phone) = Phone::parse(&text) {
                let stored = Phone::parse(phone.as_str());
                prop_assert_eq!(stored.as_ref(), Ok(&phone));
            }
        }
    }
}

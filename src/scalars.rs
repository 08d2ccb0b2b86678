//! The scalars of the schema beyond GraphQL's own: [`Date`], [`DateTime`], [`Decimal`] (日期、时刻、十进制数).
//!
//! They are strict, since what programs send is not typed by hand: one way to write each value, ASCII only. Full-width digits and 万 are
//! forms of spreadsheets, and the importer's to read. A malformed scalar stops the request before any resolver runs, so its message, in
//! both languages, says what is expected.

use std::{fmt, str::FromStr};

use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate, SecondsFormat, SubsecRound, Timelike, Utc};

use crate::{
    error::{Code, Message},
    say,
};

/// Nobody on record was born before, and nothing is planned after: years outside are slips of the finger.
const YEARS: std::ops::RangeInclusive<i32> = 1850..=2199;

/// A civil date: no time, no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub NaiveDate);

/// An instant in whole microseconds, which is what PostgreSQL can store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A decimal number. Answers show as many decimals as their unit has; of what is given, zeros behind do not count: 1.50 is 1.5, also to an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub rust_decimal::Decimal);

/// A civil date (日期) as `YYYY-MM-DD`, e.g. "2020-05-01", between the years 1850 and 2199; it has no time and no zone.
#[Scalar(name = "Date", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        from_string(value)
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// An instant (时刻) by RFC 3339 with its offset from UTC, e.g. "2020-05-01T09:30:00+08:00". Answers are in UTC with the offset +00:00;
/// finer parts than a microsecond are cut off.
#[Scalar(name = "DateTime", specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        from_string(value)
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// An exact decimal number (十进制数), as a string of plain digits with an optional sign and decimal point, e.g. "1234.50": at most 28
/// digits, no exponent, no thousands separators. Input may also be an integer literal, never a float; output is always a string.
#[Scalar(name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        /// Beyond 2^53 - 1 a JavaScript client has rounded an integer before it left the page.
        const MAX_SAFE: u64 = (1 << 53) - 1;
        let Value::Number(number) = &value else {
            return from_string(value).map(|Self(given)| Self(given.normalize()));
        };
        match number.as_i64() {
            Some(integer) if integer.unsigned_abs() <= MAX_SAFE => Ok(Self(integer.into())),
            _ => Err(refused(say!(
                "Write this number as a string, such as \"12.50\": only integers up to 9007199254740991 may be written without quotes, \
                 since floats and larger integers lose digits on the way.",
                "请将该数写成字符串，例如 \"12.50\"：只有不超过 9007199254740991 的整数可以不加引号，浮点数和更大的整数在传输中会丢失精度。"
            ))),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

impl FromStr for Date {
    type Err = Message;

    fn from_str(text: &str) -> Result<Self, Message> {
        let well_formed = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
        let date = if well_formed { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None };
        date.filter(|date| YEARS.contains(&date.year())).map(Self).ok_or_else(|| {
            let shown = shown(text);
            say!(
                "Expected a date of the calendar as YYYY-MM-DD, such as 2020-05-01, from 1850 to 2199; got {shown}.",
                "应为 YYYY-MM-DD 格式的有效日期，例如 2020-05-01，年份 1850 至 2199；现为 {shown}。"
            )
        })
    }
}

impl FromStr for DateTime {
    type Err = Message;

    fn from_str(text: &str) -> Result<Self, Message> {
        // chrono would also take a blank for the T, and a typographic minus.
        let plain = text.is_ascii() && matches!(text.as_bytes().get(10), Some(b'T' | b't'));
        let instant = if plain { chrono::DateTime::parse_from_rfc3339(text).ok() } else { None };
        instant
            // A leap second (:60) is kept by chrono as a second of more than 10^9 nanoseconds; databases know none.
            .filter(|instant| YEARS.contains(&instant.year()) && instant.nanosecond() < 1_000_000_000)
            .map(|instant| instant.to_utc().into())
            .ok_or_else(|| {
                let shown = shown(text);
                say!(
                    "Expected an instant by RFC 3339 with its offset, such as 2020-05-01T09:30:00+08:00, from 1850 to 2199; got {shown}.",
                    "应为带时区偏移的 RFC 3339 时刻，例如 2020-05-01T09:30:00+08:00，年份 1850 至 2199；现为 {shown}。"
                )
            })
    }
}

impl FromStr for Decimal {
    type Err = Message;

    fn from_str(text: &str) -> Result<Self, Message> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, part)| (whole, Some(part)));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !fraction.is_none_or(digits) {
            let shown = shown(text);
            return Err(say!(
                "Expected plain ASCII digits with an optional sign and decimal point, such as 1234.50, without exponent or separators; \
                 got {shown}.",
                "应为半角数字，可带正负号和小数点，例如 1234.50，不可用指数、千分位、全角数字或“万”；现为 {shown}。"
            ));
        }
        let count = whole.len() + fraction.map_or(0, str::len);
        if count > 28 {
            return Err(say!("Expected at most 28 digits; got {count}.", "最多 28 位数字；现为 {count} 位。"));
        }
        match rust_decimal::Decimal::from_str_exact(text) {
            Ok(decimal) => Ok(decimal.into()),
            Err(_) => Err(say!("Expected a decimal number of at most 28 digits.", "应为不超过 28 位数字的十进制数。")),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, false))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never with an exponent.
        self.0.fmt(f)
    }
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self(date)
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(instant: chrono::DateTime<Utc>) -> Self {
        Self(instant.trunc_subsecs(6))
    }
}

impl From<rust_decimal::Decimal> for Decimal {
    fn from(mut decimal: rust_decimal::Decimal) -> Self {
        // "-0" is 0.
        if decimal.is_zero() {
            decimal.set_sign_positive(true);
        }
        Self(decimal)
    }
}

fn from_string<T: InputType + FromStr<Err = Message>>(value: Value) -> InputValueResult<T> {
    match value {
        Value::String(text) => text.parse().map_err(refused),
        other => {
            let (en, zh) = match other {
                Value::Null => ("null", "空值"),
                Value::Number(_) => ("a number", "数字"),
                Value::Boolean(_) => ("a boolean", "布尔值"),
                Value::List(_) => ("a list", "列表"),
                Value::Object(_) => ("an object", "对象"),
                _ => ("something else", "其他类型"),
            };
            Err(refused(say!("Expected a string; got {en}.", "应为字符串；现为{zh}。")))
        }
    }
}

/// Both languages in one message: scalars are read before anybody asks for a language.
fn refused<T: InputType>(message: Message) -> InputValueError<T> {
    InputValueError::custom(format!("{} / {}", message.en, message.zh))
        .with_extension("code", Code::BadUserInput.as_str())
}

/// At most 40 characters of the input, quoted and escaped: enough to find it, too little to fill a log with.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let start: String = text.chars().take(MOST).collect();
    let more = if start.len() < text.len() { "…" } else { "" };
    format!("{start:?}{more}")
}

#[cfg(test)]
mod tests {
    use async_graphql::Number;
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Value {
        Value::String(text.to_owned())
    }

    /// What was read, as answers write it; or the message.
    fn read<T: ScalarType + InputType>(input: Value) -> Result<String, String> {
        let error = match <T as ScalarType>::parse(input) {
            Ok(value) => match ScalarType::to_value(&value) {
                Value::String(text) => return Ok(text),
                other => panic!("not a string: {other}"),
            },
            Err(error) => error,
        };
        Err(error.into_server_error(async_graphql::Pos::default()).message)
    }

    #[test]
    fn dates() {
        for date in ["1850-01-01", "2020-05-01", "2024-02-29", "2199-12-31"] {
            assert_eq!(read::<Date>(text(date)), Ok(date.to_owned()));
        }
        for wrong in "|2020-5-1|20200501|2020/05/01|2020-02-30|2023-02-29|2020-13-01|1849-12-31|2200-01-01|\
            +020-05-01|02020-05-01| 2020-05-01|2020-05-01T00:00:00Z|２０２０-０５-０１|2020年5月1日"
            .split('|')
        {
            let message = read::<Date>(text(wrong)).unwrap_err();
            assert!(message.contains("YYYY-MM-DD") && message.contains("日期"), "{wrong}: {message}");
        }
        assert!(read::<Date>(Value::Number(20_200_501.into())).unwrap_err().contains("got a number"));
    }

    #[test]
    fn instants() {
        for (input, output) in [
            ("2020-05-01T09:30:00+08:00", "2020-05-01T01:30:00+00:00"),
            ("2020-05-01T09:30:00Z", "2020-05-01T09:30:00+00:00"),
            ("2020-05-01t09:30:00z", "2020-05-01T09:30:00+00:00"),
            ("2020-05-01T09:30:00.25-01:30", "2020-05-01T11:00:00.250+00:00"),
            ("2020-05-01T09:30:00.123456789Z", "2020-05-01T09:30:00.123456+00:00"),
        ] {
            assert_eq!(read::<DateTime>(text(input)), Ok(output.to_owned()), "{input}");
        }
        for wrong in "|2020-05-01|2020-05-01T09:30:00|2020-05-01 09:30:00Z|2020-05-01T09:30Z|\
            2020-05-01T24:00:00Z|2016-12-31T23:59:60Z|2020-05-01T09:30:00+0800|\
            2020-05-01T09:30:00\u{2212}08:00|1588325400|0001-01-01T00:00:00Z"
            .split('|')
        {
            assert!(read::<DateTime>(text(wrong)).unwrap_err().contains("RFC 3339"), "{wrong}");
        }
    }

    #[test]
    fn decimals() {
        for (input, output) in [
            (text("0"), "0"),
            (text("-0.00"), "0"),
            (text("12.50"), "12.5"),
            (text("+12"), "12"),
            (text("-0.001"), "-0.001"),
            (text("007"), "7"),
            (text("9999999999999999999999999999"), "9999999999999999999999999999"),
            (text("0.000000000000000000000000001"), "0.000000000000000000000000001"),
            (Value::Number(145.into()), "145"),
            (Value::Number((-1).into()), "-1"),
            (Value::Number(9_007_199_254_740_991_i64.into()), "9007199254740991"),
        ] {
            assert_eq!(read::<Decimal>(input.clone()), Ok(output.to_owned()), "{input}");
        }
        for wrong in [
            "", "-", ".", ".5", "5.", "1e3", "1E+17", "1,000", "1 000", " 1", "NaN", "inf", "0x10", "1_000", "--1",
            "1.2.3", "１２", "5。6", "5.6万", "1萬", "一", "¥5", "1'000",
        ] {
            let message = read::<Decimal>(text(wrong)).unwrap_err();
            assert!(message.contains("plain ASCII digits") && message.contains("半角数字"), "{wrong}: {message}");
        }
        let message = read::<Decimal>(text("10000000000000000000000000000")).unwrap_err();
        assert!(message.contains("at most 28 digits; got 29"), "{message}");
        for number in [
            Number::from_f64(0.1).unwrap(),
            Number::from_f64(1.0).unwrap(),
            9_007_199_254_740_992_i64.into(),
            u64::MAX.into(),
        ] {
            assert!(read::<Decimal>(Value::Number(number)).unwrap_err().contains("as a string"));
        }
        assert!(read::<Decimal>(Value::Boolean(true)).unwrap_err().contains("got a boolean"));
    }

    #[test]
    fn at_most_forty_characters_come_back() {
        assert_eq!(shown("5\n\"万"), r#""5\n\"万""#);
        let long = "九".repeat(1_000_000);
        for message in [read::<Date>(text(&long)), read::<DateTime>(text(&long)), read::<Decimal>(text(&long))] {
            assert_eq!(message.unwrap_err().matches('九').count(), 80, "40 in each language");
        }
    }

    #[test]
    fn the_code_is_that_of_bad_input() {
        let error = <Date as ScalarType>::parse(text("")).unwrap_err().into_server_error(async_graphql::Pos::default());
        assert_eq!(error.extensions.unwrap().get("code"), Some(&text("BAD_USER_INPUT")));
    }

    proptest! {
        #[test]
        fn what_was_answered_is_read_again(mantissa in -(10i128.pow(28)) + 1..10i128.pow(28), scale in 0..=27u32) {
            let decimal = Decimal::from(rust_decimal::Decimal::from_i128_with_scale(mantissa, scale));
            prop_assert_eq!(decimal.to_string().parse::<Decimal>().map(|read| read.0), Ok(decimal.0));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = (text.parse::<Date>(), text.parse::<DateTime>(), text.parse::<Decimal>());
        }
    }
}

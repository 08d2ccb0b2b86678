//! On which days a series of sessions is held: a rule of RFC 5545, in the community's time zone. Pure: no database, no GraphQL.
//!
//! A rule is about civil days, so it is worked out on the clock of the community and only then made instants of: at nine stays at nine when clocks change.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use rrule::{Frequency, RRule, Unvalidated};

use crate::{
    error::{Message, UserErrorCode},
    say,
};

/// The most sessions of one series.
pub(super) const MOST: usize = 100;
/// The longest rule, in characters.
const LONGEST: usize = 200;

type Refusal = (UserErrorCode, Message);

/// The days of a series that begins at this time, the first of them its own.
pub(super) fn days(rule: &str, first: NaiveDateTime, zone: Tz) -> Result<Vec<NaiveDate>, Refusal> {
    let invalid = |en: &str, zh: &str| (UserErrorCode::Invalid, say!("{en}", "{zh}"));
    let rule = rule.trim();
    let rule = rule.strip_prefix("RRULE:").unwrap_or(rule);
    if rule.is_empty() {
        return Err((
            UserErrorCode::Required,
            say!("Write a rule, such as FREQ=WEEKLY;COUNT=8.", "请填写规则，例如 FREQ=WEEKLY;COUNT=8。"),
        ));
    }
    if rule.len() > LONGEST || !rule.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(invalid(
            "A rule is at most 200 letters, digits and signs, such as FREQ=WEEKLY;COUNT=8.",
            "规则最多 200 个字母、数字和符号，例如 FREQ=WEEKLY;COUNT=8。",
        ));
    }
    let parsed: RRule<Unvalidated> = rule.parse().map_err(|_| {
        invalid(
            "This is no recurrence rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=SA;COUNT=8.",
            "不是 RFC 5545 重复规则，例如 FREQ=WEEKLY;BYDAY=SA;COUNT=8。",
        )
    })?;
    let daily =
        matches!(parsed.get_freq(), Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly);
    let by_time = [parsed.get_by_hour(), parsed.get_by_minute(), parsed.get_by_second()];
    if !daily || by_time.iter().any(|of| !of.is_empty()) {
        return Err(invalid(
            "A series has at most one session a day: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, without BYHOUR, BYMINUTE and BYSECOND.",
            "系列场次每天最多一场：FREQ 为 DAILY、WEEKLY、MONTHLY 或 YEARLY，且不含 BYHOUR、BYMINUTE、BYSECOND。",
        ));
    }
    let parsed = match (parsed.get_until().cloned(), parsed.get_count()) {
        (None, None) => {
            return Err((
                UserErrorCode::Required,
                say!("Say when it ends: COUNT or UNTIL.", "请填写何时结束：COUNT 或 UNTIL。"),
            ));
        }
        // An instant by the standard; here, the clock of the community at that instant.
        (Some(until), _) if until.timezone() == rrule::Tz::UTC => {
            let there = until.with_timezone(&zone).naive_local();
            parsed.until(rrule::Tz::UTC.from_utc_datetime(&there))
        }
        (Some(_), _) => {
            return Err(invalid(
                "UNTIL is in UTC, such as UNTIL=20270630T160000Z.",
                "UNTIL 须为 UTC 时间，例如 UNTIL=20270630T160000Z。",
            ));
        }
        (None, Some(_)) => parsed,
    };
    let start = rrule::Tz::UTC.from_utc_datetime(&first);
    let series = parsed.build(start).map_err(|error| {
        let why = error.to_string();
        (UserErrorCode::Invalid, say!("The rule cannot be followed: {why}.", "无法按该规则安排：{why}。"))
    })?;
    let found = series.all(u16::try_from(MOST + 1).unwrap_or(u16::MAX)).dates;
    if found.len() > MOST {
        let message = say!(
            "A series has at most {MOST} sessions; give a smaller COUNT or an earlier UNTIL.",
            "一个系列最多 {MOST} 场；请减小 COUNT 或提前 UNTIL。"
        );
        return Err((UserErrorCode::OutOfRange, message));
    }
    let days: Vec<NaiveDate> = found.iter().map(|at| at.date_naive()).collect();
    let began = first.date();
    if days.first() != Some(&began) {
        let message =
            say!("The first session, on {began}, does not follow the rule.", "首场日期 {began} 不符合该规则。");
        return Err((UserErrorCode::Invalid, message));
    }
    Ok(days)
}

/// This time of a day where the community is: of two, when clocks go back, the earlier; of none, when they go forward, as much later.
pub(super) fn instant(day: NaiveDate, time: NaiveTime, zone: Tz) -> Option<DateTime<Utc>> {
    let local = day.and_time(time);
    let at = |local: NaiveDateTime| zone.from_local_datetime(&local).earliest().map(|at| at.with_timezone(&Utc));
    at(local).or_else(|| at(local + TimeDelta::hours(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn shown(rule: &str, first: &str, zone: Tz) -> Result<Vec<String>, UserErrorCode> {
        days(rule, local(first), zone)
            .map(|days| days.iter().map(NaiveDate::to_string).collect())
            .map_err(|(code, _)| code)
    }

    const HERE: Tz = chrono_tz::Asia::Shanghai;

    #[test]
    fn a_rule_gives_days_on_the_clock_of_the_community() {
        let list = |days: &[&str]| Ok(days.iter().map(|day| (*day).to_owned()).collect::<Vec<_>>());
        for (rule, first, expected) in [
            ("FREQ=WEEKLY;COUNT=3", "2027-03-06T09:00:00", list(&["2027-03-06", "2027-03-13", "2027-03-20"])),
            (
                "RRULE:FREQ=WEEKLY;BYDAY=SA,SU;COUNT=3",
                "2027-03-06T09:00:00",
                list(&["2027-03-06", "2027-03-07", "2027-03-13"]),
            ),
            ("FREQ=MONTHLY;BYDAY=-1SA;COUNT=2", "2027-01-30T09:00:00", list(&["2027-01-30", "2027-02-27"])),
            ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", "2027-01-31T09:00:00", list(&["2027-01-31", "2027-03-31"])),
            // Until 20 March, midnight in China: 16:00 of the day before by UTC.
            (
                "FREQ=DAILY;INTERVAL=7;UNTIL=20270319T160000Z",
                "2027-03-06T00:00:00",
                list(&["2027-03-06", "2027-03-13", "2027-03-20"]),
            ),
            (
                "FREQ=DAILY;INTERVAL=7;UNTIL=20270319T155959Z",
                "2027-03-06T00:00:00",
                list(&["2027-03-06", "2027-03-13"]),
            ),
            ("FREQ=YEARLY;COUNT=2", "2028-02-29T09:00:00", list(&["2028-02-29", "2032-02-29"])),
            ("", "2027-03-06T09:00:00", Err(UserErrorCode::Required)),
            ("FREQ=WEEKLY", "2027-03-06T09:00:00", Err(UserErrorCode::Required)),
            ("every Saturday", "2027-03-06T09:00:00", Err(UserErrorCode::Invalid)),
            ("FREQ=WEEKLY;BYDAY=XX;COUNT=2", "2027-03-06T09:00:00", Err(UserErrorCode::Invalid)),
            ("FREQ=HOURLY;COUNT=2", "2027-03-06T09:00:00", Err(UserErrorCode::Invalid)),
            ("FREQ=DAILY;BYHOUR=9,15;COUNT=2", "2027-03-06T09:00:00", Err(UserErrorCode::Invalid)),
            ("FREQ=WEEKLY;BYDAY=SU;COUNT=2", "2027-03-06T09:00:00", Err(UserErrorCode::Invalid)),
            ("FREQ=DAILY;COUNT=101", "2027-03-06T09:00:00", Err(UserErrorCode::OutOfRange)),
            ("FREQ=DAILY;UNTIL=20991231T000000Z", "2027-03-06T09:00:00", Err(UserErrorCode::OutOfRange)),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "2027-03-06T09:00:00", Err(UserErrorCode::Invalid)),
        ] {
            assert_eq!(shown(rule, first, HERE), expected, "{rule}");
        }
        assert_eq!(shown("FREQ=DAILY;COUNT=100", "2027-03-06T09:00:00", HERE).unwrap().len(), MOST);
    }

    #[test]
    fn nine_stays_nine_when_clocks_change() {
        let zone = chrono_tz::America::New_York;
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        let of = days("FREQ=WEEKLY;COUNT=3", local("2027-03-06T09:00:00"), zone).unwrap();
        let at: Vec<String> = of.iter().map(|day| instant(*day, nine, zone).unwrap().to_rfc3339()).collect();
        assert_eq!(at, ["2027-03-06T14:00:00+00:00", "2027-03-13T14:00:00+00:00", "2027-03-20T13:00:00+00:00"]);
        // An hour that is skipped, and one that comes twice.
        let half_past = |hour| NaiveTime::from_hms_opt(hour, 30, 0).unwrap();
        let on = |day: &str, time| instant(day.parse().unwrap(), time, zone).unwrap().to_rfc3339();
        assert_eq!(on("2027-03-14", half_past(2)), "2027-03-14T07:30:00+00:00");
        assert_eq!(on("2027-11-07", half_past(1)), "2027-11-07T05:30:00+00:00");
    }
}

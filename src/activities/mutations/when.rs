//! When a session is: a day, or times from which its day follows. Pure: no database, no GraphQL.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::{error::UserErrorCode, say, write::Faults};

/// The longest session.
const MOST: TimeDelta = TimeDelta::hours(36);

/// When a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct When {
    pub(super) held_on: NaiveDate,
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) ends_at: Option<DateTime<Utc>>,
}

/// The day follows from the start, where the community is; it is asked for only where no start is known. A session that goes on past midnight belongs to the
/// day on which it began.
pub(super) fn settled(
    held_on: Option<NaiveDate>,
    (starts_at, ends_at): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    zone: Tz,
    faults: &mut Faults,
) -> Option<When> {
    let Some(start) = starts_at else {
        if ends_at.is_some() {
            let message = say!("An end needs a start: give `startsAt` too.", "填写结束时间须同时填写开始时间。");
            faults.note(&["endsAt"], UserErrorCode::Invalid, message);
            return None;
        }
        let Some(held_on) = held_on else {
            let message = say!("Give the day, or when it begins and ends.", "请填写日期，或开始与结束时间。");
            faults.note(&["heldOn"], UserErrorCode::Required, message);
            return None;
        };
        return Some(When { held_on, starts_at, ends_at });
    };
    let day = start.with_timezone(&zone).date_naive();
    if held_on.is_some_and(|held_on| held_on != day) {
        let message = say!(
            "The session begins on {day} where the community is. Leave `heldOn` out, or correct `startsAt`.",
            "按社区当地时间，该场次始于 {day}：请勿填写 `heldOn`，或更正 `startsAt`。"
        );
        faults.note(&["heldOn"], UserErrorCode::Invalid, message);
        return None;
    }
    if let Some(end) = ends_at
        && !(TimeDelta::zero() < end - start && end - start <= MOST)
    {
        let hours = MOST.num_hours();
        let message = say!(
            "The end lies after the start, by at most {hours} hours.",
            "结束时间应晚于开始时间，且不超过 {hours} 小时。"
        );
        faults.note(&["endsAt"], UserErrorCode::OutOfRange, message);
        return None;
    }
    Some(When { held_on: day, starts_at, ends_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<DateTime<Utc>> {
        Some(text.parse().unwrap())
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn settle(
        held_on: Option<&str>,
        starts_at: Option<&str>,
        ends_at: Option<&str>,
        zone: Tz,
    ) -> Result<NaiveDate, Vec<UserErrorCode>> {
        let mut faults = Faults::default();
        let when = settled(held_on.map(day), (starts_at.and_then(at), ends_at.and_then(at)), zone, &mut faults);
        match faults.none() {
            Ok(()) => Ok(when.unwrap().held_on),
            Err(crate::write::Refused::Listed(errors)) => Err(errors.into_iter().map(|error| error.code).collect()),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_session_belongs_to_the_day_on_which_it_begins_where_the_community_is() {
        let (here, west) = (chrono_tz::Asia::Shanghai, chrono_tz::America::New_York);
        for (starts_at, zone, expected) in [
            ("2022-03-04T23:30:00+08:00", here, "2022-03-04"),
            ("2022-03-04T23:59:59.999999+08:00", here, "2022-03-04"),
            ("2022-03-05T00:00:00+08:00", here, "2022-03-05"),
            ("2022-03-05T00:30:00+08:00", here, "2022-03-05"),
            ("2022-03-04T16:30:00Z", here, "2022-03-05"),
            ("2022-03-04T16:30:00Z", west, "2022-03-04"),
            // The hour that is there twice, and the one that is skipped: an instant has one day whatever the clocks did.
            ("2022-11-06T05:30:00Z", west, "2022-11-06"),
            ("2022-11-06T06:30:00Z", west, "2022-11-06"),
            ("2022-03-13T07:30:00Z", west, "2022-03-13"),
        ] {
            assert_eq!(settle(None, Some(starts_at), None, zone), Ok(day(expected)), "{starts_at} {zone}");
        }
    }

    #[test]
    fn a_day_and_times_agree_and_an_end_follows_its_start() {
        use UserErrorCode::{Invalid, OutOfRange, Required};
        let start = Some("2022-03-04T23:30:00+08:00");
        for (held_on, starts_at, ends_at, expected) in [
            (Some("2022-03-04"), None, None, Ok(day("2022-03-04"))),
            (Some("2022-03-04"), start, Some("2022-03-05T01:00:00+08:00"), Ok(day("2022-03-04"))),
            (None, start, Some("2022-03-06T11:30:00+08:00"), Ok(day("2022-03-04"))),
            (None, start, Some("2022-03-06T11:30:00.000001+08:00"), Err(vec![OutOfRange])),
            (None, start, start, Err(vec![OutOfRange])),
            (None, start, Some("2022-03-04T23:29:00+08:00"), Err(vec![OutOfRange])),
            (Some("2022-03-05"), start, None, Err(vec![Invalid])),
            (Some("2022-03-05"), None, start, Err(vec![Invalid])),
            (None, None, None, Err(vec![Required])),
        ] {
            assert_eq!(
                settle(held_on, starts_at, ends_at, chrono_tz::Asia::Shanghai),
                expected,
                "{held_on:?} {ends_at:?}"
            );
        }
    }
}

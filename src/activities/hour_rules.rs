//! What time given to the community is worth. Pure: no database, no GraphQL.
//!
//! Time is counted in whole minutes: check-ins and check-outs are kept to the minute. **Given** is what lies between coming and going. **Credited** is given
//! without what was credited already: whoever was in two places at once is credited once, to the place where they came first. Minutes belong to the day on
//! which they were given where the community is, so a night of 31 December is shared out between two years.

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The longest that somebody is on record as having been there in one go.
pub const MOST: TimeDelta = TimeDelta::hours(36);

/// Minutes of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfDay {
    pub day: NaiveDate,
    pub minutes: i64,
}

/// To the minute, downwards.
pub fn to_the_minute(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp().div_euclid(60) * 60, 0).unwrap_or(at)
}

/// Minutes between coming and going.
pub fn given(from: DateTime<Utc>, until: DateTime<Utc>) -> i64 {
    (until - from).num_minutes().max(0)
}

/// The same, day by day where the community is.
pub fn by_day(from: DateTime<Utc>, until: DateTime<Utc>, zone: Tz) -> Vec<OfDay> {
    let (mut days, mut from) = (Vec::new(), from);
    while from < until {
        let day = from.with_timezone(&zone).date_naive();
        let next = next_day(day, zone).filter(|next| *next > from).unwrap_or(until).min(until);
        let minutes = given(from, next);
        if minutes > 0 {
            days.push(OfDay { day, minutes });
        }
        from = next;
    }
    days
}

/// When the next day begins; where clocks skip midnight, at the first moment that there is.
fn next_day(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.succ_opt()?.and_hms_opt(0, 0, 0)?;
    let found = zone.from_local_datetime(&midnight).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(midnight + TimeDelta::hours(1))).earliest());
    found.map(|at| at.with_timezone(&Utc))
}

/// What is credited of each of one person's stays, in their order: every minute once, to the stay that began first.
pub fn credited(stays: &[(DateTime<Utc>, DateTime<Utc>)], zone: Tz) -> Vec<Vec<OfDay>> {
    let mut order: Vec<usize> = (0..stays.len()).collect();
    order.sort_by_key(|place| (stays[*place], *place));
    let mut credited = vec![Vec::new(); stays.len()];
    let mut covered: Option<DateTime<Utc>> = None;
    for place in order {
        let (from, until) = stays[place];
        let from = covered.map_or(from, |covered| covered.max(from));
        credited[place] = by_day(from, until, zone);
        covered = Some(covered.map_or(until, |covered| covered.max(until)));
    }
    credited
}

/// All of it together.
pub fn total(days: &[OfDay]) -> i64 {
    days.iter().map(|of| of.minutes).sum()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    const HERE: Tz = chrono_tz::Asia::Shanghai;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn shown(days: &[OfDay]) -> Vec<String> {
        days.iter().map(|of| format!("{} {}", of.day, of.minutes)).collect()
    }

    #[test]
    fn a_night_is_shared_out_between_its_days_where_the_community_is() {
        let (from, until) = (at("2026-12-31T22:00:00+08:00"), at("2027-01-01T02:00:00+08:00"));
        assert_eq!(given(from, until), 240);
        assert_eq!(shown(&by_day(from, until, HERE)), ["2026-12-31 120", "2027-01-01 120"]);
        // In UTC all of it lies on the day before.
        assert_eq!(shown(&by_day(from, until, chrono_tz::UTC)), ["2026-12-31 240"]);
        assert_eq!(shown(&by_day(from, from, HERE)), Vec::<String>::new());
        // A day of 25 hours, and one on which midnight is skipped.
        let new_york = chrono_tz::America::New_York;
        let autumn = by_day(at("2022-11-06T00:00:00-04:00"), at("2022-11-07T00:00:00-05:00"), new_york);
        assert_eq!(shown(&autumn), ["2022-11-06 1500"]);
        let sao_paulo = chrono_tz::America::Sao_Paulo;
        let skipped = by_day(at("2018-11-03T23:00:00-03:00"), at("2018-11-04T02:00:00-02:00"), sao_paulo);
        assert_eq!(shown(&skipped), ["2018-11-03 60", "2018-11-04 60"]);
    }

    #[test]
    fn what_overlaps_is_credited_once_to_who_came_first() {
        let stay = |from: &str, until: &str| {
            (at(&format!("2022-03-04T{from}:00+08:00")), at(&format!("2022-03-04T{until}:00+08:00")))
        };
        let of = |stays: &[_]| credited(stays, HERE).iter().map(|days| total(days)).collect::<Vec<_>>();
        assert_eq!(of(&[stay("09:00", "11:00"), stay("10:00", "12:00")]), [120, 60]);
        assert_eq!(of(&[stay("10:00", "12:00"), stay("09:00", "11:00")]), [60, 120], "in whatever order they are told");
        assert_eq!(of(&[stay("09:00", "12:00"), stay("10:00", "11:00")]), [180, 0]);
        assert_eq!(of(&[stay("09:00", "10:00"), stay("10:00", "11:00")]), [60, 60]);
        assert_eq!(of(&[stay("09:00", "10:00"), stay("09:00", "10:00")]), [60, 0]);
        assert_eq!(of(&[]), [0; 0]);
    }

    #[test]
    fn seconds_are_nobodys() {
        assert_eq!(to_the_minute(at("2022-03-04T09:00:59.999Z")), at("2022-03-04T09:00:00Z"));
        assert_eq!(to_the_minute(at("1969-12-31T23:59:30Z")), at("1969-12-31T23:59:00Z"));
    }

    /// Stays of up to 36 hours within some days, to the minute.
    fn stays() -> impl Strategy<Value = Vec<(DateTime<Utc>, DateTime<Utc>)>> {
        let start = at("2026-12-29T00:00:00Z").timestamp() / 60;
        let stay = (0i64..6 * 1440, 0i64..=36 * 60);
        let at = |minutes: i64| DateTime::from_timestamp(minutes * 60, 0).unwrap();
        prop::collection::vec(stay, 0..12).prop_map(move |all| {
            all.into_iter().map(|(from, long)| (at(start + from), at(start + from + long))).collect()
        })
    }

    proptest! {
        #[test]
        fn no_more_is_credited_than_passed_and_every_minute_once(stays in stays()) {
            let days = credited(&stays, HERE);
            let mut a_day: BTreeMap<NaiveDate, i64> = BTreeMap::new();
            for ((from, until), days) in stays.iter().zip(&days) {
                prop_assert!(total(days) <= given(*from, *until));
                prop_assert_eq!(total(&by_day(*from, *until, HERE)), given(*from, *until));
                for of in days {
                    *a_day.entry(of.day).or_default() += of.minutes;
                }
            }
            prop_assert!(a_day.values().all(|minutes| *minutes <= 24 * 60));
            // Minute by minute.
            let minutes: BTreeSet<i64> =
                stays.iter().flat_map(|(from, until)| from.timestamp() / 60..until.timestamp() / 60).collect();
            let mut union: BTreeMap<NaiveDate, i64> = BTreeMap::new();
            for minute in minutes {
                let day = DateTime::from_timestamp(minute * 60, 0).unwrap().with_timezone(&HERE).date_naive();
                *union.entry(day).or_default() += 1;
            }
            prop_assert_eq!(a_day, union);
            // In whatever order they are told.
            let mut reversed = stays.clone();
            reversed.reverse();
            let sum = |all: &[Vec<OfDay>]| all.iter().map(|days| total(days)).sum::<i64>();
            prop_assert_eq!(sum(&credited(&reversed, HERE)), sum(&days));
        }
    }
}

//! The demo's days. The records stand as they did on one day, whenever the demo is made, so that the same seed gives the same records.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use rand::{RngExt, rngs::StdRng};

/// The first and the last day of what the community did (see `facts.rs`); ages are those of the last.
pub(super) const FIRST_DAY: NaiveDate = day(2020, 5, 1);
pub(super) const LAST_DAY: NaiveDate = day(2022, 3, 4);

/// The community went from door to door in these two months and put everybody on file.
pub(super) const CENSUS: (NaiveDate, NaiveDate) = (day(2020, 3, 1), day(2020, 4, 30));

pub(super) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day that exists")
}

/// So many minutes after midnight in Beijing.
pub(super) fn moment(day: NaiveDate, minutes: i64) -> DateTime<Utc> {
    (day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes - 8 * 60)).and_utc()
}

/// Some time of a working day.
pub(super) fn office_hour(rng: &mut StdRng, day: NaiveDate) -> DateTime<Utc> {
    moment(day, rng.random_range(8 * 60 + 30..17 * 60 + 30))
}

/// Any day of a span.
pub(super) fn between(rng: &mut StdRng, first: NaiveDate, last: NaiveDate) -> NaiveDate {
    let days = (last - first).num_days().max(0) as u64;
    first + Days::new(rng.random_range(0..=days))
}

/// When somebody born that day was put on file: at the census, or as a newborn.
pub(super) fn registered(rng: &mut StdRng, birth_date: NaiveDate) -> DateTime<Utc> {
    let first = CENSUS.0.max(birth_date);
    let day = between(rng, first, CENSUS.1.max(first + Days::new(20)).min(LAST_DAY));
    office_hour(rng, day)
}

/// A birth date of somebody who is so old on the last day.
pub(super) fn born(rng: &mut StdRng, age: u32) -> NaiveDate {
    LAST_DAY - Months::new(12 * age) - Days::new(rng.random_range(0..365))
}

/// The day `years` after a birth.
pub(super) fn years_after(birth_date: NaiveDate, years: u32) -> NaiveDate {
    birth_date + Months::new(12 * years)
}

//! What a certificate states, out of when somebody came and went. Pure: no database, no GraphQL.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::activities::hours::{Stay, minutes, whole};

/// From a first to a last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) from: NaiveDate,
    pub(crate) until: NaiveDate,
}

impl Period {
    pub(crate) fn holds(self, day: NaiveDate) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

/// What is stated of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) session: Uuid,
    pub(crate) held_on: NaiveDate,
    pub(crate) training: bool,
    /// Credited on days of the period; none where nobody wrote down when the person came and went.
    pub(crate) minutes: Option<i32>,
}

/// What one person's times come to in a period: those of its days, and of the night before it what lasted into it.
pub(crate) fn lines<'s>(stays: impl IntoIterator<Item = &'s Stay>, period: Period) -> Vec<Line> {
    let line = |stay: &Stay| {
        let credited = whole(minutes(&stay.credited, |day| period.holds(day)));
        let minutes = stay.times.map(|_| credited);
        let line = Line { session: stay.session, held_on: stay.held_on, training: stay.training, minutes };
        (period.holds(stay.held_on) || credited > 0).then_some(line)
    };
    let mut all: Vec<Line> = stays.into_iter().filter_map(line).collect();
    all.sort_by_key(|line| (line.held_on, line.session));
    all
}

/// The figures of a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Times that the person came to serve on days of the period, training apart.
    pub(crate) person_times: i32,
    pub(crate) minutes: i32,
    pub(crate) training_minutes: i32,
}

impl Totals {
    pub(crate) fn of(lines: &[Line], period: Period) -> Self {
        let sum = |training: bool| {
            let those = lines.iter().filter(|line| line.training == training);
            whole(those.filter_map(|line| line.minutes).map(i64::from).sum())
        };
        let came = lines.iter().filter(|line| !line.training && period.holds(line.held_on));
        Self { person_times: whole(came.count() as i64), minutes: sum(false), training_minutes: sum(true) }
    }
}

/// Do two say the same of the same sessions? The figures could agree by chance.
pub(super) fn agree(one: &[Line], other: &[Line]) -> bool {
    let said = |lines: &[Line]| -> BTreeMap<Uuid, (NaiveDate, bool, Option<i32>)> {
        lines.iter().map(|line| (line.session, (line.held_on, line.training, line.minutes))).collect()
    };
    said(one) == said(other)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use proptest::prelude::*;

    use super::*;
    use crate::activities::hours::reckon;

    const HERE: chrono_tz::Tz = chrono_tz::Asia::Shanghai;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn stay(number: u128, training: bool, held_on: &str, times: Option<(&str, &str)>) -> Stay {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        Stay {
            attendance: Uuid::from_u128(number),
            person: Uuid::nil(),
            session: Uuid::from_u128(number),
            held_on: day(held_on),
            training,
            times: times.map(|(from, until)| (at(from), at(until))),
            given: Vec::new(),
            credited: Vec::new(),
        }
    }

    fn period(from: &str, until: &str) -> Period {
        Period { from: day(from), until: day(until) }
    }

    fn totals(person_times: i32, minutes: i32, training_minutes: i32) -> Totals {
        Totals { person_times, minutes, training_minutes }
    }

    #[test]
    fn a_night_is_shared_out_and_what_was_taught_stands_apart() {
        let mut all = vec![
            stay(1, false, "2021-12-31", Some(("2021-12-31T22:00:00+08:00", "2022-01-01T02:00:00+08:00"))),
            stay(2, false, "2022-01-01", Some(("2022-01-01T01:00:00+08:00", "2022-01-01T03:00:00+08:00"))),
            stay(3, true, "2022-02-01", Some(("2022-02-01T09:00:00+08:00", "2022-02-01T10:30:00+08:00"))),
            stay(4, false, "2022-02-02", None),
        ];
        reckon(&mut all, HERE);
        for (of, expected, sessions) in [
            (period("2021-01-01", "2021-12-31"), totals(1, 120, 0), vec![1]),
            // Of the night before it, what lasted into it; the hour of two places once; nobody's minutes are not 0.
            (period("2022-01-01", "2022-12-31"), totals(2, 180, 90), vec![1, 2, 3, 4]),
            (period("2022-02-01", "2022-02-01"), totals(0, 0, 90), vec![3]),
            (period("2023-01-01", "2023-12-31"), totals(0, 0, 0), vec![]),
        ] {
            let lines = lines(&all, of);
            assert_eq!(Totals::of(&lines, of), expected, "{of:?}");
            assert_eq!(lines.iter().map(|line| line.session.as_u128()).collect::<Vec<_>>(), sessions, "{of:?}");
            assert!(lines.iter().all(|line| line.minutes.is_none() == (line.session.as_u128() == 4)));
        }
    }

    #[test]
    fn two_agree_only_where_every_session_does() {
        let line = |number: u128, minutes| Line {
            session: Uuid::from_u128(number),
            held_on: day("2022-03-04"),
            training: false,
            minutes,
        };
        let first = [line(1, Some(60)), line(2, Some(30))];
        assert!(agree(&first, &[first[1], first[0]]), "in whatever order");
        for other in [
            vec![line(1, Some(60))],
            vec![line(1, Some(30)), line(2, Some(60))],
            vec![line(1, Some(60)), line(2, None)],
            vec![line(1, Some(60)), line(3, Some(30))],
            vec![line(1, Some(60)), Line { training: true, ..line(2, Some(30)) }],
        ] {
            assert!(!agree(&first, &other), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn certificates_of_periods_that_follow_one_another_add_up(
            stays in prop::collection::vec((0i64..20 * 1440, 0i64..=36 * 60, any::<bool>()), 0..15),
            cut in 0i64..22,
        ) {
            let start: DateTime<Utc> = "2021-12-20T00:00:00+08:00".parse().unwrap();
            let mut all: Vec<Stay> = stays.iter().zip(1..).map(|((from, long, training), number)| {
                let came = start + TimeDelta::minutes(*from);
                let held_on = came.with_timezone(&HERE).date_naive().to_string();
                let times = Some((came, came + TimeDelta::minutes(*long)));
                Stay { times, ..stay(number, *training, &held_on, None) }
            }).collect();
            reckon(&mut all, HERE);
            let (first, last) = (day("2021-12-20"), day("2022-01-31"));
            let middle = first + TimeDelta::days(cut);
            let of = |from, until| { let period = Period { from, until }; Totals::of(&lines(&all, period), period) };
            let (whole, one, other) = (of(first, last), of(first, middle), of(middle + TimeDelta::days(1), last));
            prop_assert_eq!(whole.person_times, one.person_times + other.person_times);
            prop_assert_eq!(whole.minutes, one.minutes + other.minutes);
            prop_assert_eq!(whole.training_minutes, one.training_minutes + other.training_minutes);
            // Nobody is certified more than passed.
            let passed: i64 = stays.iter().map(|(_, long, _)| long).sum();
            prop_assert!(i64::from(whole.minutes + whole.training_minutes) <= passed.min(22 * 1440));
        }
    }
}

//! What attendance is worth as a figure, and which sessions are at one time. Pure: no database, no GraphQL.

use chrono::{DateTime, NaiveDate, Utc};
use entity::figures::Precision;

use crate::figures::Figure;

/// Person-times of a session (人次): the larger of its head count and the number of attendances by name, never their sum, since whoever is named was
/// counted too. Without either nobody knows how many came, and that is not 0.
///
/// Whoever counts writes down whole persons; so this figure is in whole person-times, not in thousandths.
pub fn person_times(counted: Option<Figure>, named: i64) -> Figure {
    let Some(Figure { amount, precision }) = counted else {
        // Where only names were taken, they are all there is on record of who came.
        return if named > 0 { Figure::exact(named) } else { Figure::UNKNOWN };
    };
    match (precision, amount) {
        (Precision::Exact, Some(counted)) => Figure::exact(counted.max(named)),
        (Precision::AtLeast, Some(counted)) => Figure::at_least(counted.max(named)),
        // More names than the rough number: that many came, and perhaps more.
        (Precision::About, Some(counted)) if counted > named => Figure::about(counted),
        (Precision::About, Some(_)) => Figure::at_least(named),
        (Precision::Unknown, _) | (_, None) if named > 0 => Figure::at_least(named),
        (Precision::Unknown, _) | (_, None) => Figure::UNKNOWN,
    }
}

/// Is everybody who came to such a session known by name?
pub fn all_named(counted: Option<Figure>, named: i64) -> bool {
    person_times(counted, named) == Figure::exact(named)
}

/// How many different people came to sessions (人数), `different` of them known by name: exactly those where everybody who came is named, at least those
/// where more came than are named, and UNKNOWN where none is.
pub fn people(all_named: bool, different: i64) -> Figure {
    match (all_named, different) {
        (true, different) => Figure::exact(different),
        (false, 0) => Figure::UNKNOWN,
        (false, different) => Figure::at_least(different),
    }
}

/// When a session is: its day, and its start and end where they are known.
pub type Time = (NaiveDate, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Can nobody be at both? Where only the day of one of them is known, they may meet on that day; where an end is not known, the start is all there is to go by.
pub fn same_time(one: Time, other: Time) -> bool {
    let ((_, Some(start), end), (_, Some(other_start), other_end)) = (one, other) else {
        return one.0 == other.0;
    };
    let within = |at: DateTime<Utc>, start, end: Option<DateTime<Utc>>| {
        at == start || (start < at && end.is_some_and(|end| at < end))
    };
    within(start, other_start, other_end) || within(other_start, start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_person_times() {
        let (exact, at_least, about) = (Figure::exact, Figure::at_least, Figure::about);
        for (counted, named, expected) in [
            (None, 0, Figure::UNKNOWN),
            (None, 7, exact(7)),
            (Some(exact(40)), 0, exact(40)),
            (Some(exact(40)), 12, exact(40)),
            (Some(exact(40)), 41, exact(41)),
            (Some(exact(0)), 0, exact(0)),
            (Some(at_least(160)), 0, at_least(160)),
            (Some(at_least(160)), 75, at_least(160)),
            (Some(at_least(160)), 161, at_least(161)),
            (Some(about(50)), 49, about(50)),
            (Some(about(50)), 50, at_least(50)),
            (Some(about(50)), 51, at_least(51)),
            (Some(about(0)), 0, at_least(0)),
            (Some(Figure::UNKNOWN), 0, Figure::UNKNOWN),
            (Some(Figure::UNKNOWN), 3, at_least(3)),
        ] {
            assert_eq!(person_times(counted, named), expected, "{counted:?} and {named} names");
        }
    }

    #[test]
    fn people_are_known_as_far_as_they_are_named() {
        assert!(all_named(None, 7) && all_named(Some(Figure::exact(7)), 7) && all_named(Some(Figure::exact(0)), 0));
        assert!(
            !all_named(None, 0) && !all_named(Some(Figure::exact(8)), 7) && !all_named(Some(Figure::at_least(7)), 7)
        );
        assert_eq!(people(true, 5), Figure::exact(5));
        assert_eq!(people(true, 0), Figure::exact(0));
        assert_eq!(people(false, 5), Figure::at_least(5));
        assert_eq!(people(false, 0), Figure::UNKNOWN);
    }

    #[test]
    fn sessions_that_nobody_can_be_at_both_of() {
        let at = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
        let on = |text: &str| text.parse::<NaiveDate>().unwrap();
        let time = |day: &str, start: &str, end: &str| -> Time {
            let of = |hour: &str| if hour.is_empty() { None } else { at(&format!("{day}T{hour}:00Z")) };
            (on(day), of(start), of(end))
        };
        let morning = time("2022-03-04", "09:00", "11:00");
        for (other, expected) in [
            (time("2022-03-04", "11:00", "12:00"), false),
            (time("2022-03-04", "08:00", "09:00"), false),
            (time("2022-03-04", "10:59", "12:00"), true),
            (time("2022-03-04", "08:00", "12:00"), true),
            (time("2022-03-04", "09:30", "10:00"), true),
            (time("2022-03-04", "09:00", ""), true),
            (time("2022-03-04", "10:00", ""), true),
            (time("2022-03-04", "11:00", ""), false),
            (time("2022-03-04", "08:00", ""), false),
            (time("2022-03-04", "", ""), true),
            (time("2022-03-05", "", ""), false),
            (time("2022-03-05", "09:00", "11:00"), false),
        ] {
            assert_eq!((same_time(morning, other), same_time(other, morning)), (expected, expected), "{other:?}");
        }
        // Past midnight.
        let night = (on("2022-12-31"), at("2022-12-31T14:00:00Z"), at("2022-12-31T18:00:00Z"));
        assert!(same_time(night, (on("2023-01-01"), at("2022-12-31T17:00:00Z"), at("2022-12-31T19:00:00Z"))));
    }
}

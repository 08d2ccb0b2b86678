//! In which period of its programme a grant falls. Pure: no database, no GraphQL.

use chrono::{Datelike, Months, NaiveDate};
use entity::aid_programme::AidPeriod;

/// The period of a programme that a day lies in, as claims are kept by: by the calendar, and by the day of the grant, whenever it was put on file.
/// Once an event, it is the event: `occasion`.
pub fn key(once_per: AidPeriod, given_on: NaiveDate, occasion: Option<&str>) -> String {
    match once_per {
        AidPeriod::Ever => "ever".to_owned(),
        AidPeriod::Year => format!("{:04}", given_on.year()),
        AidPeriod::Month => format!("{:04}-{:02}", given_on.year(), given_on.month()),
        AidPeriod::Event => format!("event:{}", occasion.unwrap_or_default()),
    }
}

/// The first and the last day of the period that a day lies in, where sums are counted by it; none where all days are one.
pub fn span(per: AidPeriod, on: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let first = match per {
        AidPeriod::Ever | AidPeriod::Event => return None,
        AidPeriod::Year => NaiveDate::from_ymd_opt(on.year(), 1, 1)?,
        AidPeriod::Month => NaiveDate::from_ymd_opt(on.year(), on.month(), 1)?,
    };
    let months = if per == AidPeriod::Year { 12 } else { 1 };
    Some((first, first.checked_add_months(Months::new(months))?.pred_opt()?))
}

/// A period for people to read.
pub fn named(key: &str) -> (String, String) {
    match key {
        "ever" => ("under this programme".to_owned(), "在该帮扶项目中".to_owned()),
        period => match period.strip_prefix("event:") {
            Some(occasion) => (format!("for “{occasion}”"), format!("在“{occasion}”中")),
            None => (format!("for {period}"), format!("在 {period} 期间")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lies_in_one_period_of_each_kind() {
        for (day, year, month) in [
            ("2026-01-01", "2026", "2026-01"),
            ("2026-12-31", "2026", "2026-12"),
            ("2024-02-29", "2024", "2024-02"),
            ("0987-06-05", "0987", "0987-06"),
        ] {
            let day = day.parse().unwrap();
            assert_eq!(key(AidPeriod::Year, day, None), year);
            assert_eq!(key(AidPeriod::Month, day, None), month);
            assert_eq!(key(AidPeriod::Ever, day, None), "ever");
            assert_eq!(key(AidPeriod::Event, day, Some("台风")), "event:台风");
        }
    }

    #[test]
    fn a_span_holds_its_own_days_and_no_others() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (per, on, first, last) in [
            (AidPeriod::Year, "2024-02-29", "2024-01-01", "2024-12-31"),
            (AidPeriod::Month, "2024-02-29", "2024-02-01", "2024-02-29"),
            (AidPeriod::Month, "2023-12-31", "2023-12-01", "2023-12-31"),
        ] {
            assert_eq!(span(per, day(on)), Some((day(first), day(last))), "{per:?} {on}");
        }
        assert_eq!(span(AidPeriod::Ever, day("2024-02-29")), None);
    }
}

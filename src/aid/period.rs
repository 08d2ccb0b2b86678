//! In which period of its programme a grant falls. Pure: no database, no GraphQL.

use chrono::{Datelike, NaiveDate};
use entity::aid_programme::AidPeriod;

/// The period of a programme that a day lies in, as claims are kept by: by the calendar, and by the day of the grant, whenever it was put on file.
pub fn key(once_per: AidPeriod, given_on: NaiveDate) -> String {
    match once_per {
        AidPeriod::Ever => "ever".to_owned(),
        AidPeriod::Year => format!("{:04}", given_on.year()),
        AidPeriod::Month => format!("{:04}-{:02}", given_on.year(), given_on.month()),
    }
}

/// A period for people to read.
pub fn named(key: &str) -> (String, String) {
    match key {
        "ever" => ("under this programme".to_owned(), "在该帮扶项目中".to_owned()),
        period => (format!("for {period}"), format!("在 {period} 期间")),
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
            assert_eq!(key(AidPeriod::Year, day), year);
            assert_eq!(key(AidPeriod::Month, day), month);
            assert_eq!(key(AidPeriod::Ever, day), "ever");
        }
    }
}

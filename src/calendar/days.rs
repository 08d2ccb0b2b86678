//! Counting working days.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use entity::{calendar_day, calendar_year};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

/// What is known of some weeks.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// The years that are known.
    years: BTreeSet<i32>,
    /// The days on which it is otherwise than the week has it: are they worked on?
    moved: BTreeMap<NaiveDate, bool>,
}

impl Calendar {
    pub fn new(years: impl IntoIterator<Item = i32>, moved: impl IntoIterator<Item = (NaiveDate, bool)>) -> Self {
        Self { years: years.into_iter().collect(), moved: moved.into_iter().collect() }
    }

    /// What is known of as much time from this day on as so many working days may take.
    pub async fn around(conn: &impl ConnectionTrait, from: NaiveDate, days: u32) -> Result<Self, DbErr> {
        use calendar_day::Column;
        // A week has at least three working days, the longest holidays included; two weeks more for those.
        let until = from + Days::new(u64::from(days) * 7 / 3 + 14);
        let years = calendar_year::Entity::find()
            .filter(calendar_year::Column::Year.between(from.year(), until.year()))
            .select_only()
            .column(calendar_year::Column::Year)
            .into_tuple::<i32>()
            .all(conn)
            .await?;
        let moved = calendar_day::Entity::find().filter(Column::Day.between(from, until)).all(conn).await?;
        Ok(Self::new(years, moved.into_iter().map(|row| (row.day, row.worked))))
    }

    /// Is the day worked on? Of a year that is not known, as the week has it.
    fn worked(&self, day: NaiveDate) -> bool {
        let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.moved.get(&day).copied().unwrap_or(weekday)
    }

    /// The so manieth working day after a day, and whether part of the way lies in a year that is not known.
    pub fn after(&self, from: NaiveDate, days: u32) -> (NaiveDate, bool) {
        let (mut day, mut left, mut provisional) = (from, days, false);
        while left > 0 {
            let Some(next) = day.succ_opt() else { return (day, true) };
            day = next;
            provisional |= !self.years.contains(&day.year());
            left -= u32::from(self.worked(day));
        }
        (day, provisional)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    /// Spring Festival of 2022 as published: off from 31 January to 6 February, 29 and 30 January worked on.
    fn spring_2022() -> Calendar {
        let off = [(1, 3), (1, 31), (2, 1), (2, 2), (2, 3), (2, 4)].map(|(m, d)| (day(2022, m, d), false));
        let on = [(1, 29), (1, 30)].map(|(m, d)| (day(2022, m, d), true));
        Calendar::new([2022], off.into_iter().chain(on))
    }

    #[test]
    fn make_up_days_count_and_the_festival_does_not() {
        // From Thursday 27 January: Friday, Saturday, Sunday, then Monday 7 February.
        let calendar = spring_2022();
        for (days, due) in [(1, day(2022, 1, 28)), (2, day(2022, 1, 29)), (3, day(2022, 1, 30)), (4, day(2022, 2, 7))] {
            assert_eq!(calendar.after(day(2022, 1, 27), days), (due, false), "{days}");
        }
        assert_eq!(calendar.after(day(2022, 2, 2), 1), (day(2022, 2, 7), false), "submitted within the festival");
    }

    #[test]
    fn a_year_that_is_not_known_is_counted_by_the_week_and_said_to_be_provisional() {
        let calendar = spring_2022();
        assert_eq!(calendar.after(day(2022, 12, 29), 1), (day(2022, 12, 30), false));
        assert_eq!(calendar.after(day(2022, 12, 29), 2), (day(2023, 1, 2), true));
        assert_eq!(
            calendar.after(day(2024, 2, 9), 1),
            (day(2024, 2, 12), true),
            "no invented holiday, no invented make-up day"
        );
        assert_eq!(calendar.after(day(2022, 1, 27), 0), (day(2022, 1, 27), false));
    }
}

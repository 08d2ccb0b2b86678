//! The days that a report is about.

use chrono::{Datelike, Months, NaiveDate};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    error::{Error, Result},
    say,
};

/// Nobody reports on longer; one entry a month would become a list without end.
const MOST_YEARS: u32 = 50;

/// Days from the first to the last, both included: civil days of the community, as records have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Period {
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self> {
        if from > to {
            return Err(Error::bad_input(say!(
                "to: {to} is before `from`, {from}; a period has a first and a last day.",
                "to：{to} 早于 `from`（{from}）；统计期间须先起后止。"
            )));
        }
        if from + Months::new(12 * MOST_YEARS) <= to {
            return Err(Error::bad_input(say!(
                "to: a period has at most {MOST_YEARS} years.",
                "to：统计期间最长 {MOST_YEARS} 年。"
            )));
        }
        Ok(Self { from, to })
    }

    /// What happened on one of the days.
    pub fn has(self, day: impl ColumnTrait) -> Expr {
        day.between(self.from, self.to)
    }

    /// What lasted on at least one of the days; its last day is null while it lasts.
    pub fn touches(self, first: impl ColumnTrait, last: impl ColumnTrait) -> Condition {
        Condition::all().add(first.lte(self.to)).add(last.is_null().or(last.gte(self.from)))
    }

    /// Its months in order, "2021-03" and so on; the first and the last may lie in it in part.
    pub fn months(self) -> Vec<String> {
        let first = self.from.with_day(1).unwrap_or(self.from);
        let months = (0..=12 * MOST_YEARS).map(|n| first + Months::new(n));
        months.take_while(|month| *month <= self.to).map(month_of).collect()
    }
}

/// As the database writes it; see [`month`].
fn month_of(day: NaiveDate) -> String {
    day.format("%Y-%m").to_string()
}

/// The month of a day as text, "2021-03", on both engines: SQLite keeps days as text, and PostgreSQL writes them so for this program's connections.
/// Without bound values, so that PostgreSQL knows the expression again when it groups.
pub fn month(table: &str, column: &str) -> Expr {
    Expr::cust(format!(r#"SUBSTR(CAST("{table}"."{column}" AS TEXT), 1, 7)"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_of_a_period() {
        let months = |from, to| Period::new(day(from), day(to)).unwrap().months();
        assert_eq!(months("2021-01-31", "2021-03-01"), ["2021-01", "2021-02", "2021-03"]);
        assert_eq!(months("2020-02-29", "2020-02-29"), ["2020-02"]);
        assert_eq!(months("2020-05-01", "2022-03-04").len(), 23);
        assert_eq!(months("1990-01-01", "2039-12-31").len(), 600);
        assert_eq!(months("1990-01-31", "2040-01-30").len(), 601);
    }

    #[test]
    fn a_period_begins_before_it_ends_and_ends_before_fifty_years() {
        let code = |from, to| Period::new(day(from), day(to)).map_err(|error| error.code.as_str());
        assert!(code("2021-01-01", "2021-01-01").is_ok());
        assert!(code("1990-01-01", "2039-12-31").is_ok());
        assert_eq!(code("2021-01-02", "2021-01-01"), Err("BAD_USER_INPUT"));
        assert_eq!(code("1990-01-01", "2040-01-01"), Err("BAD_USER_INPUT"));
    }
}

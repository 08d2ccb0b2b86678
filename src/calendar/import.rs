//! A year that becomes known: its days are put into the calendar, and deadlines that were counted without them are counted anew.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use entity::{calendar_day, calendar_year};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    context::App,
    error::{Error, Result},
    requests, say,
    write::begin,
};

/// What an import came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Days on which it is otherwise than the week has it.
    pub days: usize,
    /// Requests whose deadline was counted anew.
    pub requests: usize,
}

/// The days of a notice: a line each, `2027-01-01,off,元旦` or `2027-02-06,worked,春节`. Lines that are empty or begin with `#` are passed over, and so is what
/// the week says by itself.
pub fn parse(year: i32, text: &str) -> Result<BTreeMap<NaiveDate, (bool, String)>> {
    let mut days = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut parts = line.split(',').map(str::trim);
        let day = parts.next().and_then(|day| day.parse::<NaiveDate>().ok());
        let worked = match parts.next() {
            Some("worked" | "班") => Some(true),
            Some("off" | "休") => Some(false),
            _ => None,
        };
        let (Some(day), Some(worked), Some(festival), None) = (day, worked, parts.next(), parts.next()) else {
            return Err(Error::bad_input(say!(
                "Line {number}: write a day, `off` or `worked`, and the festival, with commas between.",
                "第 {number} 行：应为“日期,off 或 worked,节日”，以逗号分隔。"
            )));
        };
        if day.year() != year {
            return Err(Error::bad_input(say!(
                "Line {number}: {day} lies in another year than {year}.",
                "第 {number} 行：{day} 不在 {year} 年。"
            )));
        }
        if days.insert(day, (worked, festival.to_owned())).is_some() {
            return Err(Error::bad_input(say!("Line {number}: {day} comes twice.", "第 {number} 行：{day} 重复。")));
        }
    }
    let weekday = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    days.retain(|day, (worked, _)| *worked != weekday(day));
    if days.is_empty() {
        return Err(Error::bad_input(say!(
            "The file names no day on which it is otherwise than the week has it; without one the year is not known.",
            "文件未列出任何调休日；不能据此认定该年度日历。"
        )));
    }
    Ok(days)
}

/// Puts a year into the calendar, in the place of what was known of it, and counts provisional deadlines of requests that wait for an answer anew; all of it or
/// nothing.
pub async fn import(app: &App, year: i32, source: &str, text: &str) -> Result<Imported> {
    let days = parse(year, text)?;
    let tx = begin(&app.db).await?;
    let first = NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31));
    let Some((first, last)) = first else {
        return Err(Error::bad_input(say!("There is no year {year}.", "没有 {year} 年。")));
    };
    calendar_day::Entity::delete_many().filter(calendar_day::Column::Day.between(first, last)).exec(&tx).await?;
    calendar_year::Entity::delete_many().filter(calendar_year::Column::Year.eq(year)).exec(&tx).await?;
    let row = calendar_year::ActiveModel { year: Set(year), source: Set(source.trim().to_owned()) };
    calendar_year::Entity::insert(row).exec_without_returning(&tx).await?;
    let number = days.len();
    let rows = days.into_iter().map(|(day, (worked, festival))| calendar_day::ActiveModel {
        day: Set(day),
        worked: Set(worked),
        festival: Set(festival),
    });
    calendar_day::Entity::insert_many(rows).exec_without_returning(&tx).await?;
    let requests = requests::count_anew(&tx, app).await?;
    tx.commit().await?;
    Ok(Imported { days: number, requests })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_week_says_by_itself_is_passed_over() {
        let text = "# 通知\n2027-01-01,off,元旦\n2027-01-02,off,元旦\n\n2027-02-06,班,春节\n2027-02-08,休,春节\n";
        let days = parse(2027, text).unwrap();
        let kept: Vec<String> = days.iter().map(|(day, (worked, _))| format!("{day} {worked}")).collect();
        assert_eq!(kept, ["2027-01-01 false", "2027-02-06 true", "2027-02-08 false"]);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for (text, words) in [
            ("2027-01-01,off,元旦\n2027-13-01,off,元旦", "Line 2: write"),
            ("2027-01-01,maybe,元旦", "Line 1: write"),
            ("2027-01-01,off", "Line 1: write"),
            ("2028-01-01,off,元旦", "Line 1: 2028-01-01 lies in another year"),
            ("2027-01-01,off,元旦\n2027-01-01,worked,元旦", "Line 2: 2027-01-01 comes twice"),
            ("2027-01-02,off,元旦", "names no day"),
        ] {
            let error = parse(2027, text).unwrap_err();
            assert!(error.message.en.contains(words), "{text}: {}", error.message.en);
        }
    }
}

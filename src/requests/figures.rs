//! What requests come to in a period: how many, how soon, how well. Pure but for the one statement that reads the days of each.

use chrono::{DateTime, NaiveDate, Utc};
use entity::request::{self, Column, RequestStatus};
use rust_decimal::Decimal as Number;
use sea_orm::{ColumnTrait, Condition, DatabaseConnection, DbErr, QueryFilter, QuerySelect, Select};

/// The days of a request, as far as figures need them.
#[derive(Clone, Debug)]
pub struct Course {
    pub status: RequestStatus,
    pub submitted_on: NaiveDate,
    pub submitted_at: DateTime<Utc>,
    pub due_on: Option<NaiveDate>,
    pub answered_on: Option<NaiveDate>,
    pub answered_at: Option<DateTime<Utc>>,
    pub late: bool,
    pub called_back_on: Option<NaiveDate>,
    pub satisfaction: Option<i32>,
    pub closed_on: Option<NaiveDate>,
}

type Row = (
    RequestStatus,
    NaiveDate,
    DateTime<Utc>,
    Option<NaiveDate>,
    Option<NaiveDate>,
    Option<DateTime<Utc>>,
    bool,
    Option<NaiveDate>,
    Option<i32>,
    Option<NaiveDate>,
);

/// What figures come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub received: i64,
    pub answered: i64,
    pub closed: i64,
    pub overdue: i64,
    /// Of those whose deadline decided itself, the share that kept it.
    pub on_time_share: Option<Number>,
    /// Hours from coming in to the answer.
    pub median_hours: Option<Number>,
    pub ninetieth_hours: Option<Number>,
    pub satisfaction: Option<Number>,
}

/// Those that came in, fell due, were answered, called back or closed in these days.
pub async fn courses(
    db: &DatabaseConnection,
    of: Select<request::Entity>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Course>, DbErr> {
    let days = [Column::SubmittedOn, Column::DueOn, Column::AnsweredOn, Column::CalledBackOn, Column::ClosedOn];
    let within = days.into_iter().fold(Condition::any(), |any, day| any.add(day.between(from, to)));
    let rows: Vec<Row> = of
        .filter(within)
        .select_only()
        .columns([
            Column::Status,
            Column::SubmittedOn,
            Column::SubmittedAt,
            Column::DueOn,
            Column::AnsweredOn,
            Column::AnsweredAt,
            Column::Late,
            Column::CalledBackOn,
            Column::Satisfaction,
            Column::ClosedOn,
        ])
        .into_tuple()
        .all(db)
        .await?;
    let course = |(
        status,
        submitted_on,
        submitted_at,
        due_on,
        answered_on,
        answered_at,
        late,
        called_back_on,
        satisfaction,
        closed_on,
    ): Row| Course {
        status,
        submitted_on,
        submitted_at,
        due_on,
        answered_on,
        answered_at,
        late,
        called_back_on,
        satisfaction,
        closed_on,
    };
    Ok(rows.into_iter().map(course).collect())
}

impl Totals {
    /// Of these days, as it stands today. What was declined, and what goes with another request, has no deadline to keep.
    pub fn of(courses: &[Course], (from, to): (NaiveDate, NaiveDate), today: NaiveDate) -> Self {
        let within = |day: Option<NaiveDate>| day.is_some_and(|day| (from..=to).contains(&day));
        let count = |holds: &dyn Fn(&Course) -> bool| courses.iter().filter(|of| holds(of)).count() as i64;
        let bound =
            |of: &Course| within(of.due_on) && !matches!(of.status, RequestStatus::Declined | RequestStatus::Merged);
        let missed = |of: &Course| of.late || (of.answered_on.is_none() && of.due_on.is_some_and(|due| due < today));
        let overdue = count(&|of| bound(of) && missed(of));
        let decided = count(&|of| bound(of) && (missed(of) || of.answered_on.is_some()));
        let mut hours: Vec<i64> = courses
            .iter()
            .filter(|of| within(of.answered_on))
            .filter_map(|of| Some((of.answered_at? - of.submitted_at).num_seconds()))
            .collect();
        hours.sort_unstable();
        let scores: Vec<i64> = courses
            .iter()
            .filter(|of| within(of.called_back_on))
            .filter_map(|of| of.satisfaction.map(i64::from))
            .collect();
        Self {
            received: count(&|of| within(Some(of.submitted_on))),
            answered: count(&|of| within(of.answered_on)),
            closed: count(&|of| within(of.closed_on)),
            overdue,
            on_time_share: ratio(decided - overdue, decided, 4),
            median_hours: quantile(&hours, 1, 2),
            ninetieth_hours: quantile(&hours, 9, 10),
            satisfaction: ratio(scores.iter().sum(), scores.len() as i64, 2),
        }
    }
}

/// So many decimals, halves away from zero; none of nothing.
fn ratio(part: i64, whole: i64, decimals: u32) -> Option<Number> {
    (whole > 0).then(|| {
        let exact = Number::from(part) / Number::from(whole);
        exact.round_dp_with_strategy(decimals, rust_decimal::RoundingStrategy::MidpointAwayFromZero).normalize()
    })
}

/// A quantile of sorted seconds, in hours with one decimal: between two neighbours in proportion.
fn quantile(seconds: &[i64], part: i64, of: i64) -> Option<Number> {
    let last = i64::try_from(seconds.len()).ok()?.checked_sub(1).filter(|last| *last >= 0)?;
    let (place, rest) = (last * part / of, last * part % of);
    let low = seconds[usize::try_from(place).ok()?];
    let high = seconds.get(usize::try_from(place).ok()? + 1).copied().unwrap_or(low);
    ratio(low * of + (high - low) * rest, of * 3600, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        let hours = |of: &[i64]| of.iter().map(|hour| hour * 3600).collect::<Vec<_>>();
        assert_eq!(quantile(&[], 1, 2), None);
        assert_eq!(quantile(&hours(&[7]), 9, 10), Some(Number::from(7)));
        assert_eq!(quantile(&hours(&[1, 2]), 1, 2), Some(Number::new(15, 1)));
        assert_eq!(quantile(&hours(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), 9, 10), Some(Number::from(10)));
        assert_eq!(quantile(&hours(&[1, 2, 3, 4]), 9, 10), Some(Number::new(37, 1)));
    }

    #[test]
    fn of_nothing_there_is_no_share() {
        let day = NaiveDate::from_ymd_opt(2022, 3, 4).unwrap();
        assert_eq!(Totals::of(&[], (day, day), day), Totals::default());
        assert_eq!(ratio(2, 3, 4), Some(Number::new(6667, 4)));
    }
}

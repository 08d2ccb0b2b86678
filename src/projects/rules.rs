//! How a project moves on, and what may be shared out of it. Pure: no database, no GraphQL.

use chrono::NaiveDate;
use entity::{
    figures::Precision,
    project::ProjectStatus::{self, Approved, Cancelled, Completed, Proposed, UnderWay},
};

use crate::{
    error::{Message, UserErrorCode},
    figures::{Figure, Refusal},
    say,
};

/// Whether a project may go from one state to the other.
pub fn may_become(from: ProjectStatus, to: ProjectStatus) -> bool {
    match (from, to) {
        (Proposed, Approved) | (Approved, UnderWay) | (UnderWay, Completed) => true,
        (Proposed | Approved | UnderWay, Cancelled) => true,
        (Proposed, Proposed | UnderWay | Completed)
        | (Approved, Proposed | Approved | Completed)
        | (UnderWay, Proposed | Approved | UnderWay)
        | (Completed | Cancelled, _) => false,
    }
}

/// Why it may not.
pub fn illegal(from: ProjectStatus, to: ProjectStatus) -> Message {
    let ((from_en, from_zh), (to_en, to_zh)) = (term(from), term(to));
    let (open_en, open_zh) = match from {
        Proposed => ("It can be approved or cancelled.", "可批准或取消。"),
        Approved => ("It can be started or cancelled.", "可启动或取消。"),
        UnderWay => ("It can be completed or cancelled.", "可完成或取消。"),
        Completed | Cancelled => ("That is its end.", "该项目已终结。"),
    };
    say!("The project is {from_en} and cannot become {to_en}. {open_en}", "该项目{from_zh}，不能改为{to_zh}。{open_zh}")
}

fn term(status: ProjectStatus) -> (&'static str, &'static str) {
    match status {
        Proposed => ("PROPOSED", "待批准"),
        Approved => ("APPROVED", "已批准"),
        UnderWay => ("UNDER_WAY", "实施中"),
        Completed => ("COMPLETED", "已完成"),
        Cancelled => ("CANCELLED", "已取消"),
    }
}

/// A day on which something happened: not after today, not before the start.
pub fn day(day: NaiveDate, earliest: Option<NaiveDate>, today: NaiveDate) -> Result<NaiveDate, Refusal> {
    if day > today {
        let message = say!("The day lies in the future; today is {today}.", "日期不能晚于今天（{today}）。");
        return Err((UserErrorCode::OutOfRange, message));
    }
    match earliest.filter(|earliest| day < *earliest) {
        None => Ok(day),
        Some(earliest) => Err((
            UserErrorCode::OutOfRange,
            say!("The day lies before the project's start ({earliest}).", "日期早于项目启动日（{earliest}）。"),
        )),
    }
}

/// What may still be shared out, in fen; none where nothing bounds it: before money has come, and where it is not known exactly how much has.
pub fn left_to_share(cash_received: Figure, shared_with_others: i64) -> Option<i64> {
    match cash_received {
        Figure { amount: Some(received @ 1..), precision: Precision::Exact } => {
            Some((received - shared_with_others).max(0))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [ProjectStatus; 5] = [Proposed, Approved, UnderWay, Completed, Cancelled];

    #[test]
    fn the_table_of_transitions() {
        #[rustfmt::skip]
        let table = [
            //  to:          Proposed Approved UnderWay Completed Cancelled
            /* Proposed  */ [false,   true,    false,   false,    true],
            /* Approved  */ [false,   false,   true,    false,    true],
            /* UnderWay  */ [false,   false,   false,   true,     true],
            /* Completed */ [false,   false,   false,   false,    false],
            /* Cancelled */ [false,   false,   false,   false,    false],
        ];
        for (from, row) in STATES.into_iter().zip(table) {
            for (to, expected) in STATES.into_iter().zip(row) {
                assert_eq!(may_become(from, to), expected, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_refusal_names_both_states_in_both_languages() {
        let message = illegal(Completed, Cancelled);
        assert!(message.en.contains("COMPLETED") && message.en.contains("CANCELLED"), "{}", message.en);
        assert!(message.zh.contains("已完成") && message.zh.contains("已取消"), "{}", message.zh);
    }

    #[test]
    fn days_lie_between_start_and_today() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (start, today) = (Some(date("2020-05-01")), date("2022-03-04"));
        assert!(day(date("2020-05-01"), start, today).is_ok());
        assert!(day(today, start, today).is_ok());
        assert!(day(date("2020-04-30"), start, today).is_err());
        assert!(day(date("2020-04-30"), None, today).is_ok());
        assert!(day(date("2022-03-05"), start, today).is_err());
    }

    #[test]
    fn an_exact_sum_of_money_bounds_the_shares() {
        assert_eq!(left_to_share(Figure::exact(100), 30), Some(70));
        assert_eq!(left_to_share(Figure::exact(100), 100), Some(0));
        // Shares that were agreed before less came.
        assert_eq!(left_to_share(Figure::exact(100), 130), Some(0));
        assert_eq!(left_to_share(Figure::exact(0), 0), None);
        assert_eq!(left_to_share(Figure::at_least(100), 30), None);
        assert_eq!(left_to_share(Figure::about(100), 30), None);
        assert_eq!(left_to_share(Figure::UNKNOWN, 0), None);
    }
}

//! When instalments fall due, and how they and their sponsorship move on. Pure: no database, no GraphQL.

use chrono::{Datelike, Months, NaiveDate};
use entity::{
    instalment::InstalmentStatus as Part,
    resident::{self, LifeStatus},
    sponsorship::{PaymentInterval, SponsorshipStatus as Whole},
};

use crate::{
    error::{Message, UserErrorCode},
    figures::Refusal,
    residents::refuse_merged,
    say,
};

/// The most instalments of a sponsorship.
pub const MOST: i32 = 120;
/// The last year that dates go to.
const LAST_YEAR: i32 = 2199;

fn months(interval: PaymentInterval) -> u32 {
    match interval {
        PaymentInterval::Month => 1,
        PaymentInterval::Quarter => 3,
        PaymentInterval::HalfYear => 6,
        PaymentInterval::Year => 12,
    }
}

/// The day of the instalment with this number, counted from 1: always from the first day, so that after a short month the day is that of the first again.
pub fn due_on(first: NaiveDate, interval: PaymentInterval, number: i32) -> Option<NaiveDate> {
    let after = u32::try_from(number - 1).ok()?.checked_mul(months(interval))?;
    first.checked_add_months(Months::new(after)).filter(|day| day.year() <= LAST_YEAR)
}

/// The last day that so many instalments cover: the one before the next would be due.
pub fn covered_until(first: NaiveDate, interval: PaymentInterval, number: i32) -> Option<NaiveDate> {
    due_on(first, interval, number + 1)?.pred_opt()
}

/// The days of so many instalments and the last day that they cover, for made-up records.
pub fn schedule(first: NaiveDate, interval: PaymentInterval, number: i32) -> (Vec<NaiveDate>, NaiveDate) {
    let days: Vec<NaiveDate> = (1..=number).filter_map(|number| due_on(first, interval, number)).collect();
    (days, covered_until(first, interval, number).unwrap_or(first))
}

/// What the instalments of a whole year come to.
pub fn per_year(fen: i64, interval: PaymentInterval) -> i64 {
    fen * i64::from(12 / months(interval))
}

/// How many instalments there may be, `before` of them on file already.
pub fn number(given: i32, before: i32) -> Result<i32, Refusal> {
    let most = MOST - before;
    if (1..=most).contains(&given) {
        return Ok(given);
    }
    Err((
        UserErrorCode::OutOfRange,
        say!(
            "A sponsorship has 1 to {MOST} instalments in all; {before} are on file.",
            "一项资助共 1 至 {MOST} 期，已登记 {before} 期。"
        ),
    ))
}

/// Who may be sponsored until a day.
pub fn recipient(resident: &resident::Model, last_due: NaiveDate) -> Result<(), Refusal> {
    refuse_merged(resident)?;
    match (resident.life_status, resident.life_status_on) {
        (LifeStatus::Deceased, died_on) if died_on.is_none_or(|died_on| died_on < last_due) => Err((
            UserErrorCode::NotEligible,
            say!(
                "The resident died: instalments cannot fall due after that.",
                "该居民已去世，此后不能再有到期的资助。"
            ),
        )),
        _ => Ok(()),
    }
}

/// What happens to an instalment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Pay,
    Miss,
    /// The sponsorship ends before the instalment falls due.
    End,
    /// The payment was recorded by mistake.
    VoidPayment,
    /// The whole sponsorship was recorded by mistake.
    Void,
}

impl Step {
    /// The state that the step leads to; none where it is not open. What was missed may still be paid; what ended stays so.
    pub fn to(self, from: Part) -> Option<Part> {
        match (from, self) {
            (Part::Due | Part::Missed, Step::Pay) => Some(Part::Paid),
            (Part::Due, Step::Miss) => Some(Part::Missed),
            (Part::Due, Step::End) => Some(Part::Ended),
            (Part::Paid, Step::VoidPayment) => Some(Part::Due),
            (_, Step::Void) => Some(Part::Ended),
            (Part::Due, Step::VoidPayment)
            | (Part::Paid, Step::Pay | Step::Miss | Step::End)
            | (Part::Missed, Step::Miss | Step::End | Step::VoidPayment)
            | (Part::Ended, Step::Pay | Step::Miss | Step::End | Step::VoidPayment) => None,
        }
    }
}

/// Why a step is not open to an instalment in this state.
pub fn illegal(from: Part) -> Message {
    match from {
        Part::Due => say!(
            "It is DUE: it can be paid, or missed once its day is past.",
            "该期待支付：可支付，或在到期日后记为逾期未付。"
        ),
        Part::Paid => say!("It is PAID: the payment can be voided.", "该期已支付：仅可撤销支付。"),
        Part::Missed => say!("It was MISSED: it can still be paid.", "该期逾期未付：仍可补付。"),
        Part::Ended => say!("It ENDED with its sponsorship.", "该期已随资助终止。"),
    }
}

/// What becomes of a sponsorship.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Amend,
    Extend,
    End,
    Void,
}

impl Turn {
    pub fn open_to(self, from: Whole) -> bool {
        match (from, self) {
            (Whole::Active, _) => true,
            (Whole::Completed, Turn::Amend | Turn::Extend | Turn::Void) => true,
            (Whole::Ended, Turn::Amend | Turn::Void) => true,
            (Whole::Completed, Turn::End) | (Whole::Ended, Turn::Extend | Turn::End) | (Whole::Voided, _) => false,
        }
    }
}

/// Why a turn is not open to a sponsorship in this state.
pub fn closed(from: Whole) -> Message {
    match from {
        Whole::Active => say!("It is ACTIVE.", "该资助进行中。"),
        Whole::Completed => say!(
            "It is COMPLETED: nothing of it is due any more. It can be extended.",
            "该资助已完成，已无待支付的分期；可延长。"
        ),
        Whole::Ended => say!("It ENDED; record another one.", "该资助已提前终止，请另行登记。"),
        Whole::Voided => say!("It was VOIDED: it counts nowhere.", "该资助已作废。"),
    }
}

/// Where a sponsorship stands by whether anything of it is due: completed when every instalment was paid or missed, and running again when one is due again.
/// One that ended early, or was voided, stays so.
pub fn standing(status: Whole, something_due: bool) -> Whole {
    match status {
        Whole::Active | Whole::Completed if something_due => Whole::Active,
        Whole::Active | Whole::Completed => Whole::Completed,
        Whole::Ended | Whole::Voided => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn short_months_clamp_and_do_not_drift() {
        let due = |first: &str, interval, number: i32| -> Vec<String> {
            (1..=number).map(|n| due_on(day(first), interval, n).unwrap().to_string()).collect()
        };
        let monthly = due("2019-12-31", PaymentInterval::Month, 5);
        assert_eq!(monthly, ["2019-12-31", "2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"]);
        assert_eq!(due("2020-11-30", PaymentInterval::Quarter, 3), ["2020-11-30", "2021-02-28", "2021-05-30"]);
        assert_eq!(due("2020-08-31", PaymentInterval::HalfYear, 3), ["2020-08-31", "2021-02-28", "2021-08-31"]);
        assert_eq!(
            due("2020-02-29", PaymentInterval::Year, 5)[1..],
            ["2021-02-28", "2022-02-28", "2023-02-28", "2024-02-29"]
        );
        assert_eq!(due_on(day("2199-12-31"), PaymentInterval::Month, 2), None, "beyond the last date");
    }

    #[test]
    fn no_two_instalments_share_a_day_and_the_schedule_has_no_gap() {
        use PaymentInterval::{HalfYear, Month, Quarter, Year};
        for interval in [Month, Quarter, HalfYear, Year] {
            for first in (0..400).map(|days| day("2019-12-01") + chrono::Days::new(days)) {
                for number in 1..=MOST {
                    let (this, next) =
                        (due_on(first, interval, number).unwrap(), due_on(first, interval, number + 1).unwrap());
                    assert!(this < next, "{first} {interval:?} {number}");
                    assert_eq!(covered_until(first, interval, number), next.pred_opt());
                }
            }
        }
    }

    #[test]
    fn a_year_is_worth_its_instalments() {
        use PaymentInterval::{HalfYear, Month, Quarter, Year};
        let years = [Month, Quarter, HalfYear, Year].map(|interval| per_year(200_000, interval));
        assert_eq!(years, [2_400_000, 800_000, 400_000, 200_000]);
    }

    #[test]
    fn the_table_of_steps() {
        use Part::{Due, Ended, Missed, Paid};
        const STEPS: [Step; 5] = [Step::Pay, Step::Miss, Step::End, Step::VoidPayment, Step::Void];
        #[rustfmt::skip]
        let table = [
            //        Pay         Miss          End          VoidPayment Void
            (Due,    [Some(Paid), Some(Missed), Some(Ended), None,       Some(Ended)]),
            (Paid,   [None,       None,         None,        Some(Due),  Some(Ended)]),
            (Missed, [Some(Paid), None,         None,        None,       Some(Ended)]),
            (Ended,  [None,       None,         None,        None,       Some(Ended)]),
        ];
        for (from, expected) in table {
            assert_eq!(STEPS.map(|step| step.to(from)), expected, "{from:?}");
        }
    }

    #[test]
    fn the_table_of_turns() {
        const TURNS: [Turn; 4] = [Turn::Amend, Turn::Extend, Turn::End, Turn::Void];
        #[rustfmt::skip]
        let table = [
            //                 Amend  Extend End    Void
            (Whole::Active,    [true,  true,  true,  true]),
            (Whole::Completed, [true,  true,  false, true]),
            (Whole::Ended,     [true,  false, false, true]),
            (Whole::Voided,    [false, false, false, false]),
        ];
        for (from, expected) in table {
            assert_eq!(TURNS.map(|turn| turn.open_to(from)), expected, "{from:?}");
        }
        let standings =
            |due| [Whole::Active, Whole::Completed, Whole::Ended, Whole::Voided].map(|of| standing(of, due));
        assert_eq!(standings(true), [Whole::Active, Whole::Active, Whole::Ended, Whole::Voided]);
        assert_eq!(standings(false), [Whole::Completed, Whole::Completed, Whole::Ended, Whole::Voided]);
    }

    #[test]
    fn numbers_of_instalments() {
        let check = |given, before| number(given, before).is_ok();
        assert!(check(1, 0) && check(120, 0) && check(20, 100));
        assert!(
            !check(0, 0) && !check(-1, 0) && !check(121, 0) && !check(21, 100) && !check(1, 120) && !check(i32::MAX, 1)
        );
    }
}

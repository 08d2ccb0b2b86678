//! What a grant must be. Pure: no database, no GraphQL. What programmes ask for (who is eligible, how often, how much) comes beside it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::{
    aid_programme::AidScope,
    figures::{AidKind, Precision},
    resident::{self, LifeStatus},
};
use rust_decimal::Decimal;

use crate::{
    error::UserErrorCode,
    figures::{Figure, Refusal, positive},
    residents::refuse_merged,
    say,
};

pub type Checked<T> = Result<T, Refusal>;

/// A figure as people enter it: exact unless they say otherwise, unknown where there is none; never 0, which would be no grant.
pub fn figure(
    given: Option<Decimal>,
    precision: Option<Precision>,
    whole: fn(Decimal) -> Checked<i64>,
) -> Checked<Figure> {
    let amount = given.map(|given| whole(given).and_then(positive)).transpose()?;
    let implied = if amount.is_some() { Precision::Exact } else { Precision::Unknown };
    Figure::new(amount, precision.unwrap_or(implied))
}

/// Money is not counted, it is worth what it is worth.
pub fn countable(kind: AidKind, quantity: Figure) -> Checked<()> {
    if kind == AidKind::Cash && quantity.amount.is_some() {
        return Err((
            UserErrorCode::Invalid,
            say!("CASH has no quantity; give its value.", "资金没有数量，请填写金额。"),
        ));
    }
    Ok(())
}

/// What a grant takes must be known, or nobody could say what remains.
pub fn measured(quantity: Figure, value: Figure) -> Checked<()> {
    if quantity.amount.is_none() && value.amount.is_none() {
        return Err((
            UserErrorCode::Required,
            say!("Say how much: a quantity, a value, or both.", "请填写数量或金额，至少一项。"),
        ));
    }
    Ok(())
}

/// A grant is put on file when it is made or afterwards, never before.
pub fn given_on(date: NaiveDate, today: NaiveDate) -> Checked<NaiveDate> {
    if date <= today {
        return Ok(date);
    }
    Err((
        UserErrorCode::OutOfRange,
        say!("The day of the grant lies in the future; today is {today}.", "发放日期不能晚于今天（{today}）。"),
    ))
}

/// A delivery is put on file when it is made or afterwards, and not before the day of the grant.
pub fn delivered_at(at: DateTime<Utc>, given_on: NaiveDate, now: DateTime<Utc>, zone: Tz) -> Checked<DateTime<Utc>> {
    if at > now {
        return Err((
            UserErrorCode::OutOfRange,
            say!("The time of delivery lies in the future.", "发放时间不能晚于现在。"),
        ));
    }
    if at.with_timezone(&zone).date_naive() < given_on {
        return Err((
            UserErrorCode::OutOfRange,
            say!(
                "The time of delivery lies before the day of the grant ({given_on}).",
                "发放时间早于发放日期（{given_on}）。"
            ),
        ));
    }
    Ok(at)
}

/// The resident on whose record a grant, or its delivery, of this day may stand: up to the day of leaving.
pub fn recipient(resident: &resident::Model, given_on: NaiveDate) -> Checked<()> {
    refuse_merged(resident)?;
    match (resident.life_status, resident.life_status_on) {
        (LifeStatus::Deceased, Some(died_on)) if died_on < given_on => Err((
            UserErrorCode::NotEligible,
            say!("The resident died on {died_on}, before this day.", "该居民已于 {died_on} 去世，早于该日。"),
        )),
        (LifeStatus::MovedOut, Some(left_on)) if left_on < given_on => Err((
            UserErrorCode::NotEligible,
            say!("The resident moved out on {left_on}, before this day.", "该居民已于 {left_on} 迁出，早于该日。"),
        )),
        (LifeStatus::Deceased, None) => Err((
            UserErrorCode::NotEligible,
            say!(
                "The resident died, and the day is not on file. Record it with `amendLifeEvent`; grants up to that day are possible.",
                "该居民已故，但去世日期未登记。请先用 `amendLifeEvent` 补登，去世当日及之前的帮扶方可登记。"
            ),
        )),
        (LifeStatus::Deceased | LifeStatus::LivingHere | LifeStatus::MovedOut, _) => Ok(()),
    }
}

/// A programme for persons aids no households, and the other way round.
pub fn fits(programme: AidScope, recipient: AidScope) -> Checked<()> {
    match (programme, recipient) {
        (AidScope::Person, AidScope::Person) | (AidScope::Household, AidScope::Household) => Ok(()),
        (AidScope::Person, AidScope::Household) => Err((
            UserErrorCode::Invalid,
            say!(
                "The programme aids persons: name a resident, not a household.",
                "该帮扶项目面向个人，请填写居民而非户。"
            ),
        )),
        (AidScope::Household, AidScope::Person) => Err((
            UserErrorCode::Invalid,
            say!(
                "The programme aids households: name a household, not a resident.",
                "该帮扶项目面向家庭，请填写户而非居民。"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{fen_from_yuan, milli_from_decimal};

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    #[test]
    fn figures_as_people_enter_them() {
        use Precision::{About, AtLeast, Exact, Unknown};
        use UserErrorCode::{Invalid, OutOfRange, Required};
        for (given, precision, expected) in [
            (Some("3"), None, Ok(Figure::exact(3_000))),
            (Some("0.5"), Some(Exact), Ok(Figure::exact(500))),
            (Some("3"), Some(AtLeast), Ok(Figure::at_least(3_000))),
            (Some("3"), Some(About), Ok(Figure::about(3_000))),
            (None, None, Ok(Figure::UNKNOWN)),
            (None, Some(Unknown), Ok(Figure::UNKNOWN)),
            (None, Some(Exact), Err(Required)),
            (Some("3"), Some(Unknown), Err(Invalid)),
            (Some("0"), None, Err(OutOfRange)),
            (Some("0"), Some(AtLeast), Err(OutOfRange)),
            (Some("-1"), None, Err(OutOfRange)),
            (Some("0.0001"), None, Err(Invalid)),
            (Some("10000000000000000000"), None, Err(OutOfRange)),
        ] {
            let read = figure(given.map(decimal), precision, milli_from_decimal).map_err(|refusal| refusal.0);
            assert_eq!(read, expected, "{given:?} {precision:?}");
        }
        assert_eq!(figure(Some(decimal("386.20")), None, fen_from_yuan), Ok(Figure::exact(38_620)));
    }

    #[test]
    fn a_grant_says_how_much() {
        let (some, none) = (Figure::exact(1), Figure::UNKNOWN);
        assert!(measured(some, none).is_ok());
        assert!(measured(none, some).is_ok());
        assert_eq!(measured(none, none).unwrap_err().0, UserErrorCode::Required);
        assert_eq!(countable(AidKind::Cash, some).unwrap_err().0, UserErrorCode::Invalid);
        assert!(countable(AidKind::Cash, none).is_ok());
        assert!(countable(AidKind::Places, some).is_ok());
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_grant_is_not_of_tomorrow() {
        let today = day("2026-11-25");
        assert!(given_on(today, today).is_ok());
        assert_eq!(given_on(day("2026-11-26"), today).unwrap_err().0, UserErrorCode::OutOfRange);
    }

    #[test]
    fn a_delivery_lies_between_the_grant_and_now() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let now = at("2026-11-25T10:00:00Z");
        let check = |text, given: &str| delivered_at(at(text), day(given), now, Tz::Asia__Shanghai).is_ok();
        assert!(check("2026-11-25T10:00:00Z", "2026-11-25"));
        assert!(!check("2026-11-25T10:00:01Z", "2026-11-25"));
        // Midnight in Shanghai is 16:00 of the day before in Greenwich.
        assert!(check("2026-11-24T16:00:00Z", "2026-11-25"));
        assert!(!check("2026-11-24T15:59:59Z", "2026-11-25"));
    }

    #[test]
    fn who_may_receive() {
        use UserErrorCode::{Invalid, NotEligible};
        let given = day("2021-06-01");
        let check = |status, on: Option<&str>| {
            let resident = resident::Model { life_status: status, life_status_on: on.map(day), ..living() };
            recipient(&resident, given).map_err(|refusal| refusal.0)
        };
        assert_eq!(check(LifeStatus::LivingHere, None), Ok(()));
        assert_eq!(check(LifeStatus::MovedOut, Some("2021-06-01")), Ok(()));
        assert_eq!(check(LifeStatus::MovedOut, Some("2021-05-31")), Err(NotEligible));
        assert_eq!(check(LifeStatus::MovedOut, None), Ok(()), "the day is not on file");
        assert_eq!(check(LifeStatus::Deceased, Some("2021-06-01")), Ok(()));
        assert_eq!(check(LifeStatus::Deceased, Some("2021-05-31")), Err(NotEligible));
        assert_eq!(check(LifeStatus::Deceased, None), Err(NotEligible));
        let merged = resident::Model { merged_into: Some(uuid::Uuid::nil()), ..living() };
        assert_eq!(recipient(&merged, given).unwrap_err().0, Invalid);
    }

    fn living() -> resident::Model {
        resident::Model {
            id: uuid::Uuid::nil(),
            community_id: uuid::Uuid::nil(),
            data_key_id: uuid::Uuid::nil(),
            full_name: String::new(),
            sex: resident::Sex::Unknown,
            birth_date: None,
            id_document_kind: resident::IdDocumentKind::None,
            id_document: None,
            id_document_index: None,
            phone: None,
            phone_index: None,
            life_status: LifeStatus::LivingHere,
            life_status_on: None,
            household_id: None,
            building_id: None,
            merged_into: None,
            registered_at: chrono::DateTime::UNIX_EPOCH,
            version: 1,
        }
    }

    #[test]
    fn a_programme_fits_its_own_kind_of_recipient() {
        assert!(fits(AidScope::Person, AidScope::Person).is_ok());
        assert!(fits(AidScope::Household, AidScope::Household).is_ok());
        assert!(fits(AidScope::Person, AidScope::Household).is_err());
        assert!(fits(AidScope::Household, AidScope::Person).is_err());
    }
}

//! What a consent must be. Pure: no database, no GraphQL.

use chrono::NaiveDate;
use entity::consent;

/// From this birthday on a person consents alone (PIPL article 31).
const CONSENTS_ALONE: u32 = 14;
/// From this birthday on a person can be somebody's guardian.
const ADULT: u32 = 18;

/// Must a guardian consent on this day? Nobody knows where the birth date is not on file.
pub fn needs_guardian(born: Option<NaiveDate>, on: NaiveDate) -> bool {
    born.is_some_and(|born| on.years_since(born).is_none_or(|age| age < CONSENTS_ALONE))
}

/// May a person of this birth date be a guardian on this day? Who looks at them knows where the file does not.
pub fn may_be_guardian(born: Option<NaiveDate>, on: NaiveDate) -> bool {
    born.is_none_or(|born| on.years_since(born).is_some_and(|age| age >= ADULT))
}

/// Is there a day on which both hold? A withdrawn consent holds until the day before.
pub fn overlap(new: (NaiveDate, Option<NaiveDate>), other: &consent::Model) -> bool {
    let (given_on, expires_on) = new;
    let withdrawn_later = other.withdrawn_on.is_none_or(|day| day > given_on.max(other.given_on));
    let not_expired = other.expires_on.is_none_or(|day| day >= given_on);
    withdrawn_later && not_expired && expires_on.is_none_or(|day| day >= other.given_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_guardian_is_needed_until_the_day_before_the_fourteenth_birthday() {
        let born = Some(day("2010-03-01"));
        assert!(needs_guardian(born, day("2024-02-29")));
        assert!(!needs_guardian(born, day("2024-03-01")));
        assert!(needs_guardian(born, day("2009-01-01")), "not born yet");
        assert!(!needs_guardian(None, day("2024-03-01")));
    }

    #[test]
    fn a_guardian_is_eighteen_or_of_unknown_age() {
        assert!(may_be_guardian(Some(day("2000-02-29")), day("2018-03-01")));
        assert!(!may_be_guardian(Some(day("2000-03-02")), day("2018-03-01")));
        assert!(may_be_guardian(None, day("2018-03-01")));
    }
}

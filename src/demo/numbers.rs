//! Numbers that pass every check and belong to nobody.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::resident::Sex;

/// No place has ever had a division code from 379900 to 379999, so nobody has a number that begins with one.
const REGIONS: std::ops::RangeInclusive<u32> = 379_900..=379_999;

/// Numbers that were given out, so that none is given twice.
#[derive(Default)]
pub(super) struct Numbers {
    born: HashMap<(NaiveDate, bool), u32>,
    phones: u64,
    passports: u32,
}

impl Numbers {
    /// A resident identity card number (GB 11643) of a region that does not exist.
    pub(super) fn resident_id(&mut self, birth_date: NaiveDate, sex: Sex) -> String {
        let male = sex == Sex::Male;
        let given = self.born.entry((birth_date, male)).or_default();
        // Of a day, 500 numbers are for men and 500 for women; then the next region.
        let region = REGIONS.end() - *given / 500 % 100;
        let sequence = *given % 500 * 2 + u32::from(male);
        *given += 1;
        let mut number = format!("{region}{}{sequence:03}", birth_date.format("%Y%m%d"));
        number.push(check_character(&number));
        number
    }

    /// A mobile number that begins with 154, a range that no network has been given.
    pub(super) fn phone(&mut self) -> String {
        self.phones += 1;
        // A step that shares no factor with 10^8 visits every number once, and neighbours do not look alike.
        format!("154{:08}", self.phones * 7_320_489 % 100_000_000)
    }

    /// A passport number; each ten million begin with another letter.
    pub(super) fn passport(&mut self) -> String {
        let (letter, number) = (self.passports / 10_000_000 % 26, self.passports % 10_000_000);
        self.passports += 1;
        format!("X{}{:07}", char::from(b'Z' - letter as u8), u64::from(number) * 7_320_489 % 10_000_000)
    }
}

/// ISO 7064 MOD 11-2, in its recursive form.
fn check_character(digits: &str) -> char {
    let product = digits.bytes().fold(0, |product, digit| (product + u32::from(digit - b'0')) * 2 % 11);
    match (12 - product) % 11 {
        10 => 'X',
        digit => char::from(b'0' + digit as u8),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{
        demo::calendar::day,
        identifiers::{PassportNumber, Phone, ResidentId},
    };

    #[test]
    fn resident_numbers_pass_the_check_and_none_comes_twice() {
        let (mut numbers, mut seen) = (Numbers::default(), HashSet::new());
        for (birth_date, sex) in [(day(1949, 12, 31), Sex::Female), (day(2020, 2, 29), Sex::Male)] {
            for _ in 0..1200 {
                let number = numbers.resident_id(birth_date, sex);
                let parsed = ResidentId::parse(&number).unwrap_or_else(|fault| panic!("{number}: {fault:?}"));
                assert_eq!((parsed.birth_date(), parsed.sex()), (birth_date, sex));
                assert!(REGIONS.contains(&number[..6].parse().unwrap()));
                assert!(seen.insert(number));
            }
        }
    }

    #[test]
    fn phones_and_passports_pass_their_checks() {
        let (mut numbers, mut seen) = (Numbers::default(), HashSet::new());
        for _ in 0..5000 {
            let phone = numbers.phone();
            assert_eq!(Phone::parse(&phone).unwrap().as_str(), phone);
            assert!(seen.insert(phone));
            let passport = numbers.passport();
            assert_eq!(PassportNumber::parse(&passport).unwrap().as_str(), passport);
            assert!(seen.insert(passport));
        }
    }
}

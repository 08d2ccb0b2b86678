//! What makes residents eligible for aid. Pure: no ids, no database.

use chrono::{Datelike, NaiveDate};
use entity::{
    circumstance::{CircumstanceKind as Kind, DisabilityKind},
    resident::Sex,
};
use rand::{RngExt, rngs::StdRng};

use super::{
    calendar::{LAST_DAY, between, day, years_after},
    people::Person,
};

/// A circumstance to be.
#[derive(Clone, Debug)]
pub(super) struct Circumstance {
    pub(super) kind: Kind,
    pub(super) disability: Option<(DisabilityKind, Option<i16>)>,
    pub(super) source: &'static str,
    pub(super) started_on: NaiveDate,
    pub(super) ended_on: Option<NaiveDate>,
}

impl Circumstance {
    pub(super) fn holds_on(&self, day: NaiveDate) -> bool {
        self.started_on <= day && self.ended_on.is_none_or(|last| day <= last)
    }

    /// Whoever has left has it no longer.
    pub(super) fn end_by(&mut self, left_on: NaiveDate) {
        self.ended_on = Some(self.ended_on.unwrap_or(left_on).min(left_on).max(self.started_on));
    }
}

/// What holds of a whole household.
pub(super) struct Means {
    low_income: bool,
    alone: bool,
}

pub(super) fn means(rng: &mut StdRng, size: u8) -> Means {
    Means { low_income: rng.random_ratio(1, 30), alone: size == 1 }
}

pub(super) fn of(rng: &mut StdRng, means: &Means, person: &Person) -> Vec<Circumstance> {
    let age = LAST_DAY.years_since(person.birth_date).unwrap_or_default();
    let mut all = Vec::new();
    let mut add = |rng: &mut StdRng, kind, of_1000| {
        if rng.random_ratio(of_1000, 1000) {
            all.push(made(rng, kind, person.birth_date));
        }
    };
    add(rng, Kind::LowIncome, if means.low_income { 1000 } else { 0 });
    add(rng, Kind::Disability, if age >= 60 { 100 } else { 28 });
    add(rng, Kind::LivingAlone, if means.alone && age >= 60 { 900 } else { 0 });
    add(rng, Kind::SpecialHardship, if means.alone && age >= 70 { 30 } else { 0 });
    add(rng, Kind::ChildInDifficulty, if age < 16 { 10 } else { 0 });
    add(rng, Kind::Pupil, if (7..18).contains(&age) { 1000 } else { 0 });
    add(rng, Kind::Veteran, if age >= 25 && person.sex == Sex::Male { 50 } else { 0 });
    add(rng, Kind::PartyMember, if age >= 25 { 90 } else { 0 });
    add(rng, Kind::Other, 3);
    all
}

/// A circumstance of this kind that began before the community's first aid, if the person was old enough by then.
pub(super) fn made(rng: &mut StdRng, kind: Kind, birth_date: NaiveDate) -> Circumstance {
    let (source, earliest) = match kind {
        Kind::LowIncome => ("低保证", 0),
        Kind::SpecialHardship => ("特困人员救助供养证", 60),
        Kind::Disability => ("残疾人证", 1),
        Kind::LivingAlone => ("网格员走访", 60),
        Kind::ChildInDifficulty => ("街道民政部门名册", 0),
        Kind::Pupil => ("学籍", 6),
        Kind::Veteran => ("退役军人优待证", 20),
        Kind::PartyMember => ("党员名册", 20),
        Kind::Other => ("网格员走访：慢性病", 0),
    };
    let earliest = years_after(birth_date, earliest);
    let started_on = match kind {
        // School begins on 1 September.
        Kind::Pupil => day(earliest.year() + i32::from(earliest.month() > 8), 9, 1),
        _ => between(rng, earliest.max(day(2008, 1, 1)), day(2020, 3, 31).max(earliest)),
    };
    // Some rise above the line; all others last.
    let ended_on = (kind == Kind::LowIncome && rng.random_ratio(1, 12)).then(|| day(2021, 6, 30).max(started_on));
    Circumstance { kind, disability: (kind == Kind::Disability).then(|| disability(rng)), source, started_on, ended_on }
}

fn disability(rng: &mut StdRng) -> (DisabilityKind, Option<i16>) {
    use DisabilityKind::{Hearing, Intellectual, Limb, Mental, Multiple, Speech, Vision};
    let kinds = [Limb, Limb, Limb, Limb, Vision, Vision, Hearing, Hearing, Mental, Intellectual, Speech, Multiple];
    let kind = kinds[rng.random_range(0..kinds.len())];
    // A few papers are too faded to read the grade.
    (kind, (!rng.random_ratio(1, 25)).then(|| rng.random_range(1..=4)))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::demo::{numbers::Numbers, people};

    #[test]
    fn none_begins_before_its_bearer_or_ends_before_it_begins() {
        let (mut rng, mut numbers) = (StdRng::seed_from_u64(5), Numbers::default());
        let mut seen = 0;
        for size in (1..=6).cycle().take(2000) {
            let means = means(&mut rng, size);
            for person in people::household(&mut rng, &mut numbers, size) {
                for circumstance in of(&mut rng, &means, &person) {
                    assert!(circumstance.started_on >= person.birth_date, "{circumstance:?}");
                    assert!(circumstance.ended_on.is_none_or(|end| end >= circumstance.started_on));
                    assert_eq!(circumstance.disability.is_some(), circumstance.kind == Kind::Disability);
                    seen += 1;
                }
            }
        }
        assert!(seen > 1000);
    }
}

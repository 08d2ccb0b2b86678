//! Who lives together: households of plausible sizes, ages and relations. Pure: no ids, no database.

use chrono::NaiveDate;
use entity::{
    household_membership::HouseholdRelation as Relation,
    resident::{IdDocumentKind, LifeStatus, Sex},
};
use rand::{RngExt, rngs::StdRng, seq::SliceRandom};

use super::{
    calendar::{FIRST_DAY, LAST_DAY, between, born},
    names::{self, Tradition},
    numbers::Numbers,
};

/// A resident to be.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) sex: Sex,
    pub(super) birth_date: NaiveDate,
    pub(super) relation: Relation,
    pub(super) document: (IdDocumentKind, Option<String>),
    pub(super) phone: Option<String>,
    /// Moved out or deceased, and when.
    pub(super) left: Option<(LifeStatus, NaiveDate)>,
}

/// A place in a household: who one is to the head, and one's age.
type Place = (Relation, Sex, u32);

/// How many of 100 households have 1, 2, … members; 2.64 on average.
const SIZES: [u32; 6] = [22, 30, 24, 14, 7, 3];

/// Sizes of households that have so many members in all.
pub(super) fn sizes(rng: &mut StdRng, households: usize, residents: usize) -> Vec<u8> {
    let mut sizes: Vec<u8> = (0..households).map(|_| size(rng)).collect();
    let mut sum: usize = sizes.iter().map(|size| usize::from(*size)).sum();
    while sum != residents {
        let size = &mut sizes[rng.random_range(0..households)];
        match sum < residents {
            true if usize::from(*size) < SIZES.len() || residents > households * SIZES.len() => {
                (*size, sum) = (*size + 1, sum + 1)
            }
            false if *size > 1 || residents < households => (*size, sum) = (*size - 1, sum - 1),
            _ => {}
        }
    }
    sizes
}

fn size(rng: &mut StdRng) -> u8 {
    let mut draw = rng.random_range(0..SIZES.iter().sum::<u32>());
    for (more, share) in SIZES.iter().enumerate() {
        match draw.checked_sub(*share) {
            Some(rest) => draw = rest,
            None => return more as u8 + 1,
        }
    }
    unreachable!("the draw is below the sum")
}

/// The members of a household, its head first.
pub(super) fn household(rng: &mut StdRng, numbers: &mut Numbers, size: u8) -> Vec<Person> {
    let tradition = names::tradition(rng);
    let mut members: Vec<Person> = Vec::with_capacity(usize::from(size));
    for (relation, sex, age) in places(rng, usize::from(size)) {
        let tradition = named_in(rng, tradition, relation);
        let mut person = person(rng, numbers, tradition, relation, sex, age);
        // Some couples share one telephone.
        if relation == Relation::Spouse && age >= 60 && rng.random_ratio(1, 3) {
            person.phone = members[0].phone.clone();
        }
        members.push(person);
    }
    members
}

/// Those who married in, and those who are no relatives, bring a surname of their own.
fn named_in(rng: &mut StdRng, tradition: Tradition, relation: Relation) -> Tradition {
    match (tradition, relation) {
        (Tradition::Han(_), Relation::Spouse | Relation::NonRelative) => Tradition::Han(names::surname(rng)),
        (Tradition::Han(_), Relation::Parent) if rng.random() => Tradition::Han(names::surname(rng)),
        _ => tradition,
    }
}

fn person(
    rng: &mut StdRng,
    numbers: &mut Numbers,
    tradition: Tradition,
    relation: Relation,
    sex: Sex,
    age: u32,
) -> Person {
    let birth_date = born(rng, age);
    let foreign = relation == Relation::Spouse && rng.random_ratio(1, 60);
    let none_shown = if age < 16 { rng.random_ratio(1, 8) } else { rng.random_ratio(1, 40) };
    let document = match (foreign || rng.random_ratio(1, 400), none_shown) {
        (true, _) => (IdDocumentKind::Passport, Some(numbers.passport())),
        (false, true) => (IdDocumentKind::None, None),
        (false, false) => (IdDocumentKind::ResidentIdCard, Some(numbers.resident_id(birth_date, sex))),
    };
    Person {
        name: if foreign { names::foreign(rng, sex) } else { names::full(rng, tradition, sex) },
        sex,
        birth_date,
        relation,
        document,
        phone: (age >= 14 && rng.random_ratio(if age < 18 { 5 } else { 14 }, 15)).then(|| numbers.phone()),
        left: left(rng, relation, age),
    }
}

/// A few have died or moved away since; never the head, so that every household has one.
fn left(rng: &mut StdRng, relation: Relation, age: u32) -> Option<(LifeStatus, NaiveDate)> {
    let (status, of_100) = match (relation, age) {
        (Relation::Head, _) => return None,
        (_, 75..) => (LifeStatus::Deceased, 7),
        (_, 19..) => (LifeStatus::MovedOut, 3),
        _ => return None,
    };
    rng.random_ratio(of_100, 100).then(|| (status, between(rng, FIRST_DAY, LAST_DAY)))
}

fn places(rng: &mut StdRng, size: usize) -> Vec<Place> {
    let draw = rng.random_range(0..100);
    match size {
        1 if draw < 55 => {
            vec![(Relation::Head, either(rng, 60), rng.random_range(62..=92))]
        }
        1 => vec![(Relation::Head, either(rng, 45), rng.random_range(22..60))],
        2 => pair(rng, draw),
        3 if draw < 15 => {
            let mut places = couple(rng, 58..=76);
            places.push((Relation::Grandchild, either(rng, 50), places[1].2.saturating_sub(rng.random_range(46..58))));
            places
        }
        _ => family(rng, size),
    }
}

fn pair(rng: &mut StdRng, draw: u32) -> Vec<Place> {
    match draw {
        0..45 => couple(rng, 60..=88),
        45..75 => couple(rng, 24..=59),
        75..92 => {
            let age = rng.random_range(28..=55);
            vec![(Relation::Head, either(rng, 70), age), child_of(rng, age)]
        }
        92..97 => {
            let age = rng.random_range(24..=70);
            vec![
                (Relation::Head, either(rng, 50), age),
                (Relation::Sibling, either(rng, 50), age - rng.random_range(1..6)),
            ]
        }
        _ => vec![
            (Relation::Head, either(rng, 50), rng.random_range(22..35)),
            (Relation::NonRelative, either(rng, 50), rng.random_range(22..35)),
        ],
    }
}

/// A couple with children, with parents, or with both.
fn family(rng: &mut StdRng, size: usize) -> Vec<Place> {
    let mut places = couple(rng, 26..=58);
    let (head, spouse) = (places[0].2, places[1].2);
    let most_children = if size > 5 { 3 } else { 2 };
    let children = rng.random_range(1..=most_children.min(size - 2)).max(size.saturating_sub(4));
    let younger = head.min(spouse);
    for _ in 0..children {
        places.push(child_of(rng, younger));
    }
    let mut parents = [Sex::Male, Sex::Female];
    parents.shuffle(rng);
    for sex in parents.into_iter().cycle().take(size - 2 - children) {
        places.push((Relation::Parent, sex, (head + rng.random_range(22..34)).min(97)));
    }
    places
}

fn couple(rng: &mut StdRng, ages: std::ops::RangeInclusive<u32>) -> Vec<Place> {
    let age = rng.random_range(ages);
    let (head, spouse) = if rng.random_ratio(4, 5) { (Sex::Male, Sex::Female) } else { (Sex::Female, Sex::Male) };
    vec![(Relation::Head, head, age), (Relation::Spouse, spouse, (age + 2 - rng.random_range(0..6)).max(22))]
}

fn child_of(rng: &mut StdRng, parent: u32) -> Place {
    (Relation::Child, either(rng, 50), parent.saturating_sub(rng.random_range(23..36)))
}

fn either(rng: &mut StdRng, women_of_100: u32) -> Sex {
    if rng.random_ratio(women_of_100, 100) { Sex::Female } else { Sex::Male }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn sizes_add_up() {
        let mut rng = StdRng::seed_from_u64(3);
        for (households, residents) in [(900, 2400), (1, 1), (1, 9), (3, 8), (5, 30), (38, 100)] {
            let sizes = sizes(&mut rng, households, residents);
            assert_eq!(sizes.len(), households);
            assert_eq!(sizes.iter().map(|size| usize::from(*size)).sum::<usize>(), residents);
        }
    }

    #[test]
    fn every_household_has_one_head_who_stays_and_children_younger_than_they() {
        let (mut rng, mut numbers) = (StdRng::seed_from_u64(4), Numbers::default());
        for size in (1..=9).cycle().take(3000) {
            let members = household(&mut rng, &mut numbers, size);
            assert_eq!(members.len(), usize::from(size));
            let heads: Vec<_> = members.iter().filter(|person| person.relation == Relation::Head).collect();
            assert!(matches!(heads[..], [head] if head.left.is_none()));
            for person in &members {
                assert!(person.birth_date <= LAST_DAY);
                let age = |person: &Person| LAST_DAY.years_since(person.birth_date).unwrap();
                match person.relation {
                    Relation::Head => assert!(age(person) >= 18),
                    Relation::Child | Relation::Grandchild => assert!(age(person) + 18 <= age(&members[0])),
                    Relation::Parent => assert!(age(person) >= age(&members[0]) + 18),
                    _ => {}
                }
                if let Some((_, on)) = person.left {
                    assert!(on >= person.birth_date && on <= LAST_DAY);
                }
            }
        }
    }
}

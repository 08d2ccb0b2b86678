use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn none() -> Rules {
    Rules::none(AidScope::Person)
}

fn born(on: &str) -> Candidate {
    let person = Person { birth_date: Some(day(on)), circumstances: vec![CircumstanceKind::LowIncome] };
    Candidate { people: vec![person], ..Candidate::default() }
}

/// The rules that are not met.
fn broken(rules: &Rules, candidate: &Candidate, on: &str, asked: Option<i64>) -> Vec<Rule> {
    let found = judge(rules, candidate, day(on), asked);
    found.into_iter().filter(|finding| !finding.met).map(|finding| finding.rule).collect()
}

#[test]
fn a_programme_without_rules_asks_that_the_recipient_is_there() {
    assert_eq!(judge(&none(), &born("1950-01-01"), day("2022-01-01"), None).len(), 1);
    let gone = Candidate { gone: Some(crate::say!("gone", "已故")), ..born("1950-01-01") };
    assert_eq!(broken(&none(), &gone, "2022-01-01", None), [Rule::Presence]);
}

#[test]
fn ages_are_completed_years_on_the_day_of_the_aid() {
    let sixty = Rules { age: (Some(60), Some(79)), ..none() };
    for (birth, on, met) in [
        ("1962-03-01", "2022-02-28", false),
        ("1962-03-01", "2022-03-01", true),
        ("1942-03-02", "2022-03-01", true),
        ("1942-03-01", "2022-03-01", false),
        // Born on a leap day: a year is complete on the first of March.
        ("1960-02-29", "2020-02-28", false),
        ("1960-02-29", "2021-02-28", true),
        ("2023-01-01", "2022-03-01", false),
    ] {
        assert_eq!(broken(&sixty, &born(birth), on, None).is_empty(), met, "{birth} {on}");
    }
    let unknown = Candidate { people: vec![Person::default()], ..Candidate::default() };
    assert_eq!(broken(&sixty, &unknown, "2022-03-01", None), [Rule::Age], "who is of unknown age is not of age");
}

#[test]
fn a_household_fits_where_one_of_it_does() {
    let rules = Rules {
        scope: AidScope::Household,
        age: (Some(60), None),
        circumstances: vec![CircumstanceKind::Pupil],
        ..none()
    };
    let old = Person { birth_date: Some(day("1940-01-01")), circumstances: Vec::new() };
    let pupil = Person { birth_date: Some(day("2012-01-01")), circumstances: vec![CircumstanceKind::Pupil] };
    let of = |people: &[&Person]| Candidate {
        people: people.iter().map(|person| (*person).clone()).collect(),
        ..Candidate::default()
    };
    assert_eq!(broken(&rules, &of(&[&old, &pupil]), "2022-01-01", None), []);
    assert_eq!(broken(&rules, &of(&[&old]), "2022-01-01", None), [Rule::Circumstances]);
    assert_eq!(broken(&rules, &of(&[&pupil]), "2022-01-01", None), [Rule::Age]);
    assert_eq!(broken(&rules, &of(&[]), "2022-01-01", None), [Rule::Circumstances, Rule::Age]);
}

#[test]
fn both_ends_of_the_opening_are_open() {
    let rules = Rules { opens_on: Some(day("2022-01-01")), closes_on: Some(day("2022-01-31")), ..none() };
    for (on, met) in [("2021-12-31", false), ("2022-01-01", true), ("2022-01-31", true), ("2022-02-01", false)] {
        assert_eq!(broken(&rules, &born("1950-01-01"), on, None).is_empty(), met, "{on}");
    }
}

#[test]
fn a_ceiling_is_reached_and_not_passed() {
    let ceiling = Ceiling { fen: Some(1_000), times: Some(2), per: AidPeriod::Year };
    let rules = Rules { ceiling, ..none() };
    let had = |times, fen| Candidate { times, fen, ..born("1950-01-01") };
    for (times, fen, asked, expected) in [
        (0, 0, Some(1_000), vec![]),
        (0, 0, Some(1_001), vec![Rule::Value]),
        (1, 999, Some(1), vec![]),
        (1, 999, None, vec![]),
        (1, 1_000, None, vec![Rule::Value]),
        (2, 0, None, vec![Rule::Times]),
        (2, i64::MAX, Some(i64::MAX), vec![Rule::Times, Rule::Value]),
    ] {
        assert_eq!(broken(&rules, &had(times, fen), "2022-01-01", asked), expected, "{times} {fen} {asked:?}");
    }
}

#[test]
fn every_rule_speaks_both_languages_met_or_not() {
    let standing = Standing { grant: Uuid::nil(), programme: Uuid::nil(), other: Some(Uuid::nil()) };
    let rules = Rules {
        circumstances: vec![CircumstanceKind::LowIncome, CircumstanceKind::Pupil],
        age: (Some(60), None),
        grids: vec![Uuid::nil()],
        once_per: Some(AidPeriod::Event),
        ceiling: Ceiling { fen: Some(1), times: Some(1), per: AidPeriod::Month },
        opens_on: Some(day("2022-01-01")),
        exclusions: vec![Exclusion { other: Uuid::nil(), by: AidScope::Household }],
        ..none()
    };
    let met = Candidate { grid: Some(Uuid::nil()), ..born("1950-01-01") };
    let unmet = Candidate {
        gone: Some(crate::say!("gone", "已故")),
        aided: Some(standing),
        excluded: Some(standing),
        times: 1,
        fen: 1,
        ..Candidate::default()
    };
    for (candidate, on, all) in [(met, "2022-01-01", true), (unmet, "2021-01-01", false)] {
        let found = judge(&rules, &candidate, day(on), None);
        assert_eq!(found.len(), 9);
        for finding in found {
            assert_eq!(finding.met, all, "{finding:?}");
            assert!(!finding.says.en.is_empty() && finding.says.zh.chars().any(|c| c as u32 > 0x2e80), "{finding:?}");
        }
    }
}

//! Who may be given aid under a programme: the one place that decides, for a single grant, for each recipient of a batch, and for whoever only asks.

use chrono::NaiveDate;
use entity::{
    aid_programme::{AidPeriod, AidScope},
    circumstance::CircumstanceKind,
};
use uuid::Uuid;

use super::reasons;
use crate::error::{Message, UserErrorCode};

/// What a programme asks for.
#[derive(Clone, Debug)]
pub struct Rules {
    pub scope: AidScope,
    /// One of these must hold on the day; none asked for where it is empty.
    pub circumstances: Vec<CircumstanceKind>,
    /// Completed years on the day, both ends included.
    pub age: (Option<i32>, Option<i32>),
    /// One of these must be lived in; anywhere where it is empty.
    pub grids: Vec<Uuid>,
    pub once_per: Option<AidPeriod>,
    pub ceiling: Ceiling,
    pub opens_on: Option<NaiveDate>,
    pub closes_on: Option<NaiveDate>,
    pub exclusions: Vec<Exclusion>,
    /// What it is paid from; from anything where it is empty.
    pub budgets: Vec<Uuid>,
    /// What the recipient is asked to show.
    pub documents: Vec<String>,
}

/// The most that a recipient is given in each of these periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling {
    pub fen: Option<i64>,
    pub times: Option<i64>,
    pub per: AidPeriod,
}

/// A programme that excludes this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exclusion {
    pub other: Uuid,
    /// The same person, or anybody of the same household.
    pub by: AidScope,
}

impl Rules {
    /// Of aid outside any programme.
    pub fn none(scope: AidScope) -> Self {
        Self {
            scope,
            circumstances: Vec::new(),
            age: (None, None),
            grids: Vec::new(),
            once_per: None,
            ceiling: Ceiling { fen: None, times: None, per: AidPeriod::Ever },
            opens_on: None,
            closes_on: None,
            exclusions: Vec::new(),
            budgets: Vec::new(),
            documents: Vec::new(),
        }
    }

    /// Does what a recipient was given before decide, beyond what a claim keeps? Then two grants to them at once must wait for each other.
    pub fn looks_back(&self) -> bool {
        self.ceiling.fen.is_some() || self.ceiling.times.is_some() || !self.exclusions.is_empty()
    }

    /// Does it matter who shares a household with the recipient?
    pub fn asks_for_housemates(&self) -> bool {
        self.scope == AidScope::Household || self.exclusions.iter().any(|exclusion| exclusion.by == AidScope::Household)
    }
}

/// Somebody who would receive: the resident, or each member of the household on the day.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub birth_date: Option<NaiveDate>,
    /// Those that hold on the day.
    pub circumstances: Vec<CircumstanceKind>,
}

/// A grant that stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub grant: Uuid,
    pub programme: Uuid,
    /// Who received it or lived in the household that did, where that is somebody else than the recipient.
    pub other: Option<Uuid>,
}

/// A resident or a household, and what is on record of them.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    pub people: Vec<Person>,
    /// Where they live now: earlier addresses are not kept.
    pub grid: Option<Uuid>,
    /// Why nothing can be given to them on this day, whatever the programme.
    pub gone: Option<Message>,
    /// The grant that holds the period of this day.
    pub aided: Option<Standing>,
    /// The first grant under a programme that excludes this one.
    pub excluded: Option<Standing>,
    /// What they were given under the programme in the ceiling's period of this day: how often, and how many fen.
    pub times: i64,
    pub fen: i64,
}

/// What is asked of a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    Presence,
    Opening,
    Circumstances,
    Age,
    Grids,
    Period,
    Times,
    Value,
    Exclusions,
}

impl Rule {
    /// How a grant that breaks it is refused.
    pub fn code(self) -> UserErrorCode {
        match self {
            Rule::Period => UserErrorCode::AlreadyAided,
            Rule::Exclusions => UserErrorCode::ExcludedByProgramme,
            Rule::Presence
            | Rule::Opening
            | Rule::Circumstances
            | Rule::Age
            | Rule::Grids
            | Rule::Times
            | Rule::Value => UserErrorCode::NotEligible,
        }
    }

    /// As details name it.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Presence => "PRESENCE",
            Rule::Opening => "OPENING",
            Rule::Circumstances => "CIRCUMSTANCES",
            Rule::Age => "AGE",
            Rule::Grids => "GRIDS",
            Rule::Period => "PERIOD",
            Rule::Times => "TIMES",
            Rule::Value => "VALUE",
            Rule::Exclusions => "EXCLUSIONS",
        }
    }
}

/// One rule, whether it is met, and what it asks for or what would change it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub rule: Rule,
    pub met: bool,
    pub says: Message,
    /// The grant that stands in the way.
    pub standing: Option<Standing>,
}

/// Every rule that the programme has, in a fixed order. `asked` is what the grant is worth, where there is one and it is said.
pub fn judge(rules: &Rules, candidate: &Candidate, on: NaiveDate, asked: Option<i64>) -> Vec<Finding> {
    let mut found = vec![finding(Rule::Presence, candidate.gone.is_none(), || reasons::presence(candidate, on))];
    let mut add = |asked_for: bool, rule, met: bool, says: &dyn Fn() -> Message| {
        if asked_for {
            found.push(finding(rule, met, says));
        }
    };
    let (opens, closes) = (rules.opens_on, rules.closes_on);
    let open = opens.is_none_or(|first| first <= on) && closes.is_none_or(|last| on <= last);
    add(opens.is_some() || closes.is_some(), Rule::Opening, open, &|| reasons::opening(rules, on));

    let suffers = |person: &Person| person.circumstances.iter().any(|kind| rules.circumstances.contains(kind));
    let met = candidate.people.iter().any(suffers);
    add(!rules.circumstances.is_empty(), Rule::Circumstances, met, &|| reasons::circumstances(rules, on));

    let of_age = |person: &Person| age(person, on).is_some_and(|years| within(years, rules.age));
    let met = candidate.people.iter().any(of_age);
    add(rules.age != (None, None), Rule::Age, met, &|| reasons::age(rules, candidate, on));

    let met = candidate.grid.is_some_and(|grid| rules.grids.contains(&grid));
    add(!rules.grids.is_empty(), Rule::Grids, met, &|| reasons::grids(met));

    let Ceiling { fen, times, .. } = rules.ceiling;
    let met = times.is_none_or(|most| candidate.times < most);
    add(times.is_some(), Rule::Times, met, &|| reasons::times(rules, candidate));
    // Where nothing is asked for yet, something must be left.
    let met = fen.is_none_or(|most| candidate.fen.saturating_add(asked.unwrap_or(1)) <= most);
    add(fen.is_some(), Rule::Value, met, &|| reasons::value(rules, candidate));

    if let Some(once_per) = rules.once_per {
        let met = candidate.aided.is_none();
        let says = reasons::period(once_per, on, met);
        found.push(Finding { rule: Rule::Period, met, says, standing: candidate.aided });
    }
    if !rules.exclusions.is_empty() {
        let (met, standing) = (candidate.excluded.is_none(), candidate.excluded);
        found.push(Finding { rule: Rule::Exclusions, met, says: reasons::exclusions(standing), standing });
    }
    found
}

fn finding(rule: Rule, met: bool, says: impl FnOnce() -> Message) -> Finding {
    Finding { rule, met, says: says(), standing: None }
}

/// Completed years.
pub(super) fn age(person: &Person, on: NaiveDate) -> Option<i32> {
    let born = person.birth_date?;
    on.years_since(born).and_then(|years| i32::try_from(years).ok())
}

fn within(years: i32, (from, to): (Option<i32>, Option<i32>)) -> bool {
    from.is_none_or(|from| from <= years) && to.is_none_or(|to| years <= to)
}

#[cfg(test)]
#[path = "eligibility_tests.rs"]
mod tests;

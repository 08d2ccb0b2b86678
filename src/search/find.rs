//! From a query to hits, best first: what begins with it, what holds it, what is read like it. Each step is asked only while hits are missing, and each
//! reads a bounded part of the index, or what the full-text index leaves of it.

use entity::search_entry;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, QueryResult,
    sea_query::{SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{
    form::{Matched, Wanted},
    kinds::{Place, SearchField, SearchKind},
    pinyin::SYLLABLE,
    sql::{BEYOND, Branch, Column, KEY, NUMBER, Test},
};
use crate::{
    error::{Error, Result},
    relay::Reading,
};

/// Among how many entries a short text or a syllable is looked for before the full-text index is asked. What many hold is found among them, and to sort
/// all of it would take longer: of a million names, those with one common character are twenty thousand. Less than a surname's worth of entries would
/// not do, since those of one surname begin with the same given names.
const FIRST_OF_SHORT: u64 = 20_000;
/// The same for longer texts, which are rarer. Many a community has no more entries.
const FIRST_OF_LONG: u64 = 5_000;

/// Parts of one statement: below the 500 of SQLite. Few viewers reach more than one part of a kind.
const BRANCHES: usize = 100;

/// A record that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub kind: SearchKind,
    pub subject: Uuid,
    pub field: SearchField,
    pub matched: Matched,
}

/// A row of a step: the branch that gave it, and what it is ordered by there.
struct Hit {
    branch: usize,
    key: String,
    found: Found,
}

pub(super) struct Finder<'a> {
    pub reading: &'a Reading<'a>,
    /// What is looked for, and where the viewer may find it.
    pub kinds: Vec<(SearchKind, Vec<Place>)>,
    pub wanted: Wanted,
    /// How many hits are enough.
    pub most: u64,
}

/// A part of a statement: one way to ask one kind in one part of the viewer's reach.
type Part = Box<dyn Fn(&Branch<'_>) -> SelectStatement + Send + Sync>;

impl Finder<'_> {
    pub(super) async fn find(&self) -> Result<Vec<Found>> {
        let mut found: Vec<Found> = Vec::new();
        let ways = || self.wanted.texts.iter().cloned();
        let beginning = ways().map(|way| part(move |branch| branch.beginning(Column::Text, &way)));
        self.step(&mut found, &beginning.collect::<Vec<_>>()).await?;
        let short = ways().any(|way| way.chars().count() <= 2);
        let first = if short { FIRST_OF_SHORT } else { FIRST_OF_LONG };
        let holds: Vec<Test> = ways().map(Test::Holds).collect();
        self.two_steps(&mut found, &holds, &holds, first).await?;
        let Some(letters) = self.wanted.letters.clone() else { return Ok(found) };
        self.step(&mut found, &[begins(Column::Spelling, &letters)]).await?;
        // One letter is the beginning of a spelling.
        if letters.len() > 1 {
            self.step(&mut found, &[begins(Column::Initials, &letters)]).await?;
        }
        // Several syllables are rare enough.
        let first = if letters.len() <= SYLLABLE { FIRST_OF_SHORT } else { 0 };
        self.two_steps(&mut found, &[Test::Syllable(letters.clone())], &[Test::Read(letters)], first).await?;
        Ok(found)
    }

    /// Some tests among the first entries; and where there are more of them and those were not enough, the others among all. What passes the first
    /// tests comes first in the order of the others.
    async fn two_steps(&self, found: &mut Vec<Found>, some: &[Test], all: &[Test], first: u64) -> Result<()> {
        let missing = self.missing(found);
        let parts = |tests: &[Test], how: fn(&Branch<'_>, &Test, u64) -> SelectStatement| -> Vec<Part> {
            tests.iter().cloned().map(|test| part(move |branch| how(branch, &test, first))).collect()
        };
        let mut asked = Vec::new();
        if first > 0 {
            asked = self.branches(found, &parts(some, |branch, test, first| branch.among_first(test, first)));
            asked.extend(self.branches(found, &parts(some, |branch, _, first| branch.beyond_first(first))));
        }
        let rows = self.ask(asked).await?;
        let (beyond, mut rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|hit| hit.branch >= BEYOND);
        let whole = |number| std::ptr::eq(some, all) && !beyond.iter().any(|hit| hit.branch == BEYOND + number);
        let enough = |number| rows.iter().filter(|hit| hit.branch == number).count() as u64 >= missing;
        let again = self.branches(found, &parts(all, |branch, test, _| branch.indexed(test)));
        let again = again.into_iter().filter(|(number, _)| !whole(*number) && !enough(*number)).collect();
        rows.extend(self.ask(again).await?);
        self.add(found, rows);
        Ok(())
    }

    /// Asks for what is still missing.
    async fn step(&self, found: &mut Vec<Found>, parts: &[Part]) -> Result<()> {
        let rows = self.ask(self.branches(found, parts)).await?;
        self.add(found, rows);
        Ok(())
    }

    fn missing(&self, found: &[Found]) -> u64 {
        self.most.saturating_sub(found.len() as u64)
    }

    /// The parts for each kind and place, numbered.
    fn branches(&self, found: &[Found], parts: &[Part]) -> Vec<(usize, SelectStatement)> {
        let most = self.missing(found);
        if most == 0 {
            return Vec::new();
        }
        let but = match found.is_empty() {
            true => Condition::all(),
            false => {
                let seen = found.iter().map(|found| found.subject);
                Condition::all().add(search_entry::Column::SubjectId.is_not_in(seen))
            }
        };
        let backend = self.reading.app.db.backend();
        let mut branches = Vec::new();
        for (kind, places) in &self.kinds {
            for place in places {
                for part in parts {
                    let number = branches.len();
                    branches.push((number, part(&Branch { number, kind: *kind, place, but: &but, most, backend })));
                }
            }
        }
        branches
    }

    /// All branches in one statement.
    async fn ask(&self, branches: Vec<(usize, SelectStatement)>) -> Result<Vec<Hit>> {
        let mut rows = Vec::new();
        for some in branches.chunks(BRANCHES) {
            let Some(((_, first), others)) = some.split_first() else { continue };
            let mut statement = first.clone();
            statement.unions(others.iter().map(|(_, other)| (UnionType::All, other.clone())));
            for row in self.reading.db().query_all(&statement).await? {
                rows.push(self.read(&row)?);
            }
        }
        Ok(rows)
    }

    fn read(&self, row: &QueryResult) -> Result<Hit> {
        let text: String = row.try_get("", "text")?;
        let matched = self.wanted.meets_text(&text).unwrap_or(Matched::Pinyin);
        let (kind, field): (String, String) = (row.try_get("", "kind")?, row.try_get("", "field")?);
        let (Some(kind), Some(field)) = (SearchKind::read(&kind), SearchField::read(&field)) else {
            return Err(Error::internal(format!("an entry of kind `{kind}`, field `{field}`")));
        };
        let found = Found { kind, subject: row.try_get("", "subject_id")?, field, matched };
        let branch: i32 = row.try_get("", NUMBER)?;
        Ok(Hit { branch: usize::try_from(branch).unwrap_or_default(), key: row.try_get("", KEY)?, found })
    }

    /// The rows of a step behind what was found before: exact first, then in the step's order, the id settles ties.
    fn add(&self, found: &mut Vec<Found>, mut rows: Vec<Hit>) {
        fn place(hit: &Hit) -> (Matched, &str, Uuid) {
            (hit.found.matched, &hit.key, hit.found.subject)
        }
        rows.sort_by(|a, b| place(a).cmp(&place(b)));
        for Hit { found: row, .. } in rows {
            if self.missing(found) > 0 && !found.iter().any(|known| known.subject == row.subject) {
                found.push(row);
            }
        }
    }
}

fn part(make: impl Fn(&Branch<'_>) -> SelectStatement + Send + Sync + 'static) -> Part {
    Box::new(make)
}

fn begins(column: Column, letters: &str) -> Part {
    let letters = letters.to_owned();
    part(move |branch| branch.beginning(column, &letters))
}

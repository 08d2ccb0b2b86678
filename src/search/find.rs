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
    sql::{Branch, Column, NUMBER, Test},
};
use crate::{
    error::{Error, Result},
    relay::Reading,
};

/// Of how many entries the texts are compared before the full-text index is asked. What one in a hundred holds is found among them, and to sort all
/// of it would take longer.
const FIRST_ENTRIES: u64 = 2_000;

/// Parts of one statement: below the 500 of SQLite. Few viewers reach more than one part of a kind.
const BRANCHES: usize = 100;

/// A record that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub kind: SearchKind,
    pub subject: Uuid,
    pub field: SearchField,
    pub matched: Matched,
    text: String,
    spelling: String,
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
        self.step(&mut found, Column::Text, &beginning.collect::<Vec<_>>()).await?;
        self.two_steps(&mut found, ways().map(Test::Holds).collect()).await?;
        let Some(letters) = self.wanted.letters.clone() else { return Ok(found) };
        let test = Test::FirstInitials(letters.clone());
        // One letter is the beginning of a spelling.
        let initials = (letters.len() > 1).then(|| part(move |branch| branch.indexed(&test, Column::Spelling)));
        let test = Test::Read(letters.clone());
        let spelled = part(move |branch| branch.beginning(Column::Spelling, &letters));
        self.step(&mut found, Column::Spelling, &[spelled].into_iter().chain(initials).collect::<Vec<_>>()).await?;
        self.two_steps(&mut found, vec![test]).await?;
        Ok(found)
    }

    /// Among the first entries; and where that is not enough, among all.
    async fn two_steps(&self, found: &mut Vec<Found>, tests: Vec<Test>) -> Result<()> {
        let missing = self.missing(found);
        if missing == 0 {
            return Ok(());
        }
        let parts = |how: fn(&Branch<'_>, &Test) -> SelectStatement| -> Vec<Part> {
            tests.iter().cloned().map(|test| part(move |branch| how(branch, &test))).collect()
        };
        let all = self.branches(found, &parts(|branch, test| branch.among_first(test, FIRST_ENTRIES)));
        let mut rows = self.ask(all).await?;
        let enough =
            |rows: &[(usize, Found)], number| rows.iter().filter(|(of, _)| *of == number).count() as u64 >= missing;
        let again = self.branches(found, &parts(|branch, test| branch.indexed(test, Column::Text)));
        let again = again.into_iter().filter(|(number, _)| !enough(&rows, *number)).collect();
        rows.extend(self.ask(again).await?);
        self.add(found, Column::Text, rows);
        Ok(())
    }

    /// Asks for what is still missing.
    async fn step(&self, found: &mut Vec<Found>, order: Column, parts: &[Part]) -> Result<()> {
        let rows = self.ask(self.branches(found, parts)).await?;
        self.add(found, order, rows);
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
    async fn ask(&self, branches: Vec<(usize, SelectStatement)>) -> Result<Vec<(usize, Found)>> {
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

    fn read(&self, row: &QueryResult) -> Result<(usize, Found)> {
        let text: String = row.try_get("", "text")?;
        let matched = self.wanted.meets_text(&text).unwrap_or(Matched::Pinyin);
        let (kind, field): (String, String) = (row.try_get("", "kind")?, row.try_get("", "field")?);
        let (Some(kind), Some(field)) = (SearchKind::read(&kind), SearchField::read(&field)) else {
            return Err(Error::internal(format!("an entry of kind `{kind}`, field `{field}`")));
        };
        let found = Found {
            kind,
            subject: row.try_get("", "subject_id")?,
            field,
            matched,
            text,
            spelling: row.try_get("", "spelling")?,
        };
        let number: i32 = row.try_get("", NUMBER)?;
        Ok((usize::try_from(number).unwrap_or_default(), found))
    }

    /// The rows of a step behind what was found before: exact first, then in the step's order, the id settles ties.
    fn add(&self, found: &mut Vec<Found>, order: Column, mut rows: Vec<(usize, Found)>) {
        rows.sort_by(|(_, a), (_, b)| place_of(a, order).cmp(&place_of(b, order)));
        for (_, row) in rows {
            if self.missing(found) > 0 && !found.iter().any(|known| known.subject == row.subject) {
                found.push(row);
            }
        }
    }
}

fn part(make: impl Fn(&Branch<'_>) -> SelectStatement + Send + Sync + 'static) -> Part {
    Box::new(make)
}

fn place_of(found: &Found, order: Column) -> (Matched, &str, Uuid) {
    let text = if matches!(order, Column::Spelling) { &found.spelling } else { &found.text };
    (found.matched, text, found.subject)
}

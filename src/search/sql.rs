//! What a query asks of an entry, in the words of either engine.

use entity::search_entry;
use sea_orm::{
    ColumnTrait, Condition, DbBackend,
    sea_query::{Alias, BinOper, Expr, ExprTrait, Func, Order, Query, SelectStatement},
};

use super::{
    form::{FIRST, LATER, Wanted, place_token},
    kinds::{Place, SearchKind},
};
use crate::{error::Result, relay::filter::Asking};

/// The table of entries, and the name that a part of it goes by in a statement.
pub(super) const ENTRY: &str = "search_entry";
/// The same, where another entry of the same record is looked for.
const OTHER: &str = "other_entry";
/// SQLite's full-text index.
const MATCH: &str = "search_match";
/// The column that tells which branch a row comes from.
pub(super) const NUMBER: &str = "branch";
/// Added to a branch's number in the row that tells that there are more than the first entries.
pub(super) const BEYOND: usize = 1_000_000;
/// The column with what the rows of a branch are ordered by.
pub(super) const KEY: &str = "sort_key";

pub(super) type Column = search_entry::Column;

pub(super) fn col(table: &'static str, column: Column) -> Expr {
    Expr::col((Alias::new(table), column))
}

/// What is asked of the text or the reading of an entry.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// A column begins with this, by its order.
    Begins(Column, String),
    /// The text holds this.
    Holds(String),
    /// It is read like this from one of its syllables on.
    Read(String),
    /// One of its first syllables, as it is usually read, begins with this.
    Syllable(String),
    /// The text holds one of these ways, or is read like that: all that a query asks for.
    Any(Wanted),
}

impl Test {
    /// The condition on a row of the table that goes by this name. No patterns: every character stands for itself.
    pub(super) fn on(&self, table: &'static str, backend: DbBackend) -> Condition {
        let within = |column, part: String| {
            let position = if backend == DbBackend::Postgres { "strpos" } else { "instr" };
            Expr::from(Func::cust(Alias::new(position)).arg(col(table, column)).arg(part)).gt(0)
        };
        let read = |mark: char, letters: &str| within(Column::Reading, format!("{mark}{letters}"));
        match self {
            Test::Begins(column, part) => Condition::all()
                .add(col(table, *column).gte(part.as_str()))
                .add_option(after(part).map(|end| col(table, *column).lt(end))),
            Test::Holds(part) => Condition::all().add(within(Column::Text, part.clone())),
            Test::Read(letters) => Condition::any().add(read(FIRST, letters)).add(read(LATER, letters)),
            Test::Syllable(letters) => Condition::all().add(within(Column::Syllables, format!("{LATER}{letters}"))),
            Test::Any(wanted) => {
                let ways =
                    wanted.texts.iter().fold(Condition::any(), |any, way| any.add(within(Column::Text, way.clone())));
                let letters = wanted.letters.iter().cloned();
                letters.fold(ways, |any, letters| any.add(Test::Read(letters).on(table, backend)))
            }
        }
    }

    /// Sets of tokens, one of which every entry that passes holds in whole.
    fn tokens(&self) -> Vec<Vec<String>> {
        match self {
            Test::Begins(..) | Test::Syllable(_) => Vec::new(),
            Test::Holds(way) => vec![Wanted::text_tokens(way)],
            Test::Read(letters) => Wanted::reading_token(letters).into_iter().map(|token| vec![token]).collect(),
            Test::Any(wanted) => {
                let ways = wanted.texts.iter().map(|way| Wanted::text_tokens(way));
                ways.chain(wanted.letters.iter().flat_map(|letters| Test::Read(letters.clone()).tokens())).collect()
            }
        }
    }
}

/// The first text after all that begin with this one; none where there is no end to them.
fn after(part: &str) -> Option<String> {
    let mut characters: Vec<char> = part.chars().collect();
    while let Some(last) = characters.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

/// The entries that hold the tokens. On SQLite the full-text index comes first, and the entries are read by their number. On PostgreSQL the tokens are
/// parameters, unless how frequent they are should be `known` when the statement is planned.
fn candidates(statement: &mut SelectStatement, tokens: Vec<Vec<String>>, backend: DbBackend, known: bool) {
    if backend == DbBackend::Postgres {
        statement.from(Alias::new(ENTRY));
        let any = tokens.into_iter().fold(Condition::any(), |any, all| {
            let (all, held) = (all.join(" "), r#"string_to_array("search_entry"."tokens", ' ') @> string_to_array("#);
            // Written out only where it cannot end the text that it is written into.
            any.add(match known && !all.contains(['\\', '\'', '\0']) {
                true => Expr::cust(format!("{held}'{all}', ' ')")),
                false => Expr::cust_with_values(format!("{held}$1, ' ')"), [all]),
            })
        });
        statement.cond_where(any);
        return;
    }
    let quoted = |all: &Vec<String>| all.iter().map(|token| format!("\"{token}\"")).collect::<Vec<_>>().join(" AND ");
    let any = tokens.iter().map(|all| format!("({})", quoted(all))).collect::<Vec<_>>().join(" OR ");
    let number = Expr::col((Alias::new(MATCH), Alias::new("rowid")));
    statement
        .from(Alias::new(MATCH))
        .cross_join(Alias::new(ENTRY))
        .and_where(Expr::cust_with_values("search_match MATCH ?", [any]))
        .and_where(col(ENTRY, Column::Id).eq(number));
}

/// The part of the entries that one branch of a statement is about.
pub(super) struct Branch<'a> {
    pub number: usize,
    pub kind: SearchKind,
    pub place: &'a Place,
    /// What was found already, as a condition.
    pub but: &'a Condition,
    pub most: u64,
    pub backend: DbBackend,
}

impl Branch<'_> {
    /// The first entries in the order of a column, which the column's index gives.
    pub(super) fn beginning(&self, column: Column, part: &str) -> SelectStatement {
        let mut statement = self.shown(col(ENTRY, column));
        statement.from(Alias::new(ENTRY));
        self.within(&mut statement);
        self.passing(&mut statement, &Test::Begins(column, part.to_owned()), column);
        statement.order_by((Alias::new(ENTRY), column), Order::Asc);
        self.cut(statement)
    }

    /// As many as there are among the first entries by text, which the index of texts tells alone: what is frequent is found there, and the full-text
    /// index need not be asked for all of it.
    pub(super) fn among_first(&self, test: &Test, first: u64) -> SelectStatement {
        let mut entries = self.first_entries();
        let number = self.kind.several().then_some(Column::Id);
        let told = [Column::Kind, Column::SubjectId, Column::Field, Column::Text, Column::Syllables];
        for column in told.into_iter().chain(number) {
            entries.column((Alias::new(ENTRY), column));
        }
        entries.limit(first);
        let mut statement = self.shown(first_key());
        statement.from_subquery(entries, Alias::new(ENTRY));
        self.passing(&mut statement, test, Column::Text);
        statement.order_by((Alias::new(ENTRY), Column::Text), Order::Asc);
        self.cut(statement)
    }

    /// One row if there are more entries than the first.
    pub(super) fn beyond_first(&self, first: u64) -> SelectStatement {
        let mut entries = self.first_entries();
        Branch { number: BEYOND + self.number, ..*self }.show(&mut entries, col(ENTRY, Column::Text));
        entries.offset(first).limit(1);
        wrapped(entries)
    }

    fn first_entries(&self) -> SelectStatement {
        let mut entries = Query::select();
        entries.from(Alias::new(ENTRY));
        self.within(&mut entries);
        entries.order_by((Alias::new(ENTRY), Column::Text), Order::Asc);
        entries.order_by((Alias::new(ENTRY), Column::SubjectId), Order::Asc);
        entries
    }

    /// From the full-text index, in the order of texts.
    pub(super) fn indexed(&self, test: &Test) -> SelectStatement {
        let mut tokens = test.tokens();
        let place = self.place.community.or(self.kind.directory().then(uuid::Uuid::default));
        if let Some(community) = place {
            tokens.iter_mut().for_each(|all| all.push(place_token(self.kind.prefix(), community)));
        }
        // Those with a syllable that begins so come before those that are read so otherwise. Never the column itself: its index would lead PostgreSQL to
        // read through all entries in that order, token or not.
        let key = match test {
            Test::Read(letters) => {
                let syllable = Test::Syllable(letters.clone()).on(ENTRY, self.backend);
                text_after(Expr::case(syllable, "0").finally("1").into())
            }
            _ => first_key(),
        };
        let mut statement = self.shown(key.clone());
        candidates(&mut statement, tokens, self.backend, false);
        self.within(&mut statement);
        self.passing(&mut statement, test, Column::Text);
        statement.order_by_expr(key, Order::Asc);
        self.cut(statement)
    }

    fn shown(&self, key: Expr) -> SelectStatement {
        let mut statement = Query::select();
        self.show(&mut statement, key);
        statement
    }

    fn show(&self, statement: &mut SelectStatement, key: Expr) {
        statement.expr_as(Expr::cust(self.number.to_string()), Alias::new(NUMBER));
        for column in [Column::Kind, Column::SubjectId, Column::Field, Column::Text] {
            statement.column((Alias::new(ENTRY), column));
        }
        statement.expr_as(key, Alias::new(KEY));
    }

    fn within(&self, statement: &mut SelectStatement) {
        statement.and_where(col(ENTRY, Column::Kind).eq(self.kind.prefix()));
        if let Some(community) = self.place.community {
            statement.and_where(col(ENTRY, Column::CommunityId).eq(community));
        }
    }

    fn passing(&self, statement: &mut SelectStatement, test: &Test, order: Column) {
        statement
            .cond_where(test.on(ENTRY, self.backend))
            .cond_where(self.but.clone())
            .cond_where(self.place.condition.clone());
        if self.kind.several() {
            // Of several names that pass, the first in the order stands for the record, or the names of one would crowd out others.
            let place = |table| Expr::tuple([col(table, order), col(table, Column::Id)]);
            let better = Query::select()
                .expr(Expr::val(1))
                .from_as(Alias::new(ENTRY), Alias::new(OTHER))
                .and_where(col(OTHER, Column::SubjectId).eq(col(ENTRY, Column::SubjectId)))
                .and_where(col(OTHER, Column::Kind).eq(self.kind.prefix()))
                .cond_where(test.on(OTHER, self.backend))
                .and_where(place(OTHER).lt(place(ENTRY)))
                .take();
            statement.and_where(Expr::exists(better).not());
        }
    }

    /// Settles ties and cuts; wrapped, so that several can be joined into one statement.
    fn cut(&self, mut statement: SelectStatement) -> SelectStatement {
        statement.order_by((Alias::new(ENTRY), Column::SubjectId), Order::Asc).limit(self.most);
        wrapped(statement)
    }
}

/// What entries are ordered by that have nothing before them.
fn first_key() -> Expr {
    text_after(Expr::cust("'0'"))
}

fn text_after(mark: Expr) -> Expr {
    mark.binary(BinOper::Custom("||"), col(ENTRY, Column::Text))
}

fn wrapped(statement: SelectStatement) -> SelectStatement {
    let mut wrapped = Query::select();
    wrapped.column(sea_orm::sea_query::Asterisk).from_subquery(statement, Alias::new("part"));
    wrapped
}

/// The condition of a list's filter: records of this kind that a text finds, by the column with their ids.
///
/// A list has an order of its own: of a frequent text PostgreSQL walks that order until the page is full, of a rare one it asks the index first. Which it
/// is, it can tell only if it sees the tokens; by a plan for any text it would walk through a million residents in search of one. How rare a reading is that
/// is longer than its token, it cannot tell at all: those of the token are few, and are looked through before anything else.
pub(crate) fn found_by(asking: &Asking<'_>, kind: SearchKind, id: impl ColumnTrait, text: &str) -> Result<Condition> {
    let wanted = Wanted::parse("filter.search", text)?;
    let first = asking.backend == DbBackend::Postgres && wanted.is_longer_than_its_token();
    let test = Test::Any(wanted);
    let mut entries = Query::select();
    entries.column((Alias::new(ENTRY), Column::SubjectId));
    candidates(&mut entries, test.tokens(), asking.backend, true);
    entries.and_where(col(ENTRY, Column::Kind).eq(kind.prefix())).cond_where(test.on(ENTRY, asking.backend));
    Ok(Condition::all().add(match first {
        true => {
            let found = Expr::SubQuery(None, Box::new(entries.into()));
            Expr::cust_with_exprs("$1 = ANY(ARRAY $2)", [Expr::col(id.as_column_ref()), found])
        }
        false => id.in_subquery(entries),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_begin_alike_end_before_the_next() {
        assert_eq!(after("ab").as_deref(), Some("ac"));
        assert_eq!(after("张").as_deref(), Some("弡"));
        assert_eq!(after("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after("\u{10ffff}"), None);
    }
}

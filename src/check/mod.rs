//! `tongxin check`: does what is stored agree with the records that it was made from?
//!
//! The database refuses much by itself, and the program writes sums and copies in the transaction that changes what they are of. This looks again, from
//! outside: it reads the tables as they are, with statements of its own that share nothing with the code that wrote them, and names every difference. One
//! invariant is one statement, the same text for both engines; to add one, add an item to the list of its file.

mod aid;
mod certificates;
mod claims;
mod contributions;
mod events;
mod people;
mod places;
mod report;
mod requests;
mod sealed;
mod search;
mod sponsorships;
mod terms;
mod visits;
mod work;

use std::{borrow::Cow, time::Instant};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement};
use uuid::Uuid;

pub use places::WITHIN_COMMUNITY;
pub use report::{Difference, Finding, Report};
pub use sealed::SEALED;

use crate::{database::Databases, error::Result, privacy::Keyring, relay::id::of_kind};

/// What must hold of all rows, and the statement that finds those of which it does not.
///
/// The statement gives a row for each: `id`, what is `stored`, and what the `records` say, as text. Ids within these texts are `'@prefix:' || {column}`;
/// what stands in braces becomes the engine's way to write an id as text.
#[derive(Clone)]
pub struct Invariant {
    /// What is wrong when it is broken: `contribution.allocated_milli`.
    pub name: Cow<'static, str>,
    /// What must hold, in a sentence.
    pub rule: Cow<'static, str>,
    /// The prefix of the ids of the objects that it is about.
    pub of: &'static str,
    sql: Cow<'static, str>,
}

impl Invariant {
    const fn new(name: &'static str, of: &'static str, rule: &'static str, sql: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), rule: Cow::Borrowed(rule), of, sql: Cow::Borrowed(sql) }
    }

    fn made(name: String, of: &'static str, rule: String, sql: String) -> Self {
        Self { name: name.into(), rule: rule.into(), of, sql: sql.into() }
    }

    fn statement(&self, backend: DbBackend) -> String {
        let (open, close) = match backend {
            DbBackend::Postgres => ("CAST(", " AS TEXT)"),
            _ => ("NULLIF(HEX(", "), '')"),
        };
        self.sql.replace('{', open).replace('}', close)
    }

    /// Up to so many differences, and how many there are in all.
    async fn find(&self, conn: &DatabaseTransaction, most: u64) -> Result<Finding, DbErr> {
        let backend = conn.get_database_backend();
        let sql = self.statement(backend);
        let limited = format!("SELECT * FROM ({sql}) AS found ORDER BY found.id LIMIT {}", most.saturating_add(1));
        let rows = conn.query_all_raw(Statement::from_string(backend, limited)).await?;
        let total = if rows.len() as u64 > most {
            let count = format!("SELECT COUNT(*) AS total FROM ({sql}) AS found");
            let row = conn.query_one_raw(Statement::from_string(backend, count)).await?;
            row.map(|row| row.try_get::<i64>("", "total")).transpose()?.unwrap_or_default() as u64
        } else {
            rows.len() as u64
        };
        let differences = rows.iter().take(most as usize).map(|row| self.difference(row)).collect::<Result<_, _>>()?;
        Ok(Finding { name: self.name.clone(), rule: self.rule.clone(), total, differences })
    }

    fn difference(&self, row: &QueryResult) -> Result<Difference, DbErr> {
        let text = |column| -> Result<Option<String>, DbErr> {
            Ok(row.try_get::<Option<String>>("", column)?.map(|text| with_ids(&text)))
        };
        let id = of_kind(self.of, row.try_get::<Uuid>("", "id")?);
        Ok(Difference { id, stored: text("stored")?, records: text("records")? })
    }
}

/// A text with its ids as clients know them: `@household:0188…` as `household_01…`.
fn with_ids(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let id = word.strip_prefix('@').and_then(|word| word.split_once(':'));
        match id.and_then(|(prefix, key)| Some(of_kind(prefix, Uuid::parse_str(key).ok()?))) {
            Some(id) => Cow::Owned(id),
            None => Cow::Borrowed(word),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// All invariants that can be seen without opening anything, one group a file. What is new in the tables gets its item here.
pub fn invariants() -> Vec<Invariant> {
    let groups = [
        contributions::invariants(),
        aid::invariants(),
        claims::invariants(),
        people::invariants(),
        terms::invariants(),
        requests::invariants(),
        visits::invariants(),
        sponsorships::invariants(),
        work::invariants(),
        certificates::invariants(),
        places::invariants(),
        events::invariants(),
        search::invariants(),
    ];
    groups.into_iter().flatten().collect()
}

/// How to look.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// So many differences of each invariant are named; all are counted.
    pub most: u64,
    /// Opens what is sealed with these keys, too.
    pub keys: Option<&'a Keyring>,
}

/// Looks at a database as it is at one moment, while others go on to write.
pub async fn check(db: &Databases, look: Look<'_>, told: impl FnMut(usize, usize)) -> Result<Report> {
    let snapshot = db.snapshot().await?;
    let report = within(&snapshot, look, told).await?;
    snapshot.rollback().await?;
    Ok(report)
}

/// Looks at what a transaction sees. `told` hears how many of all invariants were looked at.
pub async fn within(conn: &DatabaseTransaction, look: Look<'_>, mut told: impl FnMut(usize, usize)) -> Result<Report> {
    let began = Instant::now();
    let all = invariants();
    let number = all.len() + if look.keys.is_some() { SEALED.len() } else { 0 };
    let mut findings = Vec::with_capacity(number);
    for invariant in &all {
        findings.push(invariant.find(conn, look.most).await?);
        told(findings.len(), number);
    }
    if let Some(keys) = look.keys {
        findings.extend(sealed::find(conn, keys, look.most).await?);
        told(number, number);
    }
    Ok(Report { findings, seconds: began.elapsed().as_secs_f64() })
}

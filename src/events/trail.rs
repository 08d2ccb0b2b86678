//! What events and entries of the audit stream have in common: who, when, about what.

use std::collections::{HashMap, HashSet};

use async_graphql::{ID, InputObject};
use entity::account;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    relay::{
        Edge, Entity, Reading, Row,
        filter::{TextFilter, never},
        id,
    },
    say,
    scalars::DateTime,
    schema::{Node, TYPES, fetch},
};

/// A span of time, both ends included (时间范围).
#[derive(InputObject, Clone, Debug, Default)]
pub struct DateTimeRange {
    /// Not earlier than this (起始时刻, 含).
    pub from: Option<DateTime>,
    /// Not later than this (截止时刻, 含).
    pub to: Option<DateTime>,
}

impl DateTimeRange {
    pub fn condition(&self, column: impl ColumnTrait) -> Condition {
        Condition::all()
            .add_option(self.from.map(|from| column.gte(from.0)))
            .add_option(self.to.map(|to| column.lte(to.0)))
    }
}

/// Rows whose `column` refers to an account of such a name.
pub fn by_actor(column: impl ColumnTrait, name: &TextFilter) -> Result<Condition> {
    let named = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(name.condition(account::Column::Name)?);
    Ok(Condition::all().add(column.in_subquery(named.into_query())))
}

/// Rows about one of these objects, of whatever types; about nothing where there are none.
pub fn about(kind: impl ColumnTrait, subject: impl ColumnTrait, field: &str, given: &[ID]) -> Result<Condition> {
    let mut by_kind: Vec<(String, Vec<Uuid>)> = Vec::new();
    for given in given {
        let (prefix, key) = id::parse(given).map_err(|message| {
            let (en, zh) = (message.en, message.zh);
            Error::bad_input(say!("filter.{field}: {en}", "filter.{field}：{zh}"))
        })?;
        match by_kind.iter_mut().find(|(known, _)| *known == prefix) {
            Some((_, keys)) => keys.push(key),
            None => by_kind.push((prefix, vec![key])),
        }
    }
    if by_kind.is_empty() {
        return Ok(never());
    }
    Ok(by_kind.into_iter().fold(Condition::any(), |any, (prefix, keys)| {
        any.add(Condition::all().add(subject.is_in(keys)).add(kind.eq(prefix)))
    }))
}

/// The names of the accounts behind the rows of a page; the resolver asks for a `String`.
pub fn actors<P: Entity>(account_of: fn(&Row<P>) -> Option<Uuid>) -> Edge<P>
where
    Row<P>: Send + Sync,
{
    Edge::values(move |reading, rows: &[P], _| {
        Box::pin(async move {
            let wanted: HashSet<Uuid> = rows.iter().filter_map(|row| account_of(row.seen())).collect();
            let names = names_of(reading, wanted).await?;
            let by_row =
                rows.iter().filter_map(|row| Some((row.seen().key(), names.get(&account_of(row.seen())?)?.clone())));
            Ok(by_row.collect())
        })
    })
}

/// The names of accounts; no statement where there are none.
pub(crate) async fn names_of(reading: &Reading<'_>, accounts: HashSet<Uuid>) -> Result<HashMap<Uuid, String>> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let names: Vec<(Uuid, String)> = account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::Name])
        .filter(account::Column::Id.is_in(accounts))
        .into_tuple()
        .all(reading.db())
        .await?;
    Ok(names.into_iter().collect())
}

/// The objects that the rows of a page are about, as far as the viewer sees them: a statement for each of their types. The resolver asks for a `Node`.
pub fn subjects<P: Entity>(subject_of: fn(&Row<P>) -> Option<(&str, Uuid)>) -> Edge<P>
where
    Row<P>: Send + Sync,
{
    Edge::values(move |reading, rows: &[P], asked| {
        Box::pin(async move {
            let mut found: HashMap<(&str, Uuid), Node> = HashMap::new();
            // Accounts and tokens are on record, and are no nodes.
            for (_, prefix) in TYPES {
                let own = rows.iter().filter_map(|row| subject_of(row.seen())).filter(|(kind, _)| kind == prefix);
                let keys: HashSet<Uuid> = own.map(|(_, key)| key).collect();
                if !keys.is_empty() {
                    let nodes = fetch(reading, prefix, keys, &asked.selection).await?;
                    found.extend(nodes.into_iter().map(|(key, node)| ((*prefix, key), node)));
                }
            }
            let by_row =
                rows.iter().filter_map(|row| Some((row.seen().key(), found.get(&subject_of(row.seen())?)?.clone())));
            Ok(by_row.collect())
        })
    })
}

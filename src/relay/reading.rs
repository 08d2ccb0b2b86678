//! One request's reading: scope in every statement, and the walk from a page of rows to all that was asked about them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::{Context, context::QueryEnv};
use futures_util::future::BoxFuture;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, EntityTrait, FromQueryResult, QueryFilter,
    QueryResult, QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, IntoColumnRef, Order, Query, WindowStatement},
};
use uuid::Uuid;

use super::{
    connection::Connection,
    entity::{Entity, Listed, Row},
    filter::{Filtered, never},
    seen::{Found, Page, Seen, address},
    selection::{Asked, Selection},
    wanted::Wanted,
};
use crate::{
    access::{Class, Classes, Held, Reach, Readable, Viewer, policy::Action},
    context::{App, Ask},
    error::Result,
};

const PARENT: &str = "parent_key";
const RANK: &str = "rank_in_parent";
/// Above it twice as many keys would cost more than a statement of their own, and come near the number of values that SQLite takes.
const MOST_EVENED: usize = 1024;

/// The rows that a filter lets through, and the filter.
type FilteredRows<'a, T> = (Select<<T as Entity>::Table>, Filtered<'a, <T as Listed>::Filter>);

/// What reading needs: who is asking, the document, and the database that answers.
pub struct Reading<'a> {
    pub app: &'a App,
    pub viewer: &'a Viewer,
    pub env: &'a QueryEnv,
    db: &'a DatabaseConnection,
}

impl<'a> Reading<'a> {
    /// UNAUTHENTICATED for nobody.
    pub fn new(ctx: &'a Context<'a>) -> Result<Self> {
        let app: &'a App = ctx.app();
        Ok(Self { app, viewer: ctx.viewer()?, env: ctx.query_env, db: app.db.reader() })
    }

    /// For what was just written: a replica may not have it yet.
    pub fn after_write(ctx: &'a Context<'a>) -> Result<Self> {
        let reading = Self::new(ctx)?;
        Ok(Self { db: reading.app.db.fresh(), ..reading })
    }

    pub fn db(&self) -> &'a DatabaseConnection {
        self.db
    }

    /// The rows of a table that the viewer may see.
    pub fn select<T: Entity>(&self) -> Select<T::Table>
    where
        Row<T>: Send + Sync,
    {
        T::Table::find().filter(scope_of::<T>(self.viewer, Action::Read))
    }

    /// The object that the current field shows; none alike for "not there" and "not yours".
    pub async fn one<T: Entity>(&self, id: Uuid, selection: &Selection<'_>) -> Result<Option<T>>
    where
        Row<T>: Send + Sync,
    {
        Ok(self.some::<T>(HashSet::from([id]), selection).await?.remove(&id))
    }

    /// Objects by their keys.
    pub async fn some<T: Entity>(&self, keys: HashSet<Uuid>, selection: &Selection<'_>) -> Result<HashMap<Uuid, T>>
    where
        Row<T>: Send + Sync,
    {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let objects = self.all::<T>(self.select::<T>().filter(T::id_column().is_in(evened(keys))), selection).await?;
        Ok(objects.into_iter().map(|object| (object.seen().key(), object)).collect())
    }

    /// What the viewer just wrote, in the order of the keys: theirs to see once, though it may lie outside what they can list (a partner unit that nobody
    /// is paired with yet).
    pub async fn written<T: Entity>(&self, keys: &[Uuid], selection: &Selection<'_>) -> Result<Vec<T>>
    where
        Row<T>: Send + Sync,
    {
        // Nothing but the errors was asked for.
        if selection.is_empty() {
            return Ok(Vec::new());
        }
        let theirs = T::Table::find().filter(T::id_column().is_in(keys.iter().copied()));
        Ok(in_order(keys, self.all::<T>(theirs, selection).await?))
    }

    /// What an earlier request of the viewer wrote, in the order of the keys: what of it they may still name. They had the ids from the answer then; more than
    /// their roles show today, they are not shown.
    pub async fn again<T: Entity>(&self, keys: &[Uuid], selection: &Selection<'_>) -> Result<Vec<T>>
    where
        Row<T>: Send + Sync,
    {
        let named = T::Table::find().filter(T::id_column().is_in(keys.iter().copied()));
        let found = self.all::<T>(named.filter(referable_by::<T>(self.viewer)), selection).await?;
        Ok(in_order(keys, found))
    }

    /// All rows of a statement that began with [`Reading::select`].
    pub async fn all<T: Entity>(&self, select: Select<T::Table>, selection: &Selection<'_>) -> Result<Vec<T>>
    where
        Row<T>: Send + Sync,
    {
        let rows = select.all(self.db).await?;
        self.see(rows, selection).await
    }

    /// A root list: filter, order and page come from the field's arguments.
    pub async fn list<T: Listed>(&self, asked: &Asked<'_>) -> Result<Connection<T>>
    where
        Row<T>: Send + Sync,
    {
        self.list_from(self.select::<T>(), asked).await
    }

    /// As [`Reading::list`], from a statement that began with [`Reading::select`].
    pub async fn list_from<T: Listed>(&self, select: Select<T::Table>, asked: &Asked<'_>) -> Result<Connection<T>>
    where
        Row<T>: Send + Sync,
    {
        let wanted = Wanted::<T>::read(self, asked)?;
        let select = T::listed(select).filter(wanted.filter.clone());
        let total = match wanted.counted {
            true => Some(self.count(select.clone()).await?),
            false => None,
        };
        let mut rows = Vec::new();
        if wanted.nodes {
            let mut query = select.filter(wanted.within());
            wanted.ordering.apply(QuerySelect::query(&mut query), wanted.page.direction);
            rows = query.limit(wanted.page.size + 1).all(self.db).await?;
        }
        let (rows, before, after) = wanted.cut(rows);
        let nodes = self.see(rows, &wanted.node_selection(asked)).await?;
        Ok(Connection::new(nodes, before, after, total, wanted.cursors))
    }

    /// What of a table the field's `filter` lets through, for figures about all of it instead of a page.
    pub fn filtered<T: Listed>(&self, asked: &Asked<'_>) -> Result<FilteredRows<'a, T>>
    where
        Row<T>: Send + Sync,
    {
        let filtered = Filtered::read(self.viewer, self.app, T::RESOURCE, asked)?;
        Ok((T::listed(self.select::<T>()).filter(filtered.condition.clone()), filtered))
    }

    /// A connection for each parent, in one statement: rows are ranked within their parent and cut there.
    pub async fn connections<T: Listed>(
        &self,
        select: Select<T::Table>,
        parent: impl ColumnTrait,
        parents: Vec<Uuid>,
        extra: Condition,
        asked: &Asked<'_>,
    ) -> Result<HashMap<Uuid, Connection<T>>>
    where
        Row<T>: Send + Sync,
    {
        let wanted = Wanted::<T>::read(self, asked)?;
        let select = T::listed(select)
            .filter(parent.is_in(evened(parents.iter().copied())))
            .filter(extra)
            .filter(wanted.filter.clone());
        let totals = match wanted.counted {
            true => self.counts(select.clone(), parent).await?,
            false => HashMap::new(),
        };
        let mut grouped: HashMap<Uuid, Vec<Row<T>>> = HashMap::new();
        if wanted.nodes {
            for Ranked { parent, row } in self.ranked::<T>(select, parent, &wanted).await? {
                grouped.entry(parent).or_default().push(row);
            }
        }
        // All children become one page, so that their own edges are loaded together.
        let mut cuts = Vec::with_capacity(parents.len());
        let mut rows = Vec::new();
        for parent in &parents {
            let (own, before, after) = wanted.cut(grouped.remove(parent).unwrap_or_default());
            cuts.push((*parent, own.len(), before, after));
            rows.extend(own);
        }
        let mut nodes = self.see(rows, &wanted.node_selection(asked)).await?.into_iter();
        let connections = cuts.into_iter().map(|(parent, length, before, after)| {
            let own = nodes.by_ref().take(length).collect();
            let total = wanted.counted.then(|| totals.get(&parent).copied().unwrap_or(0));
            (parent, Connection::new(own, before, after, total, wanted.cursors.clone()))
        });
        Ok(connections.collect())
    }

    async fn ranked<T: Listed>(
        &self,
        select: Select<T::Table>,
        parent: impl ColumnTrait,
        wanted: &Wanted<T>,
    ) -> Result<Vec<Ranked<Row<T>>>>
    where
        Row<T>: Send + Sync,
    {
        let mut window = WindowStatement::partition_by(parent.as_column_ref().into_column_ref());
        wanted.ordering.apply_to_window(&mut window, wanted.page.direction);
        let mut inner = select.filter(wanted.within()).into_query();
        inner.expr_as(Expr::col(parent.as_column_ref()), Alias::new(PARENT)).expr_window_as(
            Func::cust("ROW_NUMBER"),
            window,
            Alias::new(RANK),
        );
        let mut outer = Query::select();
        outer
            .column(Asterisk)
            .from_subquery(inner, Alias::new("ranked"))
            .and_where(Expr::col(Alias::new(RANK)).lte(wanted.page.size + 1))
            .order_by(Alias::new(PARENT), Order::Asc)
            .order_by(Alias::new(RANK), Order::Asc);
        let rows = self.db.query_all(&outer).await?;
        Ok(rows.iter().map(|row| Ranked::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    async fn count<E: EntityTrait>(&self, select: Select<E>) -> Result<i64> {
        let count = select.select_only().expr_as(Expr::col(Asterisk).count(), "total").into_tuple::<i64>();
        Ok(count.one(self.db).await?.unwrap_or(0))
    }

    async fn counts<E: EntityTrait>(&self, select: Select<E>, parent: impl ColumnTrait) -> Result<HashMap<Uuid, i64>> {
        let grouped = select
            .select_only()
            .expr_as(Expr::col(parent.as_column_ref()), PARENT)
            .expr_as(Expr::col(Asterisk).count(), "total")
            .group_by(parent);
        Ok(grouped.into_tuple::<(Uuid, i64)>().all(self.db).await?.into_iter().collect())
    }

    /// Rows become objects, and their selected edges are loaded for all of them together.
    pub async fn see<T: Entity>(&self, rows: Vec<Row<T>>, selection: &Selection<'_>) -> Result<Vec<T>>
    where
        Row<T>: Send + Sync,
    {
        let classes = self.classes_of::<T>(&rows).await?;
        let page = Arc::new(Page::default());
        let seen = rows.into_iter().zip(classes);
        let objects: Vec<T> = seen
            .map(|(row, classes)| {
                let key = T::key(&row);
                T::from(Seen::new(row, key, classes, T::CLASSED, page.clone()))
            })
            .collect();
        if !objects.is_empty() {
            page.fill(self.edges(&objects, selection).await);
        }
        Ok(objects)
    }

    /// What the viewer reads in full on each of these rows. One statement more for each role that reads more on some of them than another does.
    async fn classes_of<T: Entity>(&self, rows: &[Row<T>]) -> Result<Vec<Classes>>
    where
        Row<T>: Send + Sync,
    {
        let reach = self.viewer.reach(T::RESOURCE, Action::Read);
        let mut readable: HashMap<Option<Uuid>, Readable> = HashMap::new();
        for row in rows {
            let community = T::community(row);
            readable.entry(community).or_insert_with(|| reach.classes_on(community));
        }
        let beyond: HashSet<usize> = readable.values().flat_map(|readable| readable.beyond.iter().copied()).collect();
        let mut covered: HashMap<usize, HashSet<Uuid>> = HashMap::new();
        for place in beyond {
            let keys = evened(rows.iter().map(T::key));
            let select = T::Table::find().filter(T::id_column().is_in(keys)).filter(T::scope(&reach.0[place]));
            let keys: Vec<Uuid> = select.select_only().column(T::id_column()).into_tuple().all(self.db).await?;
            covered.insert(place, keys.into_iter().collect());
        }
        let classes = rows.iter().map(|row| {
            let (key, readable) = (T::key(row), &readable[&T::community(row)]);
            let more =
                readable.beyond.iter().filter(|place| covered.get(place).is_some_and(|keys| keys.contains(&key)));
            more.fold(readable.everywhere, |classes, place| classes.or(reach.0[*place].classes))
        });
        Ok(classes.collect())
    }

    /// Boxed, since edges lead to pages that have edges.
    fn edges<'b, T: Entity>(
        &'b self,
        objects: &'b [T],
        selection: &'b Selection<'_>,
    ) -> BoxFuture<'b, HashMap<usize, Result<Found>>>
    where
        Row<T>: Send + Sync,
    {
        Box::pin(async move {
            // The same field with the same arguments is loaded once, for all that is selected under its occurrences.
            let mut groups: Vec<(String, Vec<usize>, Asked<'_>, _)> = Vec::new();
            for field in selection.fields(self.env, T::TYPE) {
                let Some(edge) = T::edge(&field.name.node) else { continue };
                let asked = Asked { field, selection: Selection::of(field), env: self.env };
                let key = format!("{}({})", field.name.node, asked.key());
                match groups.iter_mut().find(|(known, ..)| *known == key) {
                    Some((_, addresses, joined, _)) => {
                        addresses.push(address(field));
                        joined.selection.join(&asked.selection);
                    }
                    None => groups.push((key, vec![address(field)], asked, edge)),
                }
            }
            let mut edges = HashMap::new();
            for (_, addresses, asked, edge) in &groups {
                let found = edge.load(self, objects, asked).await;
                edges.extend(addresses.iter().map(|address| (*address, found.clone())));
            }
            edges
        })
    }
}

/// The keys, the last repeated until they are 1, 2, 4, 8 and so on: a handful of statements that databases parse and plan once and connections keep
/// prepared, instead of one for every number of keys.
fn evened(keys: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
    let mut keys: Vec<Uuid> = keys.into_iter().collect();
    if let Some(last) = keys.last().copied()
        && keys.len() <= MOST_EVENED
    {
        keys.resize(keys.len().next_power_of_two(), last);
    }
    keys
}

/// The objects in the order of these keys.
fn in_order<T: Entity>(keys: &[Uuid], objects: Vec<T>) -> Vec<T>
where
    Row<T>: Send + Sync,
{
    let mut found: HashMap<Uuid, T> = objects.into_iter().map(|object| (object.seen().key(), object)).collect();
    keys.iter().filter_map(|key| found.remove(key)).collect()
}

/// The rows of a table that the viewer may do this to.
pub fn scope_of<T: Entity>(viewer: &Viewer, action: Action) -> Condition
where
    Row<T>: Send + Sync,
{
    covered(&viewer.reach(T::RESOURCE, action), T::scope)
}

/// The rows of a table on which the viewer reads this class in full.
pub fn read_in_full<T: Entity>(viewer: &Viewer, class: Class) -> Condition
where
    Row<T>: Send + Sync,
{
    let mut reach = viewer.reach(T::RESOURCE, Action::Read);
    reach.0.retain(|held| held.classes.has(class));
    covered(&reach, T::scope)
}

/// The rows of a table that the viewer's input may refer to.
pub fn referable_by<T: Entity>(viewer: &Viewer) -> Condition
where
    Row<T>: Send + Sync,
{
    covered(&viewer.reach(T::RESOURCE, Action::Read), T::referable)
}

fn covered(reach: &Reach, by: fn(&Held) -> Condition) -> Condition {
    if reach.is_empty() {
        return never();
    }
    reach.0.iter().fold(Condition::any(), |any, held| any.add(by(held)))
}

/// A row and the parent that it was ranked under.
struct Ranked<M> {
    parent: Uuid,
    row: M,
}

impl<M: FromQueryResult> FromQueryResult for Ranked<M> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self { parent: row.try_get(prefix, PARENT)?, row: M::from_query_result(row, prefix)? })
    }
}

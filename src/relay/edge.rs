//! How edges are loaded: for all rows of a page in one statement.

use std::{collections::HashMap, sync::Arc};

use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select};
use uuid::Uuid;

use super::{
    connection::Connection,
    entity::{Column, Entity, Listed, Row},
    reading::Reading,
    seen::Found,
    selection::Asked,
};
use crate::error::Result;

type Loading<'a> = BoxFuture<'a, Result<Found>>;
type Load<P> = dyn for<'a> Fn(&'a Reading<'a>, &'a [P], &'a Asked<'a>) -> Loading<'a> + Send + Sync;

/// How the arguments of a field and its order change a statement.
type Shape<T> = fn(Select<<T as Entity>::Table>, &Asked<'_>) -> Result<Select<<T as Entity>::Table>>;

/// The way from the rows of a page to what one of their fields shows.
pub struct Edge<P>(Box<Load<P>>);

impl<P: Entity> Edge<P>
where
    Row<P>: Send + Sync,
{
    pub(super) fn load<'a>(&'a self, reading: &'a Reading<'a>, parents: &'a [P], asked: &'a Asked<'a>) -> Loading<'a> {
        (self.0)(reading, parents, asked)
    }

    /// Anything that a slice computes for a whole page: a value by the parent's key. The resolver asks for the same `V`.
    pub fn values<V, F>(load: F) -> Self
    where
        V: Clone + Send + Sync + 'static,
        F: for<'a> Fn(&'a Reading<'a>, &'a [P], &'a Asked<'a>) -> BoxFuture<'a, Result<HashMap<Uuid, V>>>
            + Send
            + Sync
            + 'static,
    {
        Self(Box::new(move |reading, parents, asked| {
            let found = load(reading, parents, asked);
            Box::pin(async move { Ok(Arc::new(found.await?) as Found) })
        }))
    }

    /// The one object that a column of the parent refers to; the resolver asks for a `T`.
    pub fn one<T: Entity>(reference: fn(&Row<P>) -> Option<Uuid>) -> Self
    where
        Row<T>: Send + Sync,
    {
        Self::values(move |reading, parents, asked| {
            Box::pin(async move {
                let wanted = parents.iter().filter_map(|parent| reference(parent.seen())).collect();
                let found = reading.some::<T>(wanted, &asked.selection).await?;
                let by_parent = parents
                    .iter()
                    .filter_map(|parent| Some((parent.seen().key(), found.get(&reference(parent.seen())?)?.clone())));
                Ok(by_parent.collect())
            })
        })
    }

    /// All rows that refer to the parent, for lists that are short by nature; the resolver asks for a `Vec<T>`.
    /// `shape` applies the field's arguments and the order.
    pub fn all<T: Entity>(column: Column<T>, reference: fn(&Row<T>) -> Option<Uuid>, shape: Shape<T>) -> Self
    where
        Row<T>: Send + Sync,
        Column<T>: Send + Sync,
    {
        Self::values(move |reading, parents, asked| {
            Box::pin(async move {
                let keys: Vec<Uuid> = parents.iter().map(|parent| parent.seen().key()).collect();
                let select = shape(reading.select::<T>().filter(column.is_in(keys)), asked)?;
                let mut by_parent: HashMap<Uuid, Vec<T>> = HashMap::new();
                for object in reading.all::<T>(select, &asked.selection).await? {
                    if let Some(parent) = reference(object.seen()) {
                        by_parent.entry(parent).or_default().push(object);
                    }
                }
                Ok(by_parent)
            })
        })
    }

    /// A connection of the rows whose `column` refers to the parent; the resolver asks for a `Connection<T>`.
    pub fn many<T: Listed>(column: Column<T>) -> Self
    where
        Row<T>: Send + Sync,
        Column<T>: Send + Sync,
    {
        Self::many_through::<T, _>(column, |select| select)
    }

    /// As [`Edge::many`], where the reference is in a table that `join` adds.
    pub fn many_through<T: Listed, C>(column: C, join: fn(Select<T::Table>) -> Select<T::Table>) -> Self
    where
        Row<T>: Send + Sync,
        C: ColumnTrait + Send + Sync,
    {
        Self::values(move |reading, parents, asked| {
            Box::pin(async move {
                let keys: Vec<Uuid> = parents.iter().map(|parent| parent.seen().key()).collect();
                let select = join(reading.select::<T>());
                let connections: HashMap<Uuid, Connection<T>> =
                    reading.connections(select, column, keys, Condition::all(), asked).await?;
                Ok(connections)
            })
        })
    }
}

//! `history`: the events about an object, as a field of every object that changes.

use std::borrow::Cow;

use async_graphql::{Context, Object, OutputType, TypeName, registry::Registry};
use entity::event;
use sea_orm::{ColumnTrait, QueryFilter};

use super::queries::{Event, EventFilter};
use crate::{
    error::Result,
    relay::{Connection, Edge, Entity, Row},
};

/// The edge of every object: the events about all objects of a page in one statement, in the order in which they happened. Who reads no events has none; unlike the
/// feed it waits for nobody's open transaction, since the changes of one object wait for one another.
pub fn history<T: Entity>() -> Edge<T>
where
    Row<T>: Send + Sync,
{
    Edge::many_through::<Event, _>(event::Column::SubjectId, |select| {
        select.filter(event::Column::SubjectKind.eq(T::PREFIX))
    })
}

/// What an object with a `version` has besides; it flattens this into its own fields.
pub struct History<T>(T);

impl<T: Entity> History<T>
where
    Row<T>: Send + Sync,
{
    pub fn of(object: &T) -> Self {
        Self(object.clone())
    }

    /// What `#[graphql(flatten)]` calls by this name, in files that need not know the library's trait.
    pub fn create_type_info(registry: &mut Registry) -> String {
        <Self as OutputType>::create_type_info(registry)
    }
}

/// One for each type: the library would take two that are called alike for the same. None of them stays in the schema.
impl<T: Entity> TypeName for History<T>
where
    Row<T>: Send + Sync,
{
    fn type_name() -> Cow<'static, str> {
        format!("{}History", T::TYPE).into()
    }
}

#[Object(name_type)]
impl<T: Entity> History<T>
where
    Row<T>: Send + Sync,
{
    /// What became of it: the events about it, earliest first (`last: 5` are the five latest); empty for who may not read events (变更历史).
    async fn history(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<EventFilter>,
    ) -> Result<Connection<Event>> {
        self.0.seen().present(ctx)
    }
}

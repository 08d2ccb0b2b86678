//! What a slice tells the read kit about its objects.

use async_graphql::{InputType, OutputType};
use sea_orm::{Condition, EntityTrait, Select};
use uuid::Uuid;

use super::{
    edge::Edge,
    filter::Filter,
    order::Orderable,
    seen::{Classed, Seen},
};
use crate::access::{Class, Held, Resource};

pub type Row<T> = <<T as Entity>::Table as EntityTrait>::Model;
pub type Column<T> = <<T as Entity>::Table as EntityTrait>::Column;

/// A GraphQL object around a row of a table. [`object!`](crate::object) writes the implementation from what the slice knows.
pub trait Entity: OutputType + From<Seen<Row<Self>>> + Clone + Send + Sync + Sized + 'static
where
    Row<Self>: Send + Sync,
{
    type Table: EntityTrait;
    /// Name of the GraphQL type.
    const TYPE: &'static str;
    /// Prefix of its ids.
    const PREFIX: &'static str;
    const RESOURCE: Resource;
    /// Which of its fields are classed: `Seen::reads` asks this and nothing else.
    const CLASSED: Classed;

    fn seen(&self) -> &Seen<Row<Self>>;
    fn id_column() -> Column<Self>;
    fn key(row: &Row<Self>) -> Uuid;
    /// The community that a row belongs to; none in a directory.
    fn community(row: &Row<Self>) -> Option<Uuid>;
    /// The rows that a part of the viewer's reach covers.
    fn scope(held: &Held) -> Condition;
    /// The rows that an input may refer to by their whole id: those that the viewer sees, unless the slice says otherwise.
    fn referable(held: &Held) -> Condition {
        Self::scope(held)
    }
    /// How to load the edge behind a field; none for plain fields.
    fn edge(field: &str) -> Option<Edge<Self>>;
}

/// An object that is listed, filtered and ordered.
pub trait Listed: Entity
where
    Row<Self>: Send + Sync,
{
    type Filter: InputType + Filter;
    type Order: InputType + Orderable<Column = Column<Self>> + Copy + 'static;

    /// What every list starts from, e.g. leaving out rows that were merged into others.
    fn listed(select: Select<Self::Table>) -> Select<Self::Table> {
        select
    }

    /// The order where none is asked for; the id settles the rest.
    fn standing_order() -> &'static [Self::Order] {
        &[]
    }

    /// The class of a field that an order would lay open, and the field's name.
    fn order_class(_order: Self::Order) -> Option<(Class, &'static str)> {
        None
    }
}

/// Declares a GraphQL object around a row and tells the read kit about it.
///
/// ```ignore
/// object! {
///     /// A person …
///     Resident("resident") of resident as Resource::Resident;
///     community = |row| Some(row.community_id);
///     scope = scope::condition;
///     edges = edges::of_resident;
///     classed = { fullName: Personal, … };
/// }
/// ```
#[macro_export]
macro_rules! object {
    (
        $name:ident($prefix:literal) of $table:ident as $resource:expr;
        community = $community:expr;
        scope = $scope:expr;
        $(referable = $referable:expr;)?
        edges = $edges:expr;
        $(classed = { $($field:ident: $class:ident),+ $(,)? };)?
    ) => {
        #[derive(Clone)]
        pub struct $name($crate::relay::Seen<$table::Model>);

        impl From<$crate::relay::Seen<$table::Model>> for $name {
            fn from(seen: $crate::relay::Seen<$table::Model>) -> Self {
                Self(seen)
            }
        }

        impl $crate::relay::Entity for $name {
            type Table = $table::Entity;
            const TYPE: &'static str = stringify!($name);
            const PREFIX: &'static str = $prefix;
            const RESOURCE: $crate::access::Resource = $resource;
            const CLASSED: $crate::relay::Classed = &[$($((stringify!($field), $crate::access::Class::$class)),+)?];

            fn seen(&self) -> &$crate::relay::Seen<$table::Model> {
                &self.0
            }

            fn id_column() -> $table::Column {
                $table::Column::Id
            }

            fn key(row: &$table::Model) -> ::uuid::Uuid {
                row.id
            }

            fn community(row: &$table::Model) -> Option<::uuid::Uuid> {
                let community: fn(&$table::Model) -> Option<::uuid::Uuid> = $community;
                community(row)
            }

            fn scope(held: &$crate::access::Held) -> ::sea_orm::Condition {
                $scope(held)
            }

            $(fn referable(held: &$crate::access::Held) -> ::sea_orm::Condition {
                $referable(held)
            })?

            fn edge(field: &str) -> Option<$crate::relay::Edge<Self>> {
                match field {
                    "history" => Some($crate::events::history()),
                    _ => $edges(field),
                }
            }
        }
    };
}

/// Declares the two root queries of each concept of a slice: one object by its id, and the list.
///
/// ```ignore
/// roots! {
///     GridQueries;
///     /// One grid …
///     grid,
///     /// Grids …
///     grids: Grid;
/// }
/// ```
#[macro_export]
macro_rules! roots {
    ($queries:ident; $($(#[$one_doc:meta])* $one:ident, $(#[$many_doc:meta])* $many:ident: $object:ty;)+) => {
        #[derive(Default)]
        pub struct $queries;

        #[::async_graphql::Object]
        impl $queries {
            $(
                $(#[$one_doc])*
                async fn $one(
                    &self,
                    ctx: &::async_graphql::Context<'_>,
                    #[graphql(desc = "Its id (编号).")] id: ::async_graphql::ID,
                ) -> $crate::error::Result<Option<$object>> {
                    // In this order: nobody is told what is wrong with an id before they say who they are.
                    let reading = $crate::relay::Reading::new(ctx)?;
                    let key = $crate::relay::id::argument("id", <$object as $crate::relay::Entity>::PREFIX, &id)?;
                    reading.one(key, &$crate::relay::Selection::under(ctx)).await
                }

                $(#[$many_doc])*
                async fn $many(
                    &self,
                    ctx: &::async_graphql::Context<'_>,
                    _first: Option<i32>,
                    _after: Option<String>,
                    _last: Option<i32>,
                    _before: Option<String>,
                    _filter: Option<<$object as $crate::relay::Listed>::Filter>,
                    _order_by: Option<Vec<<$object as $crate::relay::Listed>::Order>>,
                ) -> $crate::error::Result<$crate::relay::Connection<$object>> {
                    $crate::relay::Reading::new(ctx)?.list(&$crate::relay::Asked::here(ctx)).await
                }
            )+
        }
    };
}

//! Connections: a page of a list in the form that Relay clients expect, with the `nodes` short cut and a count made only when it is asked for.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName};

use super::entity::{Entity, Row};
use crate::{
    context::Ask,
    error::{Error, Result},
    privacy::Keyring,
};

/// Makes the cursor of a row; shared by all edges of a page.
type Place<T> = Arc<dyn Fn(&Row<T>) -> Vec<u8> + Send + Sync>;

/// A page of a list.
pub struct Connection<T: Entity>(Arc<Inner<T>>)
where
    Row<T>: Send + Sync;

struct Inner<T: Entity>
where
    Row<T>: Send + Sync,
{
    nodes: Vec<T>,
    has_next: bool,
    has_previous: bool,
    total: Option<i64>,
    cursors: Cursors<T>,
}

/// How the cursors of one list are made.
pub struct Cursors<T: Entity>
where
    Row<T>: Send + Sync,
{
    pub(super) place: Place<T>,
    /// Kind, filter and order of the list: a cursor is good for no other.
    pub(super) bound_to: Arc<[u8]>,
}

impl<T: Entity> Clone for Cursors<T>
where
    Row<T>: Send + Sync,
{
    fn clone(&self) -> Self {
        Self { place: self.place.clone(), bound_to: self.bound_to.clone() }
    }
}

impl<T: Entity> Cursors<T>
where
    Row<T>: Send + Sync,
{
    fn of(&self, node: &T, keys: &Keyring) -> String {
        keys.seal_cursor(&self.bound_to, &(self.place)(node.seen()))
    }
}

impl<T: Entity> Clone for Connection<T>
where
    Row<T>: Send + Sync,
{
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Entity> Connection<T>
where
    Row<T>: Send + Sync,
{
    pub(super) fn new(
        nodes: Vec<T>,
        has_previous: bool,
        has_next: bool,
        total: Option<i64>,
        cursors: Cursors<T>,
    ) -> Self {
        Self(Arc::new(Inner { nodes, has_next, has_previous, total, cursors }))
    }
}

impl<T: Entity> TypeName for Connection<T>
where
    Row<T>: Send + Sync,
{
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::TYPE).into()
    }
}

/// One page of a list, and where it lies in it (分页列表).
#[Object(name_type)]
impl<T: Entity + OutputType> Connection<T>
where
    Row<T>: Send + Sync,
{
    /// The rows of this page, each with its cursor (本页条目及游标).
    async fn edges(&self) -> Vec<EdgeOf<T>> {
        self.0.nodes.iter().map(|node| EdgeOf { node: node.clone(), page: self.clone() }).collect()
    }

    /// The rows of this page without their cursors (本页条目).
    async fn nodes(&self) -> &[T] {
        &self.0.nodes
    }

    /// Whether and from where to read on (翻页信息).
    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        let cursor = |node: Option<&T>| node.map(|node| self.0.cursors.of(node, &ctx.app().keys));
        PageInfo {
            has_next_page: self.0.has_next,
            has_previous_page: self.0.has_previous,
            start_cursor: cursor(self.0.nodes.first()),
            end_cursor: cursor(self.0.nodes.last()),
        }
    }

    /// How many rows the whole list has for you, all pages together; counted only when you ask (总数).
    async fn total_count(&self) -> Result<i64> {
        self.0.total.ok_or_else(|| Error::internal("a count was selected and not made"))
    }
}

/// A row and its place in the list.
pub struct EdgeOf<T: Entity>
where
    Row<T>: Send + Sync,
{
    node: T,
    page: Connection<T>,
}

impl<T: Entity> TypeName for EdgeOf<T>
where
    Row<T>: Send + Sync,
{
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::TYPE).into()
    }
}

/// A row of a page and its cursor (列表条目).
#[Object(name_type)]
impl<T: Entity + OutputType> EdgeOf<T>
where
    Row<T>: Send + Sync,
{
    /// The row (条目).
    async fn node(&self) -> &T {
        &self.node
    }

    /// The row's place, for `after` and `before`; opaque, good for the same list, filter and order only (游标).
    async fn cursor(&self, ctx: &Context<'_>) -> String {
        self.page.0.cursors.of(&self.node, &ctx.app().keys)
    }
}

/// Where a page lies in its list (翻页信息).
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Do rows follow this page? Reading backwards it says whether `before` was given (是否有下一页).
    pub has_next_page: bool,
    /// Do rows precede this page? Reading forwards it says whether `after` was given (是否有上一页).
    pub has_previous_page: bool,
    /// Cursor of the first row; null for an empty page (首条游标).
    pub start_cursor: Option<String>,
    /// Cursor of the last row; give it as `after` to read on; null for an empty page (末条游标).
    pub end_cursor: Option<String>,
}

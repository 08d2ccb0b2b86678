//! A row as one viewer may see it.

use std::{
    any::Any,
    collections::HashMap,
    ops::Deref,
    sync::{Arc, OnceLock, atomic::Ordering},
};

use async_graphql::{Context, parser::types::Field};
use uuid::Uuid;

use crate::{
    access::{Class, Classes},
    context::Ask,
    error::{Error, Result},
};

/// The fields of an object that not everybody who sees its row reads in full, by their names in the schema, each with its class.
pub type Classed = &'static [(&'static str, Class)];

/// What one edge gave for a page: objects, lists or connections by the parent's key, behind `Any` since each edge has its own type.
pub type Found = Arc<dyn Any + Send + Sync>;

/// The edges of all rows that were loaded together, by the address of the field in the document: unique, and found without comparing arguments.
#[derive(Default)]
pub struct Page(OnceLock<HashMap<usize, Result<Found>>>);

pub(super) fn address(field: &Field) -> usize {
    std::ptr::from_ref(field).addr()
}

impl Page {
    pub(super) fn fill(&self, edges: HashMap<usize, Result<Found>>) {
        let _ = self.0.set(edges);
    }
}

/// A row, what the viewer may read of it, and its edges. Only the read kit makes one.
pub struct Seen<M>(Arc<Inner<M>>);

struct Inner<M> {
    row: M,
    key: Uuid,
    classes: Classes,
    classed: Classed,
    page: Arc<Page>,
}

impl<M> Clone for Seen<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<M> Deref for Seen<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.0.row
    }
}

impl<M> Seen<M> {
    pub(super) fn new(row: M, key: Uuid, classes: Classes, classed: Classed, page: Arc<Page>) -> Self {
        Self(Arc::new(Inner { row, key, classes, classed, page }))
    }

    pub fn key(&self) -> Uuid {
        self.0.key
    }

    /// May the viewer read this field in full on this row? Its class is the one that the object declares; a field without one is nobody's to read, so
    /// that a declaration that was forgotten shows at once and tells nothing.
    pub fn reads(&self, field: &str) -> bool {
        let declared = self.0.classed.iter().find(|(name, _)| *name == field);
        debug_assert!(declared.is_some(), "`classed` of the object does not name `{field}`");
        declared.is_some_and(|(_, class)| self.0.classes.has(*class))
    }

    /// What the kit loaded for the field that is being resolved; none where this row has nothing there.
    pub fn edge<T: Clone + Send + Sync + 'static>(&self, ctx: &Context<'_>) -> Result<Option<T>> {
        let field = &ctx.item.node;
        match self.0.page.0.get().and_then(|edges| edges.get(&address(field))) {
            Some(Ok(found)) => match found.downcast_ref::<HashMap<Uuid, T>>() {
                Some(found) => Ok(found.get(&self.key()).cloned()),
                None => Err(Error::internal(format!("edge `{}` was loaded as another type", field.name.node))),
            },
            Some(Err(error)) => Err(error.clone()),
            None => {
                ctx.app().metrics.prefetch_misses.fetch_add(1, Ordering::Relaxed);
                let fault = format!("edge `{}` was not loaded with its page", field.name.node);
                debug_assert!(false, "{fault}");
                Err(Error::internal(fault))
            }
        }
    }

    /// As [`Seen::edge`], for what every row has: an absent one is a fault of the kit.
    pub fn present<T: Clone + Send + Sync + 'static>(&self, ctx: &Context<'_>) -> Result<T> {
        self.edge(ctx)?
            .ok_or_else(|| Error::internal(format!("edge `{}` has nothing for its row", ctx.item.node.name.node)))
    }

    /// As [`Seen::edge`], for lists: nothing found is an empty list.
    pub fn list<T: Clone + Default + Send + Sync + 'static>(&self, ctx: &Context<'_>) -> Result<T> {
        Ok(self.edge(ctx)?.unwrap_or_default())
    }
}

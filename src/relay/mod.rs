//! The read kit: the only way from a table to a GraphQL object.
//!
//! It joins the viewer's scope to every statement, hands out rows as [`Seen`] (a row together with what the viewer may read of it), and loads every
//! selected edge for a whole page at once: a list costs one statement, each selected edge one more for each level of the document, whatever the page size.

pub mod connection;
pub mod edge;
pub mod entity;
pub mod filter;
pub mod id;
pub mod order;
pub mod page;
pub mod reading;
pub mod seen;
pub mod selection;
mod wanted;

pub use connection::{Connection, PageInfo};
pub use edge::Edge;
pub use entity::{Entity, Listed, Row};
pub use reading::Reading;
pub use seen::{Classed, Seen};
pub use selection::{Asked, Selection};

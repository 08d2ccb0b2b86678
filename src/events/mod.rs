//! An event (事件): one append-only row a change, written in the transaction that made it. It is the audit log and the feed that other systems follow.

mod history;
mod queries;
pub mod trail;

pub use history::{History, history};
pub use queries::{Event, EventQueries};
pub(crate) use trail::names_of;

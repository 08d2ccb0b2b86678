//! Requests (诉求): what residents and merchants ask of the community, from their coming in over acceptance, handling, answer and call-back to their end. One
//! table says which step leads where (`rules.rs`); every step leaves an entry in the request's timeline that nobody can change, and whoever holds the tracking
//! code sees, without an account, what is public of it.

mod deadline;
pub mod edges;
mod entry;
pub mod figures;
pub mod follow;
pub mod mutations;
pub mod object;
pub mod queries;
pub mod reminding;
pub(crate) mod rules;
mod scope;
pub mod tracking;
pub mod work;

pub(crate) use deadline::{count_anew, counted as deadline_of};
pub use entry::{RequestEntry, RequestEntryKind};
pub(crate) use follow::{follow_grid, hand_over, open_with};
pub(crate) use mutations::number_taken;
pub use object::{Request, RequestCategory, RequestChannel, RequestStatus, SettlementLevel, Urgency};
pub use queries::{RequestFilter, RequestOrder, RequestQueries};
pub use work::{RequestTotals, RequestWorkQueries};

//! Visits (走访): somebody who works for the community calls on a household or a merchant, as was planned or not. What was heard and seen is sealed, with a key
//! of the visit's own; what has to be done about it becomes a request, what became known of a resident a circumstance, and each leads to the visit and back.

pub mod edges;
mod follow;
mod mutations;
mod not_visited;
pub mod object;
pub mod queries;
pub(crate) mod scope;

pub(crate) use follow::{found_on, hand_over, open_with};
pub use mutations::VisitMutations;
pub use not_visited::NotVisitedQueries;
pub use object::Visit;
pub use queries::{VisitFilter, VisitOrder, VisitQueries};

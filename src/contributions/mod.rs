//! A contribution (资源投入): what one or more partner units put in, to a project or outside any. Pledged, received, allocated and delivered are four
//! amounts, each with a quantity and a value that say how sure they are; a known total can have an unknown split among the contributors (投入单位).
//! Allocated and delivered belong to aid: it takes, delivers and gives back through [`take`], [`deliver`] and [`give_back`], and nothing else moves them.

mod allocation;
mod amount;
pub mod contributor;
pub mod edges;
mod holdings;
pub mod item;
pub mod mutations;
pub mod object;
pub mod queries;
mod received;
mod rules;
pub(crate) mod scope;
mod stock;

pub(crate) use allocation::{Shares, deliver, give_back, take};
pub use contributor::Contributor;
pub use item::{ContributionDevice, ContributionItem};
pub use object::Contribution;
pub use queries::{ContributionFilter, ContributionOrder};
pub(crate) use received::{cash_received, has_items, received_by_projects, units_of};
pub(crate) use rules::share_of;

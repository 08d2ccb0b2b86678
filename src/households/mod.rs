//! A household (户): people who live behind one door. While it has members exactly one of them is its head; memberships are dated, and a resident is in one
//! household at a time.

pub mod edges;
mod leaving;
pub mod mutations;
pub mod object;
pub mod queries;
pub(crate) mod scope;

pub use leaving::MemberRelationInput;
pub(crate) use leaving::{Departure, current as current_members, homes_of, lived_in};
pub use object::{Household, HouseholdMembership};
pub use queries::{HouseholdFilter, HouseholdOrder};

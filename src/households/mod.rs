//! A household (户): people who live behind one door. While it has members exactly one of them is its head; memberships are dated, and a resident is in one
//! household at a time.

pub mod edges;
pub mod mutations;
pub mod object;
pub mod queries;
mod scope;

pub use object::{Household, HouseholdMembership};
pub use queries::{HouseholdFilter, HouseholdOrder};

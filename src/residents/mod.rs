//! A resident (居民): a person who lives, or lived, in a community. Two residents without an identity document are never taken for the same person;
//! numbers of documents and telephones are sealed, found by their index and shown masked. Circumstances (困难/身份类别) are dated facts about a resident,
//! by which eligibility for aid is judged on the aid's own day.

pub mod circumstance;
pub mod circumstance_mutations;
mod document;
pub mod edges;
pub mod mutations;
pub mod object;
pub mod queries;
mod rules;
mod scope;
mod write;

pub use circumstance::{Circumstance, CircumstanceKind};
pub use object::Resident;
pub(crate) use write::{data_key_of, moved_in};

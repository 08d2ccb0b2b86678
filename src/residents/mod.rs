//! A resident (居民): a person who lives, or lived, in a community. Two residents without an identity document are never taken for the same person;
//! numbers of documents and telephones are sealed, found by their index and shown masked. Circumstances (困难/身份类别) are dated facts about a resident,
//! by which eligibility for aid is judged on the aid's own day. Moving out, death and coming back (居民变动) are events, which close what ends with them.

pub mod circumstance;
pub mod circumstance_mutations;
mod document;
pub mod edges;
mod ground;
pub mod life;
pub mod mutations;
pub mod object;
mod overlap;
mod people;
pub mod queries;
mod rules;
pub(crate) mod scope;
mod write;

pub use circumstance::{Circumstance, CircumstanceKind};
pub(crate) use document::on_file_already;
pub use life::LifeEvent;
pub use object::Resident;
pub(crate) use overlap::{open_already, open_disability_already};
pub(crate) use people::People;
pub use queries::{ResidentFilter, ResidentOrder};
pub(crate) use rules::is_sensitive;
pub use rules::refuse_merged;
pub(crate) use write::{data_key_of, moved_along, moved_in};

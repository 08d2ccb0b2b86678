//! Personal values at rest: sealed under a key of their person, found again by a keyed index, shown masked.
//!
//! Three layers of keys. The *master key* comes from outside and is never stored; it wraps *data keys*, one a person and one for each purpose of
//! the whole deployment, which are stored wrapped. Changing the master key re-wraps data keys and touches nothing else; erasing a person destroys
//! theirs, and what was sealed with it, past events included, stays unreadable.

pub mod cursor;
mod index_keys;
pub mod index_rotation;
pub mod keyring;
pub mod mask;
pub mod master;
pub mod people;
pub mod rotation;
pub mod sealing;

pub use keyring::Keyring;
pub use master::{MasterKey, MasterKeys};
pub use people::{PersonKey, person_keys};
pub use sealing::{Column, DataKey};

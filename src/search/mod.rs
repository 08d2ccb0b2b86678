//! Search (检索): records by what they are called, however that is written.
//!
//! Each text by which a record is found has an entry in an index of our own (`search_entry`), derived from the record in the transaction that writes it
//! ([`refresh`]) and made anew by [`rebuild`]. The index offers candidates, the entry's normalised text decides. `docs/search.md` says what matches.

mod find;
mod fold;
mod form;
mod index;
mod kinds;
mod object;
mod pinyin;
pub mod queries;
mod readings;
mod rebuild;
mod sql;
mod synonyms;

pub use form::{Form, Matched, Wanted};
pub use kinds::{SearchField, SearchKind};
pub use rebuild::{ensure, rebuild};

pub(crate) use index::{Entries, refresh};
pub(crate) use rebuild::settled;
pub(crate) use sql::found_by;

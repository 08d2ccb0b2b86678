//! Consent (知情同意): what a resident, or for a child the guardian, agreed to: to one purpose, from a day on, until it expires or is withdrawn. A sensitive
//! circumstance is recorded on such a consent or on a statutory duty. Withdrawing closes what comes after; what was recorded lawfully before stays.
//!
//! A consent says what was said on its day, so it is never amended: one that was recorded wrongly is withdrawn, with that as the reason, and recorded anew.

mod asked;
pub mod edges;
pub mod mutations;
pub mod object;
pub mod queries;
mod rules;
mod scope;

pub(crate) use asked::{holds, residents_who_share_with, who_may_be_posted};
pub use object::{Consent, ConsentPurpose};
pub use queries::{ConsentFilter, ConsentOrder};

//! Aid (帮扶): what residents and households receive. A programme (帮扶项目) says under which rules aid is given; a record (帮扶记录) is one grant to one
//! resident or one household, taken from one contribution, or paid by a sponsor as an instalment. A grant that is planned takes its share at once, so that nothing is promised twice; one that is
//! refused, cancelled, returned or reversed gives it back. What was given is never edited and never deleted: a mistake is reversed by a record of its own, and
//! recorded anew. Where a programme aids once in a period, a grant claims that period for its recipient as long as it stands.

pub mod batch;
mod claims;
mod closing;
mod decision;
pub mod edges;
pub mod eligibility;
mod facts;
mod grant;
pub mod mutations;
pub mod object;
mod paying;
pub(crate) mod period;
pub mod programme;
pub(crate) mod progress;
pub mod queries;
mod recipient;
mod recipients;
mod reversal;
mod rules;
mod scope;
mod terms;

pub use batch::AidBatch;
pub(crate) use closing::{CalledOff, call_off, promised};
pub(crate) use decision::STANDING;
pub use object::{AidRecord, AidStatus};
pub(crate) use paying::{pay, take_back};
pub use programme::{AidProgramme, AidProgrammeFilter, AidProgrammeOrder, AidScope};
pub use progress::AidProgress;
pub use queries::{AidRecordFilter, AidRecordOrder};
pub(crate) use terms::circumstances_of;

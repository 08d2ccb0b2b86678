//! Sponsorships (结对资助): a partner unit's recurring pledge to a named resident, such as ¥2,000 a year to a pupil, with a schedule of instalments (分期) that fall due
//! by the civil calendar and are paid, missed, or end with the sponsorship. It is money between the two that the community only keeps the record of: it is no
//! contribution and is never added to one. Each instalment that is paid is a grant to the resident (`aid/paying.rs`). A mistake is voided with a reason, and then counts nowhere.

pub mod due;
pub mod edges;
mod ending;
pub mod instalment;
pub mod mutations;
pub mod object;
pub mod queries;
mod rules;
pub(crate) mod scope;

pub(crate) use ending::end_for_residents;
pub use instalment::{Instalment, InstalmentFilter, InstalmentOrder, InstalmentStatus};
pub use object::{PaymentInterval, Sponsorship, SponsorshipStatus};
pub use queries::{SponsorshipFilter, SponsorshipOrder};
pub(crate) use rules::schedule;

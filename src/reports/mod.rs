//! Figures computed from records (统计): what a community did in a period ([`impact`]), and what its aid comes to, grouped as one likes ([`summary`]).
//!
//! No figure is stored. The database counts and adds up what is on record, within one precision; the algebra of [`crate::figures`] adds up the rest.
//! A report costs a fixed number of statements, those of the figures that are selected, whatever the number of records. What a figure means, and what
//! it might have meant instead, is in `docs/reports.md`; both are worth reading before a definition is changed.
//!
//! [`across`] compares communities: who is aided in several.

mod across;
mod activities;
mod given;
mod impact;
mod look;
mod not_yet;
mod notice;
mod object;
mod overlap;
mod people;
mod period;
pub mod queries;
mod summary;
mod summary_object;

pub use across::{AidAcrossCommunities, AidAcrossCommunitiesFilter, PersonAidedAcross};
pub use notice::{PublicNotice, PublicNoticeLine};
pub use object::{ActivityTotal, GoodsTotal, ImpactMonth, ImpactReport, QuotaTotal, ResultTotal, TeamTotal};
pub use overlap::{BeneficiaryOverlap, OverlapBy, OverlappingBeneficiary};
pub use summary_object::{AidSummary, AidSummaryGroup};

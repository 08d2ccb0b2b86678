//! Made-up communities (演示社区): one to try Tongxin out with, and any number of residents to measure it by.
//!
//! `tongxin demo` makes the community whose work the facts are about ([`fill`]): its partner units, projects, contributions and aid are what a
//! newspaper reported (`facts.rs`), its residents are nobody (`people.rs`, `names.rs`, `numbers.rs`). `tongxin seed` fills either database with
//! as many residents and aid records as it is asked for ([`seed`]). Both depend on a seed alone: the same one makes the same people, households,
//! figures and ids; only keys, ciphertexts, accounts and tokens differ each time, as they must.
//!
//! They write tables of all slices, past the mutations: a row at a time, with policy, events and retries, a million residents would take hours.

mod activities;
mod aid;
mod bulk;
mod calendar;
mod cast;
mod certificates;
mod circumstances;
mod elsewhere;
mod facts;
mod fill;
mod folder;
mod gatherings;
mod homes;
mod ids;
mod items;
mod names;
mod numbers;
mod partners;
mod people;
mod places;
mod progress;
mod projects;
mod requests;
mod rows;
mod run;
mod seed;
mod service;
mod sponsorships;
mod staff;
#[cfg(test)]
mod tests;
mod things;
mod visits;
mod volunteers;

pub use fill::{COMMUNITY, Demo, ELSEWHERE, FillOptions, fill};
pub use run::{DemoArgs, run};
pub use seed::{SeedArgs, seed};

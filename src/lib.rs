//! Tongxin (同心): the record of what an urban community does for its residents, as a GraphQL service.
//!
//! Start with `docs/architecture.md`. In short: [`http`] takes a request, [`access`] says who sent it, [`schema`] is the list of slices, and every slice
//! reads through [`relay`] and writes through [`write`].

#![recursion_limit = "256"]
#![allow(
    clippy::too_many_arguments,
    reason = "a connection's field has its four page arguments, a filter and an order"
)]

pub mod access;
pub mod activities;
pub mod aid;
pub mod app;
pub mod attachments;
pub mod audit;
pub mod calendar;
pub mod certificates;
pub mod check;
pub mod codes;
pub mod communities;
pub mod config;
pub mod consents;
pub mod context;
pub mod contributions;
pub mod database;
pub mod demo;
pub mod error;
pub mod events;
pub mod facilities;
pub mod figures;
pub mod households;
pub mod http;
pub mod identifiers;
pub mod merchants;
pub mod model;
pub mod partners;
pub mod privacy;
pub mod projects;
pub mod relay;
pub mod reports;
pub mod requests;
pub mod residents;
pub mod scalars;
pub mod schema;
pub mod search;
pub mod sponsorships;
pub mod staff;
pub mod visits;
pub mod volunteers;
pub mod write;

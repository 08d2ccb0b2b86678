//! Everything that must hold of the whole, one file a concern.

mod harness;

mod idempotency;
mod lists;
mod mutations;
mod specimens;
mod aid;
mod bad_input;
mod communities;
mod contributions;
mod households;
mod kit;
mod partners;
mod projects;
mod races;
mod residents;
mod staff;

//! Everything that must hold of the whole, one file a concern.

mod harness;

mod idempotency;
mod lists;
mod mutations;
mod specimens;
mod aid;
mod aid_sums;
mod bad_input;
mod communities;
mod contributions;
mod household_heads;
mod households;
mod kit;
mod partners;
mod projects;
mod races;
mod residents;
mod retries;
mod staff;

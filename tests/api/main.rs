//! Everything that must hold of the whole, one file a concern.

mod harness;

mod idempotency;
mod lists;
mod mutations;
mod specimens;

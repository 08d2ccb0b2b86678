//! The longer of the commands.

pub mod account;
pub mod token;

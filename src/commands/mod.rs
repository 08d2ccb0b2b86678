//! The longer of the commands.

pub mod account;
pub mod key;
pub mod token;

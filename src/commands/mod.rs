//! The longer of the commands.

pub mod account;
pub mod check;
pub mod key;
pub mod token;

//! The longer of the commands.

pub mod account;
pub mod backup;
pub mod calendar;
pub mod check;
pub mod doctor;
pub mod key;
pub mod token;

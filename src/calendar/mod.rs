//! The calendar of working days (工作日历): data, one row for each day on which it is otherwise than the week has it, and one for each year that is known at all.
//! It belongs to no community.

mod days;
mod import;

pub use days::Calendar;
pub use import::{Imported, import, parse};

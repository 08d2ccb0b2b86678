//! The four arguments of a page.

use crate::{
    error::{Error, Result},
    say,
};

use super::selection::Asked;

/// Rows of a page when neither `first` nor `last` is given.
pub const DEFAULT: u64 = 20;
/// The most rows of a page.
pub const LARGEST: i32 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

/// Which part of a list is asked for.
#[derive(Clone, Debug)]
pub struct PageArgs {
    pub size: u64,
    pub direction: Direction,
    pub after: Option<String>,
    pub before: Option<String>,
}

impl PageArgs {
    pub fn read(asked: &Asked<'_>) -> Result<Self> {
        let first: Option<i32> = asked.argument("first")?;
        let last: Option<i32> = asked.argument("last")?;
        let (after, before) = (asked.argument("after")?, asked.argument("before")?);
        let (direction, size) = match (first, last) {
            (Some(_), Some(_)) => {
                return Err(Error::bad_input(say!(
                    "Give `first` or `last`, not both.",
                    "`first` 与 `last` 只能选用一个。"
                )));
            }
            (None, Some(last)) => (Direction::Backward, size("last", last)?),
            (Some(first), None) => (Direction::Forward, size("first", first)?),
            (None, None) => (Direction::Forward, DEFAULT),
        };
        Ok(Self { size, direction, after, before })
    }
}

/// What somebody gave as a cursor and is none of this list.
pub fn no_cursor(name: &str) -> Error {
    Error::bad_input(say!(
        "`{name}` is not a cursor of this list. A cursor is good for the list, filter and order that it came from; start again without it.",
        "`{name}` 不是此列表的游标。游标只适用于产生它的列表、筛选与排序；请去掉后重新读取。"
    ))
}

fn size(name: &str, value: i32) -> Result<u64> {
    if (0..=LARGEST).contains(&value) {
        return Ok(value.unsigned_abs().into());
    }
    Err(Error::bad_input(say!(
        "`{name}` is {value}; it must be from 0 to {LARGEST}. Walk longer lists page by page with `after: <endCursor>`.",
        "`{name}` 为 {value}，应在 0 至 {LARGEST} 之间。更长的列表请用 `after: <endCursor>` 逐页读取。"
    )))
}

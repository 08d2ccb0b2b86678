//! Reasons for refusing a change, collected so that all come back together.

use std::{any::Any, fmt};

use async_graphql::MaybeUndefined;
use chrono::NaiveDate;
use sea_orm::DbErr;

use crate::{
    error::{Error, Message, UserError, UserErrorCode},
    say,
};

/// Why a change was not made.
#[derive(Debug)]
pub enum Refused {
    /// Expected refusals, for the payload.
    Listed(Vec<UserError>),
    /// The request cannot be served.
    Stopped(Error),
    /// What the database said; retried or mapped by the kit.
    Database(DbErr),
    /// Nothing is wrong, and nothing is to stay: the change was rehearsed. The kit takes all of it back and answers with the report.
    Rehearsed(Rehearsed),
}

/// What a rehearsal found out, for the payload of its mutation.
pub struct Rehearsed(Box<dyn Any + Send + Sync>);

impl Rehearsed {
    pub fn new(report: impl Any + Send + Sync) -> Self {
        Self(Box::new(report))
    }

    pub fn report<R: Any>(self) -> Option<R> {
        self.0.downcast().ok().map(|report| *report)
    }
}

impl fmt::Debug for Rehearsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rehearsed")
    }
}

impl From<DbErr> for Refused {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Stopped(error)
    }
}

impl From<UserError> for Refused {
    fn from(error: UserError) -> Self {
        Self::Listed(vec![error])
    }
}

/// The most characters of a text that is one line: names, titles, addresses. Longer ones, such as remarks, may have several.
const ONE_LINE: usize = 200;

/// Violations found so far. Checks give `Some` when all is well and otherwise note what is wrong and give `None`;
/// [`Faults::all`] turns a tuple of them into values, or the notes into a refusal.
#[derive(Debug, Default)]
pub struct Faults(Vec<UserError>);

impl Faults {
    pub fn add(&mut self, error: UserError) {
        self.0.push(error);
    }

    pub fn note(&mut self, field: &[&str], code: UserErrorCode, message: Message) {
        self.add(UserError::new(field, code, message));
    }

    /// The value of a check that says what is wrong; `field` is the path in the input.
    pub fn take<T>(&mut self, field: &[&str], checked: Result<T, (UserErrorCode, Message)>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err((code, message)) => {
                self.note(field, code, message);
                None
            }
        }
    }

    /// Goes on only if nothing is wrong.
    pub fn none(self) -> Result<(), Refused> {
        if self.0.is_empty() { Ok(()) } else { Err(Refused::Listed(self.0)) }
    }

    /// The values, if nothing is wrong.
    pub fn all<T: Checked>(self, checked: T) -> Result<T::Values, Refused> {
        self.none()?;
        checked.values().ok_or_else(|| Refused::Stopped(Error::internal("a check failed without saying why")))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Of very many the first are told.
    pub fn truncate(&mut self, most: usize) {
        self.0.truncate(most);
    }

    pub(super) fn into_errors(self) -> Vec<UserError> {
        self.0
    }

    /// A text that must say something: trimmed, 1 to `most` characters, no control characters.
    pub fn text(&mut self, field: &[&str], text: &str, most: usize) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            self.note(field, UserErrorCode::Required, say!("Write something here.", "此项不能为空。"));
            return None;
        }
        let length = text.chars().count();
        if length > most {
            self.note(
                field,
                UserErrorCode::OutOfRange,
                say!("{length} characters are too many; at most {most} fit.", "共 {length} 个字符，最多 {most} 个。"),
            );
            return None;
        }
        let breaks = |c| most > ONE_LINE && matches!(c, '\n' | '\t');
        if text.chars().any(|c| c.is_control() && !breaks(c)) {
            self.note(
                field,
                UserErrorCode::Invalid,
                say!("The text holds a control character; remove it.", "文本含有控制字符，请删除。"),
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// A text of an amendment that must say something: left out, it stays.
    pub fn amended_text(&mut self, field: &[&str], text: Option<&str>, most: usize) -> Option<Option<String>> {
        match text {
            None => Some(None),
            Some(text) => self.text(field, text, most).map(Some),
        }
    }

    /// A text of an amendment that may be missing: left out, it stays; null or empty, it is cleared.
    pub fn clearable_text(
        &mut self,
        field: &[&str],
        text: &MaybeUndefined<String>,
        most: usize,
    ) -> Option<Option<Option<String>>> {
        match text {
            MaybeUndefined::Undefined => Some(None),
            given => self.optional_text(field, given.value().map(String::as_str), most).map(Some),
        }
    }

    /// A text that may be missing; an empty one counts as missing.
    pub fn optional_text(&mut self, field: &[&str], text: Option<&str>, most: usize) -> Option<Option<String>> {
        match text.map(str::trim).filter(|text| !text.is_empty()) {
            None => Some(None),
            Some(text) => self.text(field, text, most).map(Some),
        }
    }
}

/// Days, as what begins and ends has them.
impl Faults {
    /// The first day: today where none is given, never later.
    pub fn first_day(&mut self, field: &[&str], given: Option<NaiveDate>, today: NaiveDate) -> Option<NaiveDate> {
        let day = given.unwrap_or(today);
        if day <= today {
            return Some(day);
        }
        self.note(
            field,
            UserErrorCode::OutOfRange,
            say!("The day lies in the future; today is {today}.", "日期不能晚于今天（{today}）。"),
        );
        None
    }

    /// The last day of what began on `first`: today where none is given; neither before the first nor after today.
    pub fn last_day(
        &mut self,
        field: &[&str],
        given: Option<NaiveDate>,
        first: NaiveDate,
        today: NaiveDate,
    ) -> Option<NaiveDate> {
        let day = given.unwrap_or(today);
        if (first..=today).contains(&day) {
            return Some(day);
        }
        self.note(
            field,
            UserErrorCode::OutOfRange,
            say!("The last day lies between {first} and {today}.", "终止日应在 {first} 至 {today} 之间。"),
        );
        None
    }
}

/// A tuple of checked values.
pub trait Checked {
    type Values;
    fn values(self) -> Option<Self::Values>;
}

macro_rules! checked {
    ($($name:ident),+) => {
        impl<$($name),+> Checked for ($(Option<$name>,)+) {
            type Values = ($($name,)+);
            #[allow(non_snake_case, reason = "type names serve as value names")]
            fn values(self) -> Option<Self::Values> {
                let ($($name,)+) = self;
                Some(($($name?,)+))
            }
        }
    };
}

checked!(A);
checked!(A, B);
checked!(A, B, C);
checked!(A, B, C, D);
checked!(A, B, C, D, E);
checked!(A, B, C, D, E, F);
checked!(A, B, C, D, E, F, G);
checked!(A, B, C, D, E, F, G, H);
checked!(A, B, C, D, E, F, G, H, I);
checked!(A, B, C, D, E, F, G, H, I, J);

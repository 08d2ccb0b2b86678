//! What an event says about a change, beyond its name and subject.

use entity::sealed::Sealed;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::privacy::{Column, DataKey};

/// The details of an event.
pub enum Detail<'a> {
    /// Nothing that the fields' names do not say.
    None,
    /// Values that concern no person.
    Open(Value),
    /// Values of a person, unreadable once the person's key is destroyed.
    Sealed { key_id: Uuid, key: &'a DataKey, value: Value },
}

/// The key under which events tell of a person. Who has none of their own, or was erased, is not told about: then the event names the fields only.
pub struct SubjectKey(Option<(Uuid, DataKey)>);

impl SubjectKey {
    pub(super) fn new(key: Option<(Uuid, DataKey)>) -> Self {
        Self(key)
    }

    pub fn seal(&self, value: Value) -> Detail<'_> {
        match &self.0 {
            Some((key_id, key)) => Detail::Sealed { key_id: *key_id, key, value },
            None => Detail::None,
        }
    }
}

pub(super) fn details(detail: Detail<'_>) -> (Option<Uuid>, Option<Sealed>) {
    let bytes = |value: &Value| value.to_string().into_bytes();
    match detail {
        Detail::None => (None, None),
        Detail::Open(value) => (None, Some(Sealed::from_bytes(bytes(&value)))),
        Detail::Sealed { key_id, key, value } => (Some(key_id), Some(key.seal(Column::EventPayload, &bytes(&value)))),
    }
}

/// The fields that an amendment really changes, with their values before and after.
#[derive(Default)]
pub struct Diff {
    fields: Vec<&'static str>,
    before: Map<String, Value>,
    after: Map<String, Value>,
}

impl Diff {
    /// Notes a change; says whether there is one.
    pub fn note<T: Serialize + PartialEq>(&mut self, field: &'static str, before: &T, after: &T) -> bool {
        if before == after {
            return false;
        }
        self.fields.push(field);
        self.before.insert(field.to_owned(), serde_json::to_value(before).unwrap_or_default());
        self.after.insert(field.to_owned(), serde_json::to_value(after).unwrap_or_default());
        true
    }

    pub fn fields(&self) -> &[&'static str] {
        &self.fields
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub fn value(self) -> Value {
        serde_json::json!({ "before": self.before, "after": self.after })
    }
}

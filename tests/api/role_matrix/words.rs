//! What somebody was told, in a word.

use std::collections::BTreeSet;

use serde_json::Value;

/// What was told of one thing through all rows that were tried; more than one word where rows differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words(BTreeSet<&'static str>);

impl Words {
    pub fn add(&mut self, word: &'static str) {
        self.0.insert(word);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the others in.
    pub fn join(&mut self, others: &Self) {
        self.0.extend(&others.0);
    }

    /// `.` where no row of theirs has it.
    pub fn text(&self) -> String {
        if self.0.is_empty() { ".".to_owned() } else { self.0.iter().copied().collect::<Vec<_>>().join("+") }
    }
}

/// Is there anything?
pub fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => match (fields.get("nodes"), fields.get("totalCount")) {
            (Some(Value::Array(nodes)), _) => !nodes.is_empty(),
            (None, Some(total)) => total != 0,
            _ => fields.values().any(is_something),
        },
        _ => true,
    }
}

/// What somebody reads of a value that is there.
pub fn word(whole: &Value, read: &Value) -> &'static str {
    if read == whole {
        "value"
    } else if !is_something(read) {
        "null"
    } else if read.as_str().is_some_and(|text| text.contains('*')) {
        "masked"
    } else if whole.is_array() || whole.is_object() {
        "part"
    } else {
        "other"
    }
}

/// Of these rows all, some or none were seen: `all`, `some`, `-`; `.` where there were none.
pub fn share(seen: usize, of: usize) -> &'static str {
    match (seen, of) {
        (_, 0) => ".",
        (0, _) => "-",
        (seen, of) if seen == of => "all",
        _ => "some",
    }
}

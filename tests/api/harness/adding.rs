//! Figures added up without the program's help, and written as answers write them.

use entity::figures::Precision;
use serde_json::{Value, json};

pub type Part = (Option<i64>, Precision);

/// What parts of known and unknown size come to, and how sure that is.
pub fn total(parts: &[Part]) -> (Option<i64>, &'static str) {
    let any = |precision| parts.iter().any(|part| part.1 == precision);
    let amount = parts.iter().filter_map(|part| part.0).sum();
    if parts.is_empty() {
        (Some(0), "EXACT")
    } else if any(Precision::About) {
        (Some(amount), "ABOUT")
    } else if !any(Precision::Exact) && !any(Precision::AtLeast) {
        (None, "UNKNOWN")
    } else if any(Precision::AtLeast) || any(Precision::Unknown) {
        (Some(amount), "AT_LEAST")
    } else {
        (Some(amount), "EXACT")
    }
}

pub fn money(parts: &[Part]) -> Value {
    let (fen, precision) = total(parts);
    json!({ "yuan": fen.map(|fen| format!("{}.{:02}", fen / 100, fen % 100)), "precision": precision })
}

pub fn quantity(parts: &[Part], unit: &str) -> Value {
    let (milli, precision) = total(parts);
    json!({ "value": milli.map(plain), "unit": unit, "precision": precision })
}

/// Thousandths without zeros behind.
pub fn plain(milli: i64) -> String {
    let text = format!("{}.{:03}", milli / 1000, milli % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An enum's value as the schema writes it.
pub fn name(of: &impl serde::Serialize) -> String {
    serde_json::to_value(of).unwrap().as_str().unwrap().to_owned()
}

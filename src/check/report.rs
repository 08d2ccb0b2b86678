//! What was found, for people and for programs.

use std::{borrow::Cow, fmt::Write};

use serde::Serialize;

/// One object of which an invariant does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub id: String,
    /// What is stored; none where nothing is.
    pub stored: Option<String>,
    /// What the records say; none where they say nothing.
    pub records: Option<String>,
}

/// What came of one invariant.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    #[serde(rename = "invariant")]
    pub name: Cow<'static, str>,
    pub rule: Cow<'static, str>,
    /// All differences, also those that are not named.
    pub total: u64,
    pub differences: Vec<Difference>,
}

/// What came of all of them.
#[derive(Debug)]
pub struct Report {
    pub findings: Vec<Finding>,
    pub seconds: f64,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.total() == 0
    }

    pub fn total(&self) -> u64 {
        self.findings.iter().map(|finding| finding.total).sum()
    }

    /// The invariants that do not hold.
    pub fn broken(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.total > 0)
    }

    /// For people: what is broken, and a summary.
    pub fn as_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        for finding in self.broken() {
            let _ = writeln!(text, "{}: {}", finding.name, finding.rule);
            for Difference { id, stored, records } in &finding.differences {
                let or_nothing = |said: &Option<String>| said.clone().unwrap_or_else(|| "nothing".to_owned());
                let _ = writeln!(text, "  {id}: stored {}, by the records {}", or_nothing(stored), or_nothing(records));
            }
            let more = finding.total - finding.differences.len() as u64;
            if more > 0 {
                let _ = writeln!(text, "  and {more} more");
            }
        }
        let (all, broken) = (self.findings.len(), self.broken().count());
        let _ = match broken {
            0 => writeln!(text, "{all} invariants hold ({:.1} s).", self.seconds),
            _ => writeln!(
                text,
                "{broken} of {all} invariants do not hold; differences: {} ({:.1} s).",
                self.total(),
                self.seconds
            ),
        };
        text
    }

    /// For programs: every invariant with its differences.
    pub fn as_json(&self) -> serde_json::Value {
        serde_json::json!({
            "ok": self.is_clean(), "differences": self.total(), "seconds": self.seconds, "invariants": self.findings,
        })
    }
}

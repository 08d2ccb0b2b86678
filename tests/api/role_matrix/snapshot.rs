//! Files that only people change: what came out is laid beside them, never over them.

use std::{collections::BTreeSet, fs, path::Path};

use super::Line;
use crate::harness::stage::Stage;

/// The lines as a table, a column for each who asked.
pub fn table(stage: &Stage, lines: &[Line]) -> String {
    let first = lines.iter().map(|line| line.name.chars().count()).max().unwrap_or(0);
    let width = |at: usize| {
        let cells = lines.iter().map(|line| line.cells[at].chars().count());
        cells.max().unwrap_or(0).max(stage.columns[at].name.len())
    };
    let widths: Vec<usize> = (0..stage.columns.len()).map(width).collect();
    let row = |name: &str, cells: Vec<&str>| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("  {cell:width$}"));
        format!("{name:first$}{}", cells.collect::<String>()).trim_end().to_owned()
    };
    let mut all = vec![row("", stage.columns.iter().map(|column| column.name).collect())];
    all.extend(lines.iter().map(|line| row(&line.name, line.cells.iter().map(String::as_str).collect())));
    all.join("\n") + "\n"
}

/// Where the file says something else; first of all, where to find what came out.
pub fn differences(name: &str, found: &str) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/snapshots").join(name);
    let kept = fs::read_to_string(&file).unwrap_or_default();
    // A comment of people may stand anywhere.
    let said: Vec<&str> = kept.lines().filter(|line| !line.starts_with('#')).collect();
    if said.iter().copied().eq(found.lines()) {
        return Vec::new();
    }
    let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&beside, found).unwrap();
    let squeezed = |line: &&str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let before: BTreeSet<String> = said.iter().map(squeezed).collect();
    let after: BTreeSet<String> = found.lines().map(|line| squeezed(&line)).collect();
    let gone = before.difference(&after).map(|line| format!("- {line}"));
    let new = after.difference(&before).map(|line| format!("+ {line}"));
    let place = format!(
        "tests/api/snapshots/{name} says otherwise. What came out is in {}; read each line, and take the file over where it is right:",
        beside.display()
    );
    [place].into_iter().chain(gone).chain(new).collect()
}

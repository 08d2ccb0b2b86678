//! The sections of rows and of fields, from what all viewers were told.

use std::collections::BTreeMap;

use tongxin::schema::CLASSED;

use super::{
    reading::{DOORS, Reading, fields_of},
    table::Section,
    words::Words,
};
use crate::harness::stage::Stage;

/// The section of rows: a line for each type and the doors that say the same of it.
pub fn rows(stage: &Stage, readings: &[Reading]) -> Section {
    let mut section = Section::default();
    for of in &stage.types.nodes {
        let mut by_cells: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
        for door in DOORS {
            let cells: Option<Vec<String>> =
                readings.iter().map(|reading| reading.rows.get(&(of.clone(), door)).cloned()).collect();
            let Some(cells) = cells else { continue };
            match by_cells.iter_mut().find(|(known, _)| *known == cells) {
                Some((_, doors)) => doors.push(door),
                None => by_cells.push((cells, vec![door])),
            }
        }
        for (cells, doors) in by_cells {
            section.put(format!("{of} by {}", doors.join(", ")), cells);
        }
    }
    section
}

/// The section of fields: a line for each that is classed and the doors that say the same of it, and one for all open fields of a type that read alike.
pub fn fields(stage: &Stage, readings: &[Reading]) -> Section {
    let mut section = Section::default();
    for of in &stage.types.nodes {
        let classed = |name: &str| {
            CLASSED
                .iter()
                .filter(|(known, _)| known == of)
                .flat_map(|(_, all)| all.iter())
                .find(|(known, _)| *known == name)
        };
        let mut open: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
        for field in fields_of(&stage.types, of) {
            let name = format!("{of}.{}", field.name);
            let words = |door| -> Vec<Words> {
                readings
                    .iter()
                    .map(|reading| reading.fields.get(&(name.clone(), door)).cloned().unwrap_or_default())
                    .collect()
            };
            let Some((_, class)) = classed(&field.name) else {
                let cells: Vec<String> = words("node").iter().map(Words::text).collect();
                open.entry(cells).or_default().push(&field.name);
                continue;
            };
            let mut merged: Vec<(Vec<Words>, Vec<&str>)> = Vec::new();
            for door in DOORS {
                let cells = words(door);
                if cells.iter().all(Words::is_empty) {
                    continue;
                }
                let alike =
                    |known: &[Words]| known.iter().zip(&cells).all(|(a, b)| a == b || a.is_empty() || b.is_empty());
                match merged.iter_mut().find(|(known, _)| alike(known)) {
                    Some((known, doors)) => {
                        known.iter_mut().zip(&cells).for_each(|(known, more)| known.join(more));
                        doors.push(door);
                    }
                    None => merged.push((cells, vec![door])),
                }
            }
            if merged.is_empty() {
                section.put(format!("{name} ({class:?})"), readings.iter().map(|_| ".".to_owned()).collect());
            }
            for (cells, doors) in merged {
                let cells = cells.iter().map(Words::text).collect();
                section.put(format!("{name} ({class:?}) by {}", doors.join(", ")), cells);
            }
        }
        for (cells, names) in open {
            section.put(format!("{of}: {}", names.join(" ")), cells);
        }
    }
    section
}

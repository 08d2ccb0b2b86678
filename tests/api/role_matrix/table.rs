//! The table: what each viewer is told, one line a specimen, in sections. It is kept in a file that people read and change; a test compares.

use std::{collections::BTreeMap, fmt::Write};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/snapshots/role-matrix.txt");

/// `TONGXIN_WRITE_SNAPSHOT=1` writes the file anew, comments kept; whoever does that reads the difference, line by line.
const WRITE: &str = "TONGXIN_WRITE_SNAPSHOT";

/// One section: the lines by their specimens, each with a cell for each viewer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section(pub BTreeMap<String, Vec<String>>);

/// Sections by name; the names sort in the order in which people read them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub sections: BTreeMap<String, Section>,
    comments: BTreeMap<String, Vec<String>>,
}

impl Section {
    pub fn put(&mut self, specimen: impl Into<String>, cells: Vec<String>) {
        let specimen = specimen.into();
        assert!(self.0.insert(specimen.clone(), cells).is_none(), "{specimen} comes twice");
    }
}

impl Table {
    pub fn read(text: &str) -> Self {
        let (mut table, mut section) = (Self::default(), String::new());
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if let Some(name) = line.strip_prefix("== ") {
                name.clone_into(&mut section);
                table.sections.entry(section.clone()).or_default();
            } else if line.starts_with('#') {
                table.comments.entry(section.clone()).or_default().push(line.to_owned());
            } else {
                let mut parts = line.split('|').map(|part| part.trim().to_owned());
                let specimen = parts.next().unwrap_or_default();
                if specimen != "specimen" {
                    table.sections.get_mut(&section).expect("a section comes first").put(specimen, parts.collect());
                }
            }
        }
        table
    }

    pub fn text(&self, viewers: &[&str]) -> String {
        let comments =
            |section: &str| self.comments.get(section).map(|lines| lines.join("\n") + "\n").unwrap_or_default();
        let mut out = comments("");
        for (name, section) in &self.sections {
            let _ = write!(out, "\n== {name}\n{}", comments(name));
            let head = ("specimen".to_owned(), viewers.iter().map(|viewer| (*viewer).to_owned()).collect::<Vec<_>>());
            let lines: Vec<_> = std::iter::once((&head.0, &head.1)).chain(&section.0).collect();
            for (specimen, cells) in lines {
                // No wider for what stands in another line: a difference shows the lines that differ.
                let cells = cells.iter().map(|cell| format!(" | {cell:10}"));
                let line = format!("{specimen:50}{}", cells.collect::<String>());
                let _ = writeln!(out, "{}", line.trim_end());
            }
        }
        out
    }

    /// What is not as it is on record, each named: `rows: Resident, by node: partner is told "all", not "-"`.
    pub fn differences(&self, found: &Self, viewers: &[&str]) -> Vec<String> {
        let mut all = Vec::new();
        for (name, section) in &found.sections {
            let known = self.sections.get(name).cloned().unwrap_or_default();
            for (specimen, cells) in &section.0 {
                let Some(before) = known.0.get(specimen) else {
                    all.push(format!("{name}: {specimen} is not in the file: {}", cells.join(" | ")));
                    continue;
                };
                let cells = cells.iter().zip(before).zip(viewers).filter(|((now, before), _)| now != before);
                all.extend(cells.map(|((now, before), viewer)| {
                    format!("{name}: {specimen}: {viewer} is told {now:?}, not {before:?}")
                }));
            }
            let gone = known.0.keys().filter(|specimen| !section.0.contains_key(*specimen));
            all.extend(gone.map(|specimen| format!("{name}: {specimen} is in the file, and was not found any more")));
        }
        all
    }
}

/// Compares these sections with the file, or writes them into it where that is asked for.
pub fn hold(found: &Table, viewers: &[&str], writes: bool) {
    let file = std::fs::read_to_string(FILE).unwrap_or_default();
    if std::env::var_os(WRITE).is_some() {
        if writes {
            // Two tests write their parts into one file.
            let lock = std::fs::File::create(std::env::temp_dir().join("tongxin-role-matrix.lock")).unwrap();
            lock.lock().unwrap();
            let mut table = Table::read(&std::fs::read_to_string(FILE).unwrap_or_default());
            table.sections.extend(found.sections.clone());
            std::fs::write(FILE, table.text(viewers)).unwrap();
        }
        return;
    }
    let differences = Table::read(&file).differences(found, viewers);
    assert!(
        differences.is_empty(),
        "{} cells are not as tests/api/snapshots/role-matrix.txt says:\n{}\nIf that is what people want, write it there (`{WRITE}=1`, see CONTRIBUTING.md).",
        differences.len(),
        differences.join("\n")
    );
}

/// Fails where nobody is told anything: such a specimen proves nothing.
pub fn unproven(section: &Section, allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let nobody = |cells: &Vec<String>| !cells.iter().any(|cell| allowed(cell.split('/').next().unwrap_or_default()));
    section.0.iter().filter(|(_, cells)| nobody(cells)).map(|(specimen, _)| specimen.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEWERS: [&str; 2] = ["secretary", "partner"];

    fn table(lines: &[(&str, [&str; 2])]) -> Table {
        let mut section = Section::default();
        lines.iter().for_each(|(name, cells)| section.put(*name, cells.map(str::to_owned).to_vec()));
        Table { sections: [("rows".to_owned(), section)].into(), comments: BTreeMap::new() }
    }

    #[test]
    fn what_is_written_is_read_again_with_its_comments() {
        let mut table = table(&[("Resident", ["all/-", "-/-"]), ("Team", ["all/-", "-/-"])]);
        table.comments.insert("rows".into(), vec!["# Why it is so.".into()]);
        table.comments.insert(String::new(), vec!["# What it is.".into()]);
        assert_eq!(Table::read(&table.text(&VIEWERS)), table);
    }

    #[test]
    fn a_planted_leak_and_a_new_or_lost_specimen_are_named() {
        let known = table(&[("Resident", ["all/-", "-/-"]), ("Team", ["all/-", "-/-"])]);
        assert_eq!(known.differences(&known, &VIEWERS), [""; 0]);
        let leaky = table(&[("Resident", ["all/-", "-/some"]), ("Visit", ["all/-", "-/-"])]);
        assert_eq!(
            known.differences(&leaky, &VIEWERS),
            [
                r#"rows: Resident: partner is told "-/some", not "-/-""#,
                "rows: Visit is not in the file: all/- | -/-",
                "rows: Team is in the file, and was not found any more",
            ]
        );
    }

    #[test]
    fn a_specimen_that_nobody_may_ask_proves_nothing() {
        let table = table(&[("Resident.phone", ["value", "-"]), ("Resident.fax", ["null", "-"])]);
        assert_eq!(unproven(&table.sections["rows"], |cell| cell == "value"), ["Resident.fax"]);
    }
}

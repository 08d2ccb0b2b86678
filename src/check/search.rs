//! The search index: every record is found by each of its names, and nothing else is.

use super::Invariant;

/// What is searched for: the table, whose name is that of the kind too; which of its rows; and how many names a row `r` has.
const KINDS: &[(&str, &str, &str)] = &[
    ("activity", "TRUE", "1"),
    ("campaign", "TRUE", "1"),
    ("partner_unit", "TRUE", "1 + (SELECT COUNT(*) FROM partner_unit_alias a WHERE a.partner_unit_id = r.id)"),
    ("project", "TRUE", "1"),
    ("resident", "r.merged_into IS NULL", "1"),
    ("team", "TRUE", "1"),
    ("volunteer", "TRUE", "1"),
];

pub(super) fn invariants() -> Vec<Invariant> {
    let complete = KINDS.iter().map(|(kind, found, names)| {
        Invariant::made(
            format!("search_entry.{kind}"),
            kind,
            format!("the search index holds every `{kind}`, by each of its names; `tongxin reindex` makes it anew"),
            format!(
                "SELECT id, CAST(entries AS TEXT) AS stored, CAST(names AS TEXT) AS records
                 FROM (
                     SELECT r.id, COALESCE(s.entries, 0) AS entries, {names} AS names
                     FROM {kind} r LEFT JOIN (
                         SELECT subject_id, COUNT(*) AS entries FROM search_entry WHERE kind = '{kind}' GROUP BY subject_id
                     ) s ON s.subject_id = r.id
                     WHERE {found}
                 ) known WHERE entries <> names"
            ),
        )
    });
    let alone = KINDS.iter().map(|(kind, found, _)| {
        let place = if *kind == "partner_unit" { "NULL" } else { "r.community_id" };
        Invariant::made(
            format!("search_entry.{kind}.record"),
            kind,
            format!("what the search index holds of a `{kind}` is of a record that is found, in its community"),
            format!(
                "SELECT DISTINCT s.subject_id AS id, 'an entry' AS stored, CASE WHEN r.id IS NULL THEN 'no record' ELSE 'another community' END AS records
                 FROM search_entry s LEFT JOIN {kind} r ON r.id = s.subject_id AND {found}
                 WHERE s.kind = '{kind}' AND (r.id IS NULL OR s.community_id IS DISTINCT FROM {place})"
            ),
        )
    });
    complete.chain(alone).collect()
}

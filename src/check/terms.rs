//! What holds for a time: two of the same never overlap. The day on which one ends and the next begins is nobody's fault.

use super::Invariant;

/// Tables of terms, and the columns that make two of them the same.
const TERMS: &[(&str, &str)] = &[
    ("household_membership", "resident_id"),
    ("circumstance", "resident_id, kind, disability_kind"),
    ("pairing", "community_id, partner_unit_id"),
    ("party_membership", "volunteer_id"),
    ("team_membership", "team_id, volunteer_id"),
    ("asset_tenure", "asset_id"),
];

const OTHERS: &[Invariant] = &[
    Invariant::new(
        "team.leader",
        "team",
        "a team has at most one leader at a time",
        "SELECT team_id AS id, CAST(COUNT(*) AS TEXT) AS stored, 'at most 1' AS records
         FROM team_membership WHERE role = 'LEADER' AND ended_on IS NULL GROUP BY team_id HAVING COUNT(*) > 1",
    ),
    Invariant::new(
        "team_membership.ended_on",
        "team_membership",
        "nobody stays in a team that is over, or after they stopped volunteering",
        "SELECT m.id, 'lasts' AS stored,
             CASE WHEN t.ended_on IS NOT NULL THEN 'the team ended on ' || CAST(t.ended_on AS TEXT) ELSE 'the volunteer stopped on ' || CAST(v.ended_on AS TEXT) END AS records
         FROM team_membership m INNER JOIN team t ON t.id = m.team_id INNER JOIN volunteer v ON v.id = m.volunteer_id
         WHERE m.ended_on IS NULL AND (t.ended_on IS NOT NULL OR v.ended_on IS NOT NULL)",
    ),
    Invariant::new(
        "volunteer.once",
        "volunteer",
        "nobody is enrolled as a volunteer twice at a time",
        "SELECT id, 'enrolled as @volunteer:' || {first} || ' already' AS stored, 'once' AS records
         FROM (
             SELECT id, FIRST_VALUE(id) OVER (PARTITION BY resident_id, staff_member_id ORDER BY id) AS first
             FROM volunteer WHERE ended_on IS NULL AND (resident_id IS NOT NULL OR staff_member_id IS NOT NULL)
         ) same WHERE id <> first",
    ),
];

pub(super) fn invariants() -> Vec<Invariant> {
    let terms = TERMS.iter().map(|(table, same)| {
        // As text: ISO dates are in order, and a term without an end needs one that both engines compare.
        Invariant::made(
            format!("{table}.overlap"),
            table,
            format!("of one {}, two terms of `{table}` never overlap", same.replace(", ", " and ")),
            format!(
                "SELECT id, 'begins ' || began AS stored, 'an earlier one lasts until ' || earlier AS records
                 FROM (
                     SELECT id, CAST(started_on AS TEXT) AS began,
                         MAX(COALESCE(CAST(ended_on AS TEXT), '9999-12-31')) OVER (
                             PARTITION BY {same} ORDER BY started_on, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                         ) AS earlier
                     FROM {table}
                 ) terms WHERE earlier > began"
            ),
        )
    });
    let made: Vec<_> = terms.collect();
    made.into_iter().chain(OTHERS.iter().cloned()).collect()
}

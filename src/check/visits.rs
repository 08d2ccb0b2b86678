//! Visits, and what was found on them.

use super::Invariant;

pub(super) fn invariants() -> Vec<Invariant> {
    vec![
        Invariant::new(
            "visit.findings",
            "visit",
            "what was found on a visit was found on one that took place",
            "SELECT v.id, v.status AS stored, 'something was found' AS records FROM visit v
             WHERE v.status <> 'HELD' AND (EXISTS (SELECT 1 FROM request r WHERE r.visit_id = v.id)
                 OR EXISTS (SELECT 1 FROM circumstance c WHERE c.visit_id = v.id))",
        ),
        Invariant::new(
            "request.visit_id",
            "request",
            "a request that came up on a visit came in that way",
            "SELECT r.id, r.channel AS stored, '@visit:' || {r.visit_id} AS records FROM request r WHERE r.visit_id IS NOT NULL AND r.channel <> 'VISIT'",
        ),
        Invariant::new(
            "circumstance.visit_id",
            "circumstance",
            "a circumstance that became known on a visit is of somebody who lives, or lived, in the household",
            "SELECT c.id, '@visit:' || {c.visit_id} AS stored, 'a household of @resident:' || {c.resident_id} AS records
             FROM circumstance c INNER JOIN visit v ON v.id = c.visit_id
             WHERE NOT EXISTS (SELECT 1 FROM household_membership m INNER JOIN resident p ON p.id = m.resident_id
                 WHERE m.household_id = v.household_id AND (p.id = c.resident_id OR p.merged_into = c.resident_id))",
        ),
    ]
}

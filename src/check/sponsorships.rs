//! Sponsorships and their instalments.

use super::Invariant;

const ALL: &[Invariant] = &[
    Invariant::new(
        "sponsorship.instalments",
        "sponsorship",
        "the instalments of a sponsorship are numbered from 1 without a gap",
        "SELECT s.id, CAST(COUNT(i.id) AS TEXT) || ' from ' || COALESCE(CAST(MIN(i.number) AS TEXT), 'none') || ' to ' || COALESCE(CAST(MAX(i.number) AS TEXT), 'none') AS stored,
             'numbers 1 to ' || CAST(COUNT(i.id) AS TEXT) AS records
         FROM sponsorship s LEFT JOIN instalment i ON i.sponsorship_id = s.id
         GROUP BY s.id HAVING COUNT(i.id) = 0 OR MIN(i.number) <> 1 OR MAX(i.number) <> COUNT(DISTINCT i.number) OR COUNT(i.id) <> COUNT(DISTINCT i.number)",
    ),
    Invariant::new(
        "sponsorship.once",
        "sponsorship",
        "what a unit pays a person for one purpose is on record once for each day",
        "SELECT s.id, CAST(s.started_on AS TEXT) || ' to ' || CAST(s.ended_on AS TEXT) AS stored, MIN(CAST(t.started_on AS TEXT) || ' to ' || CAST(t.ended_on AS TEXT)) AS records
         FROM sponsorship s
         INNER JOIN sponsorship t ON t.resident_id = s.resident_id AND t.partner_unit_id = s.partner_unit_id AND t.purpose = s.purpose
             AND t.id < s.id AND t.started_on <= s.ended_on AND t.ended_on >= s.started_on AND t.status <> 'VOIDED'
         WHERE s.status <> 'VOIDED' GROUP BY s.id, s.started_on, s.ended_on",
    ),
    Invariant::new(
        "instalment.amount_fen",
        "instalment",
        "every instalment is as much as its sponsorship says",
        "SELECT i.id, CAST(i.amount_fen AS TEXT) AS stored, CAST(s.amount_fen AS TEXT) AS records
         FROM instalment i INNER JOIN sponsorship s ON s.id = i.sponsorship_id WHERE i.amount_fen <> s.amount_fen",
    ),
    Invariant::new(
        "instalment.due_on",
        "instalment",
        "the first instalment is due on the first day of its sponsorship, and each later one after the one before",
        "SELECT id, CAST(due_on AS TEXT) AS stored, records
         FROM (
             SELECT i.id, i.number, i.due_on, LAG(i.due_on) OVER (PARTITION BY i.sponsorship_id ORDER BY i.number) AS before,
                 CASE i.number WHEN 1 THEN CAST(s.started_on AS TEXT) ELSE 'later than number ' || CAST(i.number - 1 AS TEXT) END AS records, s.started_on
             FROM instalment i INNER JOIN sponsorship s ON s.id = i.sponsorship_id
         ) parts WHERE (number = 1 AND due_on <> started_on) OR due_on <= before",
    ),
    Invariant::new(
        "instalment.paid_on",
        "instalment",
        "an instalment has a day of payment exactly where it is PAID",
        "SELECT id, CAST(paid_on AS TEXT) AS stored, status AS records FROM instalment WHERE (status = 'PAID') <> (paid_on IS NOT NULL)",
    ),
    Invariant::new(
        "instalment.aid_record",
        "instalment",
        "an instalment that is PAID has a grant that stands",
        "SELECT i.id, i.status AS stored, 'no grant' AS records FROM instalment i
         WHERE i.status = 'PAID' AND NOT EXISTS (SELECT 1 FROM aid_record a WHERE a.instalment_id = i.id AND a.status = 'DELIVERED')",
    ),
    Invariant::new(
        "sponsorship.status",
        "sponsorship",
        "of an ACTIVE sponsorship an instalment is DUE, of a COMPLETED one none, of one that ENDED none after its end, and of one that is VOIDED all have ENDED",
        "SELECT s.id, s.status AS stored, CAST(COUNT(CASE i.status WHEN 'DUE' THEN 1 END) AS TEXT) || ' due' AS records
         FROM sponsorship s LEFT JOIN instalment i ON i.sponsorship_id = s.id
         GROUP BY s.id, s.status
         HAVING (s.status = 'ACTIVE' AND COUNT(CASE i.status WHEN 'DUE' THEN 1 END) = 0)
             OR (s.status = 'COMPLETED' AND COUNT(CASE i.status WHEN 'DUE' THEN 1 END) > 0)
             OR (s.status = 'ENDED' AND COUNT(CASE WHEN i.status = 'DUE' AND i.due_on > s.ended_on THEN 1 END) > 0)
             OR (s.status = 'VOIDED' AND COUNT(CASE i.status WHEN 'ENDED' THEN 1 END) <> COUNT(i.id))",
    ),
];

pub(super) fn invariants() -> Vec<Invariant> {
    ALL.to_vec()
}

//! Aid records: each agrees with what it was given out of, and its state with its times.

use super::Invariant;

const ALL: &[Invariant] = &[
    Invariant::new(
        "aid_record.kind",
        "aid_record",
        "the kind of a grant is that of its contribution",
        "SELECT a.id, a.kind AS stored, c.kind AS records
         FROM aid_record a INNER JOIN contribution c ON c.id = a.contribution_id WHERE a.kind <> c.kind",
    ),
    Invariant::new(
        "aid_record.unit",
        "aid_record",
        "the unit of a grant is that of its item or, where there are none, of its contribution",
        "SELECT a.id, a.unit AS stored, COALESCE(i.unit, c.unit) AS records
         FROM aid_record a INNER JOIN contribution c ON c.id = a.contribution_id LEFT JOIN contribution_item i ON i.id = a.item_id
         WHERE a.unit <> COALESCE(i.unit, c.unit)",
    ),
    Invariant::new(
        "aid_record.project_id",
        "aid_record",
        "a grant out of a contribution to a project belongs to that project",
        "SELECT a.id, '@project:' || {a.project_id} AS stored, '@project:' || {c.project_id} AS records
         FROM aid_record a INNER JOIN contribution c ON c.id = a.contribution_id
         WHERE c.project_id IS NOT NULL AND a.project_id IS DISTINCT FROM c.project_id",
    ),
    Invariant::new(
        "aid_record.scope",
        "aid_record",
        "a grant under a programme goes to whom the programme is for: persons, or households",
        "SELECT a.id, a.scope AS stored, p.scope AS records
         FROM aid_record a INNER JOIN aid_programme p ON p.id = a.programme_id WHERE a.scope <> p.scope",
    ),
    Invariant::new(
        "aid_record.source",
        "aid_record",
        "a grant is taken from a contribution or was paid as an instalment, and never both",
        "SELECT id, CASE WHEN contribution_id IS NULL THEN 'from nothing' ELSE '@contribution:' || {contribution_id} || ' and @instalment:' || {instalment_id} END AS stored, 'one source' AS records
         FROM aid_record WHERE (contribution_id IS NULL) = (instalment_id IS NULL)",
    ),
    Invariant::new(
        "aid_record.instalment_id",
        "aid_record",
        "a grant that stands for an instalment is what was paid, on that day and to whom it is pledged: money, under no programme",
        "SELECT a.id, a.kind || ' ' || COALESCE(CAST(a.value_fen AS TEXT), 'of unknown value') || ' on ' || CAST(a.given_on AS TEXT) AS stored,
             i.status || ' ' || CAST(i.amount_fen AS TEXT) || COALESCE(' on ' || CAST(i.paid_on AS TEXT), '') AS records
         FROM aid_record a INNER JOIN instalment i ON i.id = a.instalment_id INNER JOIN sponsorship s ON s.id = i.sponsorship_id
         WHERE a.status NOT IN ('REVERSED', 'REVERSAL') AND (
             a.status <> 'DELIVERED' OR i.status <> 'PAID' OR a.kind <> 'CASH' OR a.value_fen IS DISTINCT FROM i.amount_fen OR a.given_on IS DISTINCT FROM i.paid_on
             OR a.resident_id IS DISTINCT FROM s.resident_id OR a.programme_id IS NOT NULL
         )",
    ),
    Invariant::new(
        "aid_record.instalment_once",
        "instalment",
        "one grant at most stands for an instalment",
        "SELECT instalment_id AS id, CAST(COUNT(*) AS TEXT) AS stored, 'at most 1' AS records
         FROM aid_record WHERE instalment_id IS NOT NULL AND status = 'DELIVERED' GROUP BY instalment_id HAVING COUNT(*) > 1",
    ),
    Invariant::new(
        "aid_record.recipient",
        "aid_record",
        "a grant to a person names the resident, one to a household names the household and no resident",
        "SELECT id, 'scope ' || scope || CASE WHEN resident_id IS NULL THEN '' ELSE ', resident @resident:' || {resident_id} END AS stored,
             CASE scope WHEN 'PERSON' THEN 'a resident' ELSE 'a household alone' END AS records
         FROM aid_record
         WHERE (scope = 'PERSON' AND resident_id IS NULL) OR (scope = 'HOUSEHOLD' AND (resident_id IS NOT NULL OR household_id IS NULL))",
    ),
    Invariant::new(
        "aid_record.approved_at",
        "aid_record",
        "a grant has a time and an account of approval exactly where it was approved",
        "SELECT id, CASE WHEN approved_at IS NULL THEN 'no approval' ELSE 'an approval' END AS stored, status AS records
         FROM aid_record
         WHERE (status IN ('APPROVED', 'DELIVERED', 'RETURNED', 'REVERSED') AND approved_at IS NULL)
             OR (status IN ('PLANNED', 'REFUSED', 'REVERSAL') AND approved_at IS NOT NULL)
             OR (approved_at IS NULL) <> (approved_by IS NULL)",
    ),
    Invariant::new(
        "aid_record.delivered_at",
        "aid_record",
        "a grant has a time of delivery exactly where it was handed over",
        "SELECT id, CASE WHEN delivered_at IS NULL THEN 'no delivery' ELSE 'a delivery' END AS stored, status AS records
         FROM aid_record
         WHERE (status IN ('DELIVERED', 'RETURNED', 'REVERSED') AND delivered_at IS NULL)
             OR (status IN ('PLANNED', 'APPROVED', 'REFUSED', 'CANCELLED', 'REVERSAL') AND delivered_at IS NOT NULL)",
    ),
    Invariant::new(
        "aid_record.status_reason",
        "aid_record",
        "a grant that was refused, cancelled, returned or reversed says why",
        "SELECT id, NULL AS stored, 'a reason for ' || status AS records
         FROM aid_record WHERE status IN ('REFUSED', 'CANCELLED', 'RETURNED', 'REVERSED', 'REVERSAL') AND status_reason IS NULL",
    ),
    Invariant::new(
        "aid_record.figures",
        "aid_record",
        "a figure of a grant is absent exactly where it is unknown, and never negative",
        "SELECT id, COALESCE(CAST(quantity_milli AS TEXT), 'none') || ' ' || quantity_precision || ', ' || COALESCE(CAST(value_fen AS TEXT), 'none') || ' ' || value_precision AS stored,
             'figures that agree with their precision' AS records
         FROM aid_record
         WHERE (quantity_milli IS NULL) <> (quantity_precision = 'UNKNOWN') OR (value_fen IS NULL) <> (value_precision = 'UNKNOWN')
             OR quantity_milli < 0 OR value_fen < 0",
    ),
];

pub(super) fn invariants() -> Vec<Invariant> {
    ALL.to_vec()
}

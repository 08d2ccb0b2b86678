//! Contributions: the running sums are those of the records, and within what came.

use super::Invariant;

/// Records that stand: what they take is set aside.
const STANDING: &str = "'PLANNED', 'APPROVED', 'DELIVERED'";

/// The running sums: their column, what they are the sum of, and of records in which states.
const SUMS: &[(&str, &str, &str)] = &[
    ("allocated_milli", "quantity_milli", STANDING),
    ("allocated_fen", "value_fen", STANDING),
    ("delivered_milli", "quantity_milli", "'DELIVERED'"),
    ("delivered_fen", "value_fen", "'DELIVERED'"),
];

/// The two measures, and the column that says how sure what came is.
const MEASURES: &[(&str, &str)] = &[("milli", "received_precision"), ("fen", "received_value_precision")];

const OTHERS: &[Invariant] = &[
    Invariant::new(
        "contribution.contributors",
        "contribution",
        "a contribution has at least one contributor",
        "SELECT c.id, '0' AS stored, 'at least 1' AS records FROM contribution c
         WHERE NOT EXISTS (SELECT 1 FROM contributor p WHERE p.contribution_id = c.id)",
    ),
    // An exact 0 stands where nothing came yet: then the parts are of what was pledged.
    Invariant::new(
        "contribution.parts",
        "contribution",
        "the contributors' known parts are no more than the EXACT whole, and all of it where all are known",
        "SELECT whole.id, CAST(parts.known AS TEXT) AS stored, CAST(whole.fen AS TEXT) AS records
         FROM (
             SELECT id,
                 CASE WHEN received_value_precision = 'UNKNOWN' OR (received_value_precision = 'EXACT' AND received_fen = 0)
                     THEN pledged_fen ELSE received_fen END AS fen,
                 CASE WHEN received_value_precision = 'UNKNOWN' OR (received_value_precision = 'EXACT' AND received_fen = 0)
                     THEN pledged_value_precision ELSE received_value_precision END AS sure
             FROM contribution
         ) whole
         INNER JOIN (
             SELECT contribution_id, COALESCE(SUM(amount_fen), 0) AS known, COUNT(*) - COUNT(amount_fen) AS unknown
             FROM contributor GROUP BY contribution_id
         ) parts ON parts.contribution_id = whole.id
         WHERE whole.sure = 'EXACT' AND (parts.known > whole.fen OR (parts.unknown = 0 AND parts.known <> whole.fen))",
    ),
];

pub(super) fn invariants() -> Vec<Invariant> {
    let sums = SUMS.iter().map(|(column, measure, states)| {
        // Of what is counted in another unit, of an item, the contribution knows the value only.
        let counted = match *measure {
            "quantity_milli" => "CASE WHEN a.unit = o.unit THEN a.quantity_milli END".to_owned(),
            measure => format!("a.{measure}"),
        };
        Invariant::made(
            format!("contribution.{column}"),
            "contribution",
            format!("`{column}` is the sum of `{measure}` over the aid records that are {}", states.replace('\'', "")),
            format!(
                "SELECT c.id, CAST(c.{column} AS TEXT) AS stored, CAST(COALESCE(r.total, 0) AS TEXT) AS records
                 FROM contribution c LEFT JOIN (
                     SELECT a.contribution_id, SUM({counted}) AS total FROM aid_record a INNER JOIN contribution o ON o.id = a.contribution_id
                     WHERE a.status IN ({states}) GROUP BY a.contribution_id
                 ) r ON r.contribution_id = c.id
                 WHERE c.{column} <> COALESCE(r.total, 0)"
            ),
        )
    });
    let within_allocated = MEASURES.iter().map(|(measure, _)| {
        Invariant::made(
            format!("contribution.delivered_{measure}_within_allocated"),
            "contribution",
            format!("`delivered_{measure}` is no more than `allocated_{measure}`"),
            format!(
                "SELECT id, CAST(delivered_{measure} AS TEXT) AS stored, 'at most ' || CAST(allocated_{measure} AS TEXT) AS records
                 FROM contribution WHERE delivered_{measure} > allocated_{measure}"
            ),
        )
    });
    let within_received = MEASURES.iter().map(|(measure, sure)| {
        Invariant::made(
            format!("contribution.allocated_{measure}_within_received"),
            "contribution",
            format!("`allocated_{measure}` is no more than `received_{measure}`, unless that is not EXACT and a reason is on record"),
            format!(
                "SELECT id, CAST(allocated_{measure} AS TEXT) AS stored, 'at most ' || CAST(received_{measure} AS TEXT) AS records
                 FROM contribution
                 WHERE allocated_{measure} > received_{measure} AND ({sure} = 'EXACT' OR over_allocation_reason IS NULL)"
            ),
        )
    });
    let made: Vec<_> = sums.chain(within_allocated).chain(within_received).collect();
    made.into_iter().chain(OTHERS.iter().cloned()).collect()
}

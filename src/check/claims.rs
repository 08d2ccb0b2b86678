//! Aid once only: who holds what of a programme, which record takes which out of the books, and what contributions are made of, item by item.

use super::Invariant;

/// Records that stand: what they take is set aside, and their recipients hold their claims.
const STANDING: &str = "'PLANNED', 'APPROVED', 'DELIVERED'";

/// The running sums of an item: their column, what they are the sum of, and of records in which states.
const SUMS: &[(&str, &str, &str)] = &[
    ("allocated_milli", "quantity_milli", STANDING),
    ("allocated_fen", "value_fen", STANDING),
    ("delivered_milli", "quantity_milli", "'DELIVERED'"),
    ("delivered_fen", "value_fen", "'DELIVERED'"),
];

const ALL: &[Invariant] = &[
    Invariant::new(
        "aid_claim.record",
        "aid_record",
        "only a grant that stands holds a claim, under its own programme",
        "SELECT DISTINCT a.id, 'a claim under @aid_programme:' || {c.programme_id} AS stored, a.status || COALESCE(' under @aid_programme:' || {a.programme_id}, '') AS records
         FROM aid_claim c INNER JOIN aid_record a ON a.id = c.aid_record_id
         WHERE a.status NOT IN ('PLANNED', 'APPROVED', 'DELIVERED') OR a.programme_id IS DISTINCT FROM c.programme_id",
    ),
    Invariant::new(
        "aid_claim.period",
        "aid_record",
        "a claim is for the period of the programme in which the grant's day lies",
        "SELECT DISTINCT a.id, c.period AS stored,
             CASE p.once_per WHEN 'YEAR' THEN SUBSTR(CAST(a.given_on AS TEXT), 1, 4) WHEN 'MONTH' THEN SUBSTR(CAST(a.given_on AS TEXT), 1, 7) WHEN 'EVENT' THEN 'event:' || COALESCE(a.occasion, '') ELSE 'ever' END AS records
         FROM aid_claim c INNER JOIN aid_record a ON a.id = c.aid_record_id INNER JOIN aid_programme p ON p.id = c.programme_id
         WHERE c.period <> CASE p.once_per WHEN 'YEAR' THEN SUBSTR(CAST(a.given_on AS TEXT), 1, 4) WHEN 'MONTH' THEN SUBSTR(CAST(a.given_on AS TEXT), 1, 7) WHEN 'EVENT' THEN 'event:' || COALESCE(a.occasion, '') ELSE 'ever' END",
    ),
    Invariant::new(
        "aid_record.claim",
        "aid_record",
        "a grant that stands under a programme that aids once holds the claim of its recipient",
        "SELECT a.id, 'no claim' AS stored, a.status || ' under a programme once per ' || p.once_per AS records
         FROM aid_record a INNER JOIN aid_programme p ON p.id = a.programme_id
         WHERE p.once_per IS NOT NULL AND a.status IN ('PLANNED', 'APPROVED', 'DELIVERED')
             AND NOT EXISTS (
                 SELECT 1 FROM aid_claim c WHERE c.aid_record_id = a.id
                     AND (c.resident_id = a.resident_id OR (a.scope = 'HOUSEHOLD' AND c.household_id = a.household_id))
             )",
    ),
    Invariant::new(
        "aid_claim.once",
        "aid_programme",
        "nobody, and no household, holds two claims under a programme in one period",
        "SELECT DISTINCT programme_id AS id, CAST(COUNT(*) AS TEXT) || ' of ' || COALESCE('@resident:' || {resident_id}, '@household:' || {household_id}) || ' in ' || period AS stored, 'at most 1' AS records
         FROM aid_claim GROUP BY programme_id, period, resident_id, household_id HAVING COUNT(*) > 1",
    ),
    Invariant::new(
        "aid_record.excluded",
        "aid_record",
        "nobody is aided under a programme that excludes another under which they are aided, since it does",
        "SELECT DISTINCT b.id, 'under @aid_programme:' || {b.programme_id} AS stored, 'excluded since @aid_record:' || {a.id} AS records
         FROM aid_programme_exclusion x
             INNER JOIN aid_record a ON a.programme_id IN (x.programme_id, x.other_id)
             INNER JOIN aid_record b ON b.resident_id = a.resident_id AND b.id > a.id AND b.programme_id IN (x.programme_id, x.other_id)
         WHERE a.programme_id <> b.programme_id AND b.recorded_at >= x.created_at
             AND a.status IN ('PLANNED', 'APPROVED', 'DELIVERED') AND b.status IN ('PLANNED', 'APPROVED', 'DELIVERED')",
    ),
    Invariant::new(
        "aid_record.batch_id",
        "aid_record",
        "a grant of a batch is under its programme, from its contribution and of its day",
        "SELECT a.id, '@aid_programme:' || {a.programme_id} || ' on ' || CAST(a.given_on AS TEXT) AS stored, '@aid_batch:' || {b.id} || ' on ' || CAST(b.given_on AS TEXT) AS records
         FROM aid_record a INNER JOIN aid_batch b ON b.id = a.batch_id
         WHERE a.programme_id IS DISTINCT FROM b.programme_id OR a.contribution_id IS DISTINCT FROM b.contribution_id OR a.given_on <> b.given_on",
    ),
    Invariant::new(
        "aid_batch.planned",
        "aid_batch",
        "a batch has as many grants as were planned",
        "SELECT b.id, CAST(b.planned AS TEXT) AS stored, CAST(COUNT(a.id) AS TEXT) AS records
         FROM aid_batch b LEFT JOIN aid_record a ON a.batch_id = b.id GROUP BY b.id, b.planned HAVING COUNT(a.id) <> b.planned",
    ),
    Invariant::new(
        "aid_record.reverses_id",
        "aid_record",
        "a reversal names the record that it takes out of the books, which is REVERSED and to the same recipient, of the same figures",
        "SELECT a.id, a.status AS stored, '@aid_record:' || {o.id} || ' is ' || o.status AS records
         FROM aid_record a LEFT JOIN aid_record o ON o.id = a.reverses_id
         WHERE (a.status = 'REVERSAL') <> (a.reverses_id IS NOT NULL)
             OR (o.id IS NOT NULL AND (
                 o.status <> 'REVERSED' OR o.contribution_id IS DISTINCT FROM a.contribution_id OR o.instalment_id IS DISTINCT FROM a.instalment_id OR o.resident_id IS DISTINCT FROM a.resident_id
                 OR o.quantity_milli IS DISTINCT FROM a.quantity_milli OR o.value_fen IS DISTINCT FROM a.value_fen
             ))",
    ),
    Invariant::new(
        "aid_record.reversed",
        "aid_record",
        "a record that is REVERSED is so by exactly one reversal",
        "SELECT a.id, a.status AS stored, 'no reversal' AS records FROM aid_record a
         WHERE a.status = 'REVERSED' AND NOT EXISTS (SELECT 1 FROM aid_record r WHERE r.reverses_id = a.id)",
    ),
    Invariant::new(
        "aid_record.item_id",
        "aid_record",
        "a grant is taken from an item of its own contribution, and names one where there are items",
        "SELECT a.id, COALESCE('@contribution_item:' || {a.item_id}, 'no item') AS stored, '@contribution:' || {a.contribution_id} AS records
         FROM aid_record a LEFT JOIN contribution_item i ON i.id = a.item_id
         WHERE (a.item_id IS NOT NULL AND i.contribution_id IS DISTINCT FROM a.contribution_id)
             OR (a.item_id IS NULL AND EXISTS (SELECT 1 FROM contribution_item o WHERE o.contribution_id = a.contribution_id))",
    ),
    Invariant::new(
        "aid_record.device_id",
        "aid_record",
        "a device that is given is one of the item that the grant is taken from",
        "SELECT a.id, '@contribution_device:' || {a.device_id} AS stored, '@contribution_item:' || {d.contribution_item_id} AS records
         FROM aid_record a INNER JOIN contribution_device d ON d.id = a.device_id WHERE d.contribution_item_id IS DISTINCT FROM a.item_id",
    ),
    Invariant::new(
        "contribution.items_fen",
        "contribution",
        "what the items of a contribution are worth is no more than its EXACT value, and all of it where all of theirs are EXACT",
        "SELECT c.id, CAST(c.received_fen AS TEXT) AS stored, CAST(parts.known AS TEXT) || ' in the items' AS records
         FROM contribution c INNER JOIN (
             SELECT contribution_id, COALESCE(SUM(received_fen), 0) AS known, COUNT(CASE WHEN received_value_precision <> 'EXACT' THEN 1 END) AS unsure
             FROM contribution_item GROUP BY contribution_id
         ) parts ON parts.contribution_id = c.id
         WHERE c.received_value_precision = 'EXACT' AND (parts.known > c.received_fen OR (parts.unsure = 0 AND parts.known <> c.received_fen))",
    ),
    Invariant::new(
        "contribution.items_milli",
        "contribution",
        "the quantity of a contribution is the sum of its items where all of them are counted in its unit, and unknown where units differ",
        "SELECT c.id, COALESCE(CAST(c.received_milli AS TEXT), 'unknown') AS stored, CASE parts.others WHEN 0 THEN CAST(parts.total AS TEXT) ELSE 'unknown' END AS records
         FROM contribution c INNER JOIN (
             SELECT i.contribution_id, SUM(i.received_milli) AS total, COUNT(*) - COUNT(i.received_milli) AS uncounted, COUNT(CASE WHEN i.unit <> o.unit THEN 1 END) AS others
             FROM contribution_item i INNER JOIN contribution o ON o.id = i.contribution_id GROUP BY i.contribution_id
         ) parts ON parts.contribution_id = c.id
         WHERE (parts.others > 0 AND c.received_milli IS NOT NULL) OR (parts.others = 0 AND parts.uncounted = 0 AND c.received_milli IS DISTINCT FROM parts.total)",
    ),
    Invariant::new(
        "contribution_item.devices",
        "contribution_item",
        "no more devices of an item have serial numbers than there are, where that is EXACT",
        "SELECT i.id, CAST(COUNT(d.id) AS TEXT) || ' numbered' AS stored, CAST(i.received_milli / 1000 AS TEXT) || ' there' AS records
         FROM contribution_item i INNER JOIN contribution_device d ON d.contribution_item_id = i.id
         WHERE i.received_precision = 'EXACT' GROUP BY i.id, i.received_milli HAVING COUNT(d.id) * 1000 > i.received_milli",
    ),
    Invariant::new(
        "contribution_device.once",
        "contribution_device",
        "a device is with one recipient at a time",
        "SELECT device_id AS id, CAST(COUNT(*) AS TEXT) AS stored, 'at most 1' AS records
         FROM aid_record WHERE device_id IS NOT NULL AND status IN ('PLANNED', 'APPROVED', 'DELIVERED') GROUP BY device_id HAVING COUNT(*) > 1",
    ),
];

pub(super) fn invariants() -> Vec<Invariant> {
    let sums = SUMS.iter().map(|(column, measure, states)| {
        Invariant::made(
            format!("contribution_item.{column}"),
            "contribution_item",
            format!(
                "`{column}` is the sum of `{measure}` over the aid records of the item that are {}",
                states.replace('\'', "")
            ),
            format!(
                "SELECT i.id, CAST(i.{column} AS TEXT) AS stored, CAST(COALESCE(r.total, 0) AS TEXT) AS records
                 FROM contribution_item i LEFT JOIN (
                     SELECT item_id, SUM({measure}) AS total FROM aid_record WHERE status IN ({states}) GROUP BY item_id
                 ) r ON r.item_id = i.id
                 WHERE i.{column} <> COALESCE(r.total, 0)"
            ),
        )
    });
    let within = [("milli", "received_precision"), ("fen", "received_value_precision")].into_iter().map(|(measure, sure)| {
        Invariant::made(
            format!("contribution_item.{measure}_within_received"),
            "contribution_item",
            format!("`delivered_{measure}` ≤ `allocated_{measure}` ≤ `received_{measure}`, unless that is not EXACT and a reason is on record"),
            format!(
                "SELECT id, CAST(delivered_{measure} AS TEXT) || ' delivered, ' || CAST(allocated_{measure} AS TEXT) || ' allocated' AS stored, CAST(received_{measure} AS TEXT) || ' received' AS records
                 FROM contribution_item
                 WHERE delivered_{measure} > allocated_{measure}
                     OR (allocated_{measure} > received_{measure} AND ({sure} = 'EXACT' OR over_allocation_reason IS NULL))"
            ),
        )
    });
    let made: Vec<_> = sums.chain(within).collect();
    made.into_iter().chain(ALL.iter().cloned()).collect()
}

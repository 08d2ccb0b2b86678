//! What must never be found in the books.

use crate::harness::TestApp;

/// What must never be found, and why. Amounts are whole items.
const UNSOUND: &[(&str, &str)] = &[
    (
        "running sums that are not those of the grants",
        "SELECT c.title AS found FROM contribution c LEFT JOIN aid_record a ON a.contribution_id = c.id GROUP BY c.id, c.title, c.allocated_milli, c.delivered_milli
         HAVING c.allocated_milli <> COALESCE(SUM(CASE WHEN a.status IN ('PLANNED', 'APPROVED', 'DELIVERED') THEN a.quantity_milli ELSE 0 END), 0)
             OR c.delivered_milli <> COALESCE(SUM(CASE WHEN a.status = 'DELIVERED' THEN a.quantity_milli ELSE 0 END), 0)",
    ),
    (
        "running sums of money that are not those of the grants",
        "SELECT c.title AS found FROM contribution c LEFT JOIN aid_record a ON a.contribution_id = c.id GROUP BY c.id, c.title, c.allocated_fen, c.delivered_fen
         HAVING c.allocated_fen <> COALESCE(SUM(CASE WHEN a.status IN ('PLANNED', 'APPROVED', 'DELIVERED') THEN a.value_fen ELSE 0 END), 0)
             OR c.delivered_fen <> COALESCE(SUM(CASE WHEN a.status = 'DELIVERED' THEN a.value_fen ELSE 0 END), 0)",
    ),
    (
        "running sums of an item that are not those of its grants",
        "SELECT i.name AS found FROM contribution_item i LEFT JOIN aid_record a ON a.item_id = i.id
         GROUP BY i.id, i.name, i.allocated_milli, i.allocated_fen, i.delivered_milli, i.delivered_fen
         HAVING i.allocated_milli <> COALESCE(SUM(CASE WHEN a.status IN ('PLANNED', 'APPROVED', 'DELIVERED') THEN a.quantity_milli ELSE 0 END), 0)
             OR i.allocated_fen <> COALESCE(SUM(CASE WHEN a.status IN ('PLANNED', 'APPROVED', 'DELIVERED') THEN a.value_fen ELSE 0 END), 0)
             OR i.delivered_milli <> COALESCE(SUM(CASE WHEN a.status = 'DELIVERED' THEN a.quantity_milli ELSE 0 END), 0)
             OR i.delivered_fen <> COALESCE(SUM(CASE WHEN a.status = 'DELIVERED' THEN a.value_fen ELSE 0 END), 0)",
    ),
    (
        "an item all of which is set aside, and not all of its value",
        "SELECT name AS found FROM contribution_item WHERE allocated_milli = received_milli AND allocated_fen <> received_fen",
    ),
    (
        "more handed over than set aside, or more set aside than there is",
        "SELECT title AS found FROM contribution WHERE delivered_milli > allocated_milli OR allocated_milli > received_milli
             OR delivered_fen > allocated_fen OR allocated_fen > received_fen",
    ),
    (
        "somebody aided twice in a year",
        "SELECT CAST(COUNT(*) AS TEXT) AS found FROM aid_record WHERE status IN ('PLANNED', 'APPROVED', 'DELIVERED') AND scope = 'PERSON'
         GROUP BY programme_id, resident_id, given_on < '2022-01-01' HAVING COUNT(*) > 1",
    ),
    (
        "a household aided twice in a year",
        "SELECT CAST(COUNT(*) AS TEXT) AS found FROM aid_record WHERE status IN ('PLANNED', 'APPROVED', 'DELIVERED') AND scope = 'HOUSEHOLD'
         GROUP BY programme_id, household_id, given_on < '2022-01-01' HAVING COUNT(*) > 1",
    ),
    (
        "a claim of a grant that does not stand, or a grant without its claim",
        "SELECT a.status AS found FROM aid_record a LEFT JOIN aid_claim c ON c.aid_record_id = a.id
           AND (c.resident_id = a.resident_id OR (a.resident_id IS NULL AND c.household_id = a.household_id))
         WHERE (a.status IN ('PLANNED', 'APPROVED', 'DELIVERED')) <> (c.id IS NOT NULL)",
    ),
    (
        "a change without its event",
        "SELECT a.status AS found FROM aid_record a JOIN event e ON e.subject_kind = 'aid_record' AND e.subject_id = a.id
         GROUP BY a.id, a.status, a.version HAVING COUNT(*) <> a.version",
    ),
    (
        "a reversal that does not answer a reversed grant to the item",
        "SELECT a.status AS found FROM aid_record a LEFT JOIN aid_record r ON r.reverses_id = a.id
         WHERE (a.status = 'REVERSED') <> (r.id IS NOT NULL) OR r.quantity_milli <> a.quantity_milli OR r.resident_id <> a.resident_id",
    ),
];

pub(super) async fn assert_sound(app: &TestApp, after: &str) {
    for (what, sql) in UNSOUND {
        assert_eq!(app.texts(sql, "found").await, Vec::<String>::new(), "{what}, after {after}");
    }
}

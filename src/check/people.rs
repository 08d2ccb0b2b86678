//! Residents and households: where people live, who is head, and how they are, each kept in one place and copied to another.

use super::Invariant;

const ALL: &[Invariant] = &[
    Invariant::new(
        "household.head",
        "household",
        "a household that has members has exactly one head",
        "SELECT household_id AS id, CAST(SUM(CASE relation WHEN 'HEAD' THEN 1 ELSE 0 END) AS TEXT) AS stored, '1' AS records
         FROM household_membership WHERE ended_on IS NULL
         GROUP BY household_id HAVING SUM(CASE relation WHEN 'HEAD' THEN 1 ELSE 0 END) <> 1",
    ),
    Invariant::new(
        "resident.one_household",
        "resident",
        "nobody lives in two households at a time",
        "SELECT resident_id AS id, CAST(COUNT(*) AS TEXT) AS stored, 'at most 1' AS records
         FROM household_membership WHERE ended_on IS NULL GROUP BY resident_id HAVING COUNT(*) > 1",
    ),
    Invariant::new(
        "resident.household_id",
        "resident",
        "a resident's household is that of the membership that lasts",
        "SELECT r.id, '@household:' || {r.household_id} AS stored, '@household:' || {m.household_id} AS records
         FROM resident r LEFT JOIN household_membership m ON m.resident_id = r.id AND m.ended_on IS NULL
         WHERE r.household_id IS DISTINCT FROM m.household_id",
    ),
    Invariant::new(
        "resident.building_id",
        "resident",
        "a resident's building is that of their household",
        "SELECT r.id, '@building:' || {r.building_id} AS stored, '@building:' || {h.building_id} AS records
         FROM resident r LEFT JOIN household h ON h.id = r.household_id
         WHERE r.building_id IS DISTINCT FROM h.building_id",
    ),
    Invariant::new(
        "resident.life_status",
        "resident",
        "a resident's life status is what the last event that stands left",
        "SELECT r.id, r.life_status AS stored, told.status AS records
         FROM (
             SELECT r.id, COALESCE(MAX(CASE last.kind WHEN 'DEATH' THEN 'DECEASED' WHEN 'MOVE_OUT' THEN 'MOVED_OUT' ELSE 'LIVING_HERE' END), 'LIVING_HERE') AS status
             FROM resident r LEFT JOIN (
                 SELECT resident_id, kind, ROW_NUMBER() OVER (PARTITION BY resident_id ORDER BY id DESC) AS place
                 FROM life_event WHERE withdrawn_at IS NULL
             ) last ON last.resident_id = r.id AND last.place = 1
             GROUP BY r.id
         ) told INNER JOIN resident r ON r.id = told.id
         WHERE r.life_status <> told.status",
    ),
    Invariant::new(
        "resident.life_status_on",
        "resident",
        "the day of a resident's life status is that of the last event that stands",
        "SELECT r.id, CAST(r.life_status_on AS TEXT) AS stored, CAST(last.occurred_on AS TEXT) AS records
         FROM resident r LEFT JOIN (
             SELECT resident_id, occurred_on, ROW_NUMBER() OVER (PARTITION BY resident_id ORDER BY id DESC) AS place
             FROM life_event WHERE withdrawn_at IS NULL
         ) last ON last.resident_id = r.id AND last.place = 1
         WHERE r.life_status_on IS DISTINCT FROM last.occurred_on",
    ),
    Invariant::new(
        "resident.gone",
        "resident",
        "nobody who died, or whose record was merged into another, lives in a household",
        "SELECT r.id, '@household:' || {m.household_id} AS stored, CASE WHEN r.merged_into IS NULL THEN r.life_status ELSE 'merged into @resident:' || {r.merged_into} END AS records
         FROM resident r INNER JOIN household_membership m ON m.resident_id = r.id AND m.ended_on IS NULL
         WHERE r.life_status = 'DECEASED' OR r.merged_into IS NOT NULL",
    ),
    Invariant::new(
        "resident.id_document",
        "resident",
        "a resident's identity document has a kind and an index exactly where there is one",
        "SELECT id, id_document_kind AS stored, CASE WHEN id_document IS NULL THEN 'no document' ELSE 'a document' END AS records
         FROM resident
         WHERE (id_document_kind = 'NONE') <> (id_document IS NULL) OR (id_document IS NULL) <> (id_document_index IS NULL)",
    ),
    Invariant::new(
        "resident.phone",
        "resident",
        "a resident's telephone has an index exactly where there is one",
        "SELECT id, CASE WHEN phone_index IS NULL THEN 'no index' ELSE 'an index' END AS stored,
             CASE WHEN phone IS NULL THEN 'no telephone' ELSE 'a telephone' END AS records
         FROM resident WHERE (phone IS NULL) <> (phone_index IS NULL)",
    ),
    Invariant::new(
        "resident.once",
        "resident",
        "an identity document is on file once in a community",
        "SELECT id, 'the document of @resident:' || {first} AS stored, 'once' AS records
         FROM (
             SELECT id, FIRST_VALUE(id) OVER (PARTITION BY community_id, id_document_kind, id_document_index ORDER BY id) AS first
             FROM resident WHERE id_document_index IS NOT NULL
         ) same WHERE id <> first",
    ),
    Invariant::new(
        "volunteer.full_name",
        "volunteer",
        "a volunteer who is a resident or a staff member is called as in that record",
        "SELECT v.id, v.full_name AS stored, COALESCE(r.full_name, s.full_name) AS records
         FROM volunteer v LEFT JOIN resident r ON r.id = v.resident_id LEFT JOIN staff_member s ON s.id = v.staff_member_id
         WHERE v.full_name <> COALESCE(r.full_name, s.full_name, v.full_name)",
    ),
];

pub(super) fn invariants() -> Vec<Invariant> {
    ALL.to_vec()
}

//! Certificates of service: what one states is the sum of its lines, and numbers have no gaps. Whether the records still say so is no fault of the tables:
//! whoever verifies it is told.

use super::Invariant;

const ALL: &[Invariant] = &[
    Invariant::new(
        "certificate.minutes_credited",
        "certificate",
        "a certificate credits the minutes of its lines that are no training",
        "SELECT c.id, CAST(c.minutes_credited AS TEXT) AS stored, CAST(COALESCE(SUM(l.minutes), 0) AS TEXT) AS records
         FROM certificate c LEFT JOIN certificate_line l ON l.certificate_id = c.id AND NOT l.is_training
         GROUP BY c.id, c.minutes_credited HAVING COALESCE(SUM(l.minutes), 0) <> c.minutes_credited",
    ),
    Invariant::new(
        "certificate.training_minutes_credited",
        "certificate",
        "a certificate credits as training the minutes of its lines that are training",
        "SELECT c.id, CAST(c.training_minutes_credited AS TEXT) AS stored, CAST(COALESCE(SUM(l.minutes), 0) AS TEXT) AS records
         FROM certificate c LEFT JOIN certificate_line l ON l.certificate_id = c.id AND l.is_training
         GROUP BY c.id, c.training_minutes_credited HAVING COALESCE(SUM(l.minutes), 0) <> c.training_minutes_credited",
    ),
    Invariant::new(
        "certificate.person_times",
        "certificate",
        "a certificate counts the times of its lines that lie in its period, training apart",
        "SELECT c.id, CAST(c.person_times AS TEXT) AS stored, CAST(COUNT(l.id) AS TEXT) AS records
         FROM certificate c LEFT JOIN certificate_line l
             ON l.certificate_id = c.id AND NOT l.is_training AND l.held_on BETWEEN c.from_on AND c.until_on
         GROUP BY c.id, c.person_times HAVING COUNT(l.id) <> c.person_times",
    ),
    Invariant::new(
        "certificate.person_id",
        "certificate",
        "whose service a certificate states is the resident, the staff member or else the volunteer that the enrolment is of",
        "SELECT c.id, '@person:' || {c.person_id} AS stored, '@person:' || {COALESCE(v.resident_id, v.staff_member_id, v.id)} AS records
         FROM certificate c INNER JOIN volunteer v ON v.id = c.volunteer_id
         WHERE c.person_id <> COALESCE(v.resident_id, v.staff_member_id, v.id)",
    ),
    Invariant::new(
        "certificate.responsible_id",
        "certificate",
        "nobody answers for a certificate of their own service",
        "SELECT c.id, '@staff_member:' || {c.responsible_id} AS stored, 'somebody else' AS records FROM certificate c WHERE c.responsible_id = c.person_id",
    ),
    Invariant::new(
        "certificate.serial",
        "certificate",
        "the certificates of a community are counted from 1 without a gap",
        "SELECT id, CAST(serial AS TEXT) AS stored, CAST(place AS TEXT) AS records
         FROM (SELECT id, serial, ROW_NUMBER() OVER (PARTITION BY community_id ORDER BY serial, id) AS place FROM certificate) counted
         WHERE serial <> place",
    ),
    Invariant::new(
        "certificate.code",
        "certificate",
        "a code leads to one certificate",
        "SELECT id, 'the code of @certificate:' || {first} AS stored, 'a code of its own' AS records
         FROM (SELECT id, FIRST_VALUE(id) OVER (PARTITION BY code ORDER BY id) AS first FROM certificate) same WHERE id <> first",
    ),
    Invariant::new(
        "certificate.revoked_at",
        "certificate",
        "a certificate that was revoked says why",
        "SELECT id, CASE WHEN revoked_at IS NULL THEN 'not revoked' ELSE 'revoked' END AS stored, COALESCE(revoked_reason, 'no reason') AS records
         FROM certificate WHERE (revoked_at IS NULL) <> (revoked_reason IS NULL)",
    ),
];

pub(super) fn invariants() -> Vec<Invariant> {
    ALL.to_vec()
}

//! Activities: who came, how many, and that it was held.

use super::Invariant;

const ALL: &[Invariant] = &[
    Invariant::new(
        "attendance.person_id",
        "attendance",
        "the person of an attendance is the resident, the staff member or else the volunteer that it names",
        "SELECT id, '@person:' || {person_id} AS stored, '@person:' || {COALESCE(resident_id, staff_member_id, volunteer_id)} AS records
         FROM attendance WHERE person_id IS DISTINCT FROM COALESCE(resident_id, staff_member_id, volunteer_id)",
    ),
    Invariant::new(
        "attendance.volunteer_id",
        "attendance",
        "who came as a volunteer and is a resident or a staff member is recorded as that person",
        "SELECT a.id, '@person:' || {a.person_id} AS stored, '@person:' || {COALESCE(v.resident_id, v.staff_member_id)} AS records
         FROM attendance a INNER JOIN volunteer v ON v.id = a.volunteer_id
         WHERE COALESCE(v.resident_id, v.staff_member_id, a.person_id) <> a.person_id",
    ),
    Invariant::new(
        "attendance.once",
        "attendance",
        "nobody is on the roll of a session twice",
        "SELECT id, 'there as @attendance:' || {first} || ' already' AS stored, 'once' AS records
         FROM (
             SELECT id, FIRST_VALUE(id) OVER (PARTITION BY session_id, person_id ORDER BY id) AS first
             FROM attendance WHERE voided_at IS NULL
         ) same WHERE id <> first",
    ),
    Invariant::new(
        "attendance.times",
        "attendance",
        "who goes has come before, and it is volunteers whose time is taken",
        "SELECT a.id, CAST(a.checked_out_at AS TEXT) AS stored, CAST(a.checked_in_at AS TEXT) AS records FROM attendance a
         WHERE (a.checked_out_at IS NOT NULL AND (a.checked_in_at IS NULL OR a.checked_out_at < a.checked_in_at))
             OR (a.checked_in_at IS NOT NULL AND a.volunteer_id IS NULL)",
    ),
    Invariant::new(
        "attendance_error.person_id",
        "attendance_error",
        "whose record is said to be wrong is the resident, the staff member or else the volunteer that the enrolment is of",
        "SELECT e.id, '@person:' || {e.person_id} AS stored, '@person:' || {COALESCE(v.resident_id, v.staff_member_id, v.id)} AS records
         FROM attendance_error e INNER JOIN volunteer v ON v.id = e.volunteer_id
         WHERE e.person_id <> COALESCE(v.resident_id, v.staff_member_id, v.id)",
    ),
    Invariant::new(
        "attendance_error.attendance_id",
        "attendance_error",
        "what is said to be wrong, and what was recorded instead, is of that person and that session",
        "SELECT DISTINCT e.id, '@attendance:' || {a.id} AS stored, 'one of @session:' || {e.session_id} || ' and @person:' || {e.person_id} AS records
         FROM attendance_error e INNER JOIN attendance a ON a.id IN (e.attendance_id, e.correction_id)
         WHERE a.session_id <> e.session_id OR a.person_id <> e.person_id",
    ),
    Invariant::new(
        "attendance_error.once",
        "attendance_error",
        "of one record one error is open at a time",
        "SELECT id, 'reported as @attendance_error:' || {first} || ' already' AS stored, 'once' AS records
         FROM (
             SELECT id, FIRST_VALUE(id) OVER (PARTITION BY session_id, person_id ORDER BY id) AS first
             FROM attendance_error WHERE status = 'OPEN'
         ) same WHERE id <> first",
    ),
    Invariant::new(
        "attendance_error.answer",
        "attendance_error",
        "what is no longer open was answered, and only what was corrected has another record instead",
        "SELECT id, status AS stored, COALESCE(answer, 'no answer') AS records FROM attendance_error
         WHERE (status = 'OPEN') <> (answer IS NULL) OR (status = 'OPEN') <> (answered_at IS NULL) OR (correction_id IS NOT NULL AND status <> 'CORRECTED')",
    ),
    Invariant::new(
        "session_sign_up.absence",
        "session_sign_up",
        "nobody who came was absent, and only who has a place can be",
        "SELECT u.id, u.absence AS stored, u.status AS records FROM session_sign_up u
         WHERE u.absence IS NOT NULL AND (u.status <> 'CONFIRMED' OR EXISTS (
             SELECT 1 FROM attendance a WHERE a.session_id = u.session_id AND a.person_id = u.person_id AND a.voided_at IS NULL
         ))",
    ),
    Invariant::new(
        "head_count.once",
        "session",
        "a session has at most one head count that stands",
        "SELECT session_id AS id, CAST(COUNT(*) AS TEXT) AS stored, 'at most 1' AS records
         FROM head_count WHERE voided_at IS NULL GROUP BY session_id HAVING COUNT(*) > 1",
    ),
    Invariant::new(
        "head_count.persons",
        "head_count",
        "a head count has a number exactly where it is known, and never a negative one",
        "SELECT id, CAST(persons AS TEXT) AS stored, persons_precision AS records
         FROM head_count WHERE (persons IS NULL) <> (persons_precision = 'UNKNOWN') OR persons < 0",
    ),
    Invariant::new(
        "session.status",
        "session",
        "a session of which somebody is on the roll, or was counted, was HELD",
        "SELECT s.id, s.status AS stored, 'HELD' AS records FROM session s
         WHERE s.status <> 'HELD' AND (
             EXISTS (SELECT 1 FROM attendance a WHERE a.session_id = s.id AND a.voided_at IS NULL)
             OR EXISTS (SELECT 1 FROM head_count h WHERE h.session_id = s.id AND h.voided_at IS NULL)
         )",
    ),
    Invariant::new(
        "session.confirmed_count",
        "session",
        "a session counts those who have a place, and there are no more of them than places",
        "SELECT s.id, CAST(s.confirmed_count AS TEXT) AS stored, CAST(COUNT(u.id) AS TEXT) || ' of ' || COALESCE(CAST(s.capacity AS TEXT), 'any') AS records
         FROM session s LEFT JOIN session_sign_up u ON u.session_id = s.id AND u.status = 'CONFIRMED'
         GROUP BY s.id, s.confirmed_count, s.capacity HAVING COUNT(u.id) <> s.confirmed_count OR COUNT(u.id) > s.capacity",
    ),
    Invariant::new(
        "session.waiting_count",
        "session",
        "a session counts those who wait for a place",
        "SELECT s.id, CAST(s.waiting_count AS TEXT) AS stored, CAST(COUNT(u.id) AS TEXT) AS records
         FROM session s LEFT JOIN session_sign_up u ON u.session_id = s.id AND u.status = 'WAITING'
         GROUP BY s.id, s.waiting_count HAVING COUNT(u.id) <> s.waiting_count",
    ),
    Invariant::new(
        "session_sign_up.moved_up",
        "session_sign_up",
        "nobody waits for a session to come while there is a place",
        "SELECT u.id, 'WAITING' AS stored, CAST(s.confirmed_count AS TEXT) || ' of ' || COALESCE(CAST(s.capacity AS TEXT), 'any') AS records
         FROM session_sign_up u INNER JOIN session s ON s.id = u.session_id
         WHERE u.status = 'WAITING' AND s.status = 'PLANNED' AND (s.capacity IS NULL OR s.confirmed_count < s.capacity)",
    ),
    Invariant::new(
        "session_sign_up.person_id",
        "session_sign_up",
        "who signed up is the resident, the staff member or else the volunteer that the enrolment is of",
        "SELECT u.id, '@person:' || {u.person_id} AS stored, '@person:' || {COALESCE(v.resident_id, v.staff_member_id, v.id)} AS records
         FROM session_sign_up u INNER JOIN volunteer v ON v.id = u.volunteer_id
         WHERE u.person_id <> COALESCE(v.resident_id, v.staff_member_id, v.id)",
    ),
    Invariant::new(
        "session_sign_up.once",
        "session_sign_up",
        "nobody has two places in a session",
        "SELECT id, 'signed up as @session_sign_up:' || {first} || ' already' AS stored, 'once' AS records
         FROM (
             SELECT id, FIRST_VALUE(id) OVER (PARTITION BY session_id, person_id ORDER BY id) AS first
             FROM session_sign_up WHERE status <> 'WITHDRAWN'
         ) same WHERE id <> first",
    ),
    Invariant::new(
        "session_sign_up.status",
        "session_sign_up",
        "a sign-up has the times of its state",
        "SELECT id, status AS stored, 'confirmed or withdrawn at another time' AS records FROM session_sign_up
         WHERE (status = 'CONFIRMED' AND confirmed_at IS NULL) OR (status = 'WAITING' AND confirmed_at IS NOT NULL)
             OR (status = 'WITHDRAWN') <> (withdrawn_at IS NOT NULL)",
    ),
    Invariant::new(
        "activity.status",
        "activity",
        "an activity that was CANCELLED has no session that was held",
        "SELECT DISTINCT a.id, a.status AS stored, 'a session was held' AS records
         FROM activity a INNER JOIN session s ON s.activity_id = a.id WHERE a.status = 'CANCELLED' AND s.status = 'HELD'",
    ),
    Invariant::new(
        "activity.organisers",
        "activity",
        "an activity has at least one organiser, and none of them twice",
        "SELECT a.id, CAST(COUNT(o.id) AS TEXT) AS stored, 'at least 1, each once' AS records
         FROM activity a LEFT JOIN activity_organiser o ON o.activity_id = a.id
         GROUP BY a.id
         HAVING COUNT(o.id) = 0 OR COUNT(CASE o.kind WHEN 'COMMUNITY' THEN 1 END) > 1
             OR COUNT(o.partner_unit_id) > COUNT(DISTINCT o.partner_unit_id) OR COUNT(o.team_id) > COUNT(DISTINCT o.team_id)",
    ),
    Invariant::new(
        "activity_result.quantity_milli",
        "activity_result",
        "a result has a quantity exactly where it is known",
        "SELECT id, CAST(quantity_milli AS TEXT) AS stored, quantity_precision AS records
         FROM activity_result WHERE (quantity_milli IS NULL) <> (quantity_precision = 'UNKNOWN')",
    ),
    Invariant::new(
        "project_participation.roles",
        "project_participation",
        "a unit that takes part in a project has a role in it",
        "SELECT p.id, 'no role' AS stored, 'at least 1' AS records FROM project_participation p
         WHERE NOT EXISTS (SELECT 1 FROM project_participation_role r WHERE r.participation_id = p.id)",
    ),
];

pub(super) fn invariants() -> Vec<Invariant> {
    ALL.to_vec()
}

//! Requests, their timelines and the alliance.

use super::Invariant;

pub(super) fn invariants() -> Vec<Invariant> {
    vec![
        Invariant::new(
            "request.status",
            "request",
            "the state of a request is the one that the last entry of its timeline led to",
            "SELECT r.id, r.status AS stored, COALESCE(e.status, 'no entry') AS records
             FROM request r LEFT JOIN request_entry e ON e.id = (SELECT l.id FROM request_entry l WHERE l.request_id = r.id ORDER BY l.id DESC LIMIT 1)
             WHERE COALESCE(e.status, '') <> r.status",
        ),
        Invariant::new(
            "request.round",
            "request",
            "a request was reopened as often as its timeline says",
            "SELECT r.id, CAST(r.round AS TEXT) AS stored, CAST(COUNT(e.id) AS TEXT) AS records
             FROM request r LEFT JOIN request_entry e ON e.request_id = r.id AND e.kind = 'REOPENED'
             GROUP BY r.id, r.round HAVING COUNT(e.id) <> r.round",
        ),
        Invariant::new(
            "request.hand_backs",
            "request",
            "a request was handed back as often as its timeline says",
            "SELECT r.id, CAST(r.hand_backs AS TEXT) AS stored, CAST(COUNT(e.id) AS TEXT) AS records
             FROM request r LEFT JOIN request_entry e ON e.request_id = r.id AND e.kind = 'HANDED_BACK'
             GROUP BY r.id, r.hand_backs HAVING COUNT(e.id) <> r.hand_backs",
        ),
        Invariant::new(
            "request.merged_into",
            "request",
            "a duplicate goes with a request that is none itself",
            "SELECT r.id, '@request:' || {r.merged_into} AS stored, 'a request that goes on' AS records
             FROM request r INNER JOIN request f ON f.id = r.merged_into WHERE f.merged_into IS NOT NULL OR f.id = r.id",
        ),
        Invariant::new(
            "request.answered_on",
            "request",
            "a request has an answer exactly from ANSWERED on, and a deadline always",
            "SELECT id, CASE WHEN answered_on IS NULL THEN 'no answer' ELSE 'an answer' END AS stored, status AS records
             FROM request WHERE due_on IS NULL OR (answered_on IS NOT NULL) <> (status IN ('ANSWERED', 'CALLED_BACK', 'CLOSED'))",
        ),
        Invariant::new(
            "alliance_membership.term",
            "alliance_membership",
            "a merchant is in the alliance once at a time",
            "SELECT b.id, CAST(b.started_on AS TEXT) AS stored, 'not before ' || CAST(COALESCE(a.ended_on, a.started_on) AS TEXT) AS records
             FROM alliance_membership a INNER JOIN alliance_membership b ON b.merchant_id = a.merchant_id AND b.id <> a.id
             WHERE a.started_on <= b.started_on AND (a.ended_on IS NULL OR a.ended_on >= b.started_on)",
        ),
        Invariant::new(
            "merchant.closed_on",
            "merchant",
            "a merchant that closed is in the alliance no more",
            "SELECT m.id, CAST(m.closed_on AS TEXT) AS stored, 'in the alliance' AS records
             FROM merchant m INNER JOIN alliance_membership a ON a.merchant_id = m.id
             WHERE m.closed_on IS NOT NULL AND (a.ended_on IS NULL OR a.ended_on > m.closed_on)",
        ),
    ]
}

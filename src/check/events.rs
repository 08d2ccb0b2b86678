//! Events: whatever is on file, an event says how it came there. And what stands behind sealed events, and behind answers that are given again.

use super::Invariant;

/// A table, and what else an event may be about that tells of a row: its kind, and the column that leads to it.
type Told = (&'static str, &'static [(&'static str, &'static str)]);

/// Tables whose rows were put on file by an event about themselves or, where that is named, about what they are a part of.
const TOLD: &[Told] = &[
    ("activity", &[]),
    ("activity_result", &[]),
    ("aid_batch", &[]),
    ("aid_programme", &[]),
    ("aid_record", &[]),
    ("asset", &[]),
    ("attendance", &[]),
    ("attendance_error", &[]),
    ("building", &[]),
    ("campaign", &[]),
    ("certificate", &[]),
    ("certificate_line", &[("certificate", "certificate_id")]),
    ("circumstance", &[]),
    ("community", &[]),
    ("consent", &[]),
    ("contribution", &[]),
    ("facility", &[]),
    ("grid", &[]),
    ("head_count", &[]),
    ("household", &[]),
    ("household_membership", &[("household", "household_id")]),
    ("instalment", &[("sponsorship", "sponsorship_id")]),
    ("life_event", &[]),
    ("alliance_membership", &[("merchant", "merchant_id")]),
    ("merchant", &[]),
    ("request", &[]),
    ("request_entry", &[("request", "request_id")]),
    ("milestone", &[("project", "project_id")]),
    ("pairing", &[]),
    ("party_membership", &[]),
    ("posting", &[]),
    ("project", &[]),
    ("project_participation", &[("project", "project_id")]),
    ("resident", &[]),
    ("session", &[]),
    ("session_sign_up", &[]),
    ("sponsorship", &[]),
    ("staff_member", &[]),
    ("team", &[]),
    ("team_membership", &[]),
    ("visit", &[]),
    ("volunteer", &[]),
];

/// The same, of what belongs to no community.
const TOLD_APART: &[Told] =
    &[("account", &[]), ("account_role", &[("account", "account_id")]), ("partner_unit", &[]), ("sub_district", &[])];

/// Made-up communities have one event for all that was made up with them, later than all of it.
const MADE_UP: &str = "made_up.subject_kind = 'community' AND made_up.action IN ('demo', 'seed')";

const OTHERS: &[Invariant] = &[
    Invariant::new(
        "event.payload",
        "event",
        "an event that is sealed for a person has something sealed, and names the key",
        "SELECT id, CASE WHEN payload IS NULL THEN 'no payload' ELSE 'a payload' END AS stored, '@data_key:' || {data_key_id} AS records
         FROM event WHERE data_key_id IS NOT NULL AND payload IS NULL",
    ),
    Invariant::new(
        "event.data_key_id",
        "event",
        "what an event sealed can be opened, unless the key was destroyed on record",
        "SELECT e.id, '@data_key:' || {e.data_key_id} AS stored, CASE WHEN k.id IS NULL THEN 'no such key' ELSE 'a key that is gone, not destroyed' END AS records
         FROM event e LEFT JOIN data_key k ON k.id = e.data_key_id
         WHERE e.data_key_id IS NOT NULL AND (k.id IS NULL OR (k.wrapped IS NULL AND k.destroyed_at IS NULL))",
    ),
    Invariant::new(
        "event.subject_kind",
        "event",
        "an event says what it is about",
        "SELECT id, subject_kind AS stored, 'a kind' AS records FROM event WHERE subject_kind = '' OR action = ''",
    ),
    Invariant::new(
        "data_key.destroyed_at",
        "data_key",
        "a key is gone exactly where it was destroyed on record",
        "SELECT id, CASE WHEN wrapped IS NULL THEN 'gone' ELSE 'there' END AS stored, CASE WHEN destroyed_at IS NULL THEN 'not destroyed' ELSE 'destroyed' END AS records
         FROM data_key WHERE (wrapped IS NULL) <> (destroyed_at IS NOT NULL)",
    ),
    Invariant::new(
        "idempotency_key.subject_id",
        "account",
        "a used idempotency key stands for an answer: no mutation was left half done",
        "SELECT account_id AS id, 'key ' || key || ' of ' || action AS stored, 'an object' AS records FROM idempotency_key WHERE subject_kind = ''",
    ),
];

fn told(&(table, parts): &Told, exempt: &str) -> Invariant {
    let about = |(kind, column): (&str, &str)| {
        format!("NOT EXISTS (SELECT 1 FROM event e WHERE e.subject_id = t.{column} AND e.subject_kind = '{kind}')")
    };
    let of: Vec<String> = [(table, "id")].into_iter().chain(parts.iter().copied()).map(about).collect();
    Invariant::made(
        format!("{table}.event"),
        table,
        format!("there is an event of how each `{table}` was put on file"),
        format!(
            "SELECT t.id, 'a row' AS stored, 'no event' AS records FROM {table} t WHERE {} AND NOT ({exempt})",
            of.join(" AND ")
        ),
    )
}

pub(super) fn invariants() -> Vec<Invariant> {
    let within = TOLD.iter().map(|of| {
        let with_community =
            format!("EXISTS (SELECT 1 FROM event made_up WHERE made_up.subject_id = t.community_id AND {MADE_UP} AND made_up.id > t.id)");
        match of.0 {
            "community" => told(of, "FALSE"),
            // A migration made these: of what was paid, and of what stood on residents' rows, before there was the record.
            "aid_record" => told(of, &format!("COALESCE(t.id = t.instalment_id, FALSE) OR {with_community}")),
            "life_event" => told(of, &format!("t.id = t.resident_id OR {with_community}")),
            _ => told(of, &with_community),
        }
    });
    // The latest is asked for once, not row by row.
    let apart = TOLD_APART.iter().map(|of| {
        let latest = format!("SELECT made_up.id FROM event made_up WHERE {MADE_UP} ORDER BY made_up.id DESC LIMIT 1");
        told(of, &format!("COALESCE(t.id < ({latest}), FALSE)"))
    });
    let made: Vec<_> = within.chain(apart).collect();
    made.into_iter().chain(OTHERS.iter().cloned()).collect()
}

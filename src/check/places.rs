//! Communities, the unit of access: a record and what it refers to lie in the same one. And grids that were merged.

use super::Invariant;

/// References between tables that both belong to communities.
pub const WITHIN_COMMUNITY: &[(&str, &str, &str)] = &[
    ("account_role", "resident_id", "resident"),
    ("account_role", "volunteer_id", "volunteer"),
    ("activity", "campaign_id", "campaign"),
    ("activity", "project_id", "project"),
    ("activity_organiser", "activity_id", "activity"),
    ("activity_organiser", "team_id", "team"),
    ("activity_result", "activity_id", "activity"),
    ("activity_result", "campaign_id", "campaign"),
    ("aid_batch", "contribution_id", "contribution"),
    ("aid_batch", "programme_id", "aid_programme"),
    ("aid_programme_exclusion", "other_id", "aid_programme"),
    ("aid_programme_exclusion", "programme_id", "aid_programme"),
    ("aid_programme_limit", "contribution_id", "contribution"),
    ("aid_programme_limit", "grid_id", "grid"),
    ("aid_programme_limit", "programme_id", "aid_programme"),
    ("aid_record", "batch_id", "aid_batch"),
    ("aid_record", "contribution_id", "contribution"),
    ("aid_record", "device_id", "contribution_device"),
    ("aid_record", "household_id", "household"),
    ("aid_record", "instalment_id", "instalment"),
    ("aid_record", "item_id", "contribution_item"),
    ("aid_record", "programme_id", "aid_programme"),
    ("aid_record", "project_id", "project"),
    ("aid_record", "resident_id", "resident"),
    ("aid_record", "reverses_id", "aid_record"),
    ("asset", "contribution_id", "contribution"),
    ("asset", "facility_id", "facility"),
    ("asset_tenure", "asset_id", "asset"),
    ("attendance", "resident_id", "resident"),
    ("attendance", "session_id", "session"),
    ("attendance", "staff_member_id", "staff_member"),
    ("attendance", "team_id", "team"),
    ("attendance", "volunteer_id", "volunteer"),
    ("attendance_error", "attendance_id", "attendance"),
    ("attendance_error", "correction_id", "attendance"),
    ("attendance_error", "session_id", "session"),
    ("attendance_error", "volunteer_id", "volunteer"),
    ("building", "grid_id", "grid"),
    ("certificate", "responsible_id", "staff_member"),
    ("certificate", "volunteer_id", "volunteer"),
    ("certificate_line", "certificate_id", "certificate"),
    ("certificate_line", "session_id", "session"),
    ("circumstance", "resident_id", "resident"),
    ("circumstance", "visit_id", "visit"),
    ("consent", "guardian_id", "resident"),
    ("consent", "resident_id", "resident"),
    ("contribution", "project_id", "project"),
    ("contribution_device", "contribution_item_id", "contribution_item"),
    ("contribution_item", "contribution_id", "contribution"),
    ("contributor", "contribution_id", "contribution"),
    ("facility", "building_id", "building"),
    ("facility", "project_id", "project"),
    ("grid", "merged_into", "grid"),
    ("head_count", "session_id", "session"),
    ("household", "building_id", "building"),
    ("household_membership", "household_id", "household"),
    ("household_membership", "resident_id", "resident"),
    ("instalment", "sponsorship_id", "sponsorship"),
    ("life_event", "resident_id", "resident"),
    ("life_event", "together_id", "life_event"),
    ("alliance_membership", "merchant_id", "merchant"),
    ("merchant", "building_id", "building"),
    ("merchant", "owner_id", "resident"),
    ("request", "assignee_grid_id", "grid"),
    ("request", "assignee_id", "staff_member"),
    ("request", "building_id", "building"),
    ("request", "grid_id", "grid"),
    ("request", "merchant_id", "merchant"),
    ("request", "merged_into", "request"),
    ("request", "resident_id", "resident"),
    ("request", "visit_id", "visit"),
    ("request_entry", "request_id", "request"),
    ("milestone", "project_id", "project"),
    ("party_membership", "volunteer_id", "volunteer"),
    ("posting", "grid_id", "grid"),
    ("posting", "staff_member_id", "staff_member"),
    ("project", "responsible_id", "staff_member"),
    ("project_participation", "project_id", "project"),
    ("resident", "building_id", "building"),
    ("resident", "household_id", "household"),
    ("resident", "merged_into", "resident"),
    ("session", "activity_id", "activity"),
    ("session", "facility_id", "facility"),
    ("session_sign_up", "session_id", "session"),
    ("session_sign_up", "volunteer_id", "volunteer"),
    ("sponsorship", "project_id", "project"),
    ("sponsorship", "resident_id", "resident"),
    ("team_membership", "team_id", "team"),
    ("team_membership", "volunteer_id", "volunteer"),
    ("visit", "household_id", "household"),
    ("visit", "merchant_id", "merchant"),
    ("visit", "staff_member_id", "staff_member"),
    ("volunteer", "resident_id", "resident"),
    ("volunteer", "staff_member_id", "staff_member"),
];

const OTHERS: &[Invariant] = &[
    Invariant::new(
        "account_role.grids",
        "account_role",
        "the grids that a role is limited to lie in its community",
        "SELECT r.id, '@community:' || {r.community_id} AS stored, '@grid:' || {g.id} || ' in @community:' || {g.community_id} AS records
         FROM account_role_grid l INNER JOIN account_role r ON r.id = l.account_role_id INNER JOIN grid g ON g.id = l.grid_id
         WHERE r.community_id IS DISTINCT FROM g.community_id",
    ),
    Invariant::new(
        "grid.closed_on",
        "grid",
        "a grid is closed exactly where it was merged into another, and covers nothing then",
        "SELECT g.id, CASE WHEN g.closed_on IS NULL THEN 'open' ELSE 'closed on ' || CAST(g.closed_on AS TEXT) END AS stored,
             CASE WHEN g.merged_into IS NULL THEN 'not merged' ELSE 'merged into @grid:' || {g.merged_into} END AS records
         FROM grid g
         WHERE (g.closed_on IS NULL) <> (g.merged_into IS NULL)
             OR (g.closed_on IS NOT NULL AND (
                 EXISTS (SELECT 1 FROM building b WHERE b.grid_id = g.id)
                 OR EXISTS (SELECT 1 FROM posting p WHERE p.grid_id = g.id AND p.ended_on IS NULL)
             ))",
    ),
];

pub(super) fn invariants() -> Vec<Invariant> {
    let references = WITHIN_COMMUNITY.iter().map(|(table, column, target)| {
        Invariant::made(
            format!("{table}.{column}.community"),
            table,
            format!("`{column}` of `{table}` leads to a `{target}` of the same community"),
            format!(
                "SELECT t.id, '@community:' || {{t.community_id}} AS stored, '@{target}:' || {{o.id}} || ' in @community:' || {{o.community_id}} AS records
                 FROM {table} t INNER JOIN {target} o ON o.id = t.{column}
                 WHERE t.community_id IS DISTINCT FROM o.community_id"
            ),
        )
    });
    let made: Vec<_> = references.collect();
    made.into_iter().chain(OTHERS.iter().cloned()).collect()
}

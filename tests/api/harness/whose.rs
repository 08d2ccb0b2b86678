//! Whose the rows are that lie in no list of the root: the rest of what [`super::roles::seen`] says of each role, from the rows in memory.

use std::collections::{BTreeMap, BTreeSet};

use tongxin::{access::accounts::Role, relay::id::encode};
use uuid::Uuid;

use super::{bulk::Bulk, roles::Who};

/// The rows within somebody's reach, by the name of their type.
pub type Ids = BTreeMap<String, BTreeSet<String>>;

/// The rows of a community that are parts of others; of each type, the ids of those that are theirs.
pub fn parts(bulk: &Bulk, who: &Who, seen: &BTreeMap<&'static str, BTreeSet<String>>) -> Ids {
    let whole = matches!(who.role, Role::Operator | Role::Secretary | Role::Auditor)
        || (who.role == Role::Staff && who.grids.is_empty());
    let of_grids = who.role == Role::Staff && !who.grids.is_empty();
    let office = whole || of_grids;
    let reads_circumstances = whole && who.role != Role::Auditor;
    let is = |mine: Option<Uuid>, key: Option<Uuid>| mine.is_some() && mine == key;
    let sees = |list: &str, prefix: &'static str, key: Uuid| {
        seen.get(list).is_some_and(|ids| ids.contains(&encode(prefix, key)))
    };
    let near = |resident: Uuid| of_grids && sees("residents", "resident", resident);
    let mut parts = Ids::new();
    macro_rules! rows {
        ($type:literal, $prefix:literal, $rows:ident, $may:expr) => {
            let own = bulk.$rows.iter().filter($may).map(|row| encode($prefix, row.id));
            parts.entry($type.to_owned()).or_default().extend(own);
        };
    }
    rows!("HouseholdMembership", "household_membership", memberships, |row| whole
        || (of_grids && sees("households", "household", row.household_id))
        || is(who.resident, Some(row.resident_id))
        || (who.resident.is_some() && row.ended_on.is_none() && sees("households", "household", row.household_id)));
    rows!("Circumstance", "circumstance", circumstances, |row| reads_circumstances
        || near(row.resident_id)
        || is(who.resident, Some(row.resident_id)));
    rows!("LifeEvent", "life_event", life_events, |row| whole
        || near(row.resident_id)
        || is(who.resident, Some(row.resident_id)));
    rows!("Posting", "posting", postings, |_| office);
    rows!("PartnerUnitAlias", "partner_unit_alias", aliases, |row| sees(
        "partnerUnits",
        "partner_unit",
        row.partner_unit_id
    ));
    rows!("ProjectParticipation", "project_participation", participations, |row| office
        || is(who.unit, Some(row.partner_unit_id)));
    rows!("Milestone", "milestone", milestones, |row| sees("projects", "project", row.project_id));
    rows!("Contributor", "contributor", contributors, |row| office || is(who.unit, Some(row.partner_unit_id)));
    let gave = |key: Uuid| sees("contributions", "contribution", key);
    rows!("ContributionItem", "contribution_item", items, |row| gave(row.contribution_id));
    rows!("ContributionDevice", "contribution_device", devices, |row| bulk
        .items
        .iter()
        .any(|item| item.id == row.contribution_item_id && gave(item.contribution_id)));
    rows!("ActivityOrganiser", "activity_organiser", organisers, |row| office
        || is(who.unit, row.partner_unit_id)
        || row.team_id.is_some_and(|team| sees("teams", "team", team)));
    rows!("HeadCount", "head_count", head_counts, |row| sees("sessions", "session", row.session_id));
    parts
}

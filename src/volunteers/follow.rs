//! What follows in this slice's tables from what happens to the person: another name, a move, a death. Called by the slices where it happens.

use chrono::NaiveDate;
use entity::{party_membership, team_membership, volunteer};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::{object::Volunteer, party::PartyMembership, person::key_of, team::TeamMembership};
use crate::{
    activities,
    search::{self, SearchKind},
    write::{Detail, Refused, Tx},
};

/// A resident's new name is that of the volunteer too, also of enrolments that are over: it is one person.
pub(crate) async fn rename_resident(tx: &Tx<'_>, resident: Uuid, full_name: &str) -> Result<(), Refused> {
    rename(tx, volunteer::Column::ResidentId.eq(resident), full_name).await
}

/// As [`rename_resident`], of a staff member.
pub(crate) async fn rename_staff_member(tx: &Tx<'_>, member: Uuid, full_name: &str) -> Result<(), Refused> {
    rename(tx, volunteer::Column::StaffMemberId.eq(member), full_name).await
}

async fn rename(tx: &Tx<'_>, whose: sea_orm::sea_query::Expr, full_name: &str) -> Result<(), Refused> {
    let own = volunteer::Entity::find().filter(Condition::all().add(whose));
    for row in tx.lock_all(own, volunteer::Column::Id).await? {
        if row.full_name == full_name {
            continue;
        }
        tx.update(volunteer::ActiveModel {
            id: Set(row.id),
            full_name: Set(full_name.to_owned()),
            version: Set(row.version + 1),
            ..Default::default()
        })
        .await?;
        search::refresh(tx.conn(), SearchKind::Volunteer, row.id).await?;
        // The names themselves are in the event about the person.
        tx.event::<Volunteer>(row.id, Some(row.community_id), &["fullName"], Detail::None).await?;
    }
    Ok(())
}

/// What was closed of a resident who volunteered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) resident: Uuid,
    /// The enrolment, where it lasted until then.
    pub(crate) volunteer: Option<Uuid>,
    pub(crate) team_memberships: Vec<Uuid>,
    pub(crate) party_memberships: Vec<Uuid>,
}

/// Residents moved out or died on this day: their enrolments end, and with them the time in teams; on death the standing in the Party too. What began
/// after that day ends on the day on which it began. Says what was closed.
pub(crate) async fn close_for_residents(
    tx: &Tx<'_>,
    residents: &[Uuid],
    on: NaiveDate,
    (died, reason): (bool, &str),
) -> Result<Vec<Closed>, Refused> {
    let mut all = Vec::new();
    let own = volunteer::Entity::find().filter(volunteer::Column::ResidentId.is_in(residents.iter().copied()));
    for row in tx.lock_all(own, volunteer::Column::Id).await? {
        let Some(resident) = row.resident_id else { continue };
        let lasts = row.ended_on.is_none();
        let team_memberships = match lasts {
            true => end_enrolment(tx, &row, on.max(row.started_on), Some(reason.to_owned())).await?,
            false => Vec::new(),
        };
        let party_memberships = match died {
            true => end_standings(tx, &row, on).await?,
            false => Vec::new(),
        };
        let volunteer = lasts.then_some(row.id);
        all.push(Closed { resident, volunteer, team_memberships, party_memberships });
    }
    Ok(all)
}

/// Ends an enrolment and the memberships that last; gives these.
pub(super) async fn end_enrolment(
    tx: &Tx<'_>,
    row: &volunteer::Model,
    on: NaiveDate,
    reason: Option<String>,
) -> Result<Vec<Uuid>, Refused> {
    let open = team_membership::Entity::find()
        .filter(team_membership::Column::VolunteerId.eq(row.id))
        .filter(team_membership::Column::EndedOn.is_null());
    let open = tx.lock_all(open, team_membership::Column::Id).await?;
    let ids = end_memberships(tx, &open, on).await?;
    activities::give_up(tx, row.id, row.community_id).await?;
    tx.update(volunteer::ActiveModel {
        id: Set(row.id),
        ended_on: Set(Some(on)),
        ended_reason: Set(reason.clone()),
        version: Set(row.version + 1),
        ..Default::default()
    })
    .await?;
    let key = key_of(tx, row).await?;
    let detail = key.seal(json!({ "after": { "endedOn": on, "endedReason": reason, "teamMembershipIds": ids } }));
    let fields = ["endedOn", "endedReason", "memberships"];
    tx.event::<Volunteer>(row.id, Some(row.community_id), &fields, detail).await?;
    Ok(ids)
}

/// Ends memberships on a day, or on the day on which they began where that is later; each leaves its event.
pub(super) async fn end_memberships(
    tx: &Tx<'_>,
    open: &[team_membership::Model],
    on: NaiveDate,
) -> Result<Vec<Uuid>, Refused> {
    for row in open {
        let ended_on = on.max(row.started_on);
        tx.update(team_membership::ActiveModel {
            id: Set(row.id),
            ended_on: Set(Some(ended_on)),
            version: Set(row.version + 1),
            ..Default::default()
        })
        .await?;
        let detail = Detail::Open(json!({ "after": { "endedOn": ended_on } }));
        tx.event::<TeamMembership>(row.id, Some(row.community_id), &["endedOn"], detail).await?;
    }
    Ok(open.iter().map(|row| row.id).collect())
}

async fn end_standings(tx: &Tx<'_>, of: &volunteer::Model, on: NaiveDate) -> Result<Vec<Uuid>, Refused> {
    let open = party_membership::Entity::find()
        .filter(party_membership::Column::VolunteerId.eq(of.id))
        .filter(party_membership::Column::EndedOn.is_null());
    let open = tx.lock_all(open, party_membership::Column::Id).await?;
    let key = key_of(tx, of).await?;
    for row in &open {
        let ended_on = on.max(row.started_on);
        tx.update(party_membership::ActiveModel {
            id: Set(row.id),
            ended_on: Set(Some(ended_on)),
            version: Set(row.version + 1),
            ..Default::default()
        })
        .await?;
        let detail = key.seal(json!({ "after": { "endedOn": ended_on } }));
        tx.event::<PartyMembership>(row.id, Some(row.community_id), &["endedOn"], detail).await?;
    }
    Ok(open.iter().map(|row| row.id).collect())
}

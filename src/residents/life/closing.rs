//! What ends when somebody moves out or dies.

use chrono::NaiveDate;
use entity::circumstance::{self, Column};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{CaseStatement, Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    aid::{self, AidRecord},
    error::Result,
    households::{Departure, Household, HouseholdMembership},
    relay::{Entity, Row},
    residents::{Circumstance, People},
    sponsorships::{self, Instalment, Sponsorship},
    volunteers::{self, PartyMembership, TeamMembership, Volunteer},
    write::{Detail, Refused, Told, Tx},
};

/// Who is gone, since when, and what that does to their household, where they had one.
pub(super) struct Closing<'a> {
    pub(super) people: &'a People,
    pub(super) on: NaiveDate,
    pub(super) today: NaiveDate,
    pub(super) died: bool,
    /// Kept on what is called off.
    pub(super) reason: String,
    pub(super) departure: Option<&'a Departure>,
}

/// An object that was closed, and on whose account.
pub(super) struct Closed {
    pub(super) resident: Uuid,
    pub(super) kind: &'static str,
    pub(super) id: Uuid,
}

impl Closed {
    fn of<T: Entity>(resident: Uuid, id: Uuid) -> Self
    where
        Row<T>: Send + Sync,
    {
        Self { resident, kind: T::PREFIX, id }
    }
}

/// Closes all of it and says what it was: one line for each slice that has something to close.
pub(super) async fn close_all(tx: &Tx<'_>, closing: &Closing<'_>) -> Result<Vec<Closed>, Refused> {
    let mut closed = Vec::new();
    closed.extend(memberships(tx, closing).await?);
    closed.extend(circumstances(tx, closing).await?);
    closed.extend(grants(tx, closing).await?);
    closed.extend(volunteering(tx, closing).await?);
    closed.extend(sponsoring(tx, closing).await?);
    Ok(closed)
}

async fn memberships(tx: &Tx<'_>, closing: &Closing<'_>) -> Result<Vec<Closed>, Refused> {
    let Some(departure) = closing.departure else { return Ok(Vec::new()) };
    departure.carry_out(tx, closing.on).await?;
    let Some(first) = departure.gone.first() else { return Ok(Vec::new()) };
    let residents: Vec<Uuid> = departure.gone.iter().map(|member| member.resident_id).collect();
    let detail = Detail::Open(json!({ "residentIds": residents, "endedOn": closing.on }));
    tx.event::<Household>(departure.household(), Some(first.community_id), &["members"], detail).await?;
    Ok(departure.gone.iter().map(|member| Closed::of::<HouseholdMembership>(member.resident_id, member.id)).collect())
}

/// Those that hold still, and those that were to end later. One that began after that day ends as it begins.
async fn circumstances(tx: &Tx<'_>, closing: &Closing<'_>) -> Result<Vec<Closed>, Refused> {
    let select = circumstance::Entity::find()
        .filter(Column::ResidentId.is_in(closing.people.ids()))
        .filter(Column::EndedOn.is_null().or(Column::EndedOn.gt(closing.today)));
    let open = tx.lock_all(select, Column::Id).await?;
    let Some(first) = open.first() else { return Ok(Vec::new()) };
    let last_day =
        CaseStatement::new().case(Column::StartedOn.gt(closing.on), Expr::col(Column::StartedOn)).finally(closing.on);
    circumstance::Entity::update_many()
        .col_expr(Column::EndedOn, last_day.into())
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.is_in(open.iter().map(|circumstance| circumstance.id)))
        .exec(tx.conn())
        .await?;
    let told = open.iter().map(|circumstance| {
        let value = json!({ "after": { "endedOn": Ord::max(closing.on, circumstance.started_on) } });
        let detail = closing.people.detail(circumstance.resident_id, value);
        Told::of::<Circumstance>(circumstance.id, &["endedOn"], detail)
    });
    tx.events(first.community_id, told.collect()).await?;
    Ok(open.iter().map(|circumstance| Closed::of::<Circumstance>(circumstance.resident_id, circumstance.id)).collect())
}

/// What they were promised, and their household if nobody is left in it.
async fn grants(tx: &Tx<'_>, closing: &Closing<'_>) -> Result<Vec<Closed>, Refused> {
    let emptied = closing.departure.filter(|departure| departure.empties).map(Departure::household);
    let called_off = aid::call_off(tx, closing.people, emptied, &closing.reason).await?;
    let first = closing.people.rows.first().map(|resident| resident.id);
    let whose = |grant: &aid::CalledOff| grant.resident_id.or(first);
    Ok(called_off.iter().filter_map(|grant| Some(Closed::of::<AidRecord>(whose(grant)?, grant.id))).collect())
}

/// Enrolments as volunteers, and the time in teams; on death the standing in the Party.
async fn volunteering(tx: &Tx<'_>, closing: &Closing<'_>) -> Result<Vec<Closed>, Refused> {
    let how = (closing.died, closing.reason.as_str());
    let ended = volunteers::close_for_residents(tx, &closing.people.ids(), closing.on, how).await?;
    let mut closed = Vec::new();
    for of in ended {
        closed.extend(of.volunteer.map(|id| Closed::of::<Volunteer>(of.resident, id)));
        closed.extend(of.team_memberships.into_iter().map(|id| Closed::of::<TeamMembership>(of.resident, id)));
        closed.extend(of.party_memberships.into_iter().map(|id| Closed::of::<PartyMembership>(of.resident, id)));
    }
    Ok(closed)
}

/// Sponsorships, and the instalments that would fall due later.
async fn sponsoring(tx: &Tx<'_>, closing: &Closing<'_>) -> Result<Vec<Closed>, Refused> {
    let ended = sponsorships::end_for_residents(tx, &closing.people.ids(), closing.on, &closing.reason).await?;
    let mut closed = Vec::new();
    for of in ended {
        closed.push(Closed::of::<Sponsorship>(of.resident, of.sponsorship));
        closed.extend(of.instalments.into_iter().map(|id| Closed::of::<Instalment>(of.resident, id)));
    }
    Ok(closed)
}

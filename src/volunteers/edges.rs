//! How the edges of volunteers and teams are loaded, and the edges that lead to them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::{
    party_membership, team,
    team_membership::{self, TeamRole},
    volunteer,
};
use sea_orm::{
    ColumnTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    object::Volunteer,
    party::PartyMembership,
    team::{Team, TeamMembership},
};
use crate::{
    access::policy::Action,
    activities, certificates,
    communities::Community,
    error::Result,
    figures::few::few,
    partners::PartnerUnit,
    relay::{Asked, Edge, Entity, Reading, filter::holding_on},
    residents::Resident,
    scalars::Date,
    staff::StaffMember,
};

pub fn of_volunteer(field: &str) -> Option<Edge<Volunteer>> {
    Some(match field {
        "community" => Edge::<Volunteer>::one::<Community>(|row| Some(row.community_id)),
        "resident" => Edge::<Volunteer>::one::<Resident>(|row| row.resident_id),
        "partnerUnit" => Edge::<Volunteer>::one::<PartnerUnit>(|row| row.partner_unit_id),
        "staffMember" => Edge::<Volunteer>::one::<StaffMember>(|row| row.staff_member_id),
        "memberships" => Edge::many::<TeamMembership>(team_membership::Column::VolunteerId),
        "teams" => teams(),
        "attendances" => activities::edges::of_volunteers(),
        "attendanceErrors" => activities::edges::errors_of_volunteers(),
        "hours" => activities::hours::of_volunteers(),
        "certificates" => certificates::edges::of_volunteers(),
        "signUps" => activities::edges::sign_ups_of_volunteers(),
        "partyMemberships" => standings(),
        _ => return None,
    })
}

pub fn of_team(field: &str) -> Option<Edge<Team>> {
    Some(match field {
        "community" => Edge::<Team>::one::<Community>(|row| Some(row.community_id)),
        "memberships" => Edge::many::<TeamMembership>(team_membership::Column::TeamId),
        "leader" => leader(),
        "memberCount" => member_count(),
        "activities" => activities::edges::of_teams(),
        "service" => activities::team_service::of_teams(),
        _ => return None,
    })
}

pub fn of_team_membership(field: &str) -> Option<Edge<TeamMembership>> {
    Some(match field {
        "team" => Edge::<TeamMembership>::one::<Team>(|row| Some(row.team_id)),
        "volunteer" => Edge::<TeamMembership>::one::<Volunteer>(|row| Some(row.volunteer_id)),
        _ => return None,
    })
}

pub fn of_party_membership(field: &str) -> Option<Edge<PartyMembership>> {
    (field == "volunteer").then(|| Edge::<PartyMembership>::one::<Volunteer>(|row| Some(row.volunteer_id)))
}

/// The day that a field asks about.
fn day(reading: &Reading<'_>, asked: &Asked<'_>) -> Result<NaiveDate> {
    let on = asked.argument::<Option<Date>>("on")?;
    Ok(on.map_or_else(|| reading.app.clock.today(chrono_tz::Asia::Shanghai), |on| on.0))
}

/// Two statements: who is in which team, and the teams.
fn teams() -> Edge<Volunteer> {
    Edge::values(|reading, volunteers: &[Volunteer], asked| {
        Box::pin(async move {
            use team_membership::Column;
            let on = day(reading, asked)?;
            let keys: Vec<Uuid> = volunteers.iter().map(|volunteer| volunteer.seen().key()).collect();
            let pairs: Vec<(Uuid, Uuid)> = reading
                .select::<TeamMembership>()
                .filter(Column::VolunteerId.is_in(keys))
                .filter(holding_on(Column::StartedOn, Column::EndedOn, on))
                .select_only()
                .column(Column::VolunteerId)
                .column(Column::TeamId)
                .into_tuple()
                .all(reading.db())
                .await?;
            let wanted: HashSet<Uuid> = pairs.iter().map(|(_, team)| *team).collect();
            if wanted.is_empty() {
                return Ok(HashMap::new());
            }
            let select = reading.select::<Team>().filter(team::Column::Id.is_in(wanted));
            let select = select.order_by_asc(team::Column::Name).order_by_asc(team::Column::Id);
            let mut by_volunteer: HashMap<Uuid, Vec<Team>> = HashMap::new();
            for team in reading.all::<Team>(select, &asked.selection).await? {
                // Once, though a leader of one day may have been a member until that day.
                let members: HashSet<Uuid> =
                    pairs.iter().filter(|(_, of)| *of == team.seen().key()).map(|(member, _)| *member).collect();
                for member in members {
                    by_volunteer.entry(member).or_default().push(team.clone());
                }
            }
            Ok(by_volunteer)
        })
    })
}

fn standings() -> Edge<Volunteer> {
    Edge::<Volunteer>::values(|reading, volunteers: &[Volunteer], asked| {
        Box::pin(async move {
            use party_membership::Column;
            let on = day(reading, asked)?;
            let keys: Vec<Uuid> = volunteers.iter().map(|volunteer| volunteer.seen().key()).collect();
            let select = reading
                .select::<PartyMembership>()
                .filter(Column::VolunteerId.is_in(keys))
                .filter(holding_on(Column::StartedOn, Column::EndedOn, on))
                .order_by_asc(Column::StartedOn)
                .order_by_asc(Column::Id);
            let mut by_volunteer: HashMap<Uuid, Vec<PartyMembership>> = HashMap::new();
            for standing in reading.all::<PartyMembership>(select, &asked.selection).await? {
                by_volunteer.entry(standing.seen().volunteer_id).or_default().push(standing);
            }
            Ok(by_volunteer)
        })
    })
}

/// Two statements: who leads, and the leaders as volunteers whom the viewer may see.
fn leader() -> Edge<Team> {
    Edge::values(|reading, teams: &[Team], asked| {
        Box::pin(async move {
            use team_membership::Column;
            let on = day(reading, asked)?;
            let keys: Vec<Uuid> = teams.iter().map(|team| team.seen().key()).collect();
            let leading: Vec<(Uuid, Uuid)> = reading
                .select::<TeamMembership>()
                .filter(Column::TeamId.is_in(keys))
                .filter(Column::Role.eq(TeamRole::Leader))
                .filter(holding_on(Column::StartedOn, Column::EndedOn, on))
                // Of two on one day, the one who came after.
                .order_by_asc(Column::StartedOn)
                .order_by_asc(Column::Id)
                .select_only()
                .column(Column::TeamId)
                .column(Column::VolunteerId)
                .into_tuple()
                .all(reading.db())
                .await?;
            let wanted: HashSet<Uuid> = leading.iter().map(|(_, leader)| *leader).collect();
            let found = reading.some::<Volunteer>(wanted, &asked.selection).await?;
            let by_team = leading.iter().filter_map(|(team, leader)| Some((*team, found.get(leader)?.clone())));
            Ok(by_team.collect::<HashMap<_, _>>())
        })
    })
}

fn member_count() -> Edge<Team> {
    Edge::values(|reading, teams: &[Team], asked| {
        Box::pin(async move {
            use team_membership::Column;
            let on = day(reading, asked)?;
            let keys: Vec<Uuid> = teams.iter().map(|team| team.seen().key()).collect();
            let counts: Vec<(Uuid, i64)> = reading
                .select::<TeamMembership>()
                .filter(Column::TeamId.is_in(keys))
                .filter(holding_on(Column::StartedOn, Column::EndedOn, on))
                .select_only()
                .column(Column::TeamId)
                .expr_as(Expr::col(Column::VolunteerId.as_column_ref()).count_distinct(), "members")
                .group_by(Column::TeamId)
                .into_tuple()
                .all(reading.db())
                .await?;
            let counts: HashMap<Uuid, i64> = counts.into_iter().collect();
            let reach = reading.viewer.reach(TeamMembership::RESOURCE, Action::Read);
            // A number of those whom somebody happens to see is none of the team; one of few people tells who they are.
            let told = |team: &Team| {
                let (key, community) = (team.seen().key(), team.seen().community_id);
                let number = counts.get(&key).copied().unwrap_or(0);
                let told = reach.covers(community) && (!few(number) || reach.names(community));
                (key, told.then_some(number))
            };
            Ok(teams.iter().map(told).collect::<HashMap<Uuid, Option<i64>>>())
        })
    })
}

/// The enrolment of residents that lasts: `Resident.volunteer`.
pub(crate) fn of_residents() -> Edge<Resident> {
    Edge::values(|reading, residents: &[Resident], asked| {
        Box::pin(async move {
            let keys: Vec<Uuid> = residents.iter().map(|resident| resident.seen().key()).collect();
            let select = reading
                .select::<Volunteer>()
                .filter(volunteer::Column::ResidentId.is_in(keys))
                .filter(volunteer::Column::EndedOn.is_null());
            let found = reading.all::<Volunteer>(select, &asked.selection).await?;
            let by_resident = found.into_iter().filter_map(|own| Some((own.seen().resident_id?, own)));
            Ok(by_resident.collect::<HashMap<_, _>>())
        })
    })
}

/// The enrolment of staff that lasts: `StaffMember.volunteer`.
pub(crate) fn of_staff() -> Edge<StaffMember> {
    Edge::values(|reading, staff: &[StaffMember], asked| {
        Box::pin(async move {
            let keys: Vec<Uuid> = staff.iter().map(|member| member.seen().key()).collect();
            let select = reading
                .select::<Volunteer>()
                .filter(volunteer::Column::StaffMemberId.is_in(keys))
                .filter(volunteer::Column::EndedOn.is_null());
            let found = reading.all::<Volunteer>(select, &asked.selection).await?;
            let by_member = found.into_iter().filter_map(|own| Some((own.seen().staff_member_id?, own)));
            Ok(by_member.collect::<HashMap<_, _>>())
        })
    })
}

/// Employees of units who volunteer: `PartnerUnit.volunteers`.
pub(crate) fn of_partner_units() -> Edge<PartnerUnit> {
    Edge::many::<Volunteer>(volunteer::Column::PartnerUnitId)
}

/// Volunteers of communities: `Community.volunteers`.
pub(crate) fn of_communities() -> Edge<Community> {
    Edge::many::<Volunteer>(volunteer::Column::CommunityId)
}

/// Teams of communities: `Community.teams`.
pub(crate) fn teams_of_communities() -> Edge<Community> {
    Edge::many::<Team>(team::Column::CommunityId)
}

//! The rows of [`super::bulk`]: volunteers, teams and standings in the Party.

use entity::{
    party_membership::{self, PartyStanding},
    team::{self, PartyRule},
    team_membership::{self, TeamRole},
    volunteer::{self, VolunteerKind},
};
use sea_orm::Iterable;
use tongxin::context::App;

use super::{
    bulk::{Bulk, Size, at, day},
    bulk_rows::{NAMES, days},
};

pub fn volunteers(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    for i in 0..size.residents {
        let kind = VolunteerKind::iter().cycle().nth(i).unwrap();
        let resident = (kind == VolunteerKind::Resident).then(|| &bulk.residents[i / 4]);
        let unit = (kind == VolunteerKind::PartnerEmployee).then(|| &bulk.units[i % bulk.units.len()]);
        let member = (kind == VolunteerKind::CommunityWorker).then(|| &bulk.staff[i / 4 % bulk.staff.len()]);
        // A staff member is enrolled once at a time.
        let again = member.is_some() && i / 4 >= bulk.staff.len();
        let own = resident.map(|row| &row.full_name).or(member.map(|row| &row.full_name));
        let volunteer = volunteer::Model {
            id: new_id(),
            community_id,
            kind,
            resident_id: resident.map(|row| row.id),
            partner_unit_id: unit.map(|row| row.id),
            staff_member_id: member.map(|row| row.id),
            full_name: own.cloned().unwrap_or_else(|| NAMES[i % NAMES.len()].into()),
            started_on: days(i),
            ended_on: (again || i % 5 == 3).then(|| day(2021, 12, 31)),
            ended_reason: None,
            version: 1,
            enrolled_at: at(i / 3),
        };
        let standing = |standing, ended_on| party_membership::Model {
            id: new_id(),
            community_id,
            volunteer_id: volunteer.id,
            standing,
            source: i.is_multiple_of(4).then(|| "支部".to_owned()),
            started_on: days(i / 2),
            ended_on,
            version: 1,
        };
        let ended_on = (i % 6 == 4).then(|| day(2021, 12, 31));
        let of = PartyStanding::iter().cycle().nth(i / 2).unwrap();
        bulk.standings.extend((i % 2 == 0).then(|| standing(of, ended_on)));
        bulk.volunteers.push(volunteer);
    }
}

pub fn teams(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    let number = size.projects.max(3);
    let team = |i: usize| team::Model {
        id: new_id(),
        community_id,
        name: format!("批量队{i}"),
        description: None,
        party_rule: PartyRule::iter().cycle().nth(i).unwrap(),
        started_on: day(1999, 12, 31),
        ended_on: (i % 3 == 2).then(|| day(2022, 12, 31)),
        version: 1,
        created_at: at(i / 2),
    };
    bulk.teams = (0..number).map(team).collect();
    let mut led = vec![false; number];
    for (i, volunteer) in bulk.volunteers.iter().enumerate() {
        for j in 0..1 + i % 3 {
            let place = (i + j) % number;
            let leads = !led[place] && volunteer.ended_on.is_none();
            led[place] |= leads;
            bulk.team_memberships.push(team_membership::Model {
                id: new_id(),
                community_id,
                team_id: bulk.teams[place].id,
                volunteer_id: volunteer.id,
                role: if leads { TeamRole::Leader } else { TeamRole::Member },
                started_on: volunteer.started_on.max(days(i + j)),
                ended_on: volunteer.ended_on,
                version: 1,
            });
        }
    }
}

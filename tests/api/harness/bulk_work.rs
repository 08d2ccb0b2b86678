//! The rows of [`super::bulk`]: projects, contributions and aid.

use entity::{
    aid_programme::{self, AidScope},
    aid_record::{self, AidStatus},
    contribution, contributor,
    figures::{AidKind, Precision},
    milestone,
    project::{self, ProjectStatus},
    project_participation,
    project_participation_role::{self, ParticipationRole},
    resident,
};
use sea_orm::Iterable;
use tongxin::context::App;

use super::{
    bulk::{Bulk, Size, at},
    bulk_rows::days,
};

const TITLES: [&str; 5] = ["低保慰问", "助听器", "低保慰问", "Cash 100%", "cash"];

pub fn projects(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    for i in 0..size.projects {
        let project = project::Model {
            id: new_id(),
            community_id,
            title: TITLES[i % TITLES.len()].into(),
            description: None,
            status: ProjectStatus::iter().cycle().nth(i).unwrap(),
            status_reason: None,
            budget_fen: i.is_multiple_of(2).then_some(1_000_000),
            budget_precision: if i % 2 == 0 { Precision::About } else { Precision::Unknown },
            responsible_id: i.is_multiple_of(2).then(|| bulk.staff[i % 6].id),
            started_on: None,
            ended_on: None,
            version: 1,
            proposed_at: at(i / 3),
        };
        for j in 0..7.min(size.units) {
            let participation = project_participation::Model {
                id: new_id(),
                community_id,
                project_id: project.id,
                partner_unit_id: bulk.units[(i + j) % size.units].id,
                share_fen: (j % 2 == 0).then_some(100 * (j as i64 / 4)),
                version: 1,
            };
            let role = |role| project_participation_role::Model { participation_id: participation.id, role };
            let roles = [ParticipationRole::Coordinator, ParticipationRole::Funder, ParticipationRole::Host];
            bulk.roles.push(role(roles[j % 3]));
            bulk.roles.extend((j % 2 == 0).then(|| role(ParticipationRole::Labour)));
            bulk.participations.push(participation);
        }
        let milestone = |j: usize| milestone::Model {
            id: new_id(),
            community_id,
            project_id: project.id,
            title: format!("第{j}步"),
            due_on: (j != 1).then(|| days(j)),
            reached_on: None,
            version: 1,
        };
        bulk.milestones.extend((0..i % 4).map(milestone));
        bulk.projects.push(project);
    }
}

pub fn contributions(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    // Six to a project, the seventh to none.
    for i in 0..size.projects * 7 {
        let kind = AidKind::iter().cycle().nth(i).unwrap();
        let counted = kind != AidKind::Cash && i % 2 == 0;
        let contribution = contribution::Model {
            id: new_id(),
            community_id,
            project_id: (i % 7 != 6).then(|| bulk.projects[i / 7].id),
            kind,
            title: TITLES[i % TITLES.len()].into(),
            unit: if kind == AidKind::Cash { "yuan".into() } else { "item".into() },
            pledged_milli: None,
            pledged_precision: Precision::Unknown,
            pledged_fen: None,
            pledged_value_precision: Precision::Unknown,
            received_milli: counted.then_some(5_000),
            received_precision: if counted { Precision::AtLeast } else { Precision::Unknown },
            received_fen: (!i.is_multiple_of(3)).then_some(100 * i as i64),
            received_value_precision: if i % 3 != 0 { Precision::Exact } else { Precision::Unknown },
            allocated_milli: 0,
            allocated_fen: 0,
            delivered_milli: 0,
            delivered_fen: 0,
            over_allocation_reason: None,
            pledged_on: None,
            received_on: (i % 3 != 1).then(|| days(i)),
            recorded_at: at(i / 5),
            version: 1,
        };
        // Every fourth is of two units.
        for j in 0..(1 + usize::from(i % 4 == 3)).min(size.units) {
            bulk.contributors.push(contributor::Model {
                id: new_id(),
                community_id,
                contribution_id: contribution.id,
                partner_unit_id: bulk.units[(i + j) % size.units].id,
                amount_fen: None,
            });
        }
        bulk.contributions.push(contribution);
    }
}

pub fn aid(bulk: &mut Bulk, app: &App) {
    let (new_id, community_id, recorded_by) = (|| app.clock.new_id(), bulk.community, bulk.account);
    let programme = |i: usize| aid_programme::Model {
        id: new_id(),
        community_id,
        name: format!("批量帮扶{i}"),
        scope: if i == 2 { AidScope::Household } else { AidScope::Person },
        description: None,
        version: 1,
        created_at: at(i / 2),
    };
    bulk.programmes = (0..3).map(programme).collect();
    let grant = |number: usize, resident: Option<&resident::Model>, household_id| {
        let from = &bulk.contributions[number % bulk.contributions.len()];
        let quantity_milli = (from.kind != AidKind::Cash && !number.is_multiple_of(3)).then_some(1_000);
        aid_record::Model {
            id: new_id(),
            community_id,
            scope: if resident.is_some() { AidScope::Person } else { AidScope::Household },
            resident_id: resident.map(|resident| resident.id),
            household_id,
            programme_id: (number % 3 != 2)
                .then(|| bulk.programmes[if resident.is_some() { number % 3 } else { 2 }].id),
            contribution_id: from.id,
            project_id: from.project_id,
            kind: from.kind,
            status: AidStatus::iter().cycle().nth(number).unwrap(),
            status_reason: None,
            quantity_milli,
            unit: from.unit.clone(),
            quantity_precision: if quantity_milli.is_some() { Precision::Exact } else { Precision::Unknown },
            value_fen: number.is_multiple_of(2).then_some(9_900),
            value_precision: if number.is_multiple_of(2) { Precision::About } else { Precision::Unknown },
            given_on: days(number / 2),
            note: number.is_multiple_of(4).then(|| "备注".to_owned()),
            recorded_by,
            recorded_at: at(number / 4),
            approved_by: None,
            approved_at: None,
            delivered_at: None,
            version: 1,
        }
    };
    let mut grants = Vec::new();
    for (i, resident) in bulk.residents.iter().enumerate() {
        // None to eight each, six to the first.
        grants.extend((0..(i + 6) % 9).map(|j| grant(i * 5 + j, Some(resident), resident.household_id)));
    }
    let whole = bulk.households.iter().enumerate().filter(|(i, _)| i % 2 == 0);
    grants.extend(whole.map(|(i, household)| grant(i, None, Some(household.id))));
    bulk.aid = grants;
}

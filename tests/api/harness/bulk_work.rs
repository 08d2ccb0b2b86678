//! The rows of [`super::bulk`]: projects, contributions and aid.

use entity::{
    aid_batch,
    aid_programme::{self, AidPeriod, AidScope},
    aid_programme_exclusion, aid_programme_limit,
    aid_record::{self, AidStatus, Signatory},
    contribution, contribution_device, contribution_item, contributor,
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
        once_per: (i == 1).then_some(AidPeriod::Year),
        second_approver: i == 1,
        circumstances: (i == 0).then(|| r#"["LOW_INCOME","PUPIL"]"#.to_owned()),
        age_from: (i == 0).then_some(60),
        age_to: (i == 1).then_some(18),
        ceiling_fen: (i == 0).then_some(100_000),
        ceiling_times: (i == 1).then_some(3),
        ceiling_per: (i != 2).then_some(AidPeriod::Year),
        opens_on: (i == 2).then(|| days(0)),
        closes_on: None,
        documents: (i != 1).then(|| r#"["户口簿"]"#.to_owned()),
    };
    bulk.programmes = (0..3).map(programme).collect();
    let batch = |i: usize| aid_batch::Model {
        id: new_id(),
        community_id,
        programme_id: (i % 3 != 2).then(|| bulk.programmes[i % 3].id),
        contribution_id: bulk.contributions[i % bulk.contributions.len()].id,
        given_on: days(i / 2),
        planned: 1 + i as i32,
        recorded_by,
        recorded_at: at(i / 3),
    };
    bulk.batches = (0..7).map(batch).collect();
    limits(bulk, app);
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
            contribution_id: Some(from.id),
            project_id: from.project_id,
            kind: from.kind,
            status: AidStatus::iter().filter(|status| *status != AidStatus::Reversal).cycle().nth(number).unwrap(),
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
            reverses_id: None,
            delivered_by: None,
            signed_by: number.is_multiple_of(5).then_some(Signatory::Carer),
            signed_by_name: number.is_multiple_of(5).then(|| "照料人".to_owned()),
            item_id: None,
            device_id: None,
            occasion: number.is_multiple_of(6).then(|| "台风".to_owned()),
            batch_id: number.is_multiple_of(4).then(|| bulk.batches[number / 4 % bulk.batches.len()].id),
            instalment_id: None,
        }
    };
    let mut grants = Vec::new();
    for (i, resident) in bulk.residents.iter().enumerate() {
        // None to eight each, six to the first.
        grants.extend((0..(i + 6) % 9).map(|j| grant(i * 5 + j, Some(resident), resident.household_id)));
    }
    let whole = bulk.households.iter().enumerate().filter(|(i, _)| i % 2 == 0);
    grants.extend(whole.map(|(i, household)| grant(i, None, Some(household.id))));
    let reversed = grants.iter().filter(|grant| grant.status == AidStatus::Reversed);
    let reversals: Vec<_> = reversed
        .map(|grant| aid_record::Model {
            id: new_id(),
            status: AidStatus::Reversal,
            reverses_id: Some(grant.id),
            signed_by: None,
            signed_by_name: None,
            ..grant.clone()
        })
        .collect();
    grants.extend(reversals);
    itemise(bulk, app, &mut grants);
    bulk.aid = grants;
}

/// What programmes are limited to, and which exclude each other.
fn limits(bulk: &mut Bulk, app: &App) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    let limit = |programme: usize, grid_id, contribution_id| aid_programme_limit::Model {
        id: new_id(),
        community_id,
        programme_id: bulk.programmes[programme].id,
        grid_id,
        contribution_id,
    };
    bulk.programme_limits = vec![
        limit(0, Some(bulk.grids[1].id), None),
        limit(0, Some(bulk.grids[0].id), None),
        limit(1, None, Some(bulk.contributions[2].id)),
        limit(1, None, Some(bulk.contributions[0].id)),
        limit(0, None, Some(bulk.contributions[1].id)),
    ];
    let excludes = |one: usize, other: usize, excludes_by| {
        let mut pair = [bulk.programmes[one].id, bulk.programmes[other].id];
        pair.sort_unstable();
        let [programme_id, other_id] = pair;
        aid_programme_exclusion::Model {
            id: new_id(),
            community_id,
            programme_id,
            other_id,
            excludes_by,
            created_at: at(one),
        }
    };
    bulk.exclusions = vec![excludes(0, 1, AidScope::Person), excludes(2, 0, AidScope::Household)];
}

/// Two items of every contribution of goods, with two devices each; one of these is with somebody.
fn itemise(bulk: &mut Bulk, app: &App, grants: &mut [aid_record::Model]) {
    for from in bulk.contributions.iter().filter(|from| from.kind == AidKind::Goods) {
        for name in ["轮椅", "助听器"] {
            let item = contribution_item::Model {
                id: app.clock.new_id(),
                community_id: bulk.community,
                contribution_id: from.id,
                name: name.into(),
                unit: from.unit.clone(),
                received_milli: Some(9_000),
                received_precision: Precision::AtLeast,
                received_fen: None,
                received_value_precision: Precision::Unknown,
                allocated_milli: 0,
                allocated_fen: 0,
                delivered_milli: 0,
                delivered_fen: 0,
                over_allocation_reason: None,
            };
            let device = |serial: &str| contribution_device::Model {
                id: app.clock.new_id(),
                community_id: bulk.community,
                contribution_item_id: item.id,
                serial_number: serial.into(),
            };
            let devices = [device("SN-2"), device("SN-1")];
            let mut open =
                grants.iter_mut().filter(|grant| grant.contribution_id == Some(from.id) && grant.item_id.is_none());
            if let Some(grant) = open.find(|grant| matches!(grant.status, AidStatus::Planned | AidStatus::Delivered)) {
                (grant.item_id, grant.device_id) = (Some(item.id), Some(devices[0].id));
            }
            bulk.items.push(item);
            bulk.devices.extend(devices);
        }
    }
}

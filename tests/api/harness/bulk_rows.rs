//! The rows of [`super::bulk`].

use chrono::NaiveDate;
use entity::{
    aid_programme::{self, AidScope},
    aid_record::{self, AidStatus},
    building,
    circumstance::{self, CircumstanceKind, DisabilityKind},
    contribution, contributor,
    data_key::{self, KeyPurpose},
    figures::{AidKind, Precision},
    grid, household,
    household_membership::{self, HouseholdRelation},
    milestone, pairing,
    partner_unit::{self, PartnerUnitKind},
    partner_unit_alias,
    posting::{self, PostingRole},
    project::{self, ProjectStatus},
    project_participation,
    project_participation_role::{self, ParticipationRole},
    resident::{self, IdDocumentKind, LifeStatus, Sex},
    staff_member,
};
use sea_orm::{Iterable, TryIntoModel};
use tongxin::{
    context::App,
    privacy::{Column, DataKey},
};
use uuid::Uuid;

use super::bulk::{Bulk, Size, at, day};

/// Ties, both cases, wildcards, and characters beyond the first plane: code point order is neither the order of UTF-16 nor anybody's alphabet.
pub const NAMES: [&str; 10] =
    ["王小明", "𠮷野", "王小明", "张三", "zoe", "Zoe", "王%明", "小明_", "欧阳明月", "\u{ffee}明!\\"];
const ROOMS: [&str; 4] = ["101", "1001", "101", "9-201"];
const TITLES: [&str; 5] = ["低保慰问", "助听器", "低保慰问", "Cash 100%", "cash"];

fn days(i: usize) -> NaiveDate {
    [day(2020, 1, 31), day(1999, 12, 31), day(2020, 2, 1), day(2021, 2, 28)][i % 4]
}

pub fn passport(i: usize) -> String {
    format!("E1{i:07}")
}

/// Shared by a few.
pub fn phone(i: usize) -> String {
    format!("138000000{:02}", i % 20)
}

pub fn make(bulk: &mut Bulk, app: &App, size: Size) {
    places(bulk, app, size);
    people(bulk, app, size);
    partners(bulk, app, size);
    projects(bulk, app, size);
    contributions(bulk, app, size);
    aid(bulk, app);
}

fn places(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    let grid =
        |i| grid::Model { id: new_id(), community_id, name: format!("批量网格{i}"), version: 1, created_at: at(i) };
    bulk.grids = (0..2).map(grid).collect();
    let building = |i: usize| building::Model {
        id: new_id(),
        community_id,
        grid_id: bulk.grids.get(i % 3).map(|grid| grid.id),
        name: format!("批量{i}号楼"),
        address: i.is_multiple_of(2).then(|| format!("{i} 号")),
        version: 1,
        created_at: at(i),
    };
    bulk.buildings = (0..4).map(building).collect();
    let household = |i: usize| household::Model {
        id: new_id(),
        community_id,
        building_id: bulk.buildings[i % 4].id,
        unit: (!i.is_multiple_of(3)).then(|| format!("{} 单元", i % 2)),
        room: ROOMS[i % 4].into(),
        version: 1,
        registered_at: at(i / 4),
    };
    bulk.households = (0..size.residents.div_ceil(3)).map(household).collect();
}

fn person(bulk: &mut Bulk, app: &App) -> (Uuid, DataKey) {
    let (key, row) = app.keys.new_person(&app.clock);
    let row: data_key::Model = row.try_into_model().unwrap();
    assert_eq!(row.purpose, KeyPurpose::Person);
    let id = row.id;
    bulk.keys.push(row);
    (id, key)
}

fn people(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    for i in 0..size.residents {
        let (data_key_id, key) = person(bulk, app);
        // Three to a household, and every tenth to none.
        let household = (i % 10 != 9).then(|| &bulk.households[i / 3]);
        let (document, phone) = ((i % 5 == 0).then(|| passport(i)), (i % 4 == 0).then(|| phone(i)));
        let resident = resident::Model {
            id: new_id(),
            community_id,
            data_key_id,
            full_name: NAMES[i % NAMES.len()].into(),
            sex: [Sex::Female, Sex::Male, Sex::Unknown][i % 3],
            birth_date: (i % 3 != 1).then(|| days(i)),
            id_document_kind: if document.is_some() { IdDocumentKind::Passport } else { IdDocumentKind::None },
            id_document: document.as_ref().map(|number| key.seal(Column::ResidentIdDocument, number.as_bytes())),
            id_document_index: document.as_ref().map(|number| app.keys.index(Column::ResidentIdDocument, number)),
            phone: phone.as_ref().map(|phone| key.seal(Column::ResidentPhone, phone.as_bytes())),
            phone_index: phone.as_ref().map(|phone| app.keys.index(Column::ResidentPhone, phone)),
            life_status: match i % 7 {
                3 => LifeStatus::MovedOut,
                5 => LifeStatus::Deceased,
                _ => LifeStatus::LivingHere,
            },
            life_status_on: matches!(i % 7, 3 | 5).then(|| days(i)),
            household_id: household.map(|household| household.id),
            building_id: household.map(|household| household.building_id),
            merged_into: None,
            registered_at: at(i / 6),
            version: 1,
        };
        let membership = |household: &household::Model, relation, ended_on| household_membership::Model {
            id: new_id(),
            community_id,
            household_id: household.id,
            resident_id: resident.id,
            relation,
            started_on: day(2010, 1, 1),
            ended_on,
            version: 1,
        };
        let relation = if i % 3 == 0 { HouseholdRelation::Head } else { HouseholdRelation::Child };
        let now = household.map(|household| membership(household, relation, None));
        let before = (i % 4 == 1)
            .then(|| membership(&bulk.households[0], HouseholdRelation::NonRelative, Some(day(2011, 1, 1))));
        bulk.memberships.extend(now.into_iter().chain(before));
        let circumstance = |kind, disability_kind, ended_on| circumstance::Model {
            id: new_id(),
            community_id,
            resident_id: resident.id,
            kind,
            disability_kind,
            disability_grade: disability_kind.map(|_| 2),
            source: None,
            started_on: day(2015, 1, 1),
            ended_on,
            version: 1,
        };
        let poor = (i % 4 == 0).then(|| circumstance(CircumstanceKind::LowIncome, None, None));
        let deaf =
            (i % 6 == 0).then(|| circumstance(CircumstanceKind::Disability, Some(DisabilityKind::Hearing), None));
        let pupil = (i % 8 == 1).then(|| circumstance(CircumstanceKind::Pupil, None, Some(day(2020, 6, 30))));
        bulk.circumstances.extend(poor.into_iter().chain(deaf).chain(pupil));
        bulk.residents.push(resident);
    }
}

fn partners(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    for i in 0..size.units {
        let unit = partner_unit::Model {
            id: new_id(),
            name: format!("单位{}", i % 4),
            kind: PartnerUnitKind::iter().cycle().nth(i).unwrap(),
            name_known: i % 4 != 0,
            credit_code: None,
            credit_code_override: None,
            version: 1,
            registered_at: at(i / 2),
        };
        let alias = |j| partner_unit_alias::Model {
            id: new_id(),
            partner_unit_id: unit.id,
            alias: format!("别名{}", (i + j) % 5),
        };
        bulk.aliases.extend((0..i % 3).map(alias));
        let ended_on = (i % 3 == 2).then(|| day(2021, 12, 31));
        bulk.pairings.push(pairing::Model {
            id: new_id(),
            community_id,
            partner_unit_id: unit.id,
            started_on: days(i),
            ended_on,
            note: None,
            version: 1,
        });
        bulk.units.push(unit);
    }
    for i in 0..6 {
        let (data_key_id, key) = person(bulk, app);
        let member = staff_member::Model {
            id: new_id(),
            community_id,
            data_key_id,
            full_name: NAMES[i % 4].into(),
            phone: i.is_multiple_of(2).then(|| key.seal(Column::StaffPhone, phone(i).as_bytes())),
            account_id: None,
            version: 1,
            registered_at: at(i / 2),
        };
        let post = |role, ended_on| posting::Model {
            id: new_id(),
            community_id,
            staff_member_id: member.id,
            role,
            grid_id: bulk.grids.get(i % 3).map(|grid| grid.id),
            seconded_by: bulk.units.get(i).filter(|_| i % 2 == 0).map(|unit| unit.id),
            started_on: day(2020, 1, 1),
            ended_on,
            version: 1,
        };
        let roles = [PostingRole::GridWorker, PostingRole::Secretary, PostingRole::CommunityWorker];
        bulk.postings.push(post(roles[i % 3], None));
        bulk.postings.extend((i % 2 == 1).then(|| post(PostingRole::WorkTeamMember, Some(day(2020, 12, 31)))));
        bulk.staff.push(member);
    }
}

fn projects(bulk: &mut Bulk, app: &App, size: Size) {
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

fn contributions(bulk: &mut Bulk, app: &App, size: Size) {
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

fn aid(bulk: &mut Bulk, app: &App) {
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

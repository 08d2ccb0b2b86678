//! The rows of [`super::bulk`]: places, people and partner units.

use chrono::NaiveDate;
use entity::{
    building,
    circumstance::{self, CircumstanceKind, DisabilityKind},
    consent::{self, ConsentMeans, ConsentPurpose, GuardianRelation},
    data_key::{self, KeyPurpose},
    grid, household,
    household_membership::{self, HouseholdRelation},
    pairing,
    partner_unit::{self, PartnerUnitKind},
    partner_unit_alias,
    posting::{self, PostingRole},
    resident::{self, IdDocumentKind, LifeStatus, Sex},
    staff_member,
};
use sea_orm::{Iterable, TryIntoModel};
use tongxin::{
    context::App,
    privacy::{Column, DataKey},
};
use uuid::Uuid;

use super::{
    bulk::{Bulk, Size, at, day},
    bulk_events, bulk_people, bulk_pledges, bulk_things, bulk_work,
};

/// Ties, both cases, wildcards, and characters beyond the first plane: code point order is neither the order of UTF-16 nor anybody's alphabet.
pub const NAMES: [&str; 10] =
    ["王小明", "𠮷野", "王小明", "张三", "zoe", "Zoe", "王%明", "小明_", "欧阳明月", "\u{ffee}明!\\"];
const ROOMS: [&str; 4] = ["101", "1001", "101", "9-201"];

pub fn days(i: usize) -> NaiveDate {
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
    consents(bulk, app);
    bulk_work::projects(bulk, app, size);
    bulk_work::contributions(bulk, app, size);
    bulk_work::aid(bulk, app);
    bulk_things::things(bulk, app, size);
    bulk_pledges::sponsorships(bulk, app, size);
    bulk_people::volunteers(bulk, app, size);
    bulk_people::teams(bulk, app, size);
    bulk_events::events(bulk, app, size);
}

fn places(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    let grid = |i| grid::Model {
        id: new_id(),
        community_id,
        name: format!("批量网格{i}"),
        version: 1,
        created_at: at(i),
        closed_on: None,
        merged_into: None,
    };
    bulk.grids = (0..2).map(grid).collect();
    let (into, closed_on) = (Some(bulk.grids[0].id), Some(day(2021, 1, 1)));
    bulk.closed_grids = vec![grid::Model { closed_on, merged_into: into, ..grid(2) }];
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

pub fn person(bulk: &mut Bulk, app: &App) -> (Uuid, DataKey) {
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
            visit_id: None,
            legal_basis: None,
            legal_basis_reason: None,
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

/// To both purposes, expired, withdrawn and open, given by the person and by guardians.
fn consents(bulk: &mut Bulk, app: &App) {
    for (i, resident) in bulk.residents.iter().enumerate().filter(|(i, _)| i % 2 == 0) {
        let shared = i % 6 == 4;
        let guardian = (i % 8 == 4).then(|| bulk.residents[i - 1].id);
        let name = (i % 8 == 2).then(|| NAMES[i % NAMES.len()].to_owned());
        let relation = (guardian.is_some() || name.is_some()).then_some(GuardianRelation::Grandparent);
        bulk.consents.push(consent::Model {
            id: app.clock.new_id(),
            community_id: bulk.community,
            resident_id: resident.id,
            purpose: if shared { ConsentPurpose::ShareWithPartner } else { ConsentPurpose::SensitiveCircumstances },
            partner_unit_id: shared.then(|| bulk.units[i % bulk.units.len()].id),
            means: ConsentMeans::iter().cycle().nth(i / 2).unwrap(),
            guardian_relation: relation,
            guardian_id: guardian,
            guardian_name: name,
            note: (i % 4 == 0).then(|| "原件在档案柜".to_owned()),
            given_on: days(i / 2),
            expires_on: (i % 5 == 0).then(|| day(2021, 6, 30)),
            withdrawn_on: (i % 7 == 0).then(|| day(2021, 12, 31)),
            withdrawn_reason: (i % 7 == 0).then(|| "本人要求".to_owned()),
            recorded_at: at(i / 4),
            version: 1,
        });
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

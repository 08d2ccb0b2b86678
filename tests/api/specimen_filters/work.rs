//! Projects, contributions and aid.

use entity::{
    aid_programme::AidScope, aid_record::AidStatus, figures::AidKind, project::ProjectStatus,
    project_participation_role::ParticipationRole,
};
use serde_json::{Value, json};
use tongxin::relay::id::encode;
use uuid::Uuid;

use super::{Filtered, Holds, communities, days, filtered, holds, references, searches, specimens, texts};
use crate::harness::{World, bulk::Bulk, listing::List};

pub fn work(world: &World, bulk: &Bulk) -> Vec<Filtered> {
    use entity::{aid_batch, aid_programme, aid_record, contribution, project, project_participation};
    let here = communities(world, bulk);
    let units: Vec<Uuid> = bulk.units.iter().take(3).map(|unit| unit.id).collect();
    let projects: Vec<Uuid> = bulk.projects.iter().take(2).map(|project| project.id).collect();
    let aid = filtered(
        List::new("aidRecords", "AidRecord"),
        &world.staff,
        &bulk.aid,
        |row| encode("aid_record", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &aid_record::Model, key| row.community_id
                == key),
            references(
                "residentId",
                "resident",
                vec![bulk.residents[0].id, bulk.residents[9].id],
                |row: &aid_record::Model, key| row.resident_id == Some(key)
            ),
            references("householdId", "household", vec![bulk.households[0].id], |row: &aid_record::Model, key| row
                .household_id
                == Some(key)),
            references(
                "programmeId",
                "aid_programme",
                bulk.programmes.iter().map(|row| row.id).collect(),
                |row: &aid_record::Model, key| row.programme_id == Some(key)
            ),
            references(
                "contributionId",
                "contribution",
                vec![bulk.contributions[3].id],
                |row: &aid_record::Model, key| row.contribution_id == Some(key)
            ),
            references("projectId", "project", projects.clone(), |row: &aid_record::Model, key| row.project_id
                == Some(key)),
            references(
                "batchId",
                "aid_batch",
                bulk.batches.iter().take(2).map(|row| row.id).collect(),
                |row: &aid_record::Model, key| row.batch_id == Some(key)
            ),
            days("givenOn", |row: &aid_record::Model| Some(row.given_on)),
            kinds(|row: &aid_record::Model| row.kind),
            [
                holds(json!({ "status": { "eq": "PLANNED" } }), |row: &aid_record::Model| row.status
                    == AidStatus::Planned),
                holds(json!({ "status": { "in": ["REFUSED", "RETURNED"] } }), |row: &aid_record::Model| matches!(
                    row.status,
                    AidStatus::Refused | AidStatus::Returned
                )),
            ],
        ],
    );
    let joined = |row: &project::Model, key| {
        bulk.participations.iter().any(|of| of.project_id == row.id && of.partner_unit_id == key)
    };
    let project = filtered(
        List::new("projects", "Project"),
        &world.staff,
        &bulk.projects,
        |row| encode("project", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &project::Model, key| row.community_id == key),
            references("partnerUnitId", "partner_unit", units.clone(), joined),
            texts("title", |row: &project::Model| vec![row.title.clone()]),
            searches(false, |row: &project::Model| vec![row.title.clone()]),
            [
                holds(json!({ "status": { "eq": "UNDER_WAY" } }), |row: &project::Model| row.status
                    == ProjectStatus::UnderWay),
                holds(json!({ "status": { "in": ["PROPOSED", "APPROVED"] } }), |row: &project::Model| matches!(
                    row.status,
                    ProjectStatus::Proposed | ProjectStatus::Approved
                )),
            ],
        ],
    );
    let put_in = |row: &contribution::Model, key| {
        bulk.contributors.iter().any(|by| by.contribution_id == row.id && by.partner_unit_id == key)
    };
    let contribution = filtered(
        List::new("contributions", "Contribution"),
        &world.staff,
        &bulk.contributions,
        |row| encode("contribution", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &contribution::Model, key| row.community_id
                == key),
            references("projectId", "project", projects.clone(), |row: &contribution::Model, key| row.project_id
                == Some(key)),
            references("partnerUnitId", "partner_unit", units.clone(), put_in),
            texts("title", |row: &contribution::Model| vec![row.title.clone()]),
            days("receivedOn", |row: &contribution::Model| row.received_on),
            kinds(|row: &contribution::Model| row.kind),
        ],
    );
    let programme = filtered(
        List::new("aidProgrammes", "AidProgramme"),
        &world.staff,
        &bulk.programmes,
        |row| encode("aid_programme", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &aid_programme::Model, key| row.community_id
                == key),
            texts("name", |row: &aid_programme::Model| vec![row.name.clone()]),
            [
                holds(json!({ "scope": { "eq": "PERSON" } }), |row: &aid_programme::Model| row.scope
                    == AidScope::Person),
                holds(json!({ "scope": { "in": ["HOUSEHOLD"] } }), |row: &aid_programme::Model| row.scope
                    == AidScope::Household),
            ],
        ],
    );
    let batch = filtered(
        List::new("aidBatches", "AidBatch"),
        &world.staff,
        &bulk.batches,
        |row| encode("aid_batch", row.id),
        specimens![
            references("communityId", "community", here.clone(), |row: &aid_batch::Model, key| row.community_id == key),
            references(
                "programmeId",
                "aid_programme",
                bulk.programmes.iter().map(|row| row.id).collect(),
                |row: &aid_batch::Model, key| row.programme_id == Some(key)
            ),
            references(
                "contributionId",
                "contribution",
                vec![bulk.contributions[3].id],
                |row: &aid_batch::Model, key| row.contribution_id == key
            ),
            days("givenOn", |row: &aid_batch::Model| Some(row.given_on)),
        ],
    );
    // Listed under units only.
    let unit = bulk.units[0].id;
    let own: Vec<_> = bulk.participations.iter().filter(|row| row.partner_unit_id == unit).cloned().collect();
    let as_such = |row: &project_participation::Model, roles: &[ParticipationRole]| {
        bulk.roles.iter().any(|of| of.participation_id == row.id && roles.contains(&of.role))
    };
    let list = List::new("participations", "ProjectParticipation");
    let mut participation = filtered(
        list,
        &world.staff,
        &own,
        |row| encode("project_participation", row.id),
        specimens![
            references("communityId", "community", here, |row: &project_participation::Model, key| row.community_id
                == key),
            references("projectId", "project", projects, |row: &project_participation::Model, key| row.project_id
                == key),
            references("partnerUnitId", "partner_unit", units, |row: &project_participation::Model, key| row
                .partner_unit_id
                == key),
            [
                holds(json!({ "role": { "eq": "LABOUR" } }), move |row: &project_participation::Model| as_such(
                    row,
                    &[ParticipationRole::Labour]
                )),
                holds(json!({ "role": { "in": ["FUNDER", "HOST"] } }), move |row: &project_participation::Model| {
                    as_such(row, &[ParticipationRole::Funder, ParticipationRole::Host])
                }),
            ],
        ],
    );
    participation.around = format!("partnerUnit(id: \"{}\") {{ LIST }}", encode("partner_unit", unit));
    participation.pointer = "/partnerUnit/participations".into();
    vec![aid, project, contribution, programme, batch, participation]
}

fn kinds<'a, M>(of: impl Fn(&M) -> AidKind + Copy + 'a) -> Vec<(Value, Holds<'a, M>)> {
    vec![
        holds(json!({ "kind": { "eq": "GOODS" } }), move |row| of(row) == AidKind::Goods),
        holds(json!({ "kind": { "in": ["CASH", "LOAN", "CASH"] } }), move |row| {
            matches!(of(row), AidKind::Cash | AidKind::Loan)
        }),
        holds(json!({ "kind": { "in": [] } }), |_| false),
    ]
}

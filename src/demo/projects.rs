//! Joint projects and contributions as rows: how a few words about one become its rows in several tables.

use chrono::NaiveDate;
use entity::{
    contribution, contributor,
    figures::AidKind,
    milestone,
    project::{self, ProjectStatus as Status},
    project_participation, project_participation_role,
    project_participation_role::ParticipationRole as Role,
};
use uuid::Uuid;

use super::{calendar::moment, ids::Ids, rows::Rows};
use crate::figures::Figure;

/// A joint project.
pub(super) struct Project<'a> {
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) status: Status,
    pub(super) budget: Figure,
    pub(super) responsible: Option<Uuid>,
    /// Start and end.
    pub(super) term: (NaiveDate, Option<NaiveDate>),
    /// Who takes part, as what, and with which share of the budget.
    pub(super) partners: &'a [(Uuid, &'a [Role], Option<i64>)],
    pub(super) milestones: &'a [(&'a str, NaiveDate)],
}

pub(super) fn project(rows: &mut Rows, ids: &mut Ids, community_id: Uuid, of: Project<'_>) -> Uuid {
    let project_id = ids.next();
    let (started_on, ended_on) = of.term;
    rows.projects.push(project::Model {
        id: project_id,
        community_id,
        title: of.title.to_owned(),
        description: Some(of.description.to_owned()).filter(|text| !text.is_empty()),
        status: of.status,
        status_reason: None,
        budget_fen: of.budget.amount,
        budget_precision: of.budget.precision,
        responsible_id: of.responsible,
        started_on: Some(started_on).filter(|_| !matches!(of.status, Status::Proposed | Status::Approved)),
        ended_on,
        version: 1,
        proposed_at: moment(started_on - chrono::Days::new(30), 9 * 60 + 30),
    });
    for (partner_unit_id, roles, share_fen) in of.partners {
        let id = ids.next();
        rows.participations.push(project_participation::Model {
            id,
            community_id,
            project_id,
            partner_unit_id: *partner_unit_id,
            share_fen: *share_fen,
            version: 1,
        });
        for role in *roles {
            rows.participation_roles.push(project_participation_role::Model { participation_id: id, role: *role });
        }
    }
    for (title, due_on) in of.milestones {
        rows.milestones.push(milestone::Model {
            id: ids.next(),
            community_id,
            project_id,
            title: (*title).to_owned(),
            due_on: Some(*due_on),
            reached_on: ended_on.map(|ended_on| ended_on.min(*due_on)),
            version: 1,
        });
    }
    project_id
}

/// What somebody put in: pledged and received in one.
pub(super) struct Given<'a> {
    pub(super) kind: AidKind,
    pub(super) title: &'a str,
    pub(super) unit: &'a str,
    pub(super) quantity: Figure,
    pub(super) value: Figure,
    pub(super) on: NaiveDate,
    pub(super) by: &'a [Uuid],
    pub(super) project_id: Option<Uuid>,
}

/// Nothing of it is allocated yet; see `aid.rs`.
pub(super) fn contribution(rows: &mut Rows, ids: &mut Ids, community_id: Uuid, of: Given<'_>) -> Uuid {
    let contribution_id = ids.next();
    rows.contributions.push(contribution::Model {
        id: contribution_id,
        community_id,
        project_id: of.project_id,
        kind: of.kind,
        title: of.title.to_owned(),
        unit: of.unit.to_owned(),
        pledged_milli: of.quantity.amount,
        pledged_precision: of.quantity.precision,
        pledged_fen: of.value.amount,
        pledged_value_precision: of.value.precision,
        received_milli: of.quantity.amount,
        received_precision: of.quantity.precision,
        received_fen: of.value.amount,
        received_value_precision: of.value.precision,
        allocated_milli: 0,
        allocated_fen: 0,
        delivered_milli: 0,
        delivered_fen: 0,
        over_allocation_reason: None,
        pledged_on: Some(of.on),
        received_on: Some(of.on),
        recorded_at: moment(of.on, 16 * 60),
        version: 1,
    });
    // Who is alone gave the whole, where that is known exactly; how several shared it is not on record.
    let exact = of.value.precision == entity::figures::Precision::Exact;
    let amount_fen = of.value.amount.filter(|_| exact && of.by.len() == 1);
    for partner_unit_id in of.by {
        let (id, partner_unit_id) = (ids.next(), *partner_unit_id);
        rows.contributors.push(contributor::Model { id, community_id, contribution_id, partner_unit_id, amount_fen });
    }
    contribution_id
}

//! What came for projects and how it is shared out: for a whole page in two statements.

use std::collections::HashMap;

use async_graphql::SimpleObject;
use entity::{figures::AidKind as Kind, project_participation::Column};
use sea_orm::{ColumnTrait, Iterable, QueryFilter, QuerySelect, sea_query::ExprTrait};
use uuid::Uuid;

use super::{object::Project, participation::ProjectParticipation};
use crate::{
    access::policy::Action,
    contributions::{Contribution, received_by_projects},
    error::Result,
    figures::{Figure, KindTotal, Money, difference, sum},
    relay::{Edge, Entity, Reading},
};

/// The money of a project and what else came for it (项目资金). Kinds are never added together, and what is not shared out is shown as such.
#[derive(SimpleObject, Clone)]
pub struct ProjectFunding {
    /// What it is meant to cost (预算).
    budget: Money,
    /// The value of what has come, for each kind that something was promised or given of; at least that much where you see only a part of it (到位, 按类型).
    received: Vec<KindTotal>,
    /// The sum of all shares of its cash; a unit with several roles counts once. At least that much where you see only some of the shares (已分摊).
    shared_out: Money,
    /// Cash received that is nobody's share, as sure as the two are (未分摊).
    unallocated: Money,
}

pub(super) fn of_projects() -> Edge<Project> {
    Edge::values(|reading, projects: &[Project], _| {
        Box::pin(async move {
            let keys: Vec<Uuid> = projects.iter().map(|project| project.seen().key()).collect();
            let mut received: HashMap<Uuid, Vec<(Kind, Figure)>> = HashMap::new();
            for (project, kind, part) in received_by_projects(reading, &keys).await? {
                received.entry(project).or_default().push((kind, part));
            }
            let shares = shared_out(reading, &keys).await?;
            let reach = |resource| reading.viewer.reach(resource, Action::Read);
            let (gifts_seen, shares_seen) = (reach(Contribution::RESOURCE), reach(ProjectParticipation::RESOURCE));
            let by_project = projects.iter().map(|project| {
                let (key, community) = (project.seen().key(), project.seen().community_id);
                let parts = received.get(&key).map(Vec::as_slice).unwrap_or_default();
                let shared_out = Figure::exact(shares.get(&key).copied().unwrap_or(0));
                let shared_out = if shares_seen.covers(community) { shared_out } else { shared_out.in_part() };
                (key, funding(project, (parts, gifts_seen.covers(community)), shared_out))
            });
            Ok(by_project.collect::<HashMap<_, _>>())
        })
    })
}

/// `all`: are these all parts that came? Whoever sees some of them knows a lower bound.
fn funding(project: &Project, (parts, all): (&[(Kind, Figure)], bool), shared_out: Figure) -> ProjectFunding {
    let row = project.seen();
    let of_kind = |kind: Kind| parts.iter().filter(move |(own, _)| *own == kind).map(|(_, part)| *part);
    let total = |kind: Kind| if all { sum(of_kind(kind)) } else { sum(of_kind(kind)).in_part() };
    let totals = Kind::iter().filter(|kind| of_kind(*kind).next().is_some());
    ProjectFunding {
        budget: Money::new(Figure { amount: row.budget_fen, precision: row.budget_precision }),
        received: totals.map(|kind| KindTotal { kind: kind.into(), value: Money::new(total(kind)) }).collect(),
        shared_out: Money::new(shared_out),
        unallocated: Money::new(difference(total(Kind::Cash), shared_out)),
    }
}

/// From participations alone, not from their roles: each share counts once.
async fn shared_out(reading: &Reading<'_>, projects: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    let rows: Vec<(Uuid, Option<i64>)> = reading
        .select::<ProjectParticipation>()
        .filter(Column::ProjectId.is_in(projects.iter().copied()))
        .select_only()
        .column(Column::ProjectId)
        .expr_as(Column::ShareFen.sum().cast_as("bigint"), "total")
        .group_by(Column::ProjectId)
        .into_tuple()
        .all(reading.db())
        .await?;
    Ok(rows.into_iter().map(|(project, total)| (project, total.unwrap_or(0))).collect())
}

//! How the edges of contributions are loaded, and the edges that lead to contributions.

use std::collections::{HashMap, HashSet};

use entity::{contribution, contribution_device, contribution_item, contributor};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait};
use uuid::Uuid;

use super::{
    contributor::Contributor,
    item::{ContributionDevice, ContributionItem},
    object::Contribution,
};
use crate::{
    aid,
    communities::Community,
    facilities,
    partners::PartnerUnit,
    projects::Project,
    relay::{Edge, Entity},
};

pub fn of_contribution(field: &str) -> Option<Edge<Contribution>> {
    Some(match field {
        "community" => Edge::<Contribution>::one::<Community>(|row| Some(row.community_id)),
        "project" => Edge::<Contribution>::one::<Project>(|row| row.project_id),
        "contributors" => contributors(),
        "partnerUnit" => only_unit(),
        "items" => items(),
        "aidRecords" => aid::edges::of_contributions(),
        "assets" => facilities::edges::of_contributions(),
        _ => return None,
    })
}

pub fn of_contributor(field: &str) -> Option<Edge<Contributor>> {
    Some(match field {
        "contribution" => Edge::<Contributor>::one::<Contribution>(|row| Some(row.contribution_id)),
        "partnerUnit" => Edge::<Contributor>::one::<PartnerUnit>(|row| Some(row.partner_unit_id)),
        _ => return None,
    })
}

pub fn of_item(field: &str) -> Option<Edge<ContributionItem>> {
    Some(match field {
        "contribution" => Edge::<ContributionItem>::one::<Contribution>(|row| Some(row.contribution_id)),
        "devices" => devices(),
        _ => return None,
    })
}

pub fn of_device(field: &str) -> Option<Edge<ContributionDevice>> {
    Some(match field {
        "item" => Edge::<ContributionDevice>::one::<ContributionItem>(|row| Some(row.contribution_item_id)),
        "aidRecord" => aid::edges::of_devices(),
        _ => return None,
    })
}

/// As they were entered.
fn items() -> Edge<Contribution> {
    Edge::<Contribution>::all::<ContributionItem>(
        contribution_item::Column::ContributionId,
        |row| Some(row.contribution_id),
        |select, _| Ok(select.order_by_asc(contribution_item::Column::Id)),
    )
}

fn devices() -> Edge<ContributionItem> {
    Edge::<ContributionItem>::all::<ContributionDevice>(
        contribution_device::Column::ContributionItemId,
        |row| Some(row.contribution_item_id),
        |select, _| Ok(select.order_by_asc(contribution_device::Column::SerialNumber)),
    )
}

/// As they were entered.
fn contributors() -> Edge<Contribution> {
    Edge::<Contribution>::all::<Contributor>(
        contributor::Column::ContributionId,
        |row| Some(row.contribution_id),
        |select, _| Ok(select.order_by_asc(contributor::Column::Id)),
    )
}

/// Two statements: who contributed, and the units of those who are alone. Counted are all who gave, also those whom the viewer does not see: nobody is named as
/// the only one who gave part of it.
fn only_unit() -> Edge<Contribution> {
    Edge::values(|reading, contributions: &[Contribution], asked| {
        Box::pin(async move {
            let keys: Vec<Uuid> = contributions.iter().map(|contribution| contribution.seen().key()).collect();
            let rows: Vec<(Uuid, Uuid)> = contributor::Entity::find()
                .filter(contributor::Column::ContributionId.is_in(keys))
                .select_only()
                .column(contributor::Column::ContributionId)
                .column(contributor::Column::PartnerUnitId)
                .into_tuple()
                .all(reading.db())
                .await?;
            // None where there are several.
            let mut alone: HashMap<Uuid, Option<Uuid>> = HashMap::new();
            for (contribution, unit) in rows {
                alone.entry(contribution).and_modify(|unit| *unit = None).or_insert(Some(unit));
            }
            let wanted: HashSet<Uuid> = alone.values().copied().flatten().collect();
            let units = reading.some::<PartnerUnit>(wanted, &asked.selection).await?;
            let by_contribution =
                alone.into_iter().filter_map(|(contribution, unit)| Some((contribution, units.get(&unit?)?.clone())));
            Ok(by_contribution.collect::<HashMap<_, _>>())
        })
    })
}

/// Contributions to communities: `Community.contributions`.
pub(crate) fn of_communities() -> Edge<Community> {
    Edge::many::<Contribution>(contribution::Column::CommunityId)
}

/// Contributions to projects: `Project.contributions`.
pub(crate) fn of_projects() -> Edge<Project> {
    Edge::many::<Contribution>(contribution::Column::ProjectId)
}

/// Contributions of partner units, alone or with others: `PartnerUnit.contributions`.
pub(crate) fn of_partner_units() -> Edge<PartnerUnit> {
    Edge::many_through::<Contribution, _>(contributor::Column::PartnerUnitId, |select| {
        select.join(JoinType::InnerJoin, contributor::Relation::Contribution.def().rev())
    })
}

//! What came for projects: sums that the database makes within one precision, for the algebra to add up.

use std::collections::{BTreeSet, HashMap};

use entity::{
    contribution::{self, Column},
    contribution_item,
    figures::{AidKind, Precision},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::ExprTrait};
use uuid::Uuid;

use super::object::Contribution;
use crate::{
    error::Result,
    figures::{Figure, sum},
    relay::Reading,
    write::Tx,
};

/// Value received for each of these projects, a part for each kind and precision, in one statement.
pub(crate) async fn received_by_projects(
    reading: &Reading<'_>,
    projects: &[Uuid],
) -> Result<Vec<(Uuid, AidKind, Figure)>> {
    let rows: Vec<(Uuid, AidKind, Precision, Option<i64>)> = reading
        .select::<Contribution>()
        .filter(Column::ProjectId.is_in(projects.iter().copied()))
        .select_only()
        .column(Column::ProjectId)
        .column(Column::Kind)
        .column(Column::ReceivedValuePrecision)
        .expr_as(Column::ReceivedFen.sum().cast_as("bigint"), "total")
        .group_by(Column::ProjectId)
        .group_by(Column::Kind)
        .group_by(Column::ReceivedValuePrecision)
        .into_tuple()
        .all(reading.db())
        .await?;
    let parts =
        rows.into_iter().map(|(project, kind, precision, amount)| (project, kind, Figure { amount, precision }));
    Ok(parts.collect())
}

/// Cash received for a project, for rules about it inside a change.
pub(crate) async fn cash_received(tx: &Tx<'_>, project: Uuid) -> Result<Figure, DbErr> {
    let rows: Vec<(Precision, Option<i64>)> = contribution::Entity::find()
        .filter(Column::ProjectId.eq(project))
        .filter(Column::Kind.eq(AidKind::Cash))
        .select_only()
        .column(Column::ReceivedValuePrecision)
        .expr_as(Column::ReceivedFen.sum().cast_as("bigint"), "total")
        .group_by(Column::ReceivedValuePrecision)
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(sum(rows.into_iter().map(|(precision, amount)| Figure { amount, precision })))
}

/// Was it divided into items?
pub(crate) async fn has_items(tx: &Tx<'_>, contribution: Uuid) -> Result<bool, DbErr> {
    let own = contribution_item::Column::ContributionId.eq(contribution);
    Ok(contribution_item::Entity::find().filter(own).one(tx.conn()).await?.is_some())
}

/// The units in which contributions are counted.
pub(crate) async fn units_of(tx: &Tx<'_>, ids: BTreeSet<Uuid>) -> Result<HashMap<Uuid, String>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let select = contribution::Entity::find().filter(Column::Id.is_in(ids)).select_only();
    let rows: Vec<(Uuid, String)> = select.columns([Column::Id, Column::Unit]).into_tuple().all(tx.conn()).await?;
    Ok(rows.into_iter().collect())
}

//! What came for projects: sums that the database makes within one precision, for the algebra to add up.

use entity::{
    contribution::{self, Column},
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

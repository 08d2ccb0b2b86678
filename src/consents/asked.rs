//! What other slices ask before they go on.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::consent::{self, Column};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::SelectStatement,
};
use uuid::Uuid;

use super::queries::valid_on;
use crate::{error::Result, relay::Reading, write::Tx};

/// Does a consent of this resident to this purpose hold on this day? Of SHARE_WITH_PARTNER, to which unit.
pub(crate) async fn holds(
    tx: &Tx<'_>,
    resident: Uuid,
    purpose: consent::ConsentPurpose,
    unit: Option<Uuid>,
    day: NaiveDate,
) -> Result<bool, DbErr> {
    let found = consent::Entity::find()
        .filter(Column::ResidentId.eq(resident))
        .filter(Column::Purpose.eq(purpose))
        .filter(Condition::all().add_option(unit.map(|unit| Column::PartnerUnitId.eq(unit))))
        .filter(valid_on(day));
    Ok(found.count(tx.conn()).await? > 0)
}

/// The residents whose consent that a unit is told who they are holds on this day.
pub(crate) fn residents_who_share_with(unit: Uuid, day: NaiveDate) -> SelectStatement {
    consent::Entity::find()
        .select_only()
        .column(Column::ResidentId)
        .filter(Column::Purpose.eq(consent::ConsentPurpose::ShareWithPartner))
        .filter(Column::PartnerUnitId.eq(unit))
        .filter(valid_on(day))
        .into_query()
}

/// Of these residents, those whose consent that their name is posted holds on this day.
pub(crate) async fn who_may_be_posted(
    reading: &Reading<'_>,
    residents: impl IntoIterator<Item = Uuid>,
    day: NaiveDate,
) -> Result<HashSet<Uuid>> {
    let found: Vec<Uuid> = consent::Entity::find()
        .select_only()
        .column(Column::ResidentId)
        .filter(Column::ResidentId.is_in(residents))
        .filter(Column::Purpose.eq(consent::ConsentPurpose::PublicNotice))
        .filter(valid_on(day))
        .into_tuple()
        .all(reading.db())
        .await?;
    Ok(found.into_iter().collect())
}

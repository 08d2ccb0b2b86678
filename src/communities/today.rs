//! The day where communities are.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use entity::community::{Column, Entity};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    relay::Reading,
};

/// Today in each of these communities: one statement, for the time zones.
pub(crate) async fn today_in(
    reading: &Reading<'_>,
    communities: HashSet<Uuid>,
) -> Result<HashMap<Uuid, NaiveDate>, DbErr> {
    let zones: Vec<(Uuid, String)> = Entity::find()
        .filter(Column::Id.is_in(communities))
        .select_only()
        .column(Column::Id)
        .column(Column::TimeZone)
        .into_tuple()
        .all(reading.db())
        .await?;
    let today = |zone: String| reading.app.clock.today(zone.parse().unwrap_or(chrono_tz::Asia::Shanghai));
    Ok(zones.into_iter().map(|(id, zone)| (id, today(zone))).collect())
}

/// Today in one community.
pub(crate) async fn today_at(reading: &Reading<'_>, community: Uuid) -> Result<NaiveDate> {
    let days = today_in(reading, HashSet::from([community])).await?;
    days.get(&community).copied().ok_or_else(|| Error::internal("a row of a community that is not there"))
}

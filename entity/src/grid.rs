use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A grid (网格): the area of one grid worker. Its name is unique among the open grids of its community.
///
/// One that was merged into another is closed and kept, since postings and events refer to it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grid")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub name: String,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    /// The day since when it is out of use.
    pub closed_on: Option<NaiveDate>,
    /// The grid that took its buildings over.
    pub merged_into: Option<Uuid>,
    #[sea_orm(belongs_to, from = "community_id", to = "id")]
    pub community: BelongsTo<super::community::Entity>,
    #[sea_orm(has_many)]
    pub buildings: HasMany<super::building::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

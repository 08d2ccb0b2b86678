use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A community (社区), the unit of access: almost every row belongs to exactly one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "community")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub sub_district_id: Uuid,
    /// Administrative division code, unique.
    pub code: String,
    pub name: String,
    /// IANA name; civil dates of the community are read in it.
    pub time_zone: String,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "sub_district_id", to = "id")]
    pub sub_district: BelongsTo<super::sub_district::Entity>,
    #[sea_orm(has_many)]
    pub grids: HasMany<super::grid::Entity>,
    #[sea_orm(has_many)]
    pub buildings: HasMany<super::building::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A building (楼栋). Its name is unique in its community.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "building")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    /// Null while no grid covers it.
    pub grid_id: Option<Uuid>,
    pub name: String,
    pub address: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "community_id", to = "id")]
    pub community: BelongsTo<super::community::Entity>,
    #[sea_orm(belongs_to, from = "grid_id", to = "id")]
    pub grid: BelongsTo<Option<super::grid::Entity>>,
    #[sea_orm(has_many)]
    pub households: HasMany<super::household::Entity>,
    #[sea_orm(has_many)]
    pub residents: HasMany<super::resident::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

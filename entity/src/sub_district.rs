use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A sub-district (街道), the directory above the communities.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sub_district")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Administrative division code, unique.
    pub code: String,
    pub name: String,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    #[sea_orm(has_many)]
    pub communities: HasMany<super::community::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

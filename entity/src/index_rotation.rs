use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// The replacement of a deployment's key that is under way (密钥轮换进度); at most one row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "index_rotation")]
pub struct Model {
    /// `BLIND_INDEX`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: String,
    /// The key that takes over. Until then it is no purpose's.
    pub data_key_id: Uuid,
    pub started_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "data_key_id", to = "id")]
    pub data_key: BelongsTo<super::data_key::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

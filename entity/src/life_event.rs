use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What happened (变动类型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LifeEventKind {
    /// 迁出
    MoveOut,
    /// 死亡
    Death,
    /// 回迁
    Return,
}

/// What happened to a resident (居民变动): the life status on the resident's row is that of the last one which was not withdrawn.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "life_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub resident_id: Uuid,
    pub kind: LifeEventKind,
    /// Null only where it was put on file before the day was asked for.
    pub occurred_on: Option<NaiveDate>,
    pub note: Option<String>,
    /// The first of those that were recorded together, such as a family's; its own id where it is alone.
    pub together_id: Uuid,
    /// The account that recorded it; null where it was put on file before there was this table.
    pub recorded_by: Option<Uuid>,
    pub recorded_at: DateTime<Utc>,
    /// Set exactly with its reason, where it turned out not to have happened.
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_reason: Option<String>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "resident_id", to = "id")]
    pub resident: BelongsTo<super::resident::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far a session is (场次状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SessionStatus {
    /// 待举行
    Planned,
    /// 已举行
    Held,
    /// 已取消
    Cancelled,
}

/// One holding of an activity (场次). Its times may be unknown, its day is not.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub activity_id: Uuid,
    pub status: SessionStatus,
    pub status_reason: Option<String>,
    /// The day on which it begins, in the community's time zone.
    pub held_on: NaiveDate,
    pub starts_at: Option<DateTime<Utc>>,
    /// After the start; it may be past midnight.
    pub ends_at: Option<DateTime<Utc>>,
    pub facility_id: Option<Uuid>,
    pub place: Option<String>,
    /// How many may sign up; none for as many as like.
    pub capacity: Option<i32>,
    /// What is wanted of those who come, in words.
    pub roles_needed: Option<String>,
    /// Whoever comes is taught: those hours are no service.
    pub is_training: bool,
    /// Since when volunteers of the community see it and may sign up by themselves.
    pub published_at: Option<DateTime<Utc>>,
    /// How many sign-ups are confirmed; never above the capacity.
    pub confirmed_count: i32,
    /// How many wait for a place.
    pub waiting_count: i32,
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "activity_id", to = "id")]
    pub activity: BelongsTo<super::activity::Entity>,
    #[sea_orm(belongs_to, from = "facility_id", to = "id")]
    pub facility: BelongsTo<Option<super::facility::Entity>>,
    #[sea_orm(has_many)]
    pub attendances: HasMany<super::attendance::Entity>,
    #[sea_orm(has_many)]
    pub sign_ups: HasMany<super::session_sign_up::Entity>,
    #[sea_orm(has_many)]
    pub head_counts: HasMany<super::head_count::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

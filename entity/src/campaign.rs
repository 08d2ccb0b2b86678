use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::activity::{ActivityKind, ActivityStatus};

/// A campaign (专项行动): activities with one aim. What was achieved by all together is its own result.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "campaign")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    /// Under which its own results are reported.
    pub kind: ActivityKind,
    pub title: String,
    pub description: Option<String>,
    pub status: ActivityStatus,
    pub status_reason: Option<String>,
    pub started_on: NaiveDate,
    /// Null while it lasts; never before the start.
    pub ended_on: Option<NaiveDate>,
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
    #[sea_orm(has_many)]
    pub activities: HasMany<super::activity::Entity>,
    #[sea_orm(has_many)]
    pub results: HasMany<super::activity_result::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::figures::Precision;

/// How far a project is (项目状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProjectStatus {
    /// 立项申请
    Proposed,
    /// 已批准
    Approved,
    /// 实施中
    UnderWay,
    /// 已完成
    Completed,
    /// 已取消
    Cancelled,
}

/// A joint project (共建项目) of a community and its partner units.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub title: String,
    pub description: Option<String>,
    pub status: ProjectStatus,
    /// Why it stands where it stands; asked for when it is cancelled.
    pub status_reason: Option<String>,
    /// Whole fen; null exactly when its precision is `Unknown`.
    pub budget_fen: Option<i64>,
    pub budget_precision: Precision,
    /// 负责人, a staff member.
    pub responsible_id: Option<Uuid>,
    pub started_on: Option<NaiveDate>,
    /// Never before the start.
    pub ended_on: Option<NaiveDate>,
    pub version: i32,
    pub proposed_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "community_id", to = "id")]
    pub community: BelongsTo<super::community::Entity>,
    #[sea_orm(belongs_to, from = "responsible_id", to = "id")]
    pub responsible: BelongsTo<Option<super::staff_member::Entity>>,
    #[sea_orm(has_many)]
    pub participations: HasMany<super::project_participation::Entity>,
    #[sea_orm(has_many)]
    pub milestones: HasMany<super::milestone::Entity>,
    #[sea_orm(has_many)]
    pub contributions: HasMany<super::contribution::Entity>,
    #[sea_orm(has_many)]
    pub aid_records: HasMany<super::aid_record::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

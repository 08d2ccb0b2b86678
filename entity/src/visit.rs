use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::sealed::Sealed;

/// How far a visit is (走访状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VisitStatus {
    /// 已计划
    Planned,
    /// 已走访
    Held,
    /// 已取消
    Cancelled,
}

/// A visit (走访) of somebody who works for the community, to a household or a merchant. What it led to refers to it: requests and circumstances.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    /// A key of its own, which seals the note: several live in a household, and what was heard goes when this is destroyed.
    pub data_key_id: Uuid,
    /// Whom it was to: one of the two.
    pub household_id: Option<Uuid>,
    pub merchant_id: Option<Uuid>,
    pub staff_member_id: Uuid,
    pub status: VisitStatus,
    pub purpose: Option<String>,
    /// Null where nobody had planned it.
    pub planned_on: Option<NaiveDate>,
    /// Set exactly where it is `Held`.
    pub held_on: Option<NaiveDate>,
    /// What was heard and seen.
    pub note: Option<Sealed>,
    /// Set exactly where it is `Cancelled`.
    pub cancel_reason: Option<String>,
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "household_id", to = "id")]
    pub household: BelongsTo<Option<super::household::Entity>>,
    #[sea_orm(belongs_to, from = "merchant_id", to = "id")]
    pub merchant: BelongsTo<Option<super::merchant::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::figures::{AidKind, Precision};

/// What one or more partner units put in (资源投入), to a project or outside any.
///
/// Pledged, received, allocated and delivered are four amounts, each with a quantity and a value. Delivered never
/// exceeds allocated, and
/// allocated exceeds a known received amount only where that amount is not exact and a reason is recorded. Allocated
/// and delivered
/// are exact running sums, changed in the same transaction as the aid records that make them up.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contribution")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub project_id: Option<Uuid>,
    pub kind: AidKind,
    pub title: String,
    /// Unit of measure of the quantities, such as "item", "place" or "yuan".
    pub unit: String,
    /// 认捐数量, thousandths of the unit; null exactly when its precision is `Unknown`.
    pub pledged_milli: Option<i64>,
    pub pledged_precision: Precision,
    /// 认捐金额, whole fen.
    pub pledged_fen: Option<i64>,
    pub pledged_value_precision: Precision,
    /// 到位数量, thousandths of the unit.
    pub received_milli: Option<i64>,
    pub received_precision: Precision,
    /// 到位金额, whole fen.
    pub received_fen: Option<i64>,
    pub received_value_precision: Precision,
    /// 已分配数量, thousandths of the unit.
    pub allocated_milli: i64,
    /// 已分配金额, whole fen.
    pub allocated_fen: i64,
    /// 已发放数量, thousandths of the unit.
    pub delivered_milli: i64,
    /// 已发放金额, whole fen.
    pub delivered_fen: i64,
    /// Why more may be allocated than an inexact received amount says.
    pub over_allocation_reason: Option<String>,
    pub pledged_on: Option<NaiveDate>,
    pub received_on: Option<NaiveDate>,
    pub recorded_at: DateTime<Utc>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "project_id", to = "id")]
    pub project: BelongsTo<Option<super::project::Entity>>,
    #[sea_orm(has_many)]
    pub contributors: HasMany<super::contributor::Entity>,
    #[sea_orm(has_many)]
    pub aid_records: HasMany<super::aid_record::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

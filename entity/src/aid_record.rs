use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::aid_programme::AidScope;
use crate::figures::{AidKind, Precision};

/// How far a grant is (帮扶状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AidStatus {
    /// 拟发放
    Planned,
    /// 已批准
    Approved,
    /// 已发放
    Delivered,
    /// 不予批准
    Refused,
    /// 已取消
    Cancelled,
    /// 已退回
    Returned,
    /// 已冲正
    Reversed,
    /// 冲正记录
    Reversal,
}

/// Who signed for what was handed over (签收人).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Signatory {
    /// 本人
    Recipient,
    /// 代领人
    Delegate,
    /// 监护人或照料人
    Carer,
}

/// One grant (帮扶记录) to one resident or one household, from one contribution, or from a sponsor by an instalment that was paid.
///
/// A record is never deleted and its recipient never changes: corrections are new records.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "aid_record")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub scope: AidScope,
    /// Set exactly where the scope is `Person`.
    pub resident_id: Option<Uuid>,
    /// The recipient where the scope is `Household`; of a person, the household of that day, where there was one.
    pub household_id: Option<Uuid>,
    pub programme_id: Option<Uuid>,
    /// Null exactly where an instalment was paid.
    pub contribution_id: Option<Uuid>,
    pub project_id: Option<Uuid>,
    pub kind: AidKind,
    pub status: AidStatus,
    /// Why it was refused, cancelled, returned or reversed.
    pub status_reason: Option<String>,
    /// Thousandths of the unit; null exactly when its precision is `Unknown`.
    pub quantity_milli: Option<i64>,
    /// Unit of measure of the quantity.
    pub unit: String,
    pub quantity_precision: Precision,
    /// Whole fen; null exactly when its precision is `Unknown`.
    pub value_fen: Option<i64>,
    pub value_precision: Precision,
    /// 发放日期, the day on which eligibility is judged.
    pub given_on: NaiveDate,
    pub note: Option<String>,
    /// The account that recorded it.
    pub recorded_by: Uuid,
    pub recorded_at: DateTime<Utc>,
    /// The account that approved it; set exactly with `approved_at`.
    pub approved_by: Option<Uuid>,
    pub approved_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub version: i32,
    /// Set exactly in a reversal: the record that it takes out of the books.
    pub reverses_id: Option<Uuid>,
    /// The account that handed it over; unknown of what was handed over before this was kept.
    pub delivered_by: Option<Uuid>,
    pub signed_by: Option<Signatory>,
    /// Name of the delegate or carer.
    pub signed_by_name: Option<String>,
    /// What it is taken from of a contribution that has items.
    pub item_id: Option<Uuid>,
    /// The very device, where it has a serial number.
    pub device_id: Option<Uuid>,
    /// What it is given for, under a programme that aids once an event.
    pub occasion: Option<String>,
    /// The batch that it was planned in.
    pub batch_id: Option<Uuid>,
    /// The instalment of a sponsorship by which it was paid; one grant that stands for each.
    pub instalment_id: Option<Uuid>,
    #[sea_orm(belongs_to, from = "resident_id", to = "id")]
    pub resident: BelongsTo<Option<super::resident::Entity>>,
    #[sea_orm(belongs_to, from = "household_id", to = "id")]
    pub household: BelongsTo<Option<super::household::Entity>>,
    #[sea_orm(belongs_to, from = "programme_id", to = "id")]
    pub programme: BelongsTo<Option<super::aid_programme::Entity>>,
    #[sea_orm(belongs_to, from = "contribution_id", to = "id")]
    pub contribution: BelongsTo<Option<super::contribution::Entity>>,
    #[sea_orm(belongs_to, from = "project_id", to = "id")]
    pub project: BelongsTo<Option<super::project::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

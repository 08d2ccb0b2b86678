use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How often an instalment is due (支付周期).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentInterval {
    /// 每月
    Month,
    /// 每季度
    Quarter,
    /// 每半年
    HalfYear,
    /// 每年
    Year,
}

/// How far a sponsorship is (资助状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SponsorshipStatus {
    /// 进行中
    Active,
    /// 已完成
    Completed,
    /// 提前终止
    Ended,
    /// 作废: recorded by mistake, counts nowhere
    Voided,
}

/// A sponsorship (结对资助): a partner unit's recurring pledge to a named resident.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sponsorship")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    /// 资助单位
    pub partner_unit_id: Uuid,
    /// 受助人
    pub resident_id: Uuid,
    pub project_id: Option<Uuid>,
    pub purpose: String,
    /// Whole fen of each instalment.
    pub amount_fen: i64,
    pub payment_interval: PaymentInterval,
    pub status: SponsorshipStatus,
    /// Why it ended early or was voided.
    pub status_reason: Option<String>,
    /// The first day it covers, and on which the first instalment is due.
    pub started_on: NaiveDate,
    /// The last day it covers; earlier than agreed where it ended early, and before the first where it was called off before it began.
    pub ended_on: NaiveDate,
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
    /// Is the unit not to be named to the recipient?
    pub anonymous: bool,
    #[sea_orm(belongs_to, from = "partner_unit_id", to = "id")]
    pub partner_unit: BelongsTo<super::partner_unit::Entity>,
    #[sea_orm(belongs_to, from = "resident_id", to = "id")]
    pub resident: BelongsTo<super::resident::Entity>,
    #[sea_orm(belongs_to, from = "project_id", to = "id")]
    pub project: BelongsTo<Option<super::project::Entity>>,
    #[sea_orm(has_many)]
    pub instalments: HasMany<super::instalment::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

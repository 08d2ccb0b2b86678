use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far an instalment is (分期状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InstalmentStatus {
    /// 待支付
    Due,
    /// 已支付
    Paid,
    /// 逾期未付
    Missed,
    /// 不再支付
    Ended,
}

/// One payment of a sponsorship (资助分期). Numbered from 1; one a day at most.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instalment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub sponsorship_id: Uuid,
    pub number: i32,
    pub due_on: NaiveDate,
    /// Whole fen.
    pub amount_fen: i64,
    pub status: InstalmentStatus,
    /// Set exactly where it is paid.
    pub paid_on: Option<NaiveDate>,
    /// Why it was missed or ended.
    pub status_reason: Option<String>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "sponsorship_id", to = "id")]
    pub sponsorship: BelongsTo<super::sponsorship::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

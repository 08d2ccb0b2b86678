use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whom a grant goes to (发放对象).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AidScope {
    /// 个人
    Person,
    /// 家庭
    Household,
}

/// The period in which a programme aids a recipient once at most (帮扶周期).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AidPeriod {
    /// 仅一次
    Ever,
    /// 每年
    Year,
    /// 每月
    Month,
}

/// Rules under which aid is given (帮扶项目). Its name is unique in its community.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "aid_programme")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub name: String,
    pub scope: AidScope,
    pub description: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    /// None where a recipient is aided as often as needed.
    pub once_per: Option<AidPeriod>,
    /// Must the approver be another person than the recorder?
    pub second_approver: bool,
    #[sea_orm(belongs_to, from = "community_id", to = "id")]
    pub community: BelongsTo<super::community::Entity>,
    #[sea_orm(has_many)]
    pub aid_records: HasMany<super::aid_record::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

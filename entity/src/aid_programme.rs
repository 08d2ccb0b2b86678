use chrono::{DateTime, NaiveDate, Utc};
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
    /// 每次事件
    Event,
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
    /// A JSON list of the kinds of circumstances of which one is asked for; null where none is.
    pub circumstances: Option<String>,
    /// In completed years, both ends included.
    pub age_from: Option<i32>,
    pub age_to: Option<i32>,
    /// The most that a recipient is given in all, in each of the periods in which it is counted.
    pub ceiling_fen: Option<i64>,
    pub ceiling_times: Option<i32>,
    /// `Ever`, `Year` or `Month`; null is `Ever`.
    pub ceiling_per: Option<AidPeriod>,
    pub opens_on: Option<NaiveDate>,
    pub closes_on: Option<NaiveDate>,
    /// A JSON list of names of documents to be shown; null where none is.
    pub documents: Option<String>,
    #[sea_orm(belongs_to, from = "community_id", to = "id")]
    pub community: BelongsTo<super::community::Entity>,
    #[sea_orm(has_many)]
    pub aid_records: HasMany<super::aid_record::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

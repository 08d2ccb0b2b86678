use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a person consents to (同意事项).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentPurpose {
    /// 登记敏感情况
    SensitiveCircumstances,
    /// 向共建单位提供
    ShareWithPartner,
    /// 公示姓名
    PublicNotice,
}

/// How it was given (同意方式).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsentMeans {
    /// 书面
    Paper,
    /// 当面
    InPerson,
    /// 网上
    Online,
}

/// What the guardian is to the person (监护关系).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GuardianRelation {
    /// 父母
    Parent,
    /// 祖父母、外祖父母
    Grandparent,
    /// 配偶
    Spouse,
    /// 成年子女
    Child,
    /// 兄、姐
    Sibling,
    /// 其他个人
    OtherPerson,
    /// 单位
    Organisation,
}

/// A resident's consent (知情同意): to one purpose, from the day it was given to the day it expires or is withdrawn; what it allowed until then stays.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub resident_id: Uuid,
    pub purpose: ConsentPurpose,
    /// Set exactly where the purpose is `ShareWithPartner`.
    pub partner_unit_id: Option<Uuid>,
    pub means: ConsentMeans,
    /// Set where a guardian consented, exactly with one of the two that follow.
    pub guardian_relation: Option<GuardianRelation>,
    /// The guardian, if a resident.
    pub guardian_id: Option<Uuid>,
    /// The guardian's name, if nobody on file.
    pub guardian_name: Option<String>,
    pub note: Option<String>,
    /// The first day on which it holds.
    pub given_on: NaiveDate,
    /// The last day; null where it holds until it is withdrawn.
    pub expires_on: Option<NaiveDate>,
    /// From this day on it holds no longer; set exactly with its reason.
    pub withdrawn_on: Option<NaiveDate>,
    pub withdrawn_reason: Option<String>,
    pub recorded_at: DateTime<Utc>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "resident_id", to = "id")]
    pub resident: BelongsTo<super::resident::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

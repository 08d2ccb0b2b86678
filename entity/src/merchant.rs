use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which of the nine small trades a merchant follows (九小场所类别).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Trade {
    /// 小学校、培训机构
    School,
    /// 小医院、诊所
    Clinic,
    /// 小商店
    Shop,
    /// 小餐饮
    Restaurant,
    /// 小旅馆
    Hotel,
    /// 小歌舞娱乐
    Entertainment,
    /// 小网吧
    InternetCafe,
    /// 小美容洗浴
    BeautyAndBath,
    /// 小生产加工企业
    Workshop,
}

/// A small business (九小商户) of a community.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merchant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub name: String,
    pub trade: Trade,
    /// 统一社会信用代码, checked by GB 32100; of one that is open unique in the community.
    pub licence_code: Option<String>,
    /// Why a code that fails the check was accepted.
    pub licence_code_override: Option<String>,
    /// The owner, if a resident.
    pub owner_id: Option<Uuid>,
    /// The owner's name, if nobody on file.
    pub owner_name: Option<String>,
    pub building_id: Option<Uuid>,
    pub place: Option<String>,
    /// The last day; set exactly with its reason.
    pub closed_on: Option<NaiveDate>,
    pub close_reason: Option<String>,
    pub version: i32,
    pub registered_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "owner_id", to = "id")]
    pub owner: BelongsTo<Option<super::resident::Entity>>,
    #[sea_orm(belongs_to, from = "building_id", to = "id")]
    pub building: BelongsTo<Option<super::building::Entity>>,
    #[sea_orm(has_many)]
    pub alliance_memberships: HasMany<super::alliance_membership::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kind of a facility (设施类型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FacilityKind {
    /// 活动室
    ActivityRoom,
    /// 书屋, 阅览室
    ReadingRoom,
    /// 心理咨询室
    CounsellingRoom,
    /// 家长学堂
    ParentsSchool,
    /// 运动场地
    SportsGround,
    /// 社区食堂
    Canteen,
    /// 卫生服务站
    Clinic,
    /// 消防水池
    FireWaterPool,
    /// 公共厕所
    PublicToilet,
    /// 其他
    Other,
}

/// A facility (设施) of the community: a room, a pool, a ground. Its name is unique among those in use.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "facility")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub kind: FacilityKind,
    pub name: String,
    pub building_id: Option<Uuid>,
    /// The project that built it.
    pub project_id: Option<Uuid>,
    /// Where it is, where that is no building on file.
    pub place: Option<String>,
    /// 启用日期
    pub started_on: NaiveDate,
    /// 停用日期; never before the start.
    pub ended_on: Option<NaiveDate>,
    pub ended_reason: Option<String>,
    /// When the record was found to be wrong; it stays on file and counts nowhere.
    pub voided_at: Option<DateTime<Utc>>,
    /// Set exactly with `voided_at`.
    pub void_reason: Option<String>,
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "building_id", to = "id")]
    pub building: BelongsTo<Option<super::building::Entity>>,
    #[sea_orm(belongs_to, from = "project_id", to = "id")]
    pub project: BelongsTo<Option<super::project::Entity>>,
    #[sea_orm(has_many)]
    pub assets: HasMany<super::asset::Entity>,
    #[sea_orm(has_many)]
    pub sessions: HasMany<super::session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kind of an activity or campaign (活动类型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActivityKind {
    /// 清洁行动
    CleanUp,
    /// 垃圾分类宣导
    WasteSorting,
    /// 主题日
    ThemeDay,
    /// 义诊
    FreeClinic,
    /// 文体活动
    CultureSport,
    /// 讲座
    Lecture,
    /// 党史学习
    PartyStudy,
    /// 迎检创城
    CityInspection,
    /// 入户帮扶
    HomeHelp,
    /// 疫情防控
    EpidemicControl,
    /// 其他
    Other,
}

/// How far an activity or campaign is (活动状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActivityStatus {
    /// 筹备中
    Planned,
    /// 进行中
    UnderWay,
    /// 已完成
    Completed,
    /// 已取消
    Cancelled,
}

/// An activity (活动), held in one or more sessions, by one or more organisers.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub campaign_id: Option<Uuid>,
    pub project_id: Option<Uuid>,
    pub kind: ActivityKind,
    pub title: String,
    pub description: Option<String>,
    pub status: ActivityStatus,
    pub status_reason: Option<String>,
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "campaign_id", to = "id")]
    pub campaign: BelongsTo<Option<super::campaign::Entity>>,
    #[sea_orm(belongs_to, from = "project_id", to = "id")]
    pub project: BelongsTo<Option<super::project::Entity>>,
    #[sea_orm(has_many)]
    pub organisers: HasMany<super::activity_organiser::Entity>,
    #[sea_orm(has_many)]
    pub sessions: HasMany<super::session::Entity>,
    #[sea_orm(has_many)]
    pub results: HasMany<super::activity_result::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

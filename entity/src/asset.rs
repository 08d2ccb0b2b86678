use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kind of an asset (资产类型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AssetKind {
    /// 车辆
    Vehicle,
    /// 电视机
    Television,
    /// 摄像头
    Camera,
    /// 计算机
    Computer,
    /// 图书
    Books,
    /// 家具
    Furniture,
    /// 医疗器械
    MedicalDevice,
    /// 体育器材
    SportsEquipment,
    /// 其他
    Other,
}

/// An asset (资产), one row a piece: each vehicle, each television. Terms on which it is here are its tenures.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "asset")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub kind: AssetKind,
    pub name: String,
    /// 资产编号 or 车牌号, unique in the community.
    pub tag: Option<String>,
    /// Where it stands.
    pub facility_id: Option<Uuid>,
    /// The contribution that it came with.
    pub contribution_id: Option<Uuid>,
    pub note: Option<String>,
    /// When the record was found to be wrong; it stays on file and counts nowhere.
    pub voided_at: Option<DateTime<Utc>>,
    /// Set exactly with `voided_at`.
    pub void_reason: Option<String>,
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "facility_id", to = "id")]
    pub facility: BelongsTo<Option<super::facility::Entity>>,
    #[sea_orm(belongs_to, from = "contribution_id", to = "id")]
    pub contribution: BelongsTo<Option<super::contribution::Entity>>,
    #[sea_orm(has_many)]
    pub tenures: HasMany<super::asset_tenure::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

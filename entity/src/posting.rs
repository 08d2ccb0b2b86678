use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a staff member is posted as (职务).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PostingRole {
    /// 书记
    Secretary,
    /// 副书记
    DeputySecretary,
    /// 社区工作者
    CommunityWorker,
    /// 网格员
    GridWorker,
    /// 工作队员
    WorkTeamMember,
}

/// A dated post of a staff member (任职).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "posting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub staff_member_id: Uuid,
    pub role: PostingRole,
    /// The grid of a grid worker.
    pub grid_id: Option<Uuid>,
    /// 派出单位, the partner unit that seconds the staff member.
    pub seconded_by: Option<Uuid>,
    pub started_on: NaiveDate,
    /// Null while it lasts; never before the start.
    pub ended_on: Option<NaiveDate>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "staff_member_id", to = "id")]
    pub staff_member: BelongsTo<super::staff_member::Entity>,
    #[sea_orm(belongs_to, from = "grid_id", to = "id")]
    pub grid: BelongsTo<Option<super::grid::Entity>>,
    #[sea_orm(belongs_to, from = "seconded_by", to = "id")]
    pub partner_unit: BelongsTo<Option<super::partner_unit::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

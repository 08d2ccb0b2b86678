use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a partner unit does in a project (参与角色).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ParticipationRole {
    /// 出资
    Funder,
    /// 承办
    Host,
    /// 供货
    Supplier,
    /// 出工
    Labour,
    /// 协调
    Coordinator,
}

/// One role of a participation (参与角色).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_participation_role")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub participation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: ParticipationRole,
    #[sea_orm(belongs_to, from = "participation_id", to = "id")]
    pub participation: BelongsTo<super::project_participation::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

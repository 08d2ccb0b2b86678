use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A partner unit taking part in a project (参与单位), once a project, in one or more roles.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_participation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub project_id: Uuid,
    pub partner_unit_id: Uuid,
    /// What it bears of the budget, whole fen; null where that was not agreed.
    pub share_fen: Option<i64>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "project_id", to = "id")]
    pub project: BelongsTo<super::project::Entity>,
    #[sea_orm(belongs_to, from = "partner_unit_id", to = "id")]
    pub partner_unit: BelongsTo<super::partner_unit::Entity>,
    #[sea_orm(has_many)]
    pub roles: HasMany<super::project_participation_role::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

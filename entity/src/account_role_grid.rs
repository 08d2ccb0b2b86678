use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A grid (网格) that a staff member's role is limited to; a role without any is for the whole community.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_role_grid")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_role_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub grid_id: Uuid,
    #[sea_orm(belongs_to, from = "account_role_id", to = "id")]
    pub account_role: BelongsTo<super::account_role::Entity>,
    #[sea_orm(belongs_to, from = "grid_id", to = "id")]
    pub grid: BelongsTo<super::grid::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

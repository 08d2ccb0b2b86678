use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A partner unit behind a contribution (投入单位), once a contribution.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contributor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub contribution_id: Uuid,
    pub partner_unit_id: Uuid,
    /// Its part, whole fen; null where the split is not known.
    pub amount_fen: Option<i64>,
    #[sea_orm(belongs_to, from = "contribution_id", to = "id")]
    pub contribution: BelongsTo<super::contribution::Entity>,
    #[sea_orm(belongs_to, from = "partner_unit_id", to = "id")]
    pub partner_unit: BelongsTo<super::partner_unit::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

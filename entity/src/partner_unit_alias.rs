use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// Another name of a partner unit (别名): 区发改委 for 区发展和改革局.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_unit_alias")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub partner_unit_id: Uuid,
    /// Two units may share one.
    pub alias: String,
    #[sea_orm(belongs_to, from = "partner_unit_id", to = "id")]
    pub partner_unit: BelongsTo<super::partner_unit::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

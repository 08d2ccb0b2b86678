use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A shop (商户) that a merchant's role speaks for.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_role_shop")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_role_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub merchant_id: Uuid,
    #[sea_orm(belongs_to, from = "account_role_id", to = "id")]
    pub account_role: BelongsTo<super::account_role::Entity>,
    #[sea_orm(belongs_to, from = "merchant_id", to = "id")]
    pub merchant: BelongsTo<super::merchant::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

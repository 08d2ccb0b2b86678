use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A merchant's time in the alliance (商户联盟成员记录). One at a time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alliance_membership")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub merchant_id: Uuid,
    pub started_on: NaiveDate,
    /// The last day; null while it lasts.
    pub ended_on: Option<NaiveDate>,
    #[sea_orm(belongs_to, from = "merchant_id", to = "id")]
    pub merchant: BelongsTo<super::merchant::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

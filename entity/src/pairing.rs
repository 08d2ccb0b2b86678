use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A pairing agreement (结对) of a community with a partner unit; one runs at a time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pairing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub partner_unit_id: Uuid,
    pub started_on: NaiveDate,
    /// Null while it runs; never before the start.
    pub ended_on: Option<NaiveDate>,
    pub note: Option<String>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "community_id", to = "id")]
    pub community: BelongsTo<super::community::Entity>,
    #[sea_orm(belongs_to, from = "partner_unit_id", to = "id")]
    pub partner_unit: BelongsTo<super::partner_unit::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

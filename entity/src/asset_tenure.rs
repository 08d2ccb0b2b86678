use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Terms on which an asset is here (权属).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Tenure {
    /// 自有: bought by the community
    Owned,
    /// 借用: another's, to be given back
    Lent,
    /// 移交: another's once, the community's now
    Transferred,
}

/// The terms on which the community has an asset for a time (权属). One at a time; with none, it is gone: given back, sold, scrapped.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "asset_tenure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub asset_id: Uuid,
    pub tenure: Tenure,
    /// Who lends or gave it; null exactly where it is `Owned`.
    pub partner_unit_id: Option<Uuid>,
    pub started_on: NaiveDate,
    /// Null while it lasts; never before the start.
    pub ended_on: Option<NaiveDate>,
    pub note: Option<String>,
    #[sea_orm(belongs_to, from = "asset_id", to = "id")]
    pub asset: BelongsTo<super::asset::Entity>,
    #[sea_orm(belongs_to, from = "partner_unit_id", to = "id")]
    pub partner_unit: BelongsTo<Option<super::partner_unit::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A household (户) at a door of a building. Two households may share a door, so the address is not unique.
///
/// While it has members, exactly one of them is its head; see the memberships.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "household")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub building_id: Uuid,
    /// 单元, the staircase; null where a building has none.
    pub unit: Option<String>,
    /// 室
    pub room: String,
    pub version: i32,
    pub registered_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "building_id", to = "id")]
    pub building: BelongsTo<super::building::Entity>,
    #[sea_orm(has_many)]
    pub memberships: HasMany<super::household_membership::Entity>,
    #[sea_orm(has_many)]
    pub residents: HasMany<super::resident::Entity>,
    #[sea_orm(has_many)]
    pub aid_records: HasMany<super::aid_record::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

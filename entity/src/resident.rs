use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::sealed::{BlindIndex, Sealed};

/// Sex as registered (性别).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
    /// 未知
    Unknown,
}

/// The kind of identity document (证件类型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IdDocumentKind {
    /// 无
    None,
    /// 居民身份证, GB 11643.
    ResidentIdCard,
    /// 护照
    Passport,
}

/// Where a resident's life stands (居住状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LifeStatus {
    /// 在住
    LivingHere,
    /// 迁出
    MovedOut,
    /// 死亡
    Deceased,
}

/// A resident (居民) of a community.
///
/// Two residents without an identity document are never taken for the same person. Of two that were, one is merged into
/// the other and
/// kept, so that its id still leads to the survivor.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resident")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    /// The person's own key, which seals the sealed values below.
    pub data_key_id: Uuid,
    pub full_name: String,
    pub sex: Sex,
    pub birth_date: Option<NaiveDate>,
    pub id_document_kind: IdDocumentKind,
    /// The number; null exactly where the kind is `None`.
    pub id_document: Option<Sealed>,
    /// Unique with the kind in a community; null exactly where the kind is `None`.
    pub id_document_index: Option<BlindIndex>,
    pub phone: Option<Sealed>,
    /// Not unique: a household may share one telephone.
    pub phone_index: Option<BlindIndex>,
    pub life_status: LifeStatus,
    /// The day of the move or the death, where it is known.
    pub life_status_on: Option<NaiveDate>,
    /// Where the current membership leads; kept by the households slice, for filters and scopes.
    pub household_id: Option<Uuid>,
    /// The building of that household; kept with it.
    pub building_id: Option<Uuid>,
    /// The survivor, where this one was found to be a duplicate.
    pub merged_into: Option<Uuid>,
    pub registered_at: DateTime<Utc>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "data_key_id", to = "id")]
    pub data_key: BelongsTo<super::data_key::Entity>,
    #[sea_orm(belongs_to, from = "household_id", to = "id")]
    pub household: BelongsTo<Option<super::household::Entity>>,
    #[sea_orm(belongs_to, from = "building_id", to = "id")]
    pub building: BelongsTo<Option<super::building::Entity>>,
    #[sea_orm(has_many)]
    pub memberships: HasMany<super::household_membership::Entity>,
    #[sea_orm(has_many)]
    pub circumstances: HasMany<super::circumstance::Entity>,
    #[sea_orm(has_many)]
    pub aid_records: HasMany<super::aid_record::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::sealed::Sealed;

/// A person who works for the community (工作人员), with or without an account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    /// The person's own key, which seals the telephone.
    pub data_key_id: Uuid,
    pub full_name: String,
    pub phone: Option<Sealed>,
    pub account_id: Option<Uuid>,
    pub version: i32,
    pub registered_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "data_key_id", to = "id")]
    pub data_key: BelongsTo<super::data_key::Entity>,
    #[sea_orm(belongs_to, from = "account_id", to = "id")]
    pub account: BelongsTo<Option<super::account::Entity>>,
    #[sea_orm(has_many)]
    pub postings: HasMany<super::posting::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::request_entry::RequestEntryKind;

/// That the program reminded of a request, or escalated it, in one of its rounds (催办与督办). The key is the claim: of several servers one gets it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "request_notice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: Uuid,
    /// `Reminded` or `Escalated`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: RequestEntryKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub round: i32,
    pub noticed_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "request_id", to = "id")]
    pub request: BelongsTo<super::request::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::figures::Precision;

/// How many came, where names were not taken, or not all (人次). One a session.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "head_count")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub session_id: Uuid,
    /// Whole person-times; null exactly when its precision is `Unknown`.
    pub persons: Option<i64>,
    pub persons_precision: Precision,
    /// Who counted, or where it is written.
    pub source: Option<String>,
    /// When the record was found to be wrong; it stays on file and counts nowhere.
    pub voided_at: Option<DateTime<Utc>>,
    /// Set exactly with `voided_at`.
    pub void_reason: Option<String>,
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "session_id", to = "id")]
    pub session: BelongsTo<super::session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

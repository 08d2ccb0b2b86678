use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::figures::Precision;

/// What was achieved (成效), of one activity or of one campaign. Results are summed within one measure and one unit only.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity_result")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    /// Either this or `activity_id`.
    pub campaign_id: Option<Uuid>,
    pub activity_id: Option<Uuid>,
    /// What was measured, such as 清运垃圾.
    pub measure: String,
    /// Thousandths of the unit; null exactly when its precision is `Unknown`.
    pub quantity_milli: Option<i64>,
    pub quantity_precision: Precision,
    pub unit: String,
    pub achieved_on: NaiveDate,
    pub note: Option<String>,
    /// When the record was found to be wrong; it stays on file and counts nowhere.
    pub voided_at: Option<DateTime<Utc>>,
    /// Set exactly with `voided_at`.
    pub void_reason: Option<String>,
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "campaign_id", to = "id")]
    pub campaign: BelongsTo<Option<super::campaign::Entity>>,
    #[sea_orm(belongs_to, from = "activity_id", to = "id")]
    pub activity: BelongsTo<Option<super::activity::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far it is with what a volunteer says is wrong (异议状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttendanceErrorStatus {
    /// 待答复
    Open,
    /// 已更正
    Corrected,
    /// 不予更正
    Refused,
}

/// That a volunteer says that the record of a session is wrong (工时异议), and what they were answered. It changes no record itself.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_error")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub session_id: Uuid,
    /// Whose record it is.
    pub volunteer_id: Uuid,
    /// The resident, the staff member or else the volunteer: of one person at one session, one is open at a time.
    pub person_id: Uuid,
    /// What was on record when it was reported; none where the person was not on the roll.
    pub attendance_id: Option<Uuid>,
    /// What is wrong, in the volunteer's words.
    pub message: String,
    pub status: AttendanceErrorStatus,
    /// Set exactly where it is no longer `Open`.
    pub answer: Option<String>,
    /// What was recorded instead; only where it is `Corrected`, and where something was.
    pub correction_id: Option<Uuid>,
    pub reported_at: DateTime<Utc>,
    /// Set exactly where it is no longer `Open`.
    pub answered_at: Option<DateTime<Utc>>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "session_id", to = "id")]
    pub session: BelongsTo<super::session::Entity>,
    #[sea_orm(belongs_to, from = "volunteer_id", to = "id")]
    pub volunteer: BelongsTo<super::volunteer::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

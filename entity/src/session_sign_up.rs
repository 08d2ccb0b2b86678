use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How a sign-up stands (报名状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SignUpStatus {
    /// 已确认
    Confirmed,
    /// 候补
    Waiting,
    /// 已退出
    Withdrawn,
}

/// How somebody who had a place did not come (缺席类别).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Absence {
    /// 请假
    Excused,
    /// 缺席
    Unexcused,
}

/// That a volunteer signed up for a session (报名). Once a person at a time; who comes back stands at the end of the line.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_sign_up")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub session_id: Uuid,
    pub volunteer_id: Uuid,
    /// The resident, the staff member or else the volunteer: one person has one place, in whatever capacity.
    pub person_id: Uuid,
    pub status: SignUpStatus,
    /// The order of arrival in the session, from 1.
    pub arrival: i32,
    /// Why the person may be in two places at once, where somebody said so.
    pub overlap_reason: Option<String>,
    pub signed_up_at: DateTime<Utc>,
    /// Set while it is confirmed, and kept when a confirmed one is withdrawn.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Set exactly when it is withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_reason: Option<String>,
    /// That the person did not come, where somebody said so.
    pub absence: Option<Absence>,
    pub absence_reason: Option<String>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "session_id", to = "id")]
    pub session: BelongsTo<super::session::Entity>,
    #[sea_orm(belongs_to, from = "volunteer_id", to = "id")]
    pub volunteer: BelongsTo<super::volunteer::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

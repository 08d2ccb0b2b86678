use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// As what a person came (参加者类别).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttendeeCategory {
    /// 志愿服务队队员
    TeamMember,
    /// 党员
    PartyMember,
    /// 入党积极分子
    PartyApplicant,
    /// 社区工作者
    CommunityWorker,
    /// 共建单位职工
    PartnerEmployee,
    /// 居民
    Resident,
    /// 其他
    Other,
}

/// That a person came to a session (考勤). Once a person and session.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub session_id: Uuid,
    /// The resident, the staff member or else the volunteer: whoever comes in two capacities is one person.
    pub person_id: Uuid,
    pub resident_id: Option<Uuid>,
    pub staff_member_id: Option<Uuid>,
    /// Set where the person came as a volunteer.
    pub volunteer_id: Option<Uuid>,
    /// The team that the volunteer came with.
    pub team_id: Option<Uuid>,
    pub category: AttendeeCategory,
    pub note: Option<String>,
    /// When the person came, to the minute; of volunteers only.
    pub checked_in_at: Option<DateTime<Utc>>,
    /// When they went; never before they came.
    pub checked_out_at: Option<DateTime<Utc>>,
    /// Why the times were entered afterwards.
    pub times_reason: Option<String>,
    /// When the record was found to be wrong; it stays on file and counts nowhere.
    pub voided_at: Option<DateTime<Utc>>,
    /// Set exactly with `voided_at`.
    pub void_reason: Option<String>,
    pub version: i32,
    pub recorded_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "session_id", to = "id")]
    pub session: BelongsTo<super::session::Entity>,
    #[sea_orm(belongs_to, from = "resident_id", to = "id")]
    pub resident: BelongsTo<Option<super::resident::Entity>>,
    #[sea_orm(belongs_to, from = "staff_member_id", to = "id")]
    pub staff_member: BelongsTo<Option<super::staff_member::Entity>>,
    #[sea_orm(belongs_to, from = "volunteer_id", to = "id")]
    pub volunteer: BelongsTo<Option<super::volunteer::Entity>>,
    #[sea_orm(belongs_to, from = "team_id", to = "id")]
    pub team: BelongsTo<Option<super::team::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}

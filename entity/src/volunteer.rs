use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a volunteer is besides (志愿者类别).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VolunteerKind {
    /// 居民
    Resident,
    /// 共建单位职工
    PartnerEmployee,
    /// 社区工作者
    CommunityWorker,
    /// 其他
    Other,
}

/// A volunteer (志愿者): a resident, an employee of a partner unit, a community worker or another person.
///
/// A resident, or a staff member, is enrolled once at a time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub kind: VolunteerKind,
    /// Set exactly where the kind is `Resident`.
    pub resident_id: Option<Uuid>,
    /// The employer; set exactly where the kind is `PartnerEmployee`.
    pub partner_unit_id: Option<Uuid>,
    /// Set exactly where the kind is `CommunityWorker`.
    pub staff_member_id: Option<Uuid>,
    /// Of a resident or a staff member, their name; it follows when that changes.
    pub full_name: String,
    /// 登记日期
    pub started_on: NaiveDate,
    /// Null while it lasts; never before the start.
    pub ended_on: Option<NaiveDate>,
    pub ended_reason: Option<String>,
    pub version: i32,
    pub enrolled_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "resident_id", to = "id")]
    pub resident: BelongsTo<Option<super::resident::Entity>>,
    #[sea_orm(belongs_to, from = "partner_unit_id", to = "id")]
    pub partner_unit: BelongsTo<Option<super::partner_unit::Entity>>,
    #[sea_orm(belongs_to, from = "staff_member_id", to = "id")]
    pub staff_member: BelongsTo<Option<super::staff_member::Entity>>,
    #[sea_orm(has_many)]
    pub party_memberships: HasMany<super::party_membership::Entity>,
    #[sea_orm(has_many)]
    pub memberships: HasMany<super::team_membership::Entity>,
    #[sea_orm(has_many)]
    pub sign_ups: HasMany<super::session_sign_up::Entity>,
    #[sea_orm(has_many)]
    pub attendances: HasMany<super::attendance::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A certificate of service (志愿服务记录证明): what the community stated of a volunteer's service in a period, as it was on record when it was issued.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    /// The enrolment that it was issued to.
    pub volunteer_id: Uuid,
    /// The resident, the staff member or else the volunteer: whose service it is, under whatever enrolment.
    pub person_id: Uuid,
    /// The name as it is printed.
    pub holder_name: String,
    /// Counts the certificates of the community from 1, without a gap.
    pub serial: i32,
    /// What is printed: the community's code, the year and the serial.
    pub number: String,
    pub issuing_body: String,
    pub responsible_id: Uuid,
    /// The name of the responsible person as it is printed.
    pub responsible_name: String,
    /// The first day of the period.
    pub from_on: NaiveDate,
    /// The last day of the period.
    pub until_on: NaiveDate,
    pub issued_on: NaiveDate,
    pub issued_at: DateTime<Utc>,
    /// Times that the person came to serve, training apart.
    pub person_times: i32,
    /// The sum of its lines that are no training.
    pub minutes_credited: i32,
    /// The sum of its lines that are training.
    pub training_minutes_credited: i32,
    /// 128 random bits, by which anybody verifies it; printed on it, so kept as it is.
    pub code: String,
    pub revoked_at: Option<DateTime<Utc>>,
    /// Set exactly with `revoked_at`.
    pub revoked_reason: Option<String>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "volunteer_id", to = "id")]
    pub volunteer: BelongsTo<super::volunteer::Entity>,
    #[sea_orm(belongs_to, from = "responsible_id", to = "id")]
    pub responsible: BelongsTo<super::staff_member::Entity>,
    #[sea_orm(has_many)]
    pub lines: HasMany<super::certificate_line::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

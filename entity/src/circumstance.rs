use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kind of a circumstance (类别).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CircumstanceKind {
    /// 低保
    LowIncome,
    /// 特困
    SpecialHardship,
    /// 残疾
    Disability,
    /// 独居
    LivingAlone,
    /// 困境儿童
    ChildInDifficulty,
    /// 学生
    Pupil,
    /// 退役军人
    Veteran,
    /// 党员
    PartyMember,
    /// 其他
    Other,
}

/// The kind of a disability (残疾类别), GB/T 26341.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DisabilityKind {
    /// 视力
    Vision,
    /// 听力
    Hearing,
    /// 言语
    Speech,
    /// 肢体
    Limb,
    /// 智力
    Intellectual,
    /// 精神
    Mental,
    /// 多重
    Multiple,
}

/// On what ground a sensitive circumstance is recorded (登记依据), PIPL articles 13 and 28 to 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LegalBasis {
    /// 本人同意
    Consent,
    /// 法定职责
    StatutoryDuty,
}

/// A circumstance of a resident (困难/身份类别), with its source, start and end; eligibility is judged on the aid's own date.
///
/// Open at the same time: one of each kind, and one disability of each disability kind.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "circumstance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub resident_id: Uuid,
    pub kind: CircumstanceKind,
    /// Set exactly where the kind is `Disability`.
    pub disability_kind: Option<DisabilityKind>,
    /// 残疾等级, 1 (gravest) to 4; null where it is not known.
    pub disability_grade: Option<i16>,
    /// Who says so: a certificate, a list, a visit.
    pub source: Option<String>,
    /// The visit on which it became known.
    pub visit_id: Option<Uuid>,
    /// Null where the kind is not sensitive, and on what was put on file before anybody was asked.
    pub legal_basis: Option<LegalBasis>,
    /// Which duty; set exactly where the ground is `StatutoryDuty`.
    pub legal_basis_reason: Option<String>,
    pub started_on: NaiveDate,
    /// Null while it lasts; never before the start.
    pub ended_on: Option<NaiveDate>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "resident_id", to = "id")]
    pub resident: BelongsTo<super::resident::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The kind of a partner unit (单位性质).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartnerUnitKind {
    /// 党政机关
    Government,
    /// 事业单位
    PublicInstitution,
    /// 国有企业
    StateOwnedEnterprise,
    /// 企业
    Enterprise,
    /// 银行
    Bank,
    /// 社会组织
    SocialOrganisation,
    /// 慈善组织
    Charity,
    /// 医疗机构
    Medical,
    /// 教育机构
    Education,
    /// 文化机构
    Culture,
    /// 集体经济组织
    Collective,
    /// 其他
    Other,
}

/// A partner unit (共建单位), in a directory that belongs to no community: one bank may be paired with many.
///
/// A credit code is held by one unit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_unit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub kind: PartnerUnitKind,
    /// False where the name is a description, such as "a caring enterprise" (爱心企业).
    pub name_known: bool,
    /// Unified social credit code (统一社会信用代码), GB 32100.
    pub credit_code: Option<String>,
    /// Why a code that fails GB 32100 was accepted.
    pub credit_code_override: Option<String>,
    pub version: i32,
    pub registered_at: DateTime<Utc>,
    #[sea_orm(has_many)]
    pub aliases: HasMany<super::partner_unit_alias::Entity>,
    #[sea_orm(has_many)]
    pub pairings: HasMany<super::pairing::Entity>,
    #[sea_orm(has_many)]
    pub participations: HasMany<super::project_participation::Entity>,
    #[sea_orm(has_many)]
    pub contributors: HasMany<super::contributor::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

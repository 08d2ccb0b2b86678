use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an account may be in a community (角色); the policy matrix says what each may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// 运维: runs the deployment, in no community.
    Operator,
    /// 社区书记
    Secretary,
    /// 社区工作者
    Staff,
    /// 共建单位
    Partner,
    /// 志愿者
    Volunteer,
    /// 商户
    Merchant,
    /// 居民
    Resident,
    /// 审计
    Auditor,
}

/// A role (角色) that an account holds in one community for a time; an operator holds it in the whole deployment.
///
/// No role is held twice at a time in the same place for the same unit or person.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_role")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub role: Role,
    /// Null exactly for an operator.
    pub community_id: Option<Uuid>,
    /// 共建单位: whom a partner speaks for; null exactly for the others.
    pub partner_unit_id: Option<Uuid>,
    /// 居民: who a resident is.
    pub resident_id: Option<Uuid>,
    /// 志愿者: who a volunteer is.
    pub volunteer_id: Option<Uuid>,
    pub started_on: NaiveDate,
    /// The last day, in the community's time zone (an operator's in UTC); null while no end is set.
    pub ended_on: Option<NaiveDate>,
    /// When it was taken away at once.
    pub revoked_at: Option<DateTime<Utc>>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "account_id", to = "id")]
    pub account: BelongsTo<super::account::Entity>,
    #[sea_orm(belongs_to, from = "community_id", to = "id")]
    pub community: BelongsTo<Option<super::community::Entity>>,
    #[sea_orm(belongs_to, from = "partner_unit_id", to = "id")]
    pub partner_unit: BelongsTo<Option<super::partner_unit::Entity>>,
    #[sea_orm(belongs_to, from = "resident_id", to = "id")]
    pub resident: BelongsTo<Option<super::resident::Entity>>,
    #[sea_orm(belongs_to, from = "volunteer_id", to = "id")]
    pub volunteer: BelongsTo<Option<super::volunteer::Entity>>,
    #[sea_orm(has_many)]
    pub account_role_grids: HasMany<super::account_role_grid::Entity>,
    #[sea_orm(has_many)]
    pub account_role_shops: HasMany<super::account_role_shop::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a team asks of the party standing of who joins, on the day of joining (入队身份要求).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartyRule {
    /// 不限
    None,
    /// 限党员: members and probationary members
    Member,
    /// 限党员或入党积极分子
    MemberOrApplicant,
}

/// A volunteer team (志愿服务队). Its name is unique in its community.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub name: String,
    pub description: Option<String>,
    pub party_rule: PartyRule,
    /// 成立日期
    pub started_on: NaiveDate,
    /// Null while it lasts; never before the start.
    pub ended_on: Option<NaiveDate>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "community_id", to = "id")]
    pub community: BelongsTo<super::community::Entity>,
    #[sea_orm(has_many)]
    pub memberships: HasMany<super::team_membership::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Standing in the party (党员身份).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartyStanding {
    /// 正式党员
    Member,
    /// 预备党员
    ProbationaryMember,
    /// 入党积极分子, 入党申请人
    Applicant,
}

/// A volunteer's standing in the party (党员身份), dated and sensitive. One at a time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "party_membership")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub volunteer_id: Uuid,
    pub standing: PartyStanding,
    /// Who says so: a branch, a list, the person.
    pub source: Option<String>,
    pub started_on: NaiveDate,
    /// Null while it lasts; never before the start.
    pub ended_on: Option<NaiveDate>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "volunteer_id", to = "id")]
    pub volunteer: BelongsTo<super::volunteer::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

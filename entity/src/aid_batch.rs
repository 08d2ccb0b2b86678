use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// Aid that was planned for many at once (批量帮扶); how far it is, its grants say.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "aid_batch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub programme_id: Option<Uuid>,
    pub contribution_id: Uuid,
    pub given_on: NaiveDate,
    /// How many grants were planned.
    pub planned: i32,
    pub recorded_by: Uuid,
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A milestone of a project (里程碑).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "milestone")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub project_id: Uuid,
    pub title: String,
    pub due_on: Option<NaiveDate>,
    /// Null until it is reached.
    pub reached_on: Option<NaiveDate>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "project_id", to = "id")]
    pub project: BelongsTo<super::project::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

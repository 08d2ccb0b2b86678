use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// Who may sign in (账号): a person or a machine. What it may do is in its roles.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Unique in the deployment.
    pub name: String,
    /// From then on none of its sessions and tokens are accepted.
    pub disabled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub version: i32,
    #[sea_orm(has_many)]
    pub roles: HasMany<super::account_role::Entity>,
    #[sea_orm(has_many)]
    pub tokens: HasMany<super::token::Entity>,
    #[sea_orm(has_many)]
    pub sign_ins: HasMany<super::sign_in::Entity>,
    #[sea_orm(has_one)]
    pub password: HasOne<super::password::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

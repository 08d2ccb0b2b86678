use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// What an account signs in with (密码); an account without one, such as a machine's, has only tokens.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "password")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    /// Argon2id with its parameters and salt, in the PHC form.
    pub hash: String,
    /// Given out by somebody else, so good for one sign-in, which replaces it.
    pub one_time: bool,
    pub set_at: DateTime<Utc>,
    #[sea_orm(belongs_to, from = "account_id", to = "id")]
    pub account: BelongsTo<super::account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

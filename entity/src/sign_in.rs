use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A person who signed in, until they sign out or stay away too long (登录会话). Not a `session`, which is an appointment of an activity.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    /// Digest of the secret, by which a request is recognised.
    pub hash: Vec<u8>,
    pub signed_in_at: DateTime<Utc>,
    /// The last use that was written down, which is done now and then.
    pub last_used_at: DateTime<Utc>,
    /// How long it lasts unused.
    pub idle_seconds: i32,
    /// The end, however much it is used.
    pub expires_at: DateTime<Utc>,
    /// Signed out, or ended by somebody.
    pub ended_at: Option<DateTime<Utc>>,
    #[sea_orm(belongs_to, from = "account_id", to = "id")]
    pub account: BelongsTo<super::account::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// How often somebody tried to sign in without success lately (登录限速), by account name or by network address.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_throttle")]
pub struct Model {
    /// Keyed digest of what is counted: neither guessed names nor addresses are kept.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: Vec<u8>,
    /// Tries that were begun and did not succeed.
    pub failures: i32,
    pub last_tried_at: DateTime<Utc>,
    /// Until then nobody is let try.
    pub closed_until: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

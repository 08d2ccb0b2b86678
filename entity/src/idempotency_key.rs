use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// What a mutation answered to a key (幂等键) that its caller chose, so that a retry gets the first answer.
///
/// The same key with another input is an error, which the digest shows.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Name of the mutation.
    pub action: String,
    /// Keyed digest of the input.
    pub input_digest: Vec<u8>,
    /// Type of the object that the mutation answered with.
    pub subject_kind: String,
    pub subject_id: Uuid,
    /// Old keys are forgotten by it.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

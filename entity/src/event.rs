use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::sealed::Sealed;

/// One change (事件), appended in the transaction that made it; never updated, never deleted, which the database itself
/// refuses.
///
/// It is the audit log, the change feed, the source of subscriptions and the outbox of webhooks.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Given by the database. Alone it is no feed cursor on PostgreSQL, where rows may commit out of order.
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub id: Uuid,
    /// On PostgreSQL the transaction, given by the database, which orders the feed; 0 on SQLite, which has one writer.
    /// Leave it unset on insert.
    pub xid: i64,
    /// Null for what belongs to no community.
    pub community_id: Option<Uuid>,
    pub occurred_at: DateTime<Utc>,
    /// Who did it; null for the program itself.
    pub account_id: Option<Uuid>,
    pub request_id: Option<String>,
    /// Name of the mutation.
    pub action: String,
    /// Type of the changed object.
    pub subject_kind: String,
    pub subject_id: Uuid,
    /// JSON array of the names of the changed fields.
    pub fields: String,
    /// The person's key that seals the payload.
    pub data_key_id: Option<Uuid>,
    /// Details, sealed; unreadable once the key is destroyed.
    pub payload: Option<Sealed>,
}

impl ActiveModelBehavior for ActiveModel {}

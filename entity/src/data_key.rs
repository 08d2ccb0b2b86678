use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::sealed::Sealed;

/// What a data key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KeyPurpose {
    /// Seals the values of one person.
    Person,
    /// Digests sealed values for equality search.
    BlindIndex,
    /// Encrypts the cursors of lists, so that all nodes read them.
    Cursor,
    /// Digests inputs of mutations for safe retries.
    Digest,
}

/// A key (数据密钥) that seals one person's values, or serves one purpose of the whole deployment; itself wrapped by the
/// master key.
///
/// Destroying a person's key is how a person is erased: everything sealed with it, past events included, can no longer
/// be read.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Many keys are for persons; of every other purpose there is one.
    pub purpose: KeyPurpose,
    /// The key, encrypted with the master key; null once destroyed.
    pub wrapped: Option<Sealed>,
    /// Fingerprint of the master key that wrapped it.
    pub wrapped_by: String,
    pub created_at: DateTime<Utc>,
    /// Set exactly when `wrapped` is null.
    pub destroyed_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::aid_programme::AidScope;

/// Two programmes that exclude each other (项目互斥): whoever is aided under one is not aided under the other, from its creation on.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "aid_programme_exclusion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    /// The lower of the two ids.
    pub programme_id: Uuid,
    pub other_id: Uuid,
    /// Whether it excludes the same person, or everybody of the same household.
    pub excludes_by: AidScope,
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

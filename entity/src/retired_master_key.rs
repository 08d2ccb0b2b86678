use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// A master key that was replaced (已停用的主密钥), by its fingerprint: the database takes no data key that is wrapped by it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retired_master_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub fingerprint: String,
    pub retired_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

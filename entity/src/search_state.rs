use sea_orm::entity::prelude::*;

/// With which version of the rules the entries of a kind were made (检索索引版本); another version, or none, means that they are to be made anew.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_state")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

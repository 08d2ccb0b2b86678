use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A single device of an item that has a serial number (器具编号), unique in the item. It is with one recipient at a time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contribution_device")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub contribution_item_id: Uuid,
    pub serial_number: String,
}

impl ActiveModelBehavior for ActiveModel {}

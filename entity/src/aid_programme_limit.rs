use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A grid that a programme is limited to, or a contribution that it is paid from (帮扶项目范围与经费来源): exactly one of the two.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "aid_programme_limit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub programme_id: Uuid,
    pub grid_id: Option<Uuid>,
    pub contribution_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}

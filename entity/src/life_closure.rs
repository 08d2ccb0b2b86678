use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// An object that was closed because of what happened to a resident.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "life_closure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub life_event_id: Uuid,
    /// Prefix of the object's ids.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    #[sea_orm(belongs_to, from = "life_event_id", to = "id")]
    pub life_event: BelongsTo<super::life_event::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

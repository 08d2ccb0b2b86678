use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::sealed::BlindIndex;

/// What a resident's blind indexes will be under the next key (新盲索引), while it replaces the one before.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "next_index")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub resident_id: Uuid,
    pub id_document_index: Option<BlindIndex>,
    pub phone_index: Option<BlindIndex>,
    /// The index beside which it was made: another one now means that the number was changed since.
    pub from_id_document: Option<BlindIndex>,
    pub from_phone: Option<BlindIndex>,
    #[sea_orm(belongs_to, from = "resident_id", to = "id")]
    pub resident: BelongsTo<super::resident::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

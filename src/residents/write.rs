//! The only code that writes residents' tables: what other slices ask of it.

use entity::resident;
use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, QuerySelect};
use uuid::Uuid;

use crate::write::Tx;

/// Where a resident's current membership leads, kept on the row so that a list by building is answered by one index; the households slice calls it
/// with every membership that it opens or closes.
pub(crate) async fn moved_in(tx: &Tx<'_>, resident: Uuid, home: Option<(Uuid, Uuid)>) -> Result<(), DbErr> {
    let (household, building) = home.unzip();
    let row = resident::ActiveModel {
        id: Set(resident),
        household_id: Set(household),
        building_id: Set(building),
        ..Default::default()
    };
    tx.update(row).await.map(|_| ())
}

/// Under which key events tell of a resident.
pub(crate) async fn data_key_of(tx: &Tx<'_>, resident: Uuid) -> Result<Option<Uuid>, DbErr> {
    let select = resident::Entity::find_by_id(resident).select_only().column(resident::Column::DataKeyId);
    select.into_tuple().one(tx.conn()).await
}

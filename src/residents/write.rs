//! The only code that writes residents' tables: what other slices ask of it.

use entity::resident::{self, Column};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::write::Tx;

/// Where residents' current membership leads, kept on their rows so that a list by building is answered by one index; the households slice calls it
/// with every membership that it opens or closes.
pub(crate) async fn moved_in(tx: &Tx<'_>, residents: &[Uuid], home: Option<(Uuid, Uuid)>) -> Result<(), DbErr> {
    let (household, building) = home.unzip();
    let row = resident::ActiveModel { household_id: Set(household), building_id: Set(building), ..Default::default() };
    let update = resident::Entity::update_many().set(row).filter(Column::Id.is_in(residents.iter().copied()));
    update.exec(tx.conn()).await.map(|_| ())
}

/// Their households moved to this building, and they with them; gives how many they are.
pub(crate) async fn moved_along(tx: &Tx<'_>, households: &[Uuid], building: Uuid) -> Result<u64, DbErr> {
    let row = resident::ActiveModel { building_id: Set(Some(building)), ..Default::default() };
    let update = resident::Entity::update_many().set(row).filter(Column::HouseholdId.is_in(households.iter().copied()));
    Ok(update.exec(tx.conn()).await?.rows_affected)
}

/// Under which key events tell of a resident.
pub(crate) async fn data_key_of(tx: &Tx<'_>, resident: Uuid) -> Result<Option<Uuid>, DbErr> {
    let select = resident::Entity::find_by_id(resident).select_only().column(resident::Column::DataKeyId);
    select.into_tuple().one(tx.conn()).await
}

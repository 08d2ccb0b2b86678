//! Voiding a record that was made by mistake: it stays on file with the reason, counts nowhere, and never changes again.

use async_graphql::ID;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{Detail, Faults, Refused, Tx};
use crate::{
    error::UserErrorCode,
    relay::{Entity, Row},
    say,
};

/// The longest reason, in characters.
const REASON: usize = 500;

/// A record that can be voided: `voidable!` says it of a slice's types.
pub trait Voidable: Entity
where
    Row<Self>: Send + Sync + IntoActiveModel<Self::Changes>,
{
    type Changes: ActiveModelTrait<Entity = Self::Table> + ActiveModelBehavior + Send;

    fn version(row: &Row<Self>) -> i32;
    fn voided_at(row: &Row<Self>) -> Option<DateTime<Utc>>;
    /// The columns that voiding sets.
    fn voided(row: &Row<Self>, at: DateTime<Utc>, reason: String) -> Self::Changes;
}

/// `voidable! { Facility as facility, Asset as asset }`: tables with `voided_at`, `void_reason` and `version`.
#[macro_export]
macro_rules! voidable {
    ($($object:ty as $table:ident),+ $(,)?) => {$(
        impl $crate::write::Voidable for $object {
            type Changes = $table::ActiveModel;

            fn version(row: &$table::Model) -> i32 {
                row.version
            }

            fn voided_at(row: &$table::Model) -> Option<::chrono::DateTime<::chrono::Utc>> {
                row.voided_at
            }

            fn voided(row: &$table::Model, at: ::chrono::DateTime<::chrono::Utc>, reason: String) -> $table::ActiveModel {
                use ::sea_orm::ActiveValue::Set;
                $table::ActiveModel {
                    id: Set(row.id),
                    voided_at: Set(Some(at)),
                    void_reason: Set(Some(reason)),
                    version: Set(row.version + 1),
                    ..Default::default()
                }
            }
        }
    )+};
}

/// Voids a record, once. The reason is in its row and not in the event: it may tell of a person.
pub async fn void<T: Voidable>(tx: &Tx<'_>, (id, expected): (&ID, i32), reason: &str) -> Result<Uuid, Refused>
where
    Row<T>: Send + Sync + IntoActiveModel<T::Changes>,
    T::Table: EntityTrait,
{
    let mut faults = Faults::default();
    let before = tx.subject::<T>(id, &["id"], Some(expected), T::version, &mut faults).await?;
    refuse_voided(before.as_ref().and_then(T::voided_at), &mut faults);
    let reason = faults.text(&["reason"], reason, REASON);
    let (before, reason) = faults.all((before, reason))?;
    tx.update(T::voided(&before, tx.now(), reason)).await?;
    let key = T::key(&before);
    tx.event::<T>(key, T::community(&before), &["voidedAt", "voidReason"], Detail::None).await?;
    Ok(key)
}

/// Nothing more happens to a voided record.
pub fn refuse_voided(voided_at: Option<DateTime<Utc>>, faults: &mut Faults) {
    if voided_at.is_some() {
        let message = say!("The record was voided and can no longer be changed.", "该记录已作废，不能再修改。");
        faults.note(&["id"], UserErrorCode::IllegalTransition, message);
    }
}

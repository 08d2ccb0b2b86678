//! The key of the blind indexes as a running server holds it, and the one that is about to take over.
//!
//! Rows are all under one key at any time. While a rotation is under way (`index_rotation`), servers know both keys and look under both, so that
//! the moment of the change finds nobody unprepared; whoever writes an index first makes sure, in the same transaction, that the key is still the one.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use entity::{
    data_key::{self, KeyPurpose},
    index_rotation,
    sealed::{BlindIndex, Sealed},
};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryFilter, QuerySelect,
};

use super::sealing::{Column, DataKey};

/// The keys under which there may be indexes, the current one first.
struct Known {
    keys: Vec<Arc<DataKey>>,
    /// How the current one is stored: by this one sees that it was replaced.
    stored: Option<Sealed>,
    /// When it was made; each is younger than the one before.
    made: Option<DateTime<Utc>>,
}

pub(super) struct IndexKeys(RwLock<Known>);

impl IndexKeys {
    pub(super) fn new(current: DataKey) -> Self {
        Self(RwLock::new(Known { keys: vec![Arc::new(current)], stored: None, made: None }))
    }

    fn keys(&self) -> Vec<Arc<DataKey>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).keys.clone()
    }

    fn is_current(&self, stored: Option<&Sealed>) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.stored.is_some() && known.stored.as_ref() == stored
    }

    pub(super) fn index(&self, column: Column, normalised: &str) -> BlindIndex {
        // There is always one.
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.keys[0].index(column, normalised)
    }

    pub(super) fn all(&self, column: Column, normalised: &str) -> Vec<BlindIndex> {
        self.keys().iter().map(|key| key.index(column, normalised)).collect()
    }

    /// Takes over what the database says: how the current key is stored and when it was made, itself, and the next one. What was read before somebody else read
    /// of a younger key is too late.
    pub(super) fn replace(&self, stored: Option<Sealed>, made: DateTime<Utc>, keys: Vec<DataKey>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.made.is_some_and(|known| known > made) {
            return;
        }
        let mut keys: Vec<Arc<DataKey>> = keys.into_iter().map(Arc::new).collect();
        // One that was replaced a moment ago: another server may not have heard of it.
        let before = known.keys.first().filter(|before| keys.iter().all(|key| key.bytes() != before.bytes()));
        keys.extend(before.cloned());
        *known = Known { keys, stored, made: Some(made) };
    }

    pub(super) async fn held(&self, tx: &DatabaseTransaction) -> Result<bool, DbErr> {
        let row = current(tx, (tx.get_database_backend() == DbBackend::Postgres).then_some(LockType::Share)).await?;
        Ok(self.is_current(row.as_ref().and_then(|row| row.wrapped.as_ref())))
    }
}

/// The row of the current key.
pub(super) async fn current(
    conn: &impl ConnectionTrait,
    lock: Option<LockType>,
) -> Result<Option<data_key::Model>, DbErr> {
    let select = data_key::Entity::find().filter(data_key::Column::Purpose.eq(KeyPurpose::BlindIndex));
    let select = match lock {
        Some(lock) => select.lock(lock),
        None => select,
    };
    select.one(conn).await
}

/// The row of the key that is about to take over.
pub(super) async fn next(conn: &impl ConnectionTrait) -> Result<Option<data_key::Model>, DbErr> {
    let Some(rotation) = index_rotation::Entity::find().one(conn).await? else { return Ok(None) };
    data_key::Entity::find_by_id(rotation.data_key_id).one(conn).await
}

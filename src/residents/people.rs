//! Several residents to whom one thing happens.

use std::collections::{BTreeSet, HashMap};

use entity::resident;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    privacy::DataKey,
    write::{Detail, Refused, Tx},
};

/// Residents, with the keys that seal what events tell of them.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) rows: Vec<resident::Model>,
    /// Where each is in the list, since there may be thousands.
    places: HashMap<Uuid, usize>,
    keys: HashMap<Uuid, DataKey>,
}

impl People {
    pub(crate) async fn new(tx: &Tx<'_>, rows: Vec<resident::Model>) -> Result<Self, Refused> {
        let keys = tx.all_person_keys(rows.iter().map(|row| row.data_key_id).collect()).await?;
        let places = rows.iter().enumerate().map(|(place, row)| (row.id, place)).collect();
        Ok(Self { rows, places, keys })
    }

    pub(crate) fn ids(&self) -> Vec<Uuid> {
        self.rows.iter().map(|row| row.id).collect()
    }

    /// Those of these ids.
    pub(crate) async fn of(tx: &Tx<'_>, ids: impl IntoIterator<Item = Uuid>) -> Result<Self, Refused> {
        let ids: BTreeSet<Uuid> = ids.into_iter().collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let rows = resident::Entity::find().filter(resident::Column::Id.is_in(ids)).all(tx.conn()).await?;
        Self::new(tx, rows).await
    }

    pub(crate) fn get(&self, resident: Uuid) -> Option<&resident::Model> {
        self.places.get(&resident).and_then(|place| self.rows.get(*place))
    }

    /// As [`People::detail`], of what may concern nobody in person: then an event names the fields only.
    pub(crate) fn detail_of(&self, resident: Option<Uuid>, value: Value) -> Detail<'_> {
        resident.map_or(Detail::None, |resident| self.detail(resident, value))
    }

    /// What an event tells of one of them; nothing of a person whose key was destroyed.
    pub(crate) fn detail(&self, resident: Uuid, value: Value) -> Detail<'_> {
        match self.get(resident).and_then(|row| Some((row.data_key_id, self.keys.get(&row.data_key_id)?))) {
            Some((key_id, key)) => Detail::Sealed { key_id, key, value },
            None => Detail::None,
        }
    }
}

//! Several residents to whom one thing happens.

use std::collections::HashMap;

use entity::resident;
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
    keys: HashMap<Uuid, DataKey>,
}

impl People {
    pub(crate) async fn new(tx: &Tx<'_>, rows: Vec<resident::Model>) -> Result<Self, Refused> {
        let keys = tx.all_person_keys(rows.iter().map(|row| row.data_key_id).collect()).await?;
        Ok(Self { rows, keys })
    }

    pub(crate) fn ids(&self) -> Vec<Uuid> {
        self.rows.iter().map(|row| row.id).collect()
    }

    /// What an event tells of one of them; nothing of a person whose key was destroyed.
    pub(crate) fn detail(&self, resident: Uuid, value: Value) -> Detail<'_> {
        let row = self.rows.iter().find(|row| row.id == resident);
        match row.and_then(|row| Some((row.data_key_id, self.keys.get(&row.data_key_id)?))) {
            Some((key_id, key)) => Detail::Sealed { key_id, key, value },
            None => Detail::None,
        }
    }
}

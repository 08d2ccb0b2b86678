//! Persons' keys for a whole page: read only where a sealed value is selected, and open for the length of the answer.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use entity::data_key;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::DataKey;
use crate::relay::{Edge, Entity, Row};

/// A person's own key, as an edge gives it.
pub type PersonKey = Arc<DataKey>;

/// The edge behind every field that opens a sealed value. A person whose key was destroyed has none.
pub fn person_keys<P: Entity>(key_of: fn(&Row<P>) -> Uuid) -> Edge<P>
where
    Row<P>: Send + Sync,
{
    Edge::values(move |reading, people: &[P], _| {
        Box::pin(async move {
            let wanted: HashSet<_> = people.iter().map(|person| key_of(person.seen())).collect();
            let rows = data_key::Entity::find().filter(data_key::Column::Id.is_in(wanted)).all(reading.db()).await?;
            let mut keys = HashMap::new();
            for row in rows {
                if let Some(key) = reading.app.keys.unwrap(&row)? {
                    keys.insert(row.id, Arc::new(key));
                }
            }
            let by_person = people
                .iter()
                .filter_map(|person| Some((person.seen().key(), keys.get(&key_of(person.seen()))?.clone())));
            Ok(by_person.collect::<HashMap<_, PersonKey>>())
        })
    })
}

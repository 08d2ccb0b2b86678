//! What a change of several rows at once needs: as many statements for a hundred of them as for one.

use std::collections::{HashMap, HashSet};

use async_graphql::ID;
use chrono::NaiveDate;
use entity::{data_key, event};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use super::{Detail, Faults, Refused, Tx, tx::not_found};
use crate::{
    error::UserErrorCode,
    privacy::DataKey,
    relay::{Entity, Row, id, reading::scope_of},
    say,
};

/// The most events that are written in one statement.
const EVENTS: usize = 1_000;

/// An event of a change that has several.
pub struct Told<'d> {
    kind: &'static str,
    subject: Uuid,
    fields: &'d [&'d str],
    detail: Detail<'d>,
}

impl<'d> Told<'d> {
    pub fn of<T: Entity>(subject: Uuid, fields: &'d [&'d str], detail: Detail<'d>) -> Self
    where
        Row<T>: Send + Sync,
    {
        Self { kind: T::PREFIX, subject, fields, detail }
    }

    /// Of what is no object of the schema, such as an account: the fields alone.
    pub fn plain(kind: &'static str, subject: Uuid, fields: &'d [&'d str]) -> Self {
        Self { kind, subject, fields, detail: Detail::None }
    }
}

impl Tx<'_> {
    /// The rows that the mutation is about where it is about several, in the order in which they were named: locked, each once, in one community where
    /// that is given, and within the reach of the mutation. What is wrong is told by position in the list.
    ///
    /// They are locked in the order of their ids, so that two of these never wait for each other.
    pub async fn subjects<T: Entity>(
        &self,
        given: &[ID],
        field: &str,
        (within, most): (Option<Uuid>, usize),
        faults: &mut Faults,
    ) -> Result<Option<Vec<Row<T>>>, DbErr>
    where
        Row<T>: Send + Sync,
    {
        let Some(keys) = faults.keys::<T>(given, field, most) else { return Ok(None) };
        let select = T::Table::find()
            .filter(T::id_column().is_in(keys.iter().copied()))
            .filter(scope_of::<T>(self.viewer, self.action()));
        let rows = self.lock_all(select, T::id_column()).await?.into_iter();
        let fits = |row: &Row<T>| within.is_none() || T::community(row) == within;
        let mut found: HashMap<Uuid, Row<T>> = rows.filter(fits).map(|row| (T::key(&row), row)).collect();
        let ordered: Vec<_> = keys.iter().map(|key| found.remove(key)).collect();
        for (place, _) in ordered.iter().enumerate().filter(|(_, row)| row.is_none()) {
            not_found(&[field, &place.to_string()], faults);
        }
        Ok(ordered.into_iter().collect())
    }

    /// As [`Tx::subjects`], of all rows of a statement that lie within the reach of the mutation.
    pub async fn subjects_of<T: Entity>(&self, select: Select<T::Table>) -> Result<Vec<Row<T>>, DbErr>
    where
        Row<T>: Send + Sync,
    {
        self.lock_all(select.filter(scope_of::<T>(self.viewer, self.action())), T::id_column()).await
    }

    /// A row that must stay as it is until this change is done; others may hold it too.
    pub async fn hold<T: Entity>(&self, key: Uuid) -> Result<Option<Row<T>>, DbErr>
    where
        Row<T>: Send + Sync,
    {
        let select = T::Table::find().filter(T::id_column().eq(key));
        let select = if self.on_postgres() { select.lock_shared() } else { select };
        select.one(self.conn()).await
    }

    /// Appends the events of a change that has several, in one statement.
    pub async fn events(&self, community: Uuid, told: Vec<Told<'_>>) -> Result<(), DbErr> {
        let rows = told
            .into_iter()
            .map(|told| self.event_row((told.kind, told.subject), Some(community), told.fields, told.detail));
        let rows: Vec<_> = rows.collect();
        // A statement takes a bounded number of values.
        for some in rows.chunks(EVENTS) {
            event::Entity::insert_many(some.iter().cloned()).exec_without_returning(self.conn()).await?;
            self.note_event();
        }
        Ok(())
    }

    /// Keys of several people by the keys' ids; those that were destroyed are missing.
    pub async fn all_person_keys(&self, ids: Vec<Uuid>) -> Result<HashMap<Uuid, DataKey>, Refused> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = data_key::Entity::find().filter(data_key::Column::Id.is_in(ids)).all(self.conn()).await?;
        let mut keys = HashMap::new();
        for row in rows {
            if let Some(key) = self.app.keys.unwrap(&row)? {
                keys.insert(row.id, key);
            }
        }
        Ok(keys)
    }
}

impl Faults {
    /// What others found, after what was found so far.
    pub fn append(&mut self, found: Faults) {
        for error in found.into_errors() {
            self.add(error);
        }
    }

    /// The keys of a list of ids: one at least, so many at most, and each once.
    pub fn keys<T: Entity>(&mut self, given: &[ID], field: &str, most: usize) -> Option<Vec<Uuid>>
    where
        Row<T>: Send + Sync,
    {
        if given.is_empty() {
            self.note(&[field], UserErrorCode::Required, say!("Name at least one.", "请至少填写一项。"));
            return None;
        }
        if given.len() > most {
            let length = given.len();
            let message =
                say!("{length} are too many at once; name at most {most}.", "共 {length} 项，一次最多 {most} 项。");
            self.note(&[field], UserErrorCode::OutOfRange, message);
            return None;
        }
        let mut seen = HashSet::new();
        let keys: Vec<Option<Uuid>> = given
            .iter()
            .enumerate()
            .map(|(place, given)| self.key::<T>(given, &[field, &place.to_string()], &mut seen))
            .collect();
        keys.into_iter().collect()
    }

    /// The key of an id that is named once.
    pub fn key<T: Entity>(&mut self, given: &ID, path: &[&str], seen: &mut HashSet<Uuid>) -> Option<Uuid>
    where
        Row<T>: Send + Sync,
    {
        let key = self.take(path, id::decode(T::PREFIX, given).map_err(|message| (UserErrorCode::Invalid, message)))?;
        if seen.insert(key) {
            return Some(key);
        }
        self.note(path, UserErrorCode::Duplicate, say!("This is named twice.", "此项重复。"));
        None
    }

    /// The day of something that happens to what began on these days: not before any of them, and not after today.
    pub fn day_since(
        &mut self,
        field: &str,
        given: Option<NaiveDate>,
        began: impl Iterator<Item = NaiveDate>,
        today: NaiveDate,
    ) -> Option<NaiveDate> {
        let day = given.unwrap_or(today);
        let first = began.max().unwrap_or(day);
        if day <= today && first <= day {
            return Some(day);
        }
        let message = if first > today {
            say!("It began on {first}, which is yet to come.", "其起始日 {first} 尚未到来。")
        } else {
            say!("The day lies between {first} and {today}.", "日期应在 {first} 至 {today} 之间。")
        };
        self.note(&[field], UserErrorCode::OutOfRange, message);
        None
    }
}

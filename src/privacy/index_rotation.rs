//! Replacing the key of the blind indexes (盲索引密钥轮换) while others read and write.
//!
//! The next key is put on file and servers learn of it. Then what each resident's indexes will be under it is worked out beside them (`next_index`), in batches; a
//! number that is changed meanwhile is noticed by its index. In the end, in one transaction that no index is written beside, the last ones are caught up with,
//! all indexes change, the next key becomes the current one, and the old one is gone. Stopped anywhere before, nothing but `next_index` has changed.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    data_key::{self, KeyPurpose},
    index_rotation, next_index, resident,
    sealed::{BlindIndex, Sealed},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DatabaseTransaction, DbBackend, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, RelationTrait,
    sea_query::{Expr, ExprTrait, LockType, OnConflict},
};
use uuid::Uuid;

use super::{
    index_keys,
    master::MasterKeys,
    rotation::refuse_retired,
    sealing::{Column, DataKey},
};
use crate::{
    audit::{self, AuditKind, Entry},
    context::Clock,
    database::Databases,
    error::{Error, Result},
    write,
};

const PURPOSE: &str = "BLIND_INDEX";

/// Makes a new index key, or goes on with the one that was made, and works `batch` residents a transaction; `settle` is how long servers have to learn of it. `told`
/// hears how many of how many are done. Gives how many residents are indexed anew.
pub async fn rotate(
    db: &Databases,
    clock: &Clock,
    keys: &MasterKeys,
    batch: u64,
    settle: Duration,
    told: impl Fn(u64, u64),
) -> Result<u64> {
    refuse_retired(db, keys).await?;
    let next = begin(db, clock, keys).await?;
    tokio::time::sleep(settle).await;
    let all = indexed().count(db.writer()).await?;
    loop {
        let (mut last, mut found) = (Uuid::nil(), false);
        loop {
            let done = next_index::Entity::find().count(db.writer()).await?;
            told(std::cmp::min(done, all), all);
            let tx = write::begin(db).await?;
            let end = catch_up(&tx, keys, &next, last, batch).await?;
            tx.commit().await?;
            let Some(end) = end else { break };
            (last, found) = (end, true);
        }
        if !found {
            break;
        }
    }
    change(db, clock, keys, &next, batch).await
}

/// The next key, on file from now on.
async fn begin(db: &Databases, clock: &Clock, keys: &MasterKeys) -> Result<DataKey> {
    let tx = write::begin(db).await?;
    if let Some(row) = index_keys::next(&tx).await? {
        tx.rollback().await?;
        return opened(keys, &row)?.ok_or_else(|| Error::internal("the next index key was destroyed"));
    }
    let key = DataKey::random();
    let before = index_keys::current(&tx, None).await?.map(|row| row.created_at + TimeDelta::microseconds(1));
    let made = std::cmp::max(before.unwrap_or_default(), clock.now());
    let row = data_key::ActiveModel {
        id: Set(clock.new_id()),
        // No purpose's yet: of each there is one.
        purpose: Set(KeyPurpose::Person),
        wrapped: Set(Some(keys.current().wrap(&key))),
        wrapped_by: Set(keys.current().fingerprint().to_owned()),
        // Whatever the clocks of machines say: by this servers tell which is the younger one.
        created_at: Set(made),
        destroyed_at: Set(None),
    };
    let rotation = index_rotation::ActiveModel {
        purpose: Set(PURPOSE.to_owned()),
        data_key_id: row.id.clone(),
        started_at: Set(clock.now()),
    };
    data_key::Entity::insert(row).exec_without_returning(&tx).await?;
    index_rotation::Entity::insert(rotation).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(key)
}

fn opened(keys: &MasterKeys, row: &data_key::Model) -> Result<Option<DataKey>> {
    if row.wrapped.is_none() {
        return Ok(None);
    }
    let key = keys.unwrap(row);
    key.map(Some).ok_or_else(|| Error::internal(format!("data key {} does not open with the master key", row.id)))
}

/// Those who have something to be found by.
fn indexed() -> sea_orm::Select<resident::Entity> {
    let has = resident::Column::IdDocumentIndex.is_not_null().or(resident::Column::PhoneIndex.is_not_null());
    resident::Entity::find().filter(has)
}

fn beside() -> RelationDef {
    next_index::Relation::Resident.def().rev()
}

/// Those whose next indexes are not there, or of other numbers.
fn behind() -> sea_orm::Select<resident::Entity> {
    use next_index::Column as Next;
    use resident::Column as Stored;
    let differs = |stored: Stored, from: Next| {
        let (stored, from) = (Expr::col(stored.as_column_ref()), Expr::col(from.as_column_ref()));
        let gone = stored.clone().is_null().ne(from.clone().is_null());
        Condition::any().add(gone).add(stored.ne(from))
    };
    let fresh = Stored::IdDocumentIndex.is_not_null().or(Stored::PhoneIndex.is_not_null());
    let fresh = Condition::all().add(Next::ResidentId.is_null()).add(fresh);
    let changed =
        differs(Stored::IdDocumentIndex, Next::FromIdDocument).add(differs(Stored::PhoneIndex, Next::FromPhone));
    let changed = Condition::all().add(Next::ResidentId.is_not_null()).add(changed);
    resident::Entity::find().join(JoinType::LeftJoin, beside()).filter(Condition::any().add(fresh).add(changed))
}

/// Works out the next indexes of up to `batch` residents behind `last`; gives the last of them.
async fn catch_up(
    tx: &DatabaseTransaction,
    keys: &MasterKeys,
    next: &DataKey,
    last: Uuid,
    batch: u64,
) -> Result<Option<Uuid>> {
    let select = behind().filter(resident::Column::Id.gt(last)).order_by_asc(resident::Column::Id).limit(batch);
    let rows = select.all(tx).await?;
    let Some(end) = rows.last().map(|row| row.id) else { return Ok(None) };
    let wanted = rows.iter().map(|row| row.data_key_id);
    let found = data_key::Entity::find().filter(data_key::Column::Id.is_in(wanted)).all(tx).await?;
    let mut people: HashMap<Uuid, Option<DataKey>> = HashMap::new();
    for row in &found {
        people.insert(row.id, opened(keys, row)?);
    }
    let mut anew = Vec::with_capacity(rows.len());
    for row in rows {
        let key = people.get(&row.data_key_id).and_then(Option::as_ref);
        let document =
            index(next, key, Column::ResidentIdDocument, row.id_document.as_ref(), row.id_document_index.as_ref())?;
        let phone = index(next, key, Column::ResidentPhone, row.phone.as_ref(), row.phone_index.as_ref())?;
        anew.push(next_index::ActiveModel {
            resident_id: Set(row.id),
            id_document_index: Set(document),
            phone_index: Set(phone),
            from_id_document: Set(row.id_document_index),
            from_phone: Set(row.phone_index),
        });
    }
    use next_index::Column as Next;
    let again = OnConflict::column(Next::ResidentId)
        .update_columns([Next::IdDocumentIndex, Next::PhoneIndex, Next::FromIdDocument, Next::FromPhone])
        .to_owned();
    next_index::Entity::insert_many(anew).on_conflict(again).exec_without_returning(tx).await?;
    Ok(Some(end))
}

/// The index of a value under the next key. Of somebody who was erased it is one that nothing has.
fn index(
    next: &DataKey,
    key: Option<&DataKey>,
    column: Column,
    sealed: Option<&Sealed>,
    stored: Option<&BlindIndex>,
) -> Result<Option<BlindIndex>> {
    if stored.is_none() {
        return Ok(None);
    }
    let (Some(key), Some(sealed)) = (key, sealed) else {
        return Ok(Some(BlindIndex::from_bytes(DataKey::random().bytes().to_vec())));
    };
    Ok(Some(next.index(column, &key.open_text(column, sealed)?)))
}

/// All indexes at once, and the key with them.
async fn change(db: &Databases, clock: &Clock, keys: &MasterKeys, next: &DataKey, batch: u64) -> Result<u64> {
    let tx = write::begin(db).await?;
    // Whoever is about to write an index holds this row; nobody does from here on.
    let lock = (db.backend() == DbBackend::Postgres).then_some(LockType::Update);
    index_keys::current(&tx, lock).await?.ok_or_else(|| Error::internal("there is no index key"))?;
    let Some(row) = index_keys::next(&tx).await? else {
        // Another command was faster.
        tx.rollback().await?;
        return Ok(0);
    };
    let mut last = Uuid::nil();
    while let Some(end) = catch_up(&tx, keys, next, last, batch).await? {
        last = end;
    }
    let done = next_index::Entity::find().count(&tx).await?;
    let of = |column: next_index::Column| {
        let this =
            Expr::col(next_index::Column::ResidentId.as_column_ref()).equals(resident::Column::Id.as_column_ref());
        let select = next_index::Entity::find().select_only().column(column).filter(this);
        Expr::from(sea_orm::sea_query::SubQueryStatement::from(sea_orm::QueryTrait::into_query(select)))
    };
    let those = next_index::Entity::find().select_only().column(next_index::Column::ResidentId);
    resident::Entity::update_many()
        .col_expr(resident::Column::IdDocumentIndex, of(next_index::Column::IdDocumentIndex))
        .col_expr(resident::Column::PhoneIndex, of(next_index::Column::PhoneIndex))
        .filter(resident::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(those)))
        .exec(&tx)
        .await?;
    index_rotation::Entity::delete_many().exec(&tx).await?;
    next_index::Entity::delete_many().exec(&tx).await?;
    // In the same row: the old key is not kept anywhere.
    let promoted = data_key::ActiveModel {
        wrapped: Set(row.wrapped.clone()),
        wrapped_by: Set(row.wrapped_by.clone()),
        created_at: Set(row.created_at),
        ..Default::default()
    };
    let current = data_key::Column::Purpose.eq(KeyPurpose::BlindIndex);
    data_key::Entity::update_many().set(promoted).filter(current).exec(&tx).await?;
    data_key::Entity::delete_by_id(row.id).exec(&tx).await?;
    audit::note_by_command(&tx, clock, Entry::of(AuditKind::KeysChanged).by("key rotate-index")).await?;
    tx.commit().await?;
    Ok(done)
}

/// How far a rotation is: when it began, how many residents are done, and of how many; none where none is under way.
pub async fn status(db: &Databases) -> Result<Option<(DateTime<Utc>, u64, u64)>, DbErr> {
    let Some(rotation) = index_rotation::Entity::find().one(db.reader()).await? else { return Ok(None) };
    let all = indexed().count(db.reader()).await?;
    let behind = behind().count(db.reader()).await?;
    Ok(Some((rotation.started_at, all.saturating_sub(behind), all)))
}

/// When the key of the blind indexes was made.
pub async fn made(db: &Databases) -> Result<Option<DateTime<Utc>>, DbErr> {
    Ok(index_keys::current(db.reader(), None).await?.map(|row| row.created_at))
}

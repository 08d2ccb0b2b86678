//! Replacing the master key (主密钥轮换) while others read and write.
//!
//! A data key's row says which master key wraps it, so the work is resumed by asking for what is left, and doing it twice changes nothing. Servers are given
//! both keys first: they wrap with the new one and open what either wrapped. The old key is retired in the transaction that sees nothing under it; from
//! then on the database itself takes nothing that it wraps, from a server that was forgotten either.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{data_key, retired_master_key};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{CaseStatement, Expr, OnConflict},
};

use super::master::{MasterKey, MasterKeys};
use crate::{
    audit::{self, AuditKind, Entry},
    context::Clock,
    database::Databases,
    error::{Error, Result},
    say, write,
};

/// What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Fingerprint of the key that is retired now.
    pub previous: String,
    pub rewrapped: u64,
    /// Under the previous key still; counted after it was retired.
    pub remaining: u64,
}

/// What a master key is to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Current,
    Previous,
    Retired(DateTime<Utc>),
    /// It wraps data keys, and was not given.
    Unknown,
}

/// Wraps with the current key what the previous one wrapped, `batch` data keys a transaction, and retires the previous one. `told` hears how many of how many
/// are done.
pub async fn rotate(
    db: &Databases,
    clock: &Clock,
    keys: &MasterKeys,
    batch: u64,
    told: impl Fn(u64, u64),
) -> Result<Rotated> {
    let (current, previous) = (keys.current(), previous(keys)?);
    refuse_retired(db, keys).await?;
    let counts = counts(db.writer()).await?;
    if let Some(stranger) =
        counts.keys().find(|by| ![current.fingerprint(), previous.fingerprint()].contains(&by.as_str()))
    {
        return Err(Error::bad_input(say!(
            "Data keys are under the master key {stranger}, which is neither the one given nor the one before it. Set TONGXIN_PREVIOUS_MASTER_KEY_FILE to that key; nothing was changed.",
            "有数据密钥由主密钥 {stranger} 加密，与所给的新旧密钥均不符。请将 TONGXIN_PREVIOUS_MASTER_KEY_FILE 设为该密钥；数据未作任何改动。"
        )));
    }
    let all = counts.values().sum();
    let mut done = counts.get(current.fingerprint()).copied().unwrap_or_default();
    let mut rewrapped = 0;
    loop {
        told(done, all);
        let tx = write::begin(db).await?;
        let some = rewrap(&tx, current, previous, batch).await?;
        tx.commit().await?;
        rewrapped += some;
        done += some;
        if some == 0 {
            break;
        }
    }
    rewrapped += retire(db, clock, current, previous, batch).await?;
    told(all, all);
    let remaining = self::counts(db.writer()).await?.get(previous.fingerprint()).copied().unwrap_or_default();
    Ok(Rotated { previous: previous.fingerprint().to_owned(), rewrapped, remaining })
}

fn previous(keys: &MasterKeys) -> Result<&MasterKey> {
    match keys.previous() {
        Some(previous) if previous.fingerprint() != keys.current().fingerprint() => Ok(previous),
        Some(_) => Err(Error::bad_input(say!(
            "TONGXIN_MASTER_KEY_FILE and TONGXIN_PREVIOUS_MASTER_KEY_FILE are the same key. Make a new one with `tongxin key new > new.key`, and give it as the first.",
            "TONGXIN_MASTER_KEY_FILE 与 TONGXIN_PREVIOUS_MASTER_KEY_FILE 是同一密钥。请用 `tongxin key new > new.key` 生成新密钥并设为前者。"
        ))),
        None => Err(Error::bad_input(say!(
            "There is no previous master key. Set TONGXIN_MASTER_KEY_FILE to the new key and TONGXIN_PREVIOUS_MASTER_KEY_FILE to the one it replaces, here and on every server.",
            "缺少原主密钥。请将 TONGXIN_MASTER_KEY_FILE 设为新密钥，TONGXIN_PREVIOUS_MASTER_KEY_FILE 设为原密钥；所有服务器也须如此设置。"
        ))),
    }
}

/// Up to `batch` data keys from the previous master key to the current one; so many were there. Both engines do it in one statement.
async fn rewrap(conn: &impl ConnectionTrait, current: &MasterKey, previous: &MasterKey, batch: u64) -> Result<u64> {
    let rows = data_key::Entity::find()
        .filter(data_key::Column::WrappedBy.eq(previous.fingerprint()))
        .filter(data_key::Column::Wrapped.is_not_null())
        .order_by_asc(data_key::Column::Id)
        .limit(batch)
        .all(conn)
        .await?;
    let mut anew = CaseStatement::new();
    for row in &rows {
        let key = row.wrapped.as_ref().and_then(|wrapped| previous.unwrap(wrapped));
        let key = key.ok_or_else(|| {
            Error::internal(format!("data key {} says that {} wrapped it, and does not open", row.id, row.wrapped_by))
        })?;
        anew = anew.case(data_key::Column::Id.eq(row.id), Expr::value(current.wrap(&key)));
    }
    if rows.is_empty() {
        return Ok(0);
    }
    data_key::Entity::update_many()
        .col_expr(data_key::Column::Wrapped, anew.into())
        .col_expr(data_key::Column::WrappedBy, Expr::value(current.fingerprint()))
        .filter(data_key::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .filter(data_key::Column::WrappedBy.eq(previous.fingerprint()))
        // A person who is erased meanwhile stays erased.
        .filter(data_key::Column::Wrapped.is_not_null())
        .exec(conn)
        .await?;
    Ok(rows.len() as u64)
}

/// Retires the previous key in a transaction that nobody else writes data keys beside; what a server wrapped with it until then is wrapped anew in the same.
async fn retire(db: &Databases, clock: &Clock, current: &MasterKey, previous: &MasterKey, batch: u64) -> Result<u64> {
    let tx = write::begin(db).await?;
    if db.backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE data_key IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    let mut late = 0;
    loop {
        match rewrap(&tx, current, previous, batch).await? {
            0 => break,
            some => late += some,
        }
    }
    let row = retired_master_key::ActiveModel {
        fingerprint: Set(previous.fingerprint().to_owned()),
        retired_at: Set(clock.now()),
    };
    let already = OnConflict::column(retired_master_key::Column::Fingerprint).do_nothing().to_owned();
    let retired = retired_master_key::Entity::insert(row).on_conflict(already).exec_without_returning(&tx).await?;
    // Run again, it has nothing to retire.
    if retired > 0 {
        audit::note_by_command(&tx, clock, Entry::of(AuditKind::KeysChanged).by("key rotate")).await?;
    }
    tx.commit().await?;
    Ok(late)
}

/// A server, or a rotation, must not start with a key that was replaced.
pub(super) async fn refuse_retired(db: &Databases, keys: &MasterKeys) -> Result<()> {
    let given = [Some(keys.current()), keys.previous()].into_iter().flatten().map(|key| key.fingerprint().to_owned());
    let column = retired_master_key::Column::Fingerprint;
    let retired = retired_master_key::Entity::find().filter(column.is_in(given)).all(db.writer()).await?;
    for retired in retired {
        let (fingerprint, day) = (&retired.fingerprint, retired.retired_at.date_naive());
        if fingerprint == keys.current().fingerprint() {
            return Err(Error::bad_input(say!(
                "The master key {fingerprint} was replaced on {day} and is refused. Set TONGXIN_MASTER_KEY_FILE or TONGXIN_MASTER_KEY to the key that replaced it; nothing was changed.",
                "主密钥 {fingerprint} 已于 {day} 更换，不再接受。请将 TONGXIN_MASTER_KEY_FILE 或 TONGXIN_MASTER_KEY 设为新密钥；数据未作任何改动。"
            )));
        }
        tracing::warn!(fingerprint, %day, "the previous master key is retired; take TONGXIN_PREVIOUS_MASTER_KEY_FILE out of the settings");
    }
    Ok(())
}

/// Which master keys there are, what they are to the database, and how many data keys each wraps.
pub async fn status(db: &Databases, keys: Option<&MasterKeys>) -> Result<Vec<(String, Standing, u64)>> {
    let counts = counts(db.reader()).await?;
    let mut found: BTreeMap<String, Standing> = counts.keys().map(|by| (by.clone(), Standing::Unknown)).collect();
    if let Some(keys) = keys {
        if let Some(previous) = keys.previous() {
            found.insert(previous.fingerprint().to_owned(), Standing::Previous);
        }
        found.insert(keys.current().fingerprint().to_owned(), Standing::Current);
    }
    for retired in retired_master_key::Entity::find().all(db.reader()).await? {
        found.insert(retired.fingerprint, Standing::Retired(retired.retired_at));
    }
    let wraps = |by: &str| counts.get(by).copied().unwrap_or_default();
    Ok(found.into_iter().map(|(by, standing)| (by.clone(), standing, wraps(&by))).collect())
}

/// How many data keys are under each master key; destroyed ones are under none.
async fn counts(conn: &impl ConnectionTrait) -> Result<BTreeMap<String, u64>, DbErr> {
    let counted: Vec<(String, i64)> = data_key::Entity::find()
        .select_only()
        .column(data_key::Column::WrappedBy)
        .column_as(data_key::Column::Id.count(), "wraps")
        .filter(data_key::Column::Wrapped.is_not_null())
        .group_by(data_key::Column::WrappedBy)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(counted.into_iter().map(|(by, wraps)| (by, wraps.unsigned_abs())).collect())
}

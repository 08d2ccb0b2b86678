//! The keys that a running program holds: the master key, and the deployment's keys for blind indexes, cursors and digests of inputs.

use std::time::Duration;

use entity::{
    data_key::{self, KeyPurpose},
    sealed::BlindIndex,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    index_keys::{self, IndexKeys},
    master::{MasterKey, MasterKeys},
    rotation,
    sealing::{Column, DataKey},
};
use crate::{
    context::{App, Clock},
    database::Databases,
    error::{Error, Result, database},
    say, write,
};

/// So soon a running server knows of a new index key.
const LEARNT_WITHIN: Duration = Duration::from_secs(1);

pub struct Keyring {
    master: MasterKeys,
    index: IndexKeys,
    pub(super) cursor: DataKey,
    digest: DataKey,
}

impl Keyring {
    /// Reads the deployment's keys, and makes them in a fresh database. Fails clearly when the master key is not the one that wrapped them, or was
    /// replaced.
    pub async fn open(db: &Databases, clock: &Clock, master: impl Into<MasterKeys>) -> Result<Self> {
        let master = master.into();
        rotation::refuse_retired(db, &master).await?;
        let keyring = Self {
            index: IndexKeys::new(purpose_key(db, clock, &master, KeyPurpose::BlindIndex).await?),
            cursor: purpose_key(db, clock, &master, KeyPurpose::Cursor).await?,
            digest: purpose_key(db, clock, &master, KeyPurpose::Digest).await?,
            master,
        };
        keyring.refresh_index(db.writer()).await?;
        Ok(keyring)
    }

    /// Learns which keys there are indexes under: a rotation may have begun or ended.
    pub async fn refresh_index(&self, conn: &impl ConnectionTrait) -> Result<()> {
        let (next, current) = (index_keys::next(conn).await?, index_keys::current(conn, None).await?);
        let Some(current) = current else { return Ok(()) };
        let (stored, made) = (current.wrapped.clone(), current.created_at);
        let keys = [Some(current), next].into_iter().flatten().map(|row| {
            let by = &row.wrapped_by;
            let strange = || {
                Error::internal(format!("the index key {} is under the master key {by}, which was not given", row.id))
            };
            self.master.unwrap(&row).ok_or_else(strange)
        });
        self.index.replace(stored, made, keys.collect::<Result<_>>()?);
        Ok(())
    }

    /// For whoever is about to write an index in this transaction, or to look for one that nobody may have twice: until it ends, [`Keyring::index`] is what all rows are under.
    pub async fn hold_index(&self, tx: &DatabaseTransaction) -> Result<()> {
        if self.index.held(tx).await? {
            return Ok(());
        }
        self.refresh_index(tx).await
    }

    /// A new person's key, and its row.
    pub fn new_person(&self, clock: &Clock) -> (DataKey, data_key::ActiveModel) {
        let key = DataKey::random();
        let row = self.row(&key, KeyPurpose::Person, clock);
        (key, row)
    }

    fn row(&self, key: &DataKey, purpose: KeyPurpose, clock: &Clock) -> data_key::ActiveModel {
        row(self.master.current(), key, purpose, clock)
    }

    /// A person's key; none once it was destroyed.
    pub fn unwrap(&self, row: &data_key::Model) -> Result<Option<DataKey>> {
        if row.wrapped.is_none() {
            return Ok(None);
        }
        match self.master.unwrap(row) {
            Some(key) => Ok(Some(key)),
            None => Err(Error::internal(format!(
                "data key {} was wrapped by the master key {}, which this server was not given",
                row.id, row.wrapped_by
            ))),
        }
    }

    /// The indexes under which a value may be found: more than one while the key is replaced.
    pub fn indexes(&self, column: Column, normalised: &str) -> Vec<BlindIndex> {
        self.index.all(column, normalised)
    }

    /// What equal values of one column have in common, whoever they belong to.
    pub fn index(&self, column: Column, normalised: &str) -> BlindIndex {
        self.index.index(column, normalised)
    }

    /// Of a mutation's input, which may hold personal values: keyed, so that it cannot be guessed from the table.
    pub fn digest(&self, parts: &[&[u8]]) -> Vec<u8> {
        self.digest.digest(parts).to_vec()
    }

    /// The name that one partner unit knows a recipient by: stable for that unit, unrelated for the next, leading nowhere.
    pub fn alias(&self, unit: Option<Uuid>, recipient: Uuid) -> String {
        let unit = unit.unwrap_or_default();
        // Not of the key of the indexes: aliases outlive that.
        let digest = self.digest.digest(&[b"recipient alias", unit.as_bytes(), recipient.as_bytes()]);
        data_encoding(&digest[..10])
    }
}

/// What a server does beside serving: learns within a second that the key of the blind indexes is about to be replaced, or was.
pub async fn keep(app: &App) {
    loop {
        tokio::time::sleep(LEARNT_WITHIN).await;
        if let Err(error) = app.keys.refresh_index(app.db.writer()).await {
            tracing::warn!(?error, "the keys of the blind indexes could not be looked at");
        }
    }
}

/// 16 characters of lower-case base32 without look-alikes.
fn data_encoding(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let bits = bytes.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    let length = bytes.len() * 8 / 5;
    (0..length).rev().map(|place| ALPHABET[(bits >> (5 * place) & 31) as usize] as char).collect()
}

fn row(master: &MasterKey, key: &DataKey, purpose: KeyPurpose, clock: &Clock) -> data_key::ActiveModel {
    data_key::ActiveModel {
        id: Set(clock.new_id()),
        purpose: Set(purpose),
        wrapped: Set(Some(master.wrap(key))),
        wrapped_by: Set(master.fingerprint().to_owned()),
        created_at: Set(clock.now()),
        destroyed_at: Set(None),
    }
}

async fn purpose_key(db: &Databases, clock: &Clock, master: &MasterKeys, purpose: KeyPurpose) -> Result<DataKey> {
    if let Some(found) = find(db.reader(), purpose).await? {
        return open(master, &found);
    }
    let key = DataKey::random();
    let tx = write::begin(db).await?;
    match data_key::Entity::insert(row(master.current(), &key, purpose, clock)).exec_without_returning(&tx).await {
        Ok(_) => tx.commit().await?,
        // Another node was faster; its key is the deployment's.
        Err(error) if matches!(database::kind(&error), database::Kind::Unique(_)) => tx.rollback().await?,
        Err(error) => return Err(error.into()),
    }
    let found = find(db.writer(), purpose).await?;
    open(master, &found.ok_or_else(|| Error::internal("a key that was just made is not there"))?)
}

async fn find(db: &impl ConnectionTrait, purpose: KeyPurpose) -> Result<Option<data_key::Model>> {
    Ok(data_key::Entity::find().filter(data_key::Column::Purpose.eq(purpose)).one(db).await?)
}

fn open(master: &MasterKeys, row: &data_key::Model) -> Result<DataKey> {
    master.unwrap(row).ok_or_else(|| {
        let (theirs, ours) = (&row.wrapped_by, master.current().fingerprint());
        Error::bad_input(say!(
            "The master key is not the one that this database was sealed with (database {theirs}, given {ours}). Set TONGXIN_MASTER_KEY_FILE or TONGXIN_MASTER_KEY to the right key; nothing was changed.",
            "主密钥与该数据库不符（数据库 {theirs}，现为 {ours}）。请将 TONGXIN_MASTER_KEY_FILE 或 TONGXIN_MASTER_KEY 设为正确的密钥；数据未作任何改动。"
        ))
    })
}

//! The keys that a running program holds: the master key, and the deployment's keys for blind indexes, cursors and digests of inputs.

use entity::{
    data_key::{self, KeyPurpose},
    sealed::BlindIndex,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    master::{MasterKey, MasterKeys},
    rotation,
    sealing::{Column, DataKey},
};
use crate::{
    context::Clock,
    database::Databases,
    error::{Error, Result, database},
    say, write,
};

pub struct Keyring {
    master: MasterKeys,
    index: DataKey,
    pub(super) cursor: DataKey,
    digest: DataKey,
}

impl Keyring {
    /// Reads the deployment's keys, and makes them in a fresh database. Fails clearly when the master key is not the one that wrapped them, or was
    /// replaced.
    pub async fn open(db: &Databases, clock: &Clock, master: impl Into<MasterKeys>) -> Result<Self> {
        let master = master.into();
        rotation::refuse_retired(db, &master).await?;
        Ok(Self {
            index: purpose_key(db, clock, &master, KeyPurpose::BlindIndex).await?,
            cursor: purpose_key(db, clock, &master, KeyPurpose::Cursor).await?,
            digest: purpose_key(db, clock, &master, KeyPurpose::Digest).await?,
            master,
        })
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
        let digest = self.index.digest(&[b"recipient alias", unit.as_bytes(), recipient.as_bytes()]);
        data_encoding(&digest[..10])
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

//! Appending to the audit stream.

use std::net::IpAddr;

use entity::{
    audit_entry,
    sealed::{BlindIndex, Sealed},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use uuid::Uuid;

use super::AuditKind;
use crate::{
    context::{App, Caller, Clock},
    error::Error,
    privacy::{Column, DataKey},
    say, write,
};

/// Where something came from: who asked, from which address, in which request. The command line has none of these.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    pub account: Option<Uuid>,
    pub address: Option<IpAddr>,
    pub request_id: Option<&'a str>,
}

impl<'a> From<&'a Caller> for Origin<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self {
            account: caller.viewer.as_ref().map(|viewer| viewer.account_id),
            address: caller.address,
            request_id: Some(&caller.request_id),
        }
    }
}

/// What is to be put on record: `Entry::of(AuditKind::SignOut).about("account", id)`.
#[derive(Debug)]
pub struct Entry<'a> {
    kind: AuditKind,
    community: Option<Uuid>,
    subject: Option<(&'a str, Uuid)>,
    action: Option<&'a str>,
    field: Option<&'a str>,
    code: Option<&'a str>,
    claimed_name: Option<&'a str>,
    reason: Option<(Uuid, Sealed)>,
}

impl<'a> Entry<'a> {
    pub fn of(kind: AuditKind) -> Self {
        Self {
            kind,
            community: None,
            subject: None,
            action: None,
            field: None,
            code: None,
            claimed_name: None,
            reason: None,
        }
    }

    /// The community that it concerns; left out where it concerns none.
    pub fn within(self, community: Option<Uuid>) -> Self {
        Self { community, ..self }
    }

    /// The object that it is about: the prefix of its ids, and its key.
    pub fn about(self, kind: &'a str, key: Uuid) -> Self {
        Self { subject: Some((kind, key)), ..self }
    }

    /// Name of the query, mutation or command.
    pub fn by(self, action: &'a str) -> Self {
        Self { action: Some(action), ..self }
    }

    /// The field that was shown.
    pub fn showing(self, field: &'a str) -> Self {
        Self { field: Some(field), ..self }
    }

    /// The code that the caller got.
    pub fn refused_with(self, code: &'a str) -> Self {
        Self { code: Some(code), ..self }
    }

    /// The name that somebody gave who was not let in. Kept as a keyed digest: people type passwords there, and equal names can be told all the same.
    pub fn claiming(self, name: &'a str) -> Self {
        Self { claimed_name: Some(name), ..self }
    }

    /// Why it was asked for, in the words of who asked: they may name a person, so they end with the person's key.
    pub fn because(self, key_id: Uuid, key: &DataKey, reason: &str) -> Self {
        Self { reason: Some((key_id, key.seal(Column::AuditReason, reason.as_bytes()))), ..self }
    }
}

/// Appends an entry in the transaction of what it tells about.
pub async fn note(conn: &impl ConnectionTrait, app: &App, origin: Origin<'_>, entry: Entry<'_>) -> Result<(), DbErr> {
    let name = entry.claimed_name.map(|name| app.keys.digest(&[b"name at a refused sign-in", name.as_bytes()]));
    append(conn, &app.clock, origin, entry, name.map(BlindIndex::from_bytes)).await
}

/// As [`note`], for commands that open no keys.
pub async fn note_by_command(conn: &impl ConnectionTrait, clock: &Clock, entry: Entry<'_>) -> Result<(), DbErr> {
    append(conn, clock, Origin::default(), entry, None).await
}

async fn append(
    conn: &impl ConnectionTrait,
    clock: &Clock,
    origin: Origin<'_>,
    entry: Entry<'_>,
    name_index: Option<BlindIndex>,
) -> Result<(), DbErr> {
    let (data_key_id, reason) = entry.reason.unzip();
    let (subject_kind, subject_id) = entry.subject.unzip();
    let row = audit_entry::ActiveModel {
        id: Set(clock.new_id()),
        kind: Set(entry.kind),
        occurred_at: Set(clock.now()),
        account_id: Set(origin.account),
        name_index: Set(name_index),
        address: Set(origin.address.map(|address| address.to_canonical().to_string())),
        request_id: Set(origin.request_id.map(str::to_owned)),
        community_id: Set(entry.community),
        subject_kind: Set(subject_kind.map(str::to_owned)),
        subject_id: Set(subject_id),
        action: Set(entry.action.map(str::to_owned)),
        field: Set(entry.field.map(str::to_owned)),
        code: Set(entry.code.map(str::to_owned)),
        data_key_id: Set(data_key_id),
        reason: Set(reason),
    };
    audit_entry::Entity::insert(row).exec_without_returning(conn).await.map(|_| ())
}

/// What to answer to whose roles may not do this at all; that they asked is on record.
pub async fn forbidden(app: &App, caller: &Caller, name: &str) -> Error {
    let refusal = Entry::of(AuditKind::Refusal).by(name).refused_with("FORBIDDEN");
    match note_apart(app, caller.into(), refusal).await {
        Ok(()) => Error::forbidden(say!("Your role may not use `{name}`.", "您的角色无权执行 `{name}`。")),
        Err(error) => error.into(),
    }
}

/// Appends an entry about what was refused, in a transaction of its own.
pub async fn note_apart(app: &App, origin: Origin<'_>, entry: Entry<'_>) -> Result<(), DbErr> {
    let tx = write::begin(&app.db).await?;
    note(&tx, app, origin, entry).await?;
    tx.commit().await
}

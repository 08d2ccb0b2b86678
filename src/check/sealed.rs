//! What is sealed: it opens with the key that it names, and its blind index is that of what was sealed. Every value is opened, in memory and one batch at a
//! time, so this is asked for by itself.

use std::{borrow::Cow, collections::HashMap};

use entity::{
    audit_entry, data_key, event, resident,
    sealed::{BlindIndex, Sealed},
    staff_member, visit,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Difference, Finding};
use crate::{
    error::Result,
    privacy::{Column, DataKey, Keyring},
    relay::id::of_kind,
};

/// What is looked at, and what must hold.
pub const SEALED: &[(&str, &str)] = &[
    (KEYS, "every key that was not destroyed opens with the master key that was given"),
    (DOCUMENT, "a resident's identity document opens with the resident's key"),
    (DOCUMENT_INDEX, "the index of an identity document is that of what is sealed"),
    (PHONE, "a resident's telephone opens with the resident's key"),
    (PHONE_INDEX, "the index of a telephone is that of what is sealed"),
    (STAFF_PHONE, "a staff member's telephone opens with their key"),
    (VISIT_NOTE, "what was heard on a visit opens with the key of the visit"),
    (PAYLOAD, "what an event tells can be read, unless the key was destroyed"),
    (REASON, "the reason of an audit entry can be read, unless the key was destroyed"),
];

const KEYS: &str = "sealed.data_key.wrapped";
const DOCUMENT: &str = "sealed.resident.id_document";
const DOCUMENT_INDEX: &str = "sealed.resident.id_document_index";
const PHONE: &str = "sealed.resident.phone";
const PHONE_INDEX: &str = "sealed.resident.phone_index";
const STAFF_PHONE: &str = "sealed.staff_member.phone";
const VISIT_NOTE: &str = "sealed.visit.note";
const PAYLOAD: &str = "sealed.event.payload";
const REASON: &str = "sealed.audit_entry.reason";

/// Rows that are read at a time.
const BATCH: u64 = 2_000;

pub(super) async fn find(conn: &DatabaseTransaction, keys: &Keyring, most: u64) -> Result<Vec<Finding>> {
    let findings = SEALED.iter().map(|&(name, rule)| {
        (name, Finding { name: Cow::Borrowed(name), rule: Cow::Borrowed(rule), total: 0, differences: Vec::new() })
    });
    let mut looking = Looking { keys, most, findings: findings.collect() };
    looking.data_keys(conn).await?;
    looking.residents(conn).await?;
    looking.staff(conn).await?;
    looking.visits(conn).await?;
    looking.events(conn).await?;
    looking.audit(conn).await?;
    Ok(SEALED.iter().filter_map(|(name, _)| looking.findings.remove(*name)).collect())
}

struct Looking<'a> {
    keys: &'a Keyring,
    most: u64,
    findings: HashMap<&'static str, Finding>,
}

/// A value that can be sealed by a person's key that may have been destroyed.
enum Opened {
    Value(Vec<u8>),
    /// On purpose: the key was destroyed, or does not open and was told of already.
    Unreadable,
    Broken,
}

impl Looking<'_> {
    fn note(&mut self, name: &'static str, of: &str, id: Uuid, stored: &str, records: &str) {
        let Some(finding) = self.findings.get_mut(name) else { return };
        finding.total += 1;
        if finding.total <= self.most {
            // What is sealed is never shown, not even where it is wrong.
            let (stored, records) = (Some(stored.to_owned()), Some(records.to_owned()));
            finding.differences.push(Difference { id: of_kind(of, id), stored, records });
        }
    }

    /// The keys of some rows; those that were destroyed or do not open are missing.
    async fn keys_of(
        &self,
        conn: &DatabaseTransaction,
        ids: impl Iterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, DataKey>, DbErr> {
        let rows = data_key::Entity::find().filter(data_key::Column::Id.is_in(ids)).all(conn).await?;
        let open = |row: data_key::Model| Some((row.id, self.keys.unwrap(&row).ok().flatten()?));
        Ok(rows.into_iter().filter_map(open).collect())
    }

    async fn data_keys(&mut self, conn: &DatabaseTransaction) -> Result<(), DbErr> {
        let mut last = Uuid::nil();
        loop {
            let select = data_key::Entity::find().filter(data_key::Column::Id.gt(last));
            let rows = select.order_by_asc(data_key::Column::Id).limit(BATCH).all(conn).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.id;
            for row in rows.iter().filter(|row| self.keys.unwrap(row).is_err()) {
                self.note(KEYS, "data_key", row.id, &format!("wrapped by {}", row.wrapped_by), "opens");
            }
        }
    }

    async fn residents(&mut self, conn: &DatabaseTransaction) -> Result<(), DbErr> {
        let mut last = Uuid::nil();
        loop {
            let select = resident::Entity::find().filter(resident::Column::Id.gt(last));
            let rows = select.order_by_asc(resident::Column::Id).limit(BATCH).all(conn).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.id;
            let keys = self.keys_of(conn, rows.iter().map(|row| row.data_key_id)).await?;
            for row in &rows {
                let key = keys.get(&row.data_key_id);
                let document = (row.id_document.as_ref(), row.id_document_index.as_ref());
                let phone = (row.phone.as_ref(), row.phone_index.as_ref());
                self.indexed((DOCUMENT, DOCUMENT_INDEX), Column::ResidentIdDocument, row.id, key, document);
                self.indexed((PHONE, PHONE_INDEX), Column::ResidentPhone, row.id, key, phone);
            }
        }
    }

    /// A value with its blind index.
    fn indexed(
        &mut self,
        (value_name, index_name): (&'static str, &'static str),
        column: Column,
        resident: Uuid,
        key: Option<&DataKey>,
        (value, index): (Option<&Sealed>, Option<&BlindIndex>),
    ) {
        let (Some(key), Some(value)) = (key, value) else { return };
        match key.open_text(column, value) {
            Err(_) => self.note(value_name, "resident", resident, "a value that does not open", "one that does"),
            Ok(text) if index.is_none_or(|index| *index != self.keys.index(column, &text)) => {
                self.note(index_name, "resident", resident, "another index", "that of what is sealed");
            }
            Ok(_) => {}
        }
    }

    async fn staff(&mut self, conn: &DatabaseTransaction) -> Result<(), DbErr> {
        let mut last = Uuid::nil();
        loop {
            let select = staff_member::Entity::find().filter(staff_member::Column::Id.gt(last));
            let rows = select.order_by_asc(staff_member::Column::Id).limit(BATCH).all(conn).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.id;
            let keys = self.keys_of(conn, rows.iter().map(|row| row.data_key_id)).await?;
            for row in &rows {
                let (Some(key), Some(phone)) = (keys.get(&row.data_key_id), &row.phone) else { continue };
                if key.open_text(Column::StaffPhone, phone).is_err() {
                    self.note(STAFF_PHONE, "staff_member", row.id, "a value that does not open", "one that does");
                }
            }
        }
    }

    async fn visits(&mut self, conn: &DatabaseTransaction) -> Result<(), DbErr> {
        let mut last = Uuid::nil();
        loop {
            let select = visit::Entity::find().filter(visit::Column::Id.gt(last));
            let rows = select.order_by_asc(visit::Column::Id).limit(BATCH).all(conn).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.id;
            let keys = self.keys_of(conn, rows.iter().map(|row| row.data_key_id)).await?;
            for row in &rows {
                let (Some(key), Some(note)) = (keys.get(&row.data_key_id), &row.note) else { continue };
                if key.open_text(Column::VisitNote, note).is_err() {
                    self.note(VISIT_NOTE, "visit", row.id, "a value that does not open", "one that does");
                }
            }
        }
    }

    async fn events(&mut self, conn: &DatabaseTransaction) -> Result<(), DbErr> {
        let mut last = 0;
        loop {
            let select = event::Entity::find().filter(event::Column::Seq.gt(last));
            let rows = select.order_by_asc(event::Column::Seq).limit(BATCH).all(conn).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.seq;
            let keys = self.keys_of(conn, rows.iter().filter_map(|row| row.data_key_id)).await?;
            for row in &rows {
                let Some(payload) = &row.payload else { continue };
                let wrong = match opened(Column::EventPayload, payload, row.data_key_id, &keys) {
                    Opened::Value(value) => serde_json::from_slice::<serde::de::IgnoredAny>(&value).is_err(),
                    Opened::Unreadable => false,
                    Opened::Broken => true,
                };
                if wrong {
                    self.note(PAYLOAD, "event", row.id, "a payload that cannot be read", "one that can");
                }
            }
        }
    }

    async fn audit(&mut self, conn: &DatabaseTransaction) -> Result<(), DbErr> {
        let mut last = Uuid::nil();
        loop {
            let select = audit_entry::Entity::find().filter(audit_entry::Column::Id.gt(last));
            let rows = select.order_by_asc(audit_entry::Column::Id).limit(BATCH).all(conn).await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.id;
            let keys = self.keys_of(conn, rows.iter().filter_map(|row| row.data_key_id)).await?;
            for row in &rows {
                let Some(reason) = &row.reason else { continue };
                let wrong = match opened(Column::AuditReason, reason, row.data_key_id, &keys) {
                    Opened::Value(value) => String::from_utf8(value).is_err(),
                    Opened::Unreadable => false,
                    Opened::Broken => true,
                };
                if wrong {
                    self.note(REASON, "audit_entry", row.id, "a reason that cannot be read", "one that can");
                }
            }
        }
    }
}

/// A value under the key that its row names; without one it is there as it is.
fn opened(column: Column, value: &Sealed, key_id: Option<Uuid>, keys: &HashMap<Uuid, DataKey>) -> Opened {
    let Some(key_id) = key_id else { return Opened::Value(value.as_bytes().to_vec()) };
    let Some(key) = keys.get(&key_id) else { return Opened::Unreadable };
    key.open(column, value).map_or(Opened::Broken, Opened::Value)
}

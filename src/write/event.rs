//! What an event says about a change, beyond its name and subject.

use entity::{event, sealed::Sealed};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    audit::Origin,
    context::App,
    privacy::{Column, DataKey},
};

/// The details of an event.
pub enum Detail<'a> {
    /// Nothing that the fields' names do not say.
    None,
    /// Values that concern no person.
    Open(Value),
    /// Values of a person, unreadable once the person's key is destroyed.
    Sealed { key_id: Uuid, key: &'a DataKey, value: Value },
}

/// The key under which events tell of a person. Who has none of their own, or was erased, is not told about: then the event names the fields only.
pub struct SubjectKey(Option<(Uuid, DataKey)>);

impl SubjectKey {
    pub(super) fn new(key: Option<(Uuid, DataKey)>) -> Self {
        Self(key)
    }

    pub fn seal(&self, value: Value) -> Detail<'_> {
        match &self.0 {
            Some((key_id, key)) => Detail::Sealed { key_id: *key_id, key, value },
            None => Detail::None,
        }
    }
}

/// What is said of one thing that was done.
pub(crate) struct Deed<'a> {
    pub action: &'a str,
    /// Kind and id of what it was done to.
    pub subject: (&'static str, Uuid),
    pub community: Option<Uuid>,
    /// The fields that changed.
    pub fields: &'a [&'a str],
    pub detail: Detail<'a>,
}

impl Deed<'_> {
    pub(super) fn row(self, app: &App, origin: Origin<'_>) -> event::ActiveModel {
        let (data_key_id, payload) = details(self.detail);
        event::ActiveModel {
            id: Set(app.clock.new_id()),
            community_id: Set(self.community),
            occurred_at: Set(app.clock.now()),
            account_id: Set(origin.account),
            request_id: Set(origin.request_id.map(str::to_owned)),
            action: Set(self.action.to_owned()),
            subject_kind: Set(self.subject.0.to_owned()),
            subject_id: Set(self.subject.1),
            fields: Set(serde_json::to_string(self.fields).unwrap_or_default()),
            data_key_id: Set(data_key_id),
            payload: Set(payload),
            ..Default::default()
        }
    }

    /// Appends the event in the transaction that does the deed: for what is done beside mutations' own transactions.
    pub(crate) async fn append(self, conn: &impl ConnectionTrait, app: &App, origin: Origin<'_>) -> Result<(), DbErr> {
        event::Entity::insert(self.row(app, origin)).exec_without_returning(conn).await?;
        Ok(())
    }
}

fn details(detail: Detail<'_>) -> (Option<Uuid>, Option<Sealed>) {
    let bytes = |value: &Value| value.to_string().into_bytes();
    match detail {
        Detail::None => (None, None),
        Detail::Open(value) => (None, Some(Sealed::from_bytes(bytes(&value)))),
        Detail::Sealed { key_id, key, value } => (Some(key_id), Some(key.seal(Column::EventPayload, &bytes(&value)))),
    }
}

/// The fields that an amendment really changes, with their values before and after.
#[derive(Default)]
pub struct Diff {
    fields: Vec<&'static str>,
    before: Map<String, Value>,
    after: Map<String, Value>,
}

impl Diff {
    /// Notes a change; says whether there is one.
    pub fn note<T: Serialize + PartialEq>(&mut self, field: &'static str, before: &T, after: &T) -> bool {
        if before == after {
            return false;
        }
        self.fields.push(field);
        self.before.insert(field.to_owned(), serde_json::to_value(before).unwrap_or_default());
        self.after.insert(field.to_owned(), serde_json::to_value(after).unwrap_or_default());
        true
    }

    pub fn fields(&self) -> &[&'static str] {
        &self.fields
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub fn value(self) -> Value {
        serde_json::json!({ "before": self.before, "after": self.after })
    }
}

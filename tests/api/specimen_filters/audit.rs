//! The audit stream.

use entity::{
    account,
    audit_entry::{self, AuditKind},
};
use sea_orm::EntityTrait;
use serde_json::json;
use tongxin::relay::id::{encode, of_kind};
use uuid::Uuid;

use super::{Filtered, communities, directory::moments, filtered, holds, references, specimens, texts};
use crate::harness::{TestApp, World, bulk::Bulk, listing::List};

pub async fn audit(app: &TestApp, world: &World, bulk: &Bulk) -> Filtered {
    // The entries of making the world; asking makes none.
    let reader = app.app.db.reader();
    let entries = audit_entry::Entity::find().all(reader).await.unwrap();
    let names = account::Entity::find().all(reader).await.unwrap();
    let here = communities(world, bulk);
    let actor = |row: &audit_entry::Model| {
        names.iter().filter(|of| Some(of.id) == row.account_id).map(|of| of.name.clone()).collect::<Vec<_>>()
    };
    let subject = entries.iter().find_map(|row| row.subject_kind.clone().zip(row.subject_id)).unwrap();
    let about = of_kind(&subject.0, subject.1);
    let middle = entries[entries.len() / 2].occurred_at;
    filtered(
        List::new("auditEntries", "AuditEntry"),
        &world.operator,
        &entries,
        |row| encode("audit_entry", row.id),
        specimens![
            references("communityId", "community", here, |row: &audit_entry::Model, key| row.community_id == Some(key)),
            texts("action", |row: &audit_entry::Model| row.action.clone().into_iter().collect()),
            texts("actor", actor),
            moments(middle, |row: &audit_entry::Model| row.occurred_at),
            [
                holds(json!({ "kind": { "eq": "TOKEN_CREATED" } }), |row: &audit_entry::Model| row.kind
                    == AuditKind::TokenCreated),
                holds(json!({ "kind": { "in": ["ACCOUNT_ADDED", "REVEAL"] } }), |row: &audit_entry::Model| matches!(
                    row.kind,
                    AuditKind::AccountAdded | AuditKind::Reveal
                )),
                holds(json!({ "subjectIds": [about, encode("resident", Uuid::nil())] }), {
                    let subject = subject.clone();
                    move |row: &audit_entry::Model| {
                        row.subject_kind.clone().zip(row.subject_id) == Some(subject.clone())
                    }
                }),
                holds(json!({ "subjectIds": [] }), |_: &audit_entry::Model| false),
                holds(json!({ "action": { "eq": "token create" } }), |row: &audit_entry::Model| row.action.as_deref()
                    == Some("token create")),
            ],
        ],
    )
}

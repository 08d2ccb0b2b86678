//! The record that takes another out of the books (冲正记录).

use chrono::TimeDelta;
use entity::aid_record::{self, AidStatus};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::object::AidRecord;
use crate::{
    error::{UserError, UserErrorCode},
    relay::{Entity, id},
    residents::People,
    say,
    write::{Refused, Tx},
};

/// So long may those who handed something over take their own entry back; afterwards it takes a second person.
const UNDO: TimeDelta = TimeDelta::hours(24);

/// Puts it on file for a grant that was just decided to be REVERSED; gives its key.
pub(super) async fn put_on_file(tx: &Tx<'_>, reversed: &aid_record::Model, reason: &str) -> Result<Uuid, Refused> {
    // Of what an instalment paid, the day may lie long before the entry.
    let entered = match reversed.instalment_id {
        Some(_) => reversed.recorded_at,
        None => reversed.delivered_at.unwrap_or(reversed.recorded_at),
    };
    if reversed.delivered_by == Some(tx.viewer.account_id) && tx.now() - entered > UNDO {
        let hours = UNDO.num_hours();
        let message = say!(
            "You handed it over more than {hours} hours ago: a second person must reverse it.",
            "该帮扶由您发放且已超过 {hours} 小时，须由他人冲正。"
        );
        return Err(UserError::new(&["id"], UserErrorCode::SamePerson, message).into());
    }
    let id = tx.new_id();
    let people = People::of(tx, reversed.resident_id).await?;
    let first = id::encode(AidRecord::PREFIX, reversed.id);
    let detail =
        people.detail_of(reversed.resident_id, json!({ "after": { "reverses": first, "statusReason": reason } }));
    tx.insert(aid_record::ActiveModel {
        id: Set(id),
        status: Set(AidStatus::Reversal),
        status_reason: Set(Some(reason.to_owned())),
        reverses_id: Set(Some(reversed.id)),
        given_on: Set(tx.today_at(reversed.community_id).await?),
        note: Set(None),
        recorded_by: Set(tx.viewer.account_id),
        recorded_at: Set(tx.now()),
        approved_by: Set(None),
        approved_at: Set(None),
        delivered_at: Set(None),
        delivered_by: Set(None),
        signed_by: Set(None),
        signed_by_name: Set(None),
        version: Set(1),
        batch_id: Set(None),
        // What it takes out of the books is what the first put in.
        ..reversed.clone().into()
    })
    .await?;
    tx.event::<AidRecord>(id, Some(reversed.community_id), &["reverses", "status", "statusReason"], detail).await?;
    Ok(id)
}

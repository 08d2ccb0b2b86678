//! Showing a sealed value in full: to those who read sealed values, for a reason, with an entry in the audit stream in the same transaction. These are
//! mutations, so that no cache, no retry and no GET shows a value again without another entry; they change no record and leave no event.

use chrono::TimeDelta;
use entity::{account, audit_entry, data_key, sealed::Sealed};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LockType,
};
use uuid::Uuid;

use super::{AuditKind, Entry, Origin, note, note_apart};
use crate::{
    access::{Class, Viewer, policy::Action},
    context::App,
    error::{Error, UserError, UserErrorCode},
    privacy::Column,
    relay::{Entity, Row, reading::read_in_full},
    say,
    write::{self, Faults, Refused, not_found},
};

/// So many values does one account see in full within an hour: more than a day's work at a counter asks for, far fewer than a community has residents.
const MOST_IN_AN_HOUR: u64 = 30;

/// The most characters of a reason.
const REASON: usize = 500;

/// What is asked for.
pub struct Wanted<'a> {
    /// Name of the mutation.
    pub mutation: &'static str,
    /// The input's field that names the person, and the person's key, if it is an id.
    pub path: &'static str,
    pub person: Option<Uuid>,
    pub reason: &'a str,
    /// The field of the person, and where its values are kept.
    pub field: &'static str,
    pub column: Column,
}

/// A person's sealed value in full; none where none is on file, or the person's key was destroyed.
pub async fn reveal<T: Entity>(
    app: &App,
    viewer: &Viewer,
    origin: Origin<'_>,
    wanted: &Wanted<'_>,
    sealed: fn(&Row<T>) -> (Uuid, Option<&Sealed>),
) -> Result<Option<(Row<T>, String)>, Refused>
where
    Row<T>: Send + Sync,
{
    let reads = viewer.reach(T::RESOURCE, Action::Read).0.iter().any(|held| held.classes.has(Class::Sealed));
    if !reads {
        refused(app, origin, wanted, "FORBIDDEN").await?;
        let name = wanted.mutation;
        let message = say!("Your role may not use `{name}`.", "您的角色无权执行 `{name}`。");
        return Err(Error::forbidden(message).into());
    }
    let mut faults = Faults::default();
    let reason = faults.text(&["reason"], wanted.reason, REASON);
    if wanted.person.is_none() {
        not_found(&[wanted.path], &mut faults);
    }
    let (reason, person) = faults.all((reason, wanted.person))?;
    let within = read_in_full::<T>(viewer, Class::Sealed);
    let select = T::Table::find().filter(T::id_column().eq(person)).filter(within);

    let tx = write::begin(&app.db).await?;
    let outcome = match too_many(&tx, app, viewer).await? {
        Some(error) => Err(error),
        None => match select.one(&tx).await? {
            Some(row) => Ok(row),
            None => {
                let mut faults = Faults::default();
                not_found(&[wanted.path], &mut faults);
                Err(faults.none().err().unwrap_or_else(|| Error::internal("nothing was found wrong").into()))
            }
        },
    };
    let row = match outcome {
        Ok(row) => row,
        Err(why) => {
            // SQLite has one writer: this transaction ends before the next begins.
            tx.rollback().await?;
            if let Refused::Listed(errors) = &why {
                let limited = errors.iter().any(|error| error.code == UserErrorCode::RateLimited);
                refused(app, origin, wanted, if limited { "RATE_LIMITED" } else { "NOT_FOUND" }).await?;
            }
            return Err(why);
        }
    };
    let (key_id, value) = sealed(&row);
    let Some(value) = value else { return Ok(None) };
    let kept = data_key::Entity::find_by_id(key_id).one(&tx).await?;
    let Some(key) = kept.map(|kept| app.keys.unwrap(&kept)).transpose()?.flatten() else { return Ok(None) };
    let text = key.open_text(wanted.column, value)?;
    let entry = Entry::of(AuditKind::Reveal)
        .within(T::community(&row))
        .about(T::PREFIX, person)
        .by(wanted.mutation)
        .showing(wanted.field)
        .because(key_id, &key, &reason);
    note(&tx, app, origin, entry).await?;
    tx.commit().await?;
    Ok(Some((row, text)))
}

async fn refused(app: &App, origin: Origin<'_>, wanted: &Wanted<'_>, code: &str) -> Result<(), Refused> {
    let entry = Entry::of(AuditKind::Refusal).by(wanted.mutation).showing(wanted.field).refused_with(code);
    Ok(note_apart(app, origin, entry).await?)
}

/// Counted in the database, whichever node was asked. One account's reveals wait for one another, or two at once would both be the last.
async fn too_many(tx: &DatabaseTransaction, app: &App, viewer: &Viewer) -> Result<Option<Refused>, Refused> {
    if tx.get_database_backend() == DbBackend::Postgres {
        account::Entity::find_by_id(viewer.account_id).lock(LockType::NoKeyUpdate).one(tx).await?;
    }
    let (now, hour) = (app.clock.now(), TimeDelta::hours(1));
    let lately: Vec<chrono::DateTime<chrono::Utc>> = audit_entry::Entity::find()
        .select_only()
        .column(audit_entry::Column::OccurredAt)
        .filter(audit_entry::Column::AccountId.eq(viewer.account_id))
        .filter(audit_entry::Column::Kind.eq(AuditKind::Reveal))
        .filter(audit_entry::Column::OccurredAt.gt(now - hour))
        .order_by_desc(audit_entry::Column::OccurredAt)
        .limit(MOST_IN_AN_HOUR)
        .into_tuple()
        .all(tx)
        .await?;
    if (lately.len() as u64) < MOST_IN_AN_HOUR {
        return Ok(None);
    }
    let wait = lately.last().map_or(hour, |first| *first + hour - now).num_seconds().max(1);
    let message = say!(
        "You saw {MOST_IN_AN_HOUR} values in full within an hour; the next is shown in {wait} seconds.",
        "一小时内已查看 {MOST_IN_AN_HOUR} 项原文，请在 {wait} 秒后再试。"
    );
    let error = UserError::new(&["reason"], UserErrorCode::RateLimited, message);
    Ok(Some(error.with(serde_json::json!({ "retryAfter": wait })).into()))
}

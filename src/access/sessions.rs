//! Sessions: who signed in, until they sign out, stay away too long, or the day is over. A session's secret is a bearer credential like a token's; pages
//! keep it in a cookie that scripts cannot read.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{sign_in, token};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use secrecy::SecretString;
use uuid::Uuid;

use super::{
    Credential, Viewer, grants,
    token::{SESSION, generate, with_account},
};
use crate::context::App;

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// So long unused.
    pub idle: Duration,
    /// So long in any case.
    pub longest: Duration,
    /// Are the pages served by HTTPS? Then browsers are told to send the cookie by it alone.
    pub https: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self { idle: Duration::from_secs(30 * 60), longest: Duration::from_secs(12 * 3600), https: false }
    }
}

/// Ended sessions are kept so long, for whoever asks what happened.
const KEPT: TimeDelta = TimeDelta::days(30);

/// How often the last uses are written down.
pub const FLUSHED_EVERY: Duration = Duration::from_secs(60);

/// A session that began.
pub struct Begun {
    pub id: Uuid,
    pub secret: SecretString,
    pub expires_at: DateTime<Utc>,
}

pub async fn begin(conn: &impl ConnectionTrait, app: &App, account_id: Uuid, terms: &Terms) -> Result<Begun, DbErr> {
    let (secret, hash) = generate(SESSION);
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let expires_at = now + terms.longest;
    let row = sign_in::ActiveModel {
        id: Set(id),
        account_id: Set(account_id),
        hash: Set(hash),
        signed_in_at: Set(now),
        last_used_at: Set(now),
        idle_seconds: Set(terms.idle.as_secs().clamp(1, i32::MAX as u64) as i32),
        expires_at: Set(expires_at),
        ended_at: Set(None),
    };
    sign_in::Entity::insert(row).exec_without_returning(conn).await?;
    Ok(Begun { id, secret, expires_at })
}

/// Which sessions are to end.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    One(Uuid),
    AllOf { account: Uuid, but: Option<Uuid> },
}

/// Ends sessions and says how many; a node that saw one of them within the last second may take it that long.
pub async fn end(conn: &impl ConnectionTrait, which: Which, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let condition = match which {
        Which::One(id) => Condition::all().add(sign_in::Column::Id.eq(id)),
        Which::AllOf { account, but } => Condition::all()
            .add(sign_in::Column::AccountId.eq(account))
            .add_option(but.map(|id| sign_in::Column::Id.ne(id))),
    };
    let ended = sign_in::Entity::update_many()
        .set(sign_in::ActiveModel { ended_at: Set(Some(now)), ..Default::default() })
        .filter(condition)
        .filter(sign_in::Column::EndedAt.is_null())
        .filter(sign_in::Column::ExpiresAt.gt(now))
        .exec(conn)
        .await?;
    Ok(ended.rows_affected)
}

type Row = (Uuid, DateTime<Utc>, i32, Uuid, String);

/// Whose session this is; none where it ended, expired or was not used for too long, or where the account is disabled.
pub(super) async fn find(app: &App, hash: &[u8], now: DateTime<Utc>) -> Result<Option<Viewer>, DbErr> {
    let select = sign_in::Entity::find()
        .select_only()
        .column_as(sign_in::Column::Id, "credential_id")
        .column(sign_in::Column::LastUsedAt)
        .column(sign_in::Column::IdleSeconds)
        .filter(sign_in::Column::Hash.eq(hash))
        .filter(sign_in::Column::EndedAt.is_null())
        .filter(sign_in::Column::ExpiresAt.gt(now));
    let found: Option<Row> = with_account(select, sign_in::Relation::Account).into_tuple().one(app.db.reader()).await?;
    let Some((id, written, idle, account_id, name)) = found else { return Ok(None) };
    let last_used = app.uses.last(id).map_or(written, |seen| seen.max(written));
    if now - last_used >= TimeDelta::seconds(idle.into()) {
        return Ok(None);
    }
    let grants = grants::held_by(app.db.reader(), account_id, now).await?;
    Ok(Some(Viewer { account_id, name, grants, credential: Credential::Session(id) }))
}

/// When sessions and tokens were used last, until it is written down: so reading does not write.
#[derive(Default)]
pub struct Uses(Mutex<HashMap<Uuid, (Credential, DateTime<Utc>)>>);

impl Uses {
    pub(super) fn note(&self, credential: &Credential, now: DateTime<Utc>) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        uses.insert(credential.id(), (credential.clone(), now));
    }

    fn last(&self, id: Uuid) -> Option<DateTime<Utc>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).map(|(_, at)| *at)
    }

    /// Writes them down: one statement for each credential that was used since.
    pub async fn flush(&self, app: &App) -> Result<(), DbErr> {
        let uses = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let db = app.db.writer();
        for (id, (credential, at)) in uses {
            match credential {
                Credential::Session(_) => {
                    sign_in::Entity::update_many()
                        .set(sign_in::ActiveModel { last_used_at: Set(at), ..Default::default() })
                        .filter(sign_in::Column::Id.eq(id))
                        .filter(sign_in::Column::LastUsedAt.lt(at))
                        .exec(db)
                        .await?;
                }
                Credential::Token { .. } => {
                    let earlier =
                        Condition::any().add(token::Column::LastUsedAt.is_null()).add(token::Column::LastUsedAt.lt(at));
                    token::Entity::update_many()
                        .set(token::ActiveModel { last_used_at: Set(Some(at)), ..Default::default() })
                        .filter(token::Column::Id.eq(id))
                        .filter(earlier)
                        .exec(db)
                        .await?;
                }
            }
        }
        Ok(())
    }
}

/// Drops sessions that ended long ago.
pub async fn sweep(app: &App) -> Result<(), DbErr> {
    let old = app.clock.now() - KEPT;
    sign_in::Entity::delete_many().filter(sign_in::Column::ExpiresAt.lt(old)).exec(app.db.writer()).await.map(|_| ())
}

/// What a server does beside serving, for as long as it runs: writes the last uses down, and drops what is over.
pub async fn keep(app: &App) {
    loop {
        tokio::time::sleep(FLUSHED_EVERY).await;
        for done in [app.uses.flush(app).await, super::throttle::sweep(app).await, sweep(app).await] {
            if let Err(error) = done {
                tracing::warn!(%error, "the last uses of sessions and tokens could not be written down");
            }
        }
    }
}

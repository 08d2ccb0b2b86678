//! Bearer credentials, tokens and sessions alike: 256 random bits behind a prefix that secret scanners recognise. Only a hash is stored; the bits are too
//! many to guess, so a plain SHA-256 is enough (there is no password to stretch).

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use entity::{account, token};
use quick_cache::sync::Cache;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait, Select, sea_query::ExprTrait,
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Credential, Viewer, grants, scopes, sessions};
use crate::{
    context::App,
    error::{Error, Result},
};

/// What tokens begin with.
pub const TOKEN: &str = "tongxin_pat_";
/// What the secrets of sessions begin with.
pub const SESSION: &str = "tongxin_ses_";

/// How long an answer about a credential is trusted: so long does a revocation take to reach every node.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// A new credential: the secret for its owner, the hash for the database.
pub fn generate(prefix: &str) -> (SecretString, Vec<u8>) {
    let mut bits = [0u8; 32];
    getrandom::fill(&mut bits).expect("the operating system gives random bytes");
    let secret = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bits));
    let hash = hash(&secret);
    (SecretString::from(secret), hash)
}

pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Credentials seen in the last second, by hash.
pub struct Recent(Cache<Vec<u8>, (Arc<Viewer>, DateTime<Utc>)>);

impl Default for Recent {
    fn default() -> Self {
        Self(Cache::new(4096))
    }
}

impl Recent {
    /// After a revocation: this node need not wait out the second.
    pub fn forget(&self) {
        self.0.clear();
    }
}

/// Who bears this credential? Nobody without one; UNAUTHENTICATED for one that is wrong, expired, revoked or whose account is disabled.
pub async fn authenticate(app: &App, bearer: Option<&str>) -> Result<Option<Arc<Viewer>>> {
    let Some(bearer) = bearer else { return Ok(None) };
    let of_session = bearer.starts_with(SESSION);
    if !(of_session || bearer.starts_with(TOKEN)) || bearer.len() > 128 {
        return Err(Error::unauthenticated());
    }
    let hash = hash(bearer);
    let now = app.clock.now();
    if let Some((viewer, read_at)) = app.recent_tokens.0.get(&hash)
        && (now - read_at).to_std().is_ok_and(|age| age < TRUSTED_FOR)
    {
        return Ok(Some(viewer));
    }
    let found = if of_session { sessions::find(app, &hash, now).await? } else { find(app, &hash, now).await? };
    let viewer = Arc::new(found.ok_or_else(Error::unauthenticated)?);
    app.uses.note(&viewer.credential, now);
    app.recent_tokens.0.insert(hash, (viewer.clone(), now));
    Ok(Some(viewer))
}

/// With the account behind a credential, unless it is disabled.
pub(super) fn with_account<E: EntityTrait>(select: Select<E>, account: impl RelationTrait) -> Select<E> {
    select
        .column_as(account::Column::Id, "id")
        .column_as(account::Column::Name, "name")
        .join(JoinType::InnerJoin, account.def())
        .filter(account::Column::DisabledAt.is_null())
}

type Row = (Uuid, Option<Uuid>, Option<String>, Uuid, String);

async fn find(app: &App, hash: &[u8], now: DateTime<Utc>) -> Result<Option<Viewer>, DbErr> {
    let select = token::Entity::find()
        .select_only()
        .column_as(token::Column::Id, "credential_id")
        .column_as(token::Column::CommunityId, "narrowed_to")
        .column(token::Column::Scopes)
        .filter(token::Column::Hash.eq(hash))
        .filter(token::Column::RevokedAt.is_null())
        .filter(token::Column::ExpiresAt.is_null().or(token::Column::ExpiresAt.gt(now)));
    let found: Option<Row> = with_account(select, token::Relation::Account).into_tuple().one(app.db.reader()).await?;
    let Some((id, narrowed_to, scopes, account_id, name)) = found else { return Ok(None) };
    let mut grants = grants::held_by(app.db.reader(), account_id, now).await?;
    // A token of a community reaches nothing elsewhere, whatever else its account may do.
    grants.retain(|grant| narrowed_to.is_none_or(|community| grant.community == Some(community)));
    let credential = Credential::Token { id, scopes: scopes.as_deref().map(scopes::read) };
    Ok(Some(Viewer { account_id, name, grants, credential }))
}

/// The secret's text, for the one moment when it is printed.
pub fn reveal(secret: &SecretString) -> &str {
    secret.expose_secret()
}

//! Bearer tokens: 256 random bits behind a prefix that secret scanners recognise. Only a hash is stored; the bits are too many to guess,
//! so a plain SHA-256 is enough (there is no password to stretch).

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use entity::{account, account_role, token};
use quick_cache::sync::Cache;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait,
    sea_query::ExprTrait,
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Viewer;
use crate::{
    context::App,
    error::{Error, Result},
};

const PREFIX: &str = "tongxin_pat_";

/// How long an answer about a token is trusted: so long does a revocation take to reach every node.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// A new token: the secret for its owner, the hash for the database.
pub fn generate() -> (SecretString, Vec<u8>) {
    let mut bits = [0u8; 32];
    getrandom::fill(&mut bits).expect("the operating system gives random bytes");
    let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bits));
    let hash = hash(&secret);
    (SecretString::from(secret), hash)
}

pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Tokens seen in the last second, by hash.
pub struct Recent(Cache<Vec<u8>, (Arc<Viewer>, DateTime<Utc>)>);

impl Default for Recent {
    fn default() -> Self {
        Self(Cache::new(4096))
    }
}

/// Who bears this token? Nobody without one; UNAUTHENTICATED for one that is wrong, expired, revoked or whose account is disabled.
pub async fn authenticate(app: &App, bearer: Option<&str>) -> Result<Option<Arc<Viewer>>> {
    let Some(bearer) = bearer else { return Ok(None) };
    if !bearer.starts_with(PREFIX) || bearer.len() > 128 {
        return Err(Error::unauthenticated());
    }
    let hash = hash(bearer);
    let now = app.clock.now();
    if let Some((viewer, read_at)) = app.recent_tokens.0.get(&hash)
        && (now - read_at).to_std().is_ok_and(|age| age < TRUSTED_FOR)
    {
        return Ok(Some(viewer));
    }
    let viewer = Arc::new(find(app.db.reader(), &hash, now).await?.ok_or_else(Error::unauthenticated)?);
    app.recent_tokens.0.insert(hash, (viewer.clone(), now));
    Ok(Some(viewer))
}

async fn find(db: &impl ConnectionTrait, hash: &[u8], now: DateTime<Utc>) -> Result<Option<Viewer>, DbErr> {
    let rows: Vec<(Uuid, String, Option<account_role::Role>, Option<Uuid>)> = token::Entity::find()
        .select_only()
        .column_as(account::Column::Id, "id")
        .column_as(account::Column::Name, "name")
        .column_as(account_role::Column::Role, "role")
        .column_as(account_role::Column::CommunityId, "community_id")
        .join(JoinType::InnerJoin, token::Relation::Account.def())
        .join(JoinType::LeftJoin, account::Relation::AccountRole.def())
        .filter(token::Column::Hash.eq(hash))
        .filter(token::Column::RevokedAt.is_null())
        .filter(account::Column::DisabledAt.is_null())
        .filter(token::Column::ExpiresAt.is_null().or(token::Column::ExpiresAt.gt(now)))
        .into_tuple()
        .all(db)
        .await?;
    let Some((account_id, name, ..)) = rows.first() else { return Ok(None) };
    Ok(Some(Viewer {
        account_id: *account_id,
        name: name.clone(),
        roles: rows.iter().filter_map(|(_, _, role, community)| Some(((*role)?, *community))).collect(),
    }))
}

/// The secret's text, for the one moment when it is printed.
pub fn reveal(secret: &SecretString) -> &str {
    secret.expose_secret()
}

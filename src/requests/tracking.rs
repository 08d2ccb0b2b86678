//! Following a request without an account: a code of 128 random bits, of which only the hash is kept, shows what is public of the request, and nothing of who
//! asked, what they wrote or who handles it.
//!
//! Nobody guesses such a code. What is bounded is how often somebody tries: wrong codes by network address, on each node by itself.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::Mutex,
};

use async_graphql::{Context, Object, SimpleObject};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    community,
    request::{self, Column, RequestStatus as State},
    request_entry::{self, RequestEntryKind as Kind},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};

use super::object::{RequestCategory, RequestStatus};
use crate::{
    context::Ask,
    error::{Code, Error, Result},
    say,
    scalars::Date,
    write::Tx,
};

/// What codes begin with, so that people recognise them.
const PREFIX: &str = "TX-";
/// Bytes of randomness.
const BYTES: usize = 16;

/// So many unknown codes of an address are answered in each span; many people may share an address.
const FREE: u32 = 30;
const SPAN: TimeDelta = TimeDelta::minutes(10);
/// So many addresses are remembered at once; when there are more, all are forgotten.
const ADDRESSES: usize = 50_000;

/// A new code, and what is kept of it.
pub(super) fn generate() -> (String, Vec<u8>) {
    let mut bits = [0_u8; BYTES];
    getrandom::fill(&mut bits).expect("the operating system gives random bytes");
    let code = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bits));
    let hash = hash(&code);
    (code, hash)
}

/// What is kept of a code. It has 128 bits: a plain hash cannot be tried out.
pub fn hash(code: &str) -> Vec<u8> {
    Sha256::digest(code.as_bytes()).to_vec()
}

/// How many unknown codes came from where lately.
#[derive(Default)]
pub struct Tries(Mutex<HashMap<IpAddr, (DateTime<Utc>, u32)>>);

impl Tries {
    /// Has this address tried too often?
    fn closed_to(&self, address: IpAddr, now: DateTime<Utc>) -> bool {
        let tries = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        tries.get(&address).is_some_and(|(since, count)| now - *since < SPAN && *count >= FREE)
    }

    fn note(&self, address: IpAddr, now: DateTime<Utc>) {
        let mut tries = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if tries.len() >= ADDRESSES {
            tries.clear();
        }
        let entry = tries.entry(address).or_insert((now, 0));
        if now - entry.0 >= SPAN {
            *entry = (now, 0);
        }
        entry.1 += 1;
    }
}

/// A step of a request that its submitter may know of (办理进度).
#[derive(SimpleObject, Clone, Debug)]
pub struct TrackedStep {
    /// The state that it led to (状态).
    status: RequestStatus,
    /// The day (日期).
    on: Date,
}

/// What the submitter was told (答复).
#[derive(SimpleObject, Clone, Debug)]
pub struct TrackedAnswer {
    /// The day (日期).
    on: Date,
    /// The words; what was added later stands by itself (内容).
    text: String,
}

/// What is public of a request to whoever holds its code: how far it is, its dates, and the answers (诉求进度).
#[derive(SimpleObject, Clone, Debug)]
pub struct TrackedRequest {
    /// How far it is; of a duplicate how far the one is that it goes with (状态).
    status: RequestStatus,
    /// What it is about (类别).
    category: RequestCategory,
    /// The day on which it came in (提交日期).
    submitted_on: Date,
    /// The last day for the answer (办理期限).
    due_on: Option<Date>,
    /// Was the deadline counted without a calendar of holidays for part of the time (期限是否暂定)?
    due_provisional: bool,
    /// The day of the answer, since it was last opened (答复日期).
    answered_on: Option<Date>,
    /// The day on which it was closed (办结日期).
    closed_on: Option<Date>,
    /// How it came so far, oldest first (办理进度).
    steps: Vec<TrackedStep>,
    /// What the submitter was told, oldest first (答复).
    answers: Vec<TrackedAnswer>,
}

#[derive(Default)]
pub struct TrackingQueries;

#[Object]
impl TrackingQueries {
    /// Follows a request by the code that `submitRequest` gave: for anybody, without an account. Null for a code that leads nowhere (诉求进度查询).
    async fn track_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tracking code (查询码).")] code: String,
    ) -> Result<Option<TrackedRequest>> {
        let app = ctx.app();
        let (now, address) = (app.clock.now(), ctx.caller().address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
        if app.tracking.closed_to(address, now) {
            return Err(Error::new(
                Code::RateLimited,
                say!(
                    "Too many unknown codes came from your network; try again in ten minutes.",
                    "您所在网络查询无效编码过多，请十分钟后再试。"
                ),
            ));
        }
        let found = found(ctx, code.trim()).await?;
        if found.is_none() {
            app.tracking.note(address, now);
        }
        Ok(found)
    }
}

async fn found(ctx: &Context<'_>, code: &str) -> Result<Option<TrackedRequest>> {
    let db = ctx.app().db.reader();
    let by_code = request::Entity::find().filter(Column::TrackingHash.eq(hash(code)));
    let Some(own) = by_code.one(db).await? else { return Ok(None) };
    // A duplicate goes with the first.
    let first = match own.merged_into {
        Some(first) => request::Entity::find_by_id(first).one(db).await?,
        None => None,
    };
    let whole = first.as_ref().unwrap_or(&own);
    let entries = request_entry::Entity::find()
        .filter(request_entry::Column::RequestId.eq(whole.id))
        .order_by_asc(request_entry::Column::Id)
        .all(db)
        .await?;
    let zone = community::Entity::find_by_id(own.community_id).one(db).await?;
    let zone = zone.map_or(chrono_tz::Asia::Shanghai, |community| Tx::zone_of(&community));
    let day = |at: DateTime<Utc>| Date(at.with_timezone(&zone).date_naive());
    let moved = entries.iter().filter(|entry| tells(entry.kind) && entry.status != State::Merged);
    let steps = moved.map(|entry| TrackedStep { status: entry.status.into(), on: day(entry.occurred_at) }).collect();
    let told = entries.iter().filter_map(|entry| Some((entry.occurred_at, entry.answer.clone()?)));
    Ok(Some(TrackedRequest {
        status: whole.status.into(),
        category: own.category.into(),
        submitted_on: Date(own.submitted_on),
        due_on: whole.due_on.map(Date),
        due_provisional: whole.due_provisional,
        answered_on: whole.answered_on.map(Date),
        closed_on: whole.closed_on.map(Date),
        steps,
        answers: told.map(|(at, text)| TrackedAnswer { on: day(at), text }).collect(),
    }))
}

/// What moves a request on; the rest is between those who handle it.
fn tells(kind: Kind) -> bool {
    match kind {
        Kind::Submitted
        | Kind::Accepted
        | Kind::Declined
        | Kind::Assigned
        | Kind::Started
        | Kind::Answered
        | Kind::CalledBack
        | Kind::Closed
        | Kind::Reopened => true,
        Kind::HandedBack
        | Kind::AnswerAmended
        | Kind::Merged
        | Kind::HandedOver
        | Kind::Reminded
        | Kind::Escalated
        | Kind::Rescheduled => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_128_random_bits_and_only_its_hash_is_kept() {
        let ((one, kept), (other, _)) = (generate(), generate());
        assert_ne!(one, other);
        let bits = URL_SAFE_NO_PAD.decode(one.strip_prefix(PREFIX).unwrap()).unwrap();
        assert_eq!(bits.len() * 8, 128);
        assert_eq!((kept.len(), &kept), (32, &hash(&one)));
    }

    #[test]
    fn an_address_is_let_in_again_after_a_while() {
        let (tries, address) = (Tries::default(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        let start = DateTime::UNIX_EPOCH;
        for _ in 0..FREE {
            assert!(!tries.closed_to(address, start));
            tries.note(address, start);
        }
        assert!(tries.closed_to(address, start) && !tries.closed_to(IpAddr::V4(Ipv4Addr::BROADCAST), start));
        assert!(!tries.closed_to(address, start + SPAN));
        tries.note(address, start + SPAN);
        assert!(!tries.closed_to(address, start + SPAN));
    }
}

//! Following a request without an account: a code of 128 random bits, of which only the hash is kept, shows what is public of the request, and nothing of who
//! asked, what they wrote or who handles it.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{
    community,
    request::{self, Column, RequestStatus as State},
    request_entry::{self, RequestEntryKind as Kind},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::object::{RequestCategory, RequestStatus};
use crate::{
    codes::{self, hash},
    context::Ask,
    error::Result,
    scalars::Date,
    write::Tx,
};

/// What codes begin with, so that people recognise them.
const PREFIX: &str = "TX-";

/// A new code, and what is kept of it.
pub(super) fn generate() -> (String, Vec<u8>) {
    let code = codes::generate(PREFIX);
    let hash = hash(&code);
    (code, hash)
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
        codes::looked_up(ctx, found(ctx, code.trim())).await
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

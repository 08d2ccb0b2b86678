//! The timeline of a request: one entry a change, appended with it.

use std::collections::HashMap;

use async_graphql::{Enum, SimpleObject};
use entity::{
    request::RequestStatus as State,
    request_entry::{self, Column},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::object::{Request, RequestStatus};
use crate::{
    access::{Resource, policy::Action},
    events,
    relay::{Edge, Entity},
    scalars::DateTime,
    write::Tx,
};

/// What an entry of a request's timeline tells (办理环节).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::request_entry::RequestEntryKind")]
pub enum RequestEntryKind {
    /// It came in (提交).
    Submitted,
    /// It was accepted (受理).
    Accepted,
    /// It was declined (不予受理).
    Declined,
    /// Somebody was given it (交办).
    Assigned,
    /// Work on it began (开始办理).
    Started,
    /// Who was given it handed it back (退回).
    HandedBack,
    /// It was answered (答复).
    Answered,
    /// Something was added to the answer (补充答复).
    AnswerAmended,
    /// The submitter was called back (回访).
    CalledBack,
    /// It was closed (办结).
    Closed,
    /// It was opened again (重新办理).
    Reopened,
    /// It was found to be a duplicate of another one (并案).
    Merged,
    /// It went to somebody else with all that a colleague had open (交接).
    HandedOver,
    /// Its deadline is near (催办).
    Reminded,
    /// Its deadline has passed (督办).
    Escalated,
    /// Its deadline was counted anew (期限调整).
    Rescheduled,
}

/// One entry of a request's timeline: what became of it, when, by whom and why; it never changes (办理记录).
#[derive(SimpleObject, Clone, Debug)]
pub struct RequestEntry {
    /// What happened (环节).
    kind: RequestEntryKind,
    /// The state of the request after it (状态).
    status: RequestStatus,
    /// How often the request had been reopened then (第几次重新办理).
    reopenings: i32,
    /// When (时间).
    occurred_at: DateTime,
    /// Name of the account that did it; null for the program itself, and where you may not read events (操作人账号).
    actor: Option<String>,
    /// Did the submitter do it themselves (是否本人操作)?
    by_submitter: bool,
    /// Why, for those who handle it; null where you may not read sensitive data (原因).
    reason: Option<String>,
    /// What the submitter was told; null where you may not read sensitive data (答复内容).
    answer: Option<String>,
}

/// What an entry says beside what happened.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) reason: Option<String>,
    pub(super) answer: Option<String>,
    pub(super) by_submitter: bool,
}

impl Said {
    pub(super) fn because(reason: Option<String>) -> Self {
        Self { reason, ..Self::default() }
    }
}

/// The row of an entry.
pub(super) fn row(
    tx: &Tx<'_>,
    (community, request): (Uuid, Uuid),
    kind: request_entry::RequestEntryKind,
    (status, round): (State, i32),
    said: Said,
) -> request_entry::ActiveModel {
    request_entry::ActiveModel {
        id: Set(tx.new_id()),
        community_id: Set(community),
        request_id: Set(request),
        kind: Set(kind),
        status: Set(status),
        round: Set(round),
        occurred_at: Set(tx.now()),
        account_id: Set(Some(tx.viewer.account_id)),
        by_submitter: Set(said.by_submitter),
        reason: Set(said.reason),
        answer: Set(said.answer),
    }
}

/// Appends an entry.
pub(super) async fn append(
    tx: &Tx<'_>,
    of: (Uuid, Uuid),
    kind: request_entry::RequestEntryKind,
    after: (State, i32),
    said: Said,
) -> Result<(), DbErr> {
    tx.insert(row(tx, of, kind, after, said)).await
}

/// Part of the requests' own rows: whoever sees a request sees what became of it, and the words of it where they read the request's own.
pub(super) fn entries() -> Edge<Request> {
    Edge::values(|reading, requests: &[Request], _| {
        Box::pin(async move {
            let rows = request_entry::Entity::find()
                .filter(Column::RequestId.is_in(requests.iter().map(|own| own.seen().key())))
                .order_by_asc(Column::Id)
                .all(reading.db())
                .await?;
            // The names of accounts are for those who follow what their colleagues do.
            let events = reading.viewer.reach(Resource::Event, Action::Read);
            let told = rows.iter().filter(|row| events.covers(row.community_id));
            let names = events::names_of(reading, told.filter_map(|row| row.account_id).collect()).await?;
            let readable: HashMap<Uuid, bool> =
                requests.iter().map(|own| (own.seen().key(), own.seen().reads("text"))).collect();
            let mut by_request: HashMap<Uuid, Vec<RequestEntry>> = HashMap::new();
            for row in rows {
                let words = readable.get(&row.request_id).copied().unwrap_or_default();
                let named = events.covers(row.community_id);
                let actor = row.account_id.filter(|_| named).and_then(|account| names.get(&account).cloned());
                by_request.entry(row.request_id).or_default().push(RequestEntry {
                    kind: row.kind.into(),
                    status: row.status.into(),
                    reopenings: row.round,
                    occurred_at: row.occurred_at.into(),
                    actor,
                    by_submitter: row.by_submitter,
                    reason: row.reason.filter(|_| words),
                    answer: row.answer.filter(|_| words),
                });
            }
            Ok(by_request)
        })
    })
}

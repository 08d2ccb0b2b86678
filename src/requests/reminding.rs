//! Reminders before the deadline (催办) and escalation after it (督办), by every server, for as long as it runs.
//!
//! Each is one row of `request_notice`, whose key is the request, the kind and the round; the entry of the timeline and the event are written in the same
//! transaction. So of several servers one writes each, and one that is killed leaves either all of it or nothing, for another to do. What the event leads to
//! (a message, a webhook) is for those who follow the feed.

use std::time::Duration;

use chrono::NaiveDate;
use entity::{
    community,
    request::{self, Column},
    request_entry::{self, RequestEntryKind as Kind},
    request_notice,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use uuid::Uuid;

use super::queries::open;
use crate::{
    audit::Origin,
    calendar::Calendar,
    context::App,
    error::{Result, database},
    write::{Deed, Detail, Tx, begin},
};

/// Deadlines are days.
const EVERY: Duration = Duration::from_secs(60);

/// So many are looked for at once.
const BATCH: u64 = 500;

/// Reminds of and escalates what is due, everywhere; says of how many.
pub async fn remind(app: &App) -> Result<u64> {
    let mut done = 0;
    for place in community::Entity::find().all(app.db.writer()).await? {
        let today = app.clock.today(Tx::zone_of(&place));
        // Who is reminded on the last working day before still has that day and the next.
        let (next, _) = Calendar::around(app.db.writer(), today, 1).await?.after(today, 1);
        done += notices(app, place.id, Kind::Escalated, today).await?;
        // What is overdue is escalated, not reminded of.
        done += notices(app, place.id, Kind::Reminded, next).await?;
    }
    Ok(done)
}

/// Those of a community: of requests that were to be answered before `day`, or of those that are by then.
async fn notices(app: &App, community: Uuid, kind: Kind, day: NaiveDate) -> Result<u64> {
    let mut done = 0;
    loop {
        let due = match kind {
            Kind::Reminded => Column::DueOn.lte(day),
            _ => Column::DueOn.lt(day),
        };
        // Once for each round.
        let mut told = Query::select();
        told.expr(Expr::val(1))
            .from(request_notice::Entity)
            .and_where(
                Expr::col((request_notice::Entity, request_notice::Column::RequestId))
                    .equals((request::Entity, Column::Id)),
            )
            .and_where(
                Expr::col((request_notice::Entity, request_notice::Column::Round))
                    .equals((request::Entity, Column::Round)),
            )
            .and_where(match kind {
                // Whatever was escalated needs no reminder any more.
                Kind::Reminded => Expr::val(1).eq(1),
                _ => request_notice::Column::Kind.eq(kind),
            });
        let waiting = request::Entity::find()
            .filter(Column::CommunityId.eq(community))
            .filter(open())
            .filter(due)
            .filter(Expr::exists(told).not())
            .order_by_asc(Column::DueOn)
            .order_by_asc(Column::Id)
            .limit(BATCH)
            .all(app.db.writer())
            .await?;
        let found = waiting.len() as u64;
        for row in waiting {
            done += u64::from(notice(app, &row, kind).await?);
        }
        if found < BATCH {
            return Ok(done);
        }
    }
}

/// One of them; false where another server was faster, or the request moved on meanwhile.
async fn notice(app: &App, of: &request::Model, kind: Kind) -> Result<bool> {
    let tx = begin(&app.db).await?;
    let claim = request_notice::ActiveModel {
        request_id: Set(of.id),
        kind: Set(kind),
        round: Set(of.round),
        noticed_at: Set(app.clock.now()),
    };
    use request_notice::Column as Notice;
    let key = OnConflict::columns([Notice::RequestId, Notice::Kind, Notice::Round]).do_nothing().to_owned();
    let claimed = request_notice::Entity::insert(claim).on_conflict(key).exec_without_returning(&tx).await;
    match claimed {
        Ok(1..) => {}
        Err(error) if !matches!(database::kind(&error), database::Kind::Other) => return Err(error.into()),
        // Somebody else's.
        _ => return Ok(false),
    }
    let select = request::Entity::find_by_id(of.id).filter(open()).filter(Column::Round.eq(of.round));
    let select = if app.db.backend() == sea_orm::DbBackend::Postgres { select.lock_exclusive() } else { select };
    let Some(now) = select.one(&tx).await?.filter(|now| now.due_on == of.due_on) else {
        // Dropped, the transaction takes the claim back.
        return Ok(false);
    };
    let entry = request_entry::ActiveModel {
        id: Set(app.clock.new_id()),
        community_id: Set(now.community_id),
        request_id: Set(now.id),
        kind: Set(kind),
        status: Set(now.status),
        round: Set(now.round),
        occurred_at: Set(app.clock.now()),
        account_id: Set(None),
        by_submitter: Set(false),
        reason: Set(None),
        answer: Set(None),
    };
    request_entry::Entity::insert(entry).exec_without_returning(&tx).await?;
    let action = if kind == Kind::Reminded { "remindOfRequest" } else { "escalateRequest" };
    let deed = Deed {
        action,
        subject: ("request", now.id),
        community: Some(now.community_id),
        fields: &["entries"],
        detail: Detail::None,
    };
    deed.append(&tx, app, Origin::default()).await?;
    tx.commit().await?;
    Ok(true)
}

/// Does so for as long as a server runs, at first when it starts. Several servers may do it at once.
pub async fn keep(app: &App) {
    loop {
        match remind(app).await {
            Ok(0) => {}
            Ok(requests) => tracing::info!(requests, "reminded of requests that are due"),
            Err(error) => {
                tracing::warn!(error = ?error.cause, "requests that are due could not be looked for; they will be in a minute")
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

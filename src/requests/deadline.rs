//! Until when a request has to be answered: in working days, by what it is about and how urgent it is, counted from the day after it came in.

use chrono::NaiveDate;
use entity::{
    request::{self, RequestCategory as Category, Urgency},
    request_entry::{self, RequestEntryKind},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;

use super::queries::open;
use crate::{
    audit::Origin,
    calendar,
    context::App,
    write::{Deed, Detail, Tx},
};

/// Working days for the answer. Shorter where somebody may be hurt or is in need, longer where several have to agree.
pub fn allowed(category: Category, urgency: Urgency) -> u32 {
    match (urgency, category) {
        (Urgency::Emergency, _) => 1,
        (Urgency::Urgent, Category::Safety | Category::Livelihood) => 2,
        (Urgency::Urgent, _) => 3,
        (Urgency::Normal, Category::Safety) => 3,
        (Urgency::Normal, Category::Environment | Category::Repair | Category::Livelihood | Category::Noise) => 5,
        (Urgency::Normal, Category::Property | Category::Parking | Category::Business | Category::Other) => 7,
        (Urgency::Normal, Category::Neighbours) => 10,
    }
}

/// The last day for the answer of a request that came in, or was opened again, on this day; and whether part of the time lies in a year of which it is not known
/// which days are worked on.
pub(super) async fn of(
    tx: &Tx<'_>,
    category: Category,
    urgency: Urgency,
    from: NaiveDate,
) -> Result<(Option<NaiveDate>, bool), DbErr> {
    counted(tx.conn(), category, urgency, from).await.map(|(due, provisional)| (Some(due), provisional))
}

pub(crate) async fn counted(
    conn: &impl ConnectionTrait,
    category: Category,
    urgency: Urgency,
    from: NaiveDate,
) -> Result<(NaiveDate, bool), DbErr> {
    let days = allowed(category, urgency);
    let calendar = calendar::Calendar::around(conn, from, days).await?;
    Ok(calendar.after(from, days))
}

/// Counts deadlines anew that were counted without a calendar for part of the time, of requests that wait for an answer: what was answered is not judged by
/// another deadline than whoever answered it knew. So many were changed.
pub(crate) async fn count_anew(tx: &DatabaseTransaction, app: &App) -> Result<usize, DbErr> {
    let waiting = request::Entity::find().filter(open()).filter(request::Column::DueProvisional.eq(true));
    let waiting = waiting.order_by_asc(request::Column::Id);
    let waiting = if app.db.backend() == sea_orm::DbBackend::Postgres { waiting.lock_exclusive() } else { waiting };
    let mut changed = 0;
    for row in waiting.all(tx).await? {
        let (due, provisional) = counted(tx, row.category, row.urgency, row.round_started_on).await?;
        if row.due_on == Some(due) && row.due_provisional == provisional {
            continue;
        }
        let now = request::ActiveModel {
            id: Set(row.id),
            due_on: Set(Some(due)),
            due_provisional: Set(provisional),
            version: Set(row.version + 1),
            ..Default::default()
        };
        request::Entity::update(now).exec(tx).await?;
        let entry = request_entry::ActiveModel {
            id: Set(app.clock.new_id()),
            community_id: Set(row.community_id),
            request_id: Set(row.id),
            kind: Set(RequestEntryKind::Rescheduled),
            status: Set(row.status),
            round: Set(row.round),
            occurred_at: Set(app.clock.now()),
            account_id: Set(None),
            by_submitter: Set(false),
            reason: Set(None),
            answer: Set(None),
        };
        request_entry::Entity::insert(entry).exec_without_returning(tx).await?;
        let deed = Deed {
            action: "importCalendar",
            subject: ("request", row.id),
            community: Some(row.community_id),
            fields: &["dueOn", "dueProvisional"],
            detail: Detail::Open(json!({ "before": { "dueOn": row.due_on }, "after": { "dueOn": due } })),
        };
        deed.append(tx, app, Origin::default()).await?;
        changed += 1;
    }
    Ok(changed)
}

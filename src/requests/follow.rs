//! Requests that go along with what happens elsewhere: with a colleague's open work, and with a grid that is merged into another.

use entity::{
    request::{self, Column},
    request_entry::{self, RequestEntryKind},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    entry::{self, Said},
    object::Request,
    queries::open,
};
use crate::write::{Detail, Told, Tx};

/// The most rows of one statement.
const ROWS: usize = 1_000;

/// What staff members were given and have not answered.
pub(crate) fn open_with(members: impl IntoIterator<Item = Uuid>) -> Condition {
    Condition::all().add(Column::AssigneeId.is_in(members)).add(open())
}

/// All that one staff member has open goes to another; so many requests. Nobody is given any meanwhile: the caller has locked both.
pub(crate) async fn hand_over(tx: &Tx<'_>, community: Uuid, from: Uuid, to: Uuid) -> Result<usize, DbErr> {
    let open = tx.lock_all(request::Entity::find().filter(open_with([from])), Column::Id).await?;
    request::Entity::update_many()
        .set(request::ActiveModel { assignee_id: Set(Some(to)), ..Default::default() })
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(open_with([from]))
        .exec(tx.conn())
        .await?;
    handed_over(tx, &open).await?;
    let change = json!({ "before": { "assigneeId": from }, "after": { "assigneeId": to } });
    let told = open.iter().map(|row| Told::of::<Request>(row.id, &["assignee"], Detail::Open(change.clone())));
    tx.events(community, told.collect()).await?;
    Ok(open.len())
}

async fn handed_over(tx: &Tx<'_>, rows: &[request::Model]) -> Result<(), DbErr> {
    for some in rows.chunks(ROWS) {
        let entries = some.iter().map(|row| {
            let (of, after) = ((row.community_id, row.id), (row.status, row.round));
            entry::row(tx, of, RequestEntryKind::HandedOver, after, Said::default())
        });
        request_entry::Entity::insert_many(entries).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Requests about a grid, and those that its workers were given, go to the grid that it is merged into.
pub(crate) async fn follow_grid(tx: &Tx<'_>, community: Uuid, from: Uuid, into: Uuid) -> Result<usize, DbErr> {
    let of_it = Condition::any().add(Column::GridId.eq(from)).add(Column::AssigneeGridId.eq(from));
    let rows = tx.lock_all(request::Entity::find().filter(of_it), Column::Id).await?;
    for (column, row) in [
        (Column::GridId, request::ActiveModel { grid_id: Set(Some(into)), ..Default::default() }),
        (Column::AssigneeGridId, request::ActiveModel { assignee_grid_id: Set(Some(into)), ..Default::default() }),
    ] {
        request::Entity::update_many()
            .set(row)
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(column.eq(from))
            .exec(tx.conn())
            .await?;
    }
    let given: Vec<request::Model> = rows.iter().filter(|row| row.assignee_grid_id == Some(from)).cloned().collect();
    handed_over(tx, &given).await?;
    let change = json!({ "before": { "gridId": from }, "after": { "gridId": into } });
    let told = rows.iter().map(|row| {
        let fields: &[&str] = match (row.grid_id == Some(from), row.assignee_grid_id == Some(from)) {
            (true, true) => &["grid", "assignee"],
            (true, false) => &["grid"],
            _ => &["assignee"],
        };
        Told::of::<Request>(row.id, fields, Detail::Open(change.clone()))
    });
    tx.events(community, told.collect()).await?;
    Ok(rows.len())
}

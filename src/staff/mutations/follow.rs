//! Postings that go with a grid to another one.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::posting::{self, Column};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::write::Tx;

/// What became of postings.
#[derive(Default)]
pub(crate) struct Followed {
    pub(crate) ended: Vec<Uuid>,
    pub(crate) begun: Vec<Uuid>,
}

/// Who is posted to a grid now, locked.
pub(crate) async fn open_postings(tx: &Tx<'_>, grid: Uuid) -> Result<Vec<posting::Model>, DbErr> {
    let open = posting::Entity::find().filter(Column::GridId.eq(grid)).filter(Column::EndedOn.is_null());
    tx.lock_all(open, Column::Id).await
}

/// These postings end on a day, and the same begin for another grid; whoever holds the same post there already keeps that one.
pub(crate) async fn follow_grid(
    tx: &Tx<'_>,
    posts: Vec<posting::Model>,
    into: Uuid,
    on: NaiveDate,
) -> Result<Followed, DbErr> {
    if posts.is_empty() {
        return Ok(Followed::default());
    }
    let ended: Vec<Uuid> = posts.iter().map(|posting| posting.id).collect();
    posting::Entity::update_many()
        .set(posting::ActiveModel { ended_on: Set(Some(on)), ..Default::default() })
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.is_in(ended.iter().copied()))
        .exec(tx.conn())
        .await?;
    let there = open_postings(tx, into).await?;
    let held: HashSet<_> = there.iter().map(|posting| (posting.staff_member_id, posting.role)).collect();
    let new = posts.into_iter().filter(|posting| !held.contains(&(posting.staff_member_id, posting.role)));
    let new: Vec<_> = new.map(|posting| (tx.new_id(), posting)).collect();
    let begun = new.iter().map(|(id, _)| *id).collect();
    let rows = new.into_iter().map(|(id, posting)| posting::ActiveModel {
        id: Set(id),
        community_id: Set(posting.community_id),
        staff_member_id: Set(posting.staff_member_id),
        role: Set(posting.role),
        grid_id: Set(Some(into)),
        seconded_by: Set(posting.seconded_by),
        started_on: Set(on),
        ended_on: Set(None),
        version: Set(1),
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        posting::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(Followed { ended, begun })
}

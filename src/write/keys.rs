//! How long idempotency keys are kept: as long as somebody may send a request again, and no longer, or the table would grow with every change for ever.

use std::time::Duration;

use chrono::TimeDelta;
use entity::idempotency_key::{self, Column};
use sea_orm::{
    ColumnTrait, ConnectionTrait,
    sea_query::{Expr, ExprTrait, Order, Query},
};

use super::begin;
use crate::{context::App, error::Result};

/// Keys of one transaction: few enough that nobody who writes meanwhile waits for it noticeably.
const BATCH: u64 = 1_000;

/// Keys come and go by the day.
const EVERY: Duration = Duration::from_secs(3600);

/// Forgets the keys that were used longer ago than this; says how many. What a forgotten key comes with is a new thing.
pub async fn forget(app: &App, kept: Duration) -> Result<u64> {
    let before = app.clock.now() - TimeDelta::from_std(kept).unwrap_or_else(|_| TimeDelta::days(36_500));
    let mut forgotten = 0;
    loop {
        let mut old = Query::select();
        old.columns([Column::AccountId, Column::Key])
            .from(idempotency_key::Entity)
            .and_where(Column::CreatedAt.lt(before))
            .order_by(Column::CreatedAt, Order::Asc)
            .limit(BATCH);
        let mut delete = Query::delete();
        delete
            .from_table(idempotency_key::Entity)
            .and_where(Expr::tuple([Expr::col(Column::AccountId), Expr::col(Column::Key)]).in_subquery(old));
        let tx = begin(&app.db).await?;
        let rows = tx.execute(&delete).await?.rows_affected();
        tx.commit().await?;
        forgotten += rows;
        if rows < BATCH {
            return Ok(forgotten);
        }
    }
}

/// Does so for as long as a server runs, at first when it starts. Several nodes may do it at once.
pub async fn keep(app: &App, kept: Duration) {
    loop {
        match forget(app, kept).await {
            Ok(0) => {}
            Ok(keys) => tracing::info!(keys, "old idempotency keys were forgotten"),
            Err(error) => {
                tracing::warn!(error = ?error.cause, "old idempotency keys could not be forgotten; they will be in an hour")
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

//! Uploads that nobody used go: marked first, so that nothing uses them any more, then out of the store, then off the record. Whoever is stopped in between
//! leaves what the next one goes on with.

use std::time::Duration;

use entity::attachment::{self, Column};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::store::Store;
use crate::{
    context::App,
    error::{Error, Result},
    write::begin,
};

const EVERY: Duration = Duration::from_secs(10 * 60);

/// So many at once.
const BATCH: u64 = 200;

/// Takes away all that have waited too long; says how many.
pub async fn sweep(app: &App, store: &Store) -> Result<usize> {
    let mut gone = 0;
    loop {
        let tx = begin(&app.db).await?;
        attachment::Entity::update_many()
            .set(attachment::ActiveModel { expired: Set(true), ..Default::default() })
            .filter(Column::AttachedAt.is_null())
            .filter(Column::Expired.eq(false))
            .filter(Column::ExpiresAt.lte(app.clock.now()))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        let going = attachment::Entity::find().filter(Column::Expired.eq(true)).order_by_asc(Column::Id).limit(BATCH);
        let going = going.all(app.db.writer()).await?;
        if going.is_empty() {
            return Ok(gone);
        }
        for row in &going {
            store.delete(row.id).await.map_err(Error::internal)?;
        }
        let tx = begin(&app.db).await?;
        attachment::Entity::delete_many().filter(Column::Id.is_in(going.iter().map(|row| row.id))).exec(&tx).await?;
        tx.commit().await?;
        gone += going.len();
    }
}

/// Does so for as long as a server runs, at first when it starts. Several servers may do it at once.
pub async fn keep(app: &App, store: Option<&Store>) {
    let Some(store) = store else { return std::future::pending().await };
    loop {
        match sweep(app, store).await {
            Ok(0) => {}
            Ok(uploads) => tracing::info!(uploads, "took away uploads that nobody used"),
            Err(error) => {
                tracing::warn!(error = ?error.cause, "uploads that nobody used are still there; they are tried again")
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

//! Making the index anew: for records that were on file before there was one, and when the rules by which texts are compared change.

use entity::{search_entry, search_state};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use uuid::Uuid;

use super::{
    index::replace,
    kinds::{Among, SearchKind},
};
use crate::{context::App, error::Result, write};

/// Of the rules in this folder. Another number makes every node rebuild the index before it serves: change it with whatever changes what is in an entry.
const VERSION: i32 = 3;

/// Records of one transaction.
const BATCH: u64 = 2_000;

/// Makes what is missing or was made by other rules.
pub async fn ensure(app: &App) -> Result<()> {
    let mut made = 0;
    for kind in SearchKind::ALL {
        let state = search_state::Entity::find_by_id(kind.prefix()).one(app.db.writer()).await?;
        if state.is_none_or(|state| state.version != VERSION) {
            let records = of_kind(app, *kind).await?;
            tracing::info!(kind = kind.prefix(), records, "the search index was made anew");
            made += records;
        }
    }
    if made > 0
        && let Err(error) = settled(app).await
    {
        // Everything is found all the same.
        tracing::warn!(error = ?error.cause, "the search index could not be put in order; PostgreSQL does so by itself in time");
    }
    Ok(())
}

/// Makes all of it anew, while others read and write; gives the number of records of each kind.
pub async fn rebuild(app: &App) -> Result<Vec<(SearchKind, u64)>> {
    let mut made = Vec::new();
    for kind in SearchKind::ALL {
        made.push((*kind, of_kind(app, *kind).await?));
    }
    settled(app).await?;
    Ok(made)
}

async fn of_kind(app: &App, kind: SearchKind) -> Result<u64> {
    let (mut last, mut records) = (Uuid::nil(), 0);
    loop {
        let tx = write::begin(&app.db).await?;
        let named = kind.texts(&tx, Among::After(last, BATCH)).await?;
        let mut subjects: Vec<Uuid> = named.iter().map(|named| named.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let read = subjects.len() as u64;
        last = subjects.last().copied().unwrap_or(last);
        replace(&tx, kind, subjects, &named).await?;
        records += read;
        if read < BATCH {
            // Of records that are not found any more, nothing stays; whoever writes one now writes its entries with it.
            tx.execute(&orphans(kind)).await?;
            tx.commit().await?;
            break;
        }
        tx.commit().await?;
    }
    settle(app, kind).await?;
    Ok(records)
}

/// Deletes the entries whose record is not there, or is not found by its name any more.
fn orphans(kind: SearchKind) -> sea_orm::sea_query::DeleteStatement {
    let mut delete = Query::delete();
    delete
        .from_table(search_entry::Entity)
        .and_where(search_entry::Column::Kind.eq(kind.prefix()))
        .and_where(Expr::exists(kind.record_of_entry()).not());
    delete
}

/// Notes by which rules the entries were made.
async fn settle(app: &App, kind: SearchKind) -> Result<()> {
    let tx = write::begin(&app.db).await?;
    let state = search_state::ActiveModel { kind: Set(kind.prefix().to_owned()), version: Set(VERSION) };
    let again = OnConflict::column(search_state::Column::Kind).update_column(search_state::Column::Version).to_owned();
    search_state::Entity::insert(state).on_conflict(again).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(())
}

/// After many entries: what was written last waits to be sorted into the full-text index, and would slow every search down; and of a table that was never
/// vacuumed, PostgreSQL reads the rows where it could do with the index.
pub(crate) async fn settled(app: &App) -> Result<()> {
    let sort = match app.db.backend() {
        DbBackend::Postgres => "VACUUM (ANALYZE) search_entry",
        _ => "INSERT INTO search_match (search_match) VALUES ('optimize'); ANALYZE search_entry",
    };
    app.db.writer().execute_unprepared(sort).await?;
    Ok(())
}

//! Keeping what was uploaded, and finding it for those who may have it.

use chrono::TimeDelta;
use entity::{
    attachment::{self, Column},
    request, visit,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::{
    arriving::{Arrived, Clean, no_disk},
    store::Store,
};
use crate::{
    access::{Class, Resource, Viewer, policy::Action},
    context::App,
    error::{Code, Error, Result},
    relay::reading::read_in_full,
    requests::Request,
    say,
    visits::Visit,
    write::begin,
};

/// So long a file waits to be used.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// So many files of an account may wait at once.
const WAITING: u64 = 30;

/// May the viewer record anything, anywhere, that files are part of?
pub fn may_upload(viewer: &Viewer) -> bool {
    [Resource::Request, Resource::Visit]
        .into_iter()
        .any(|of| [Action::Record, Action::Decide].into_iter().any(|action| !viewer.reach(of, action).is_empty()))
}

/// Whoever uploads and uploads without using it is told to wait.
pub async fn refuse_hoard(app: &App, viewer: &Viewer) -> Result<()> {
    let waiting = attachment::Entity::find()
        .filter(Column::AccountId.eq(viewer.account_id))
        .filter(Column::AttachedAt.is_null())
        .count(app.db.writer())
        .await?;
    if waiting < WAITING {
        return Ok(());
    }
    Err(Error::new(
        Code::RateLimited,
        say!(
            "{waiting} files that you uploaded are not used yet; use them, or wait until they go.",
            "您已上传 {waiting} 个尚未使用的文件；请先使用，或等待其过期。"
        ),
    ))
}

/// Cleans a file that arrived, and puts it on record and into the store, in this order: what is cut off in between has a row by which it goes. Where the store
/// fails, both go at once.
pub async fn keep_file(
    app: &App,
    store: &Store,
    viewer: &Viewer,
    file_name: Option<String>,
    arrived: Arrived,
) -> Result<attachment::Model> {
    let Clean { file, kind, bytes, size } = arrived.cleaned(store).await?;
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let (width, height) = size.unzip();
    let row = attachment::ActiveModel {
        id: Set(id),
        request_id: Set(None),
        visit_id: Set(None),
        attached_at: Set(None),
        account_id: Set(viewer.account_id),
        kind: Set(kind),
        file_name: Set(file_name),
        bytes: Set(i32::try_from(bytes).map_err(Error::internal)?),
        width: Set(width.and_then(|pixels| pixels.try_into().ok())),
        height: Set(height.and_then(|pixels| pixels.try_into().ok())),
        uploaded_at: Set(now),
        expires_at: Set(now + KEPT),
        expired: Set(false),
    };
    let tx = begin(&app.db).await?;
    attachment::Entity::insert(row).exec_without_returning(&tx).await?;
    tx.commit().await?;
    if let Err(error) = store.put(id, file).await {
        forget(app, store, id).await;
        return Err(no_disk(error));
    }
    let row = attachment::Entity::find_by_id(id).one(app.db.fresh()).await?;
    row.ok_or_else(|| Error::internal("an upload that was just recorded is not there"))
}

/// Leaves nothing of what could not be stored. Where not even that is possible, it goes as what nobody uses.
async fn forget(app: &App, store: &Store, id: Uuid) {
    let gone = async {
        store.delete(id).await.map_err(Error::internal)?;
        let tx = begin(&app.db).await?;
        attachment::Entity::delete_by_id(id).exec(&tx).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    if let Err(error) = gone.await {
        tracing::warn!(error = ?error.cause, upload = %id, "an upload that could not be stored goes with those that nobody used");
    }
}

/// A file that the viewer may have: their own while it waits; then one of a request or a visit whose words they read.
pub async fn readable(app: &App, viewer: &Viewer, id: Uuid) -> Result<Option<attachment::Model>> {
    let Some(row) = attachment::Entity::find_by_id(id).one(app.db.reader()).await? else { return Ok(None) };
    let theirs = match (row.request_id, row.visit_id) {
        (Some(request), _) => {
            let select = request::Entity::find_by_id(request).filter(read_in_full::<Request>(viewer, Class::Sensitive));
            select.one(app.db.reader()).await?.is_some()
        }
        (_, Some(visit)) => {
            let select = visit::Entity::find_by_id(visit).filter(read_in_full::<Visit>(viewer, Class::Sensitive));
            select.one(app.db.reader()).await?.is_some()
        }
        (None, None) => row.account_id == viewer.account_id && !row.expired && row.expires_at > app.clock.now(),
    };
    Ok(Some(row).filter(|_| theirs))
}

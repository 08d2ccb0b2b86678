//! Making uploads part of a request or a visit, within the mutation that records it.

use std::collections::HashSet;

use async_graphql::ID;
use entity::attachment::{self, Column};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    error::UserErrorCode,
    relay::id,
    say,
    write::{Faults, Tx, not_found},
};

/// The most files of one mutation.
const MOST: usize = 9;

/// What a file becomes part of.
#[derive(Clone, Copy)]
pub(crate) enum Owner {
    Request(Uuid),
    Visit(Uuid),
}

/// The uploads that an input names: the viewer's own, that wait; locked, so that nothing else uses them, and they do not go. Of others' it says what it says
/// of those that are not there.
pub(crate) async fn given(
    tx: &Tx<'_>,
    uploads: Option<&[ID]>,
    faults: &mut Faults,
) -> Result<Option<Vec<Uuid>>, DbErr> {
    let (path, uploads) = (["uploadIds"], uploads.unwrap_or_default());
    if uploads.len() > MOST {
        let given = uploads.len();
        let message = say!("{given} files are too many; at most {MOST}.", "共 {given} 个文件，一次最多 {MOST} 个。");
        faults.note(&path, UserErrorCode::OutOfRange, message);
        return Ok(None);
    }
    let (before, mut wanted) = (faults.len(), Vec::new());
    for (place, upload) in uploads.iter().enumerate() {
        let (place, key) = (place.to_string(), id::decode("upload", upload).map_err(|m| (UserErrorCode::Invalid, m)));
        let path = [path[0], place.as_str()];
        let Some(key) = faults.take(&path, key) else { continue };
        if wanted.contains(&key) {
            faults.note(&path, UserErrorCode::Duplicate, say!("The file is named twice.", "同一文件重复填写。"));
        }
        wanted.push(key);
    }
    if faults.len() > before {
        return Ok(None);
    }
    let theirs = attachment::Entity::find()
        .filter(Column::Id.is_in(wanted.iter().copied()))
        .filter(Column::AccountId.eq(tx.viewer.account_id))
        .filter(Column::AttachedAt.is_null())
        .filter(Column::Expired.eq(false))
        .filter(Column::ExpiresAt.gt(tx.now()));
    let found: HashSet<Uuid> = tx.lock_all(theirs, Column::Id).await?.into_iter().map(|row| row.id).collect();
    for (place, _) in wanted.iter().enumerate().filter(|(_, key)| !found.contains(*key)) {
        not_found(&[path[0], &place.to_string()], faults);
    }
    Ok((faults.len() == before).then_some(wanted))
}

/// They are part of it from now on.
pub(crate) async fn attach(tx: &Tx<'_>, uploads: &[Uuid], to: Owner) -> Result<(), DbErr> {
    if uploads.is_empty() {
        return Ok(());
    }
    let (request, visit) = match to {
        Owner::Request(id) => (Some(id), None),
        Owner::Visit(id) => (None, Some(id)),
    };
    attachment::Entity::update_many()
        .set(attachment::ActiveModel {
            request_id: Set(request),
            visit_id: Set(visit),
            attached_at: Set(Some(tx.now())),
            ..Default::default()
        })
        .filter(Column::Id.is_in(uploads.iter().copied()))
        .exec(tx.conn())
        .await
        .map(|_| ())
}

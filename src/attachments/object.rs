//! Attachments as the schema shows them, as parts of what they belong to.

use std::collections::HashMap;

use async_graphql::{Enum, SimpleObject};
use entity::attachment::{self, Column};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    relay::{Edge, Entity, id},
    requests::Request,
    scalars::DateTime,
    visits::Visit,
};

/// What a file is, by its content (附件类型).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::attachment::AttachmentKind")]
pub enum AttachmentKind {
    /// A photo in JPEG (JPEG 照片).
    Jpeg,
    /// A picture in PNG (PNG 图片).
    Png,
    /// A document in PDF (PDF 文件).
    Pdf,
}

/// A photo or document that is part of a request or a visit (附件).
#[derive(SimpleObject, Clone, Debug)]
pub struct Attachment {
    /// Where it is got with the same credentials, on this server (下载地址).
    url: String,
    /// What it is (类型).
    kind: AttachmentKind,
    /// As its sender called it (文件名).
    file_name: Option<String>,
    /// Its length in bytes (字节数).
    bytes: i32,
    /// Its width in pixels, as it is shown; null of a document (宽度).
    width: Option<i32>,
    /// Its height in pixels, as it is shown; null of a document (高度).
    height: Option<i32>,
    /// When it became part of this (附加时间).
    attached_at: Option<DateTime>,
}

/// Where a file is served.
pub fn url(id: Uuid) -> String {
    format!("/uploads/{}", id::encode("upload", id))
}

impl From<attachment::Model> for Attachment {
    fn from(row: attachment::Model) -> Self {
        Self {
            url: url(row.id),
            kind: row.kind.into(),
            file_name: row.file_name,
            bytes: row.bytes,
            width: row.width,
            height: row.height,
            attached_at: row.attached_at.map(Into::into),
        }
    }
}

/// `Request.attachments`: for those who read what is asked.
pub(crate) fn of_requests() -> Edge<Request> {
    Edge::values(|reading, requests: &[Request], _| {
        Box::pin(async move {
            let readable = requests.iter().filter(|own| own.seen().reads("text"));
            let keys: Vec<Uuid> = readable.map(|own| own.seen().key()).collect();
            let select = attachment::Entity::find().filter(Column::RequestId.is_in(keys));
            Ok(by_owner(select.order_by_asc(Column::Id).all(reading.db()).await?, |row| row.request_id))
        })
    })
}

/// `Visit.attachments`: for those who read what was heard.
pub(crate) fn of_visits() -> Edge<Visit> {
    Edge::values(|reading, visits: &[Visit], _| {
        Box::pin(async move {
            let readable = visits.iter().filter(|own| own.seen().reads("note"));
            let keys: Vec<Uuid> = readable.map(|own| own.seen().key()).collect();
            let select = attachment::Entity::find().filter(Column::VisitId.is_in(keys));
            Ok(by_owner(select.order_by_asc(Column::Id).all(reading.db()).await?, |row| row.visit_id))
        })
    })
}

fn by_owner(
    rows: Vec<attachment::Model>,
    owner: fn(&attachment::Model) -> Option<Uuid>,
) -> HashMap<Uuid, Vec<Attachment>> {
    let mut found: HashMap<Uuid, Vec<Attachment>> = HashMap::new();
    for row in rows {
        if let Some(key) = owner(&row) {
            found.entry(key).or_default().push(row.into());
        }
    }
    found
}

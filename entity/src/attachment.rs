use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a file is, by its content (附件类型).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttachmentKind {
    /// JPEG 照片
    Jpeg,
    /// PNG 图片
    Png,
    /// PDF 文件
    Pdf,
}

/// A file (附件) that somebody uploaded: for a while theirs alone, then part of a request or a visit. The file itself is in the store, under its id.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// One of the two once it is part of something; before that it is in no community.
    pub request_id: Option<Uuid>,
    pub visit_id: Option<Uuid>,
    pub attached_at: Option<DateTime<Utc>>,
    /// Who uploaded it.
    pub account_id: Uuid,
    pub kind: AttachmentKind,
    /// As its owner called it.
    pub file_name: Option<String>,
    pub bytes: i32,
    /// Pixels, as it is shown; null of a document.
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub uploaded_at: DateTime<Utc>,
    /// When it goes, unless it is part of something by then.
    pub expires_at: DateTime<Utc>,
    /// Nobody can use it any more: it is about to go.
    pub expired: bool,
}

impl ActiveModelBehavior for ActiveModel {}

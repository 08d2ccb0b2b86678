use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::request::RequestStatus;

/// What an entry of a request's timeline tells (办理环节).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RequestEntryKind {
    /// 提交
    Submitted,
    /// 受理
    Accepted,
    /// 不予受理
    Declined,
    /// 交办
    Assigned,
    /// 开始办理
    Started,
    /// 退回
    HandedBack,
    /// 答复
    Answered,
    /// 补充答复
    AnswerAmended,
    /// 回访
    CalledBack,
    /// 办结
    Closed,
    /// 重新办理
    Reopened,
    /// 并案
    Merged,
    /// 交接
    HandedOver,
    /// 催办
    Reminded,
    /// 督办
    Escalated,
    /// 期限调整
    Rescheduled,
}

/// One entry of a request's timeline (办理记录), appended in the transaction that changed the request; never updated, never deleted, which the database
/// itself refuses.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "request_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub request_id: Uuid,
    pub kind: RequestEntryKind,
    /// The state of the request after it.
    pub status: RequestStatus,
    pub round: i32,
    pub occurred_at: DateTime<Utc>,
    /// Who did it; null for the program itself.
    pub account_id: Option<Uuid>,
    /// Did the submitter do it themselves?
    pub by_submitter: bool,
    /// Why, for those who handle it.
    pub reason: Option<String>,
    /// What the submitter is told; public to whoever holds the tracking code.
    pub answer: Option<String>,
    #[sea_orm(belongs_to, from = "request_id", to = "id")]
    pub request: BelongsTo<super::request::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::sealed::{BlindIndex, Sealed};

/// What is put on record for those who look into how the records are used (审计类别).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuditKind {
    /// 登录
    SignIn,
    /// 登录被拒
    SignInRefused,
    /// 退出
    SignOut,
    /// 修改密码
    PasswordChanged,
    /// 结束会话
    SessionsRevoked,
    /// 创建令牌
    TokenCreated,
    /// 撤销令牌
    TokenRevoked,
    /// 新增账号
    AccountAdded,
    /// 停用账号
    AccountDisabled,
    /// 启用账号
    AccountEnabled,
    /// 角色变更
    RoleChanged,
    /// 移交工作
    WorkHandedOver,
    /// 查看原文
    Reveal,
    /// 导出
    Export,
    /// 导入
    Import,
    /// 密钥变更
    KeysChanged,
    /// 拒绝访问
    Refusal,
}

/// One entry of the audit stream (审计记录); never updated, never deleted, which the database itself refuses, and never part of the feed of events.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: AuditKind,
    pub occurred_at: DateTime<Utc>,
    /// Who did it; null for the program itself and for who could not say who they are.
    pub account_id: Option<Uuid>,
    /// Of the name that was given at a refused sign-in: people type passwords there.
    pub name_index: Option<BlindIndex>,
    /// Where the request came from.
    pub address: Option<String>,
    pub request_id: Option<String>,
    /// Null for what concerns no community.
    pub community_id: Option<Uuid>,
    /// Type of the object that it is about.
    pub subject_kind: Option<String>,
    pub subject_id: Option<Uuid>,
    /// Name of the query, mutation or command.
    pub action: Option<String>,
    /// The field of the object that was shown.
    pub field: Option<String>,
    /// Why it was refused, as the code that the caller got.
    pub code: Option<String>,
    /// The person's key that seals the reason.
    pub data_key_id: Option<Uuid>,
    /// Why it was asked for; unreadable once the key is destroyed.
    pub reason: Option<Sealed>,
}

impl ActiveModelBehavior for ActiveModel {}

//! Entries of the audit stream as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::{account_role, audit_entry};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{ExprTrait, SelectStatement},
};

use crate::{
    access::{Held, Resource, scope::by_community},
    communities::Community,
    error::Result,
    events::trail,
    object,
    privacy::{Column as Place, PersonKey, person_keys},
    relay::{Edge, id},
    scalars::DateTime,
    schema::Node,
};

object! {
    AuditEntry("audit_entry") of audit_entry as Resource::AuditEntry;
    community = |row| row.community_id;
    scope = scope;
    edges = edges;
    classed = { reason: Sensitive };
}

/// What concerns no community (somebody signed in, an account was disabled) is seen where the account that did it, or that it was done to, holds or held a role.
fn scope(held: &Held) -> Condition {
    use audit_entry::Column;
    let own = by_community(held, Column::CommunityId);
    let Some(community) = held.community else { return own };
    let of_an_account = Column::AccountId
        .in_subquery(accounts_of(community))
        .or(Column::SubjectKind.eq("account").and(Column::SubjectId.in_subquery(accounts_of(community))));
    Condition::any().add(own).add(Column::CommunityId.is_null().and(of_an_account))
}

fn accounts_of(community: uuid::Uuid) -> SelectStatement {
    account_role::Entity::find()
        .select_only()
        .column(account_role::Column::AccountId)
        .filter(account_role::Column::CommunityId.eq(community))
        .into_query()
}

fn edges(field: &str) -> Option<Edge<AuditEntry>> {
    Some(match field {
        "community" => Edge::<AuditEntry>::one::<Community>(|row| row.community_id),
        "actor" => trail::actors::<AuditEntry>(|row| row.account_id),
        "subject" => trail::subjects::<AuditEntry>(|row| row.subject_kind.as_deref().zip(row.subject_id)),
        // Without a reason there is no key, and nothing has this one.
        "reason" => person_keys::<AuditEntry>(|row| row.data_key_id.unwrap_or_default()),
        _ => return None,
    })
}

/// What is put on record of how the records are used (审计类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(name = "AuditKind", remote = "audit_entry::AuditKind")]
pub enum EntryKind {
    /// Somebody signed in (登录).
    SignIn,
    /// Somebody was not let in; nobody knows who, and the name that was given is not kept (登录被拒).
    SignInRefused,
    /// Somebody signed out (退出).
    SignOut,
    /// An account got another password (修改密码).
    PasswordChanged,
    /// An account's sessions were ended (结束会话).
    SessionsRevoked,
    /// A token was made (创建令牌).
    TokenCreated,
    /// Tokens were revoked (撤销令牌).
    TokenRevoked,
    /// An account was made (新增账号).
    AccountAdded,
    /// An account was disabled (停用账号).
    AccountDisabled,
    /// An account was enabled again (启用账号).
    AccountEnabled,
    /// A role was granted, or ended (角色变更).
    RoleChanged,
    /// Open work was handed over (移交工作).
    WorkHandedOver,
    /// A sealed value was shown in full (查看原文).
    Reveal,
    /// Records were taken out (导出).
    Export,
    /// Records were brought in (导入).
    Import,
    /// The master key was replaced (密钥变更).
    KeysChanged,
    /// Something was refused (拒绝访问).
    Refusal,
}

/// One entry of the audit stream: who used the records how, and when (审计记录).
#[Object]
impl AuditEntry {
    /// Id of the entry (编号).
    pub async fn id(&self) -> ID {
        id::encode("audit_entry", self.0.id).into()
    }

    /// What was done (类别).
    async fn kind(&self) -> EntryKind {
        self.0.kind.into()
    }

    /// When (时间).
    async fn occurred_at(&self) -> DateTime {
        self.0.occurred_at.into()
    }

    /// Name of the account that did it; null for the command line, and for who could not say who they are (操作人账号).
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        self.0.edge(ctx)
    }

    /// Name of the mutation or of the command; of a filter that was refused, the root field that it was asked of (操作).
    async fn action(&self) -> Option<&str> {
        self.0.action.as_deref()
    }

    /// Id of what it was done to: an object, an account, a token; null where it concerns none (对象编号).
    async fn subject_id(&self) -> Option<ID> {
        let (kind, key) = self.0.subject_kind.as_deref().zip(self.0.subject_id)?;
        Some(id::of_kind(kind, key).into())
    }

    /// The object as it is now; null where it is not within your reach, and for accounts and tokens (对象).
    async fn subject(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        self.0.edge(ctx)
    }

    /// The field of the object that was shown, or was asked for (字段).
    async fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// Why it was refused: the code that the caller got (拒绝代码).
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The network address that the request came from; null for the command line (来源地址).
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// The request that did it (请求编号).
    async fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Why a value was to be shown, in the words of who asked; null where your role masks what is sensitive, and once the person's key is destroyed (理由).
    async fn reason(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(sealed) = self.0.reason.as_ref().filter(|_| self.0.reads("reason")) else {
            return Ok(None);
        };
        let key: Option<PersonKey> = self.0.edge(ctx)?;
        key.map(|key| key.open_text(Place::AuditReason, sealed)).transpose()
    }

    /// The community that it concerns; null for what concerns none, such as signing in (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Option<Community>> {
        self.0.edge(ctx)
    }
}

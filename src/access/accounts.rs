//! Accounts, their passwords and tokens as the command line manages them.

use chrono::{DateTime, Utc};
use entity::{account, account_role, community, token};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    granting::{self, LinkArgs, NewRole},
    password,
    sessions::{self, Which},
    sign_in, throttle,
    token::{TOKEN, generate},
};
use crate::{
    audit::{self, AuditKind, Entry, Origin},
    context::App,
    error::{Error, Message, Result, UserErrorCode, database},
    say,
    write::{self, Deed, Detail, Refused},
};

pub use entity::account_role::Role;

/// The most characters of a name.
pub const NAME: usize = 64;

/// The password that an account is given.
#[derive(Clone, Debug)]
pub enum Given {
    /// Chosen by whoever will use it.
    Chosen(SecretString),
    /// Told to whoever will use it, who has to replace it at the first sign-in.
    OneTime(SecretString),
}

impl Given {
    /// What is kept of it.
    async fn hash(&self, app: &App, name: &str) -> Result<(String, bool)> {
        let (text, one_time) = match self {
            Given::Chosen(text) => (text, false),
            Given::OneTime(text) => (text, true),
        };
        let wrong = |(_, Message { en, zh }): (UserErrorCode, Message)| Error::bad_input(Message { en, zh });
        let password = password::chosen(text.expose_secret(), name).map_err(wrong)?;
        Ok((app.passwords.hash(&password).await?, one_time))
    }
}

/// Makes an account with one role and no password; everybody but an operator holds it in one community, named by its division code.
pub async fn add(app: &App, name: &str, role: Role, community_code: Option<&str>) -> Result<()> {
    add_with(app, name, role, community_code, None).await
}

/// As [`add`], with a password.
pub async fn add_with(
    app: &App,
    name: &str,
    role: Role,
    community_code: Option<&str>,
    password: Option<&Given>,
) -> Result<()> {
    add_linked(app, name, role, community_code, &LinkArgs::default(), password).await
}

/// As [`add_with`], with whom the role is about.
pub async fn add_linked(
    app: &App,
    name: &str,
    role: Role,
    community_code: Option<&str>,
    links: &LinkArgs,
    password: Option<&Given>,
) -> Result<()> {
    let name = checked_name(name)?;
    let password = match password {
        Some(given) => Some(given.hash(app, &name).await?),
        None => None,
    };
    let tx = write::begin(&app.db).await?;
    let community_id = match (role, community_code) {
        (Role::Operator, None) => None,
        (Role::Operator, Some(_)) => {
            return Err(Error::bad_input(say!(
                "--community: an operator serves all communities; leave it out.",
                "--community：运维角色面向全部社区，请勿填写。"
            )));
        }
        (_, Some(code)) => Some(community_by_code(&tx, code).await?),
        (_, None) => {
            return Err(Error::bad_input(say!(
                "--community: say in which community, by its 12-digit division code.",
                "--community：请填写所属社区的 12 位区划代码。"
            )));
        }
    };
    let new = NewRole::read(&tx, role, community_id, links).await?;
    let account_id = insert_account(&tx, app, &name).await?;
    granting::insert(&tx, app, account_id, role, &new).await?;
    if let Some((hash, one_time)) = password {
        sign_in::keep(&tx, app, account_id, hash, one_time).await.map_err(stopped)?;
    }
    record(&tx, app, (AuditKind::AccountAdded, "account add"), account_id, community_id).await?;
    tx.commit().await?;
    Ok(())
}

/// The rows of an account that has one role without links; for the demo too, which makes its accounts in its own transaction.
pub(crate) async fn insert(
    conn: &impl ConnectionTrait,
    app: &App,
    name: &str,
    role: Role,
    community_id: Option<Uuid>,
) -> Result<Uuid> {
    let account_id = insert_account(conn, app, name).await?;
    granting::insert(conn, app, account_id, role, &NewRole::plain(community_id)).await?;
    Ok(account_id)
}

/// The row of an account without any role.
pub(crate) async fn insert_account(conn: &impl ConnectionTrait, app: &App, name: &str) -> Result<Uuid> {
    insert_row(conn, app, name).await.map_err(|error| match database::kind(&error) {
        database::Kind::Unique(_) => Error::bad_input(say!(
            "There is an account `{name}` already; choose another name.",
            "账号 `{name}` 已存在，请换一个名称。"
        )),
        _ => error.into(),
    })
}

/// As [`insert_account`], with what the database says where the name is taken.
pub(super) async fn insert_row(conn: &impl ConnectionTrait, app: &App, name: &str) -> Result<Uuid, DbErr> {
    let account_id = app.clock.new_id();
    let row = account::ActiveModel {
        id: Set(account_id),
        name: Set(name.to_owned()),
        disabled_at: Set(None),
        created_at: Set(app.clock.now()),
        version: Set(1),
    };
    account::Entity::insert(row).exec_without_returning(conn).await?;
    Ok(account_id)
}

/// Gives an account another password: its sessions end, and what locked it is forgotten.
pub async fn reset(app: &App, name: &str, password: &Given) -> Result<()> {
    let (hash, one_time) = password.hash(app, name).await?;
    let tx = write::begin(&app.db).await?;
    let account = find(&tx, name).await?;
    replace_password(&tx, app, &account, hash, one_time).await.map_err(stopped)?;
    record(&tx, app, (AuditKind::PasswordChanged, "account reset"), account.id, None).await?;
    tx.commit().await?;
    app.recent_tokens.forget();
    Ok(())
}

/// Another password for an account: its sessions end, and what locked it is forgotten.
pub(super) async fn replace_password(
    conn: &impl ConnectionTrait,
    app: &App,
    account: &account::Model,
    hash: String,
    one_time: bool,
) -> Result<(), Refused> {
    sign_in::keep(conn, app, account.id, hash, one_time).await?;
    sessions::end(conn, Which::AllOf { account: account.id, but: None }, app.clock.now()).await?;
    throttle::forget(conn, app, &account.name).await?;
    Ok(())
}

/// From now on none of its sessions and tokens are accepted (or, to take that back, its tokens are again).
pub async fn disable(app: &App, name: &str, disabled: bool) -> Result<()> {
    let tx = write::begin(&app.db).await?;
    let account = find(&tx, name).await?;
    let now = app.clock.now();
    let row = account::ActiveModel {
        disabled_at: Set(disabled.then(|| account.disabled_at.unwrap_or(now))),
        version: Set(account.version + 1),
        ..Default::default()
    };
    account::Entity::update_many().set(row).filter(account::Column::Id.eq(account.id)).exec(&tx).await?;
    sessions::end(&tx, Which::AllOf { account: account.id, but: None }, now).await?;
    let deed = match disabled {
        true => (AuditKind::AccountDisabled, "account disable"),
        false => (AuditKind::AccountEnabled, "account enable"),
    };
    record(&tx, app, deed, account.id, None).await?;
    tx.commit().await?;
    app.recent_tokens.forget();
    Ok(())
}

/// Is there nobody yet who could sign in or use a token?
pub async fn none_yet(app: &App) -> Result<bool> {
    Ok(account::Entity::find().one(app.db.reader()).await?.is_none())
}

fn stopped(refused: Refused) -> Error {
    match refused {
        Refused::Stopped(error) => error,
        Refused::Database(error) => error.into(),
        Refused::Listed(errors) => Error::internal(format!("{errors:?}")),
        Refused::Rehearsed(_) => Error::internal("nothing here is rehearsed"),
    }
}

/// Makes a token for an account; the secret is shown this once and not stored.
pub async fn create_token(
    app: &App,
    account_name: &str,
    token_name: &str,
    expires_at: Option<DateTime<Utc>>,
) -> Result<SecretString> {
    let tx = write::begin(&app.db).await?;
    let account = find(&tx, account_name).await?;
    let secret = insert_token(&tx, app, account.id, token_name, expires_at).await?;
    record(&tx, app, (AuditKind::TokenCreated, "token create"), account.id, None).await?;
    tx.commit().await?;
    Ok(secret)
}

pub(crate) async fn insert_token(
    conn: &impl ConnectionTrait,
    app: &App,
    account_id: Uuid,
    name: &str,
    expires_at: Option<DateTime<Utc>>,
) -> Result<SecretString, DbErr> {
    let (secret, hash) = generate(TOKEN);
    let row = token::ActiveModel {
        id: Set(app.clock.new_id()),
        account_id: Set(account_id),
        community_id: Set(None),
        scopes: Set(None),
        name: Set(name.to_owned()),
        hash: Set(hash),
        created_at: Set(app.clock.now()),
        expires_at: Set(expires_at),
        last_used_at: Set(None),
        revoked_at: Set(None),
    };
    token::Entity::insert(row).exec_without_returning(conn).await?;
    Ok(secret)
}

/// Revokes all tokens of an account; within a second no node takes them any more.
pub async fn revoke_tokens(app: &App, account_name: &str) -> Result<u64> {
    let tx = write::begin(&app.db).await?;
    let account = find(&tx, account_name).await?;
    let revoked = token::Entity::update_many()
        .set(token::ActiveModel { revoked_at: Set(Some(app.clock.now())), ..Default::default() })
        .filter(token::Column::AccountId.eq(account.id))
        .filter(token::Column::RevokedAt.is_null())
        .exec(&tx)
        .await?;
    record(&tx, app, (AuditKind::TokenRevoked, "token revoke"), account.id, None).await?;
    tx.commit().await?;
    app.recent_tokens.forget();
    Ok(revoked.rows_affected)
}

/// Every account with its roles, by name: `staff  STAFF 社区名`.
pub async fn list(app: &App) -> Result<Vec<String>> {
    let accounts = account::Entity::find().order_by_asc(account::Column::Name).all(app.db.reader()).await?;
    let held = account_role::Entity::find().filter(account_role::Column::RevokedAt.is_null());
    let roles = held.find_also_related(community::Entity).all(app.db.reader()).await?;
    let describe = |account: &account::Model| {
        let held = roles.iter().filter(|(role, _)| role.account_id == account.id).map(|(role, community)| {
            let place = community.as_ref().map_or("", |community| community.name.as_str());
            format!("{:?} {place}", role.role)
        });
        let held = held.collect::<Vec<_>>().join(", ");
        let state = if account.disabled_at.is_some() { " (disabled)" } else { "" };
        format!("{}\t{}{state}", account.name, held.trim())
    };
    Ok(accounts.iter().map(describe).collect())
}

fn checked_name(name: &str) -> Result<String> {
    match name_fits(name) {
        true => Ok(name.to_owned()),
        false => Err(Error::bad_input(name_rule())),
    }
}

pub(super) fn name_fits(name: &str) -> bool {
    (1..=NAME).contains(&name.chars().count()) && !name.chars().any(|c| c.is_control() || c.is_whitespace())
}

pub(super) fn name_rule() -> Message {
    say!("An account's name has 1 to {NAME} characters and no blanks.", "账号名为 1 至 {NAME} 个字符，不含空白。")
}

async fn find(conn: &impl ConnectionTrait, name: &str) -> Result<account::Model> {
    let found = account::Entity::find().filter(account::Column::Name.eq(name)).one(conn).await?;
    found.ok_or_else(|| {
        Error::bad_input(say!(
            "There is no account `{name}`; `tongxin account list` shows them.",
            "没有账号 `{name}`；用 `tongxin account list` 查看。"
        ))
    })
}

async fn community_by_code(conn: &impl ConnectionTrait, code: &str) -> Result<Uuid> {
    let found = community::Entity::find().filter(community::Column::Code.eq(code)).one(conn).await?;
    found.map(|community| community.id).ok_or_else(|| {
        Error::bad_input(say!(
            "--community: no community has the code `{code}`.",
            "--community：没有区划代码为 `{code}` 的社区。"
        ))
    })
}

/// What the command line does is on record like everything else, in both streams, without an account as its author.
async fn record(
    conn: &impl ConnectionTrait,
    app: &App,
    (kind, action): (AuditKind, &str),
    subject: Uuid,
    community: Option<Uuid>,
) -> Result<()> {
    let entry = Entry::of(kind).within(community).about("account", subject).by(action);
    audit::note(conn, app, Origin::default(), entry).await?;
    let deed = Deed { action, subject: ("account", subject), community, fields: &[], detail: Detail::None };
    deed.append(conn, app, Origin::default()).await?;
    Ok(())
}

//! Signing in and changing one's password. A name that belongs to nobody, an account without a password, one that is disabled and a wrong password
//! are the same answer after the same work.

use entity::{account, password};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};
use secrecy::SecretString;
use uuid::Uuid;

use super::{
    password as policy,
    sessions::{self, Begun, Terms, Which},
    throttle::Attempt,
};
use crate::{
    audit::{self, AuditKind, Entry, Origin},
    context::App,
    error::{UserError, UserErrorCode},
    say,
    write::{self, Faults, Refused},
};

/// Who wants to sign in.
pub struct Asked<'a> {
    pub name: &'a str,
    pub password: &'a str,
    pub new_password: Option<&'a str>,
    pub origin: Origin<'a>,
}

/// Lets somebody in, or says why not.
pub async fn sign_in(app: &App, asked: Asked<'_>, terms: &Terms) -> Result<(account::Model, Begun), Refused> {
    let attempt = Attempt::begin(app, asked.name, asked.origin.address).await?;
    let found = account::Entity::find()
        .filter(account::Column::Name.eq(asked.name))
        .filter(account::Column::DisabledAt.is_null())
        .find_also_related(password::Entity)
        .one(app.db.fresh())
        .await?;
    let kept = found.as_ref().and_then(|(_, password)| password.as_ref()).map(|password| password.hash.as_str());
    let right = app.passwords.verify(asked.password, kept).await?;
    let Some((account, Some(kept))) = found.filter(|_| right) else { return Err(wrong("password")) };

    let new_hash = match (asked.new_password, kept.one_time) {
        (Some(new), _) => Some(replacement(app, new, asked.password, &account.name, "newPassword").await?),
        (None, false) => app.passwords.renewed(asked.password, &kept.hash).await?,
        (None, true) => {
            attempt.succeeded(app.db.writer(), app.clock.now()).await?;
            return Err(change_first());
        }
    };
    let tx = write::begin(&app.db).await?;
    still(&tx, &account, &kept.hash, "password").await?;
    let origin = Origin { account: Some(account.id), ..asked.origin };
    let entry = |kind| Entry::of(kind).about("account", account.id).by("signIn");
    match new_hash {
        Some(hash) if asked.new_password.is_some() => {
            keep(&tx, app, account.id, hash, false).await?;
            sessions::end(&tx, Which::AllOf { account: account.id, but: None }, app.clock.now()).await?;
            audit::note(&tx, app, origin, entry(AuditKind::PasswordChanged)).await?;
        }
        // The same password, kept better: nothing else changes.
        Some(hash) => {
            let row = password::ActiveModel { hash: Set(hash), ..Default::default() };
            password::Entity::update_many()
                .set(row)
                .filter(password::Column::AccountId.eq(account.id))
                .exec(&tx)
                .await?;
        }
        None => {}
    }
    let begun = sessions::begin(&tx, app, account.id, terms).await?;
    attempt.succeeded(&tx, app.clock.now()).await?;
    audit::note(&tx, app, origin, entry(AuditKind::SignIn)).await?;
    tx.commit().await?;
    Ok((account, begun))
}

/// Changes the password of somebody who is signed in; their other sessions end. Says how many did.
pub async fn change_password(
    app: &App,
    (account_id, session): (Uuid, Uuid),
    (current, new): (&str, &str),
    origin: Origin<'_>,
) -> Result<u64, Refused> {
    let found = account::Entity::find_by_id(account_id).find_also_related(password::Entity);
    let Some((account, Some(kept))) = found.one(app.db.fresh()).await? else { return Err(wrong("currentPassword")) };
    // A stolen session must not be a way to guess the password.
    let attempt = Attempt::begin(app, &account.name, origin.address).await?;
    if !app.passwords.verify(current, Some(&kept.hash)).await? {
        return Err(wrong("currentPassword"));
    }
    let hash = replacement(app, new, current, &account.name, "newPassword").await?;
    let tx = write::begin(&app.db).await?;
    still(&tx, &account, &kept.hash, "currentPassword").await?;
    keep(&tx, app, account_id, hash, false).await?;
    let now = app.clock.now();
    let ended = sessions::end(&tx, Which::AllOf { account: account_id, but: Some(session) }, now).await?;
    attempt.succeeded(&tx, now).await?;
    let entry = Entry::of(AuditKind::PasswordChanged).about("account", account_id).by("changePassword");
    audit::note(&tx, app, origin, entry).await?;
    tx.commit().await?;
    app.recent_tokens.forget();
    Ok(ended)
}

/// The hash of a new password, if it is taken.
async fn replacement(app: &App, new: &str, old: &str, name: &str, field: &str) -> Result<String, Refused> {
    let mut faults = Faults::default();
    let chosen: Option<SecretString> = faults.take(&[field], policy::chosen(new, name));
    if new == old {
        let message = say!("This is the password that is to be replaced. Choose another.", "新密码不能与原密码相同。");
        faults.note(&[field], UserErrorCode::Invalid, message);
    }
    let (chosen,) = faults.all((chosen,))?;
    Ok(app.passwords.hash(&chosen).await?)
}

/// Is the account still enabled, and its password the one that was just compared? Somebody may have been faster.
async fn still(conn: &impl ConnectionTrait, account: &account::Model, hash: &str, field: &str) -> Result<(), Refused> {
    let kept = password::Entity::find_by_id(account.id);
    let kept = if conn.get_database_backend() == DbBackend::Postgres { kept.lock_exclusive() } else { kept };
    let kept = kept.one(conn).await?;
    let enabled = account::Entity::find_by_id(account.id).filter(account::Column::DisabledAt.is_null());
    if kept.is_some_and(|kept| kept.hash == hash) && enabled.one(conn).await?.is_some() {
        return Ok(());
    }
    Err(wrong(field))
}

/// Writes a password's hash down, over the earlier one.
pub(super) async fn keep(
    conn: &impl ConnectionTrait,
    app: &App,
    account_id: Uuid,
    hash: String,
    one_time: bool,
) -> Result<(), Refused> {
    let row = password::ActiveModel {
        account_id: Set(account_id),
        hash: Set(hash),
        one_time: Set(one_time),
        set_at: Set(app.clock.now()),
    };
    let columns = [password::Column::Hash, password::Column::OneTime, password::Column::SetAt];
    let over = OnConflict::column(password::Column::AccountId).update_columns(columns).to_owned();
    password::Entity::insert(row).on_conflict(over).exec_without_returning(conn).await?;
    Ok(())
}

fn wrong(field: &str) -> Refused {
    let message = say!("The name or the password is wrong.", "账号或密码有误。");
    UserError::new(&[field], UserErrorCode::BadCredentials, message).into()
}

fn change_first() -> Refused {
    let message = say!(
        "This password is good for one sign-in: choose your own, and sign in with it as `newPassword` beside this one.",
        "该密码仅限首次登录使用：请自定新密码，登录时在 `newPassword` 中一并填写。"
    );
    UserError::new(&["newPassword"], UserErrorCode::PasswordChangeRequired, message).into()
}

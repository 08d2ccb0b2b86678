//! `disableAccount` and `enableAccount`: what `tongxin account disable` and `enable` do, for those who decide about everything that the account may.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::{account, account_role};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{
    Resource, grants,
    mutations::settled,
    policy::Action,
    sessions::{self, Which},
};
use crate::{
    audit::{self, AuditKind, Entry},
    context::Ask,
    error::{Result, UserError},
    write::{self, Deed, Detail, Faults, Refused, not_found},
};

/// The account (账号).
#[derive(InputObject)]
pub struct DisableAccountInput {
    /// Name of an account all of whose roles are yours to give (账号名).
    pub account: String,
}

/// What came of it (停用结果).
#[derive(SimpleObject)]
pub struct DisableAccountPayload {
    /// Name of the account whose sessions and tokens are accepted no more, within a second on every node; null when it was refused (账号名).
    account: Option<String>,
    /// Why it was refused (业务错误).
    user_errors: Vec<UserError>,
}

/// The account (账号).
#[derive(InputObject)]
pub struct EnableAccountInput {
    /// Name of an account all of whose roles are yours to give (账号名).
    pub account: String,
}

/// What came of it (启用结果).
#[derive(SimpleObject)]
pub struct EnableAccountPayload {
    /// Name of the account that may sign in again, and whose tokens are accepted again; null when it was refused (账号名).
    account: Option<String>,
    /// Why it was refused (业务错误).
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct DisablingMutations;

#[Object]
impl DisablingMutations {
    /// Lets somebody in no more; their sessions end, their roles stay on file. What they leave open is in `openWork`, and `handOver` gives it to somebody else (停用账号).
    async fn disable_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose (账号).")] input: DisableAccountInput,
    ) -> Result<DisableAccountPayload> {
        may(ctx, "disableAccount").await?;
        let (account, user_errors) = settled(set(ctx, &input.account, true).await)?;
        Ok(DisableAccountPayload { account, user_errors })
    }

    /// Lets somebody in again who was disabled (启用账号).
    async fn enable_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose (账号).")] input: EnableAccountInput,
    ) -> Result<EnableAccountPayload> {
        may(ctx, "enableAccount").await?;
        let (account, user_errors) = settled(set(ctx, &input.account, false).await)?;
        Ok(EnableAccountPayload { account, user_errors })
    }
}

async fn may(ctx: &Context<'_>, name: &str) -> Result<()> {
    match ctx.viewer()?.reach(Resource::AccountRole, Action::Decide).is_empty() {
        true => Err(audit::forbidden(ctx.app(), ctx.caller(), name).await),
        false => Ok(()),
    }
}

async fn set(ctx: &Context<'_>, name: &str, disabled: bool) -> Result<String, Refused> {
    let (app, viewer) = (ctx.app(), ctx.viewer()?);
    let tx = write::begin(&app.db).await?;
    let mut faults = Faults::default();
    // Whoever is something elsewhere, too, is not locked out of that from here.
    let decides = |held: &account_role::Model| held.community_id.is_some_and(|place| viewer.appoints(held.role, place));
    let found = grants::account_of_theirs(&tx, name, decides).await?;
    if found.is_none() {
        not_found(&["account"], &mut faults);
    }
    let (account,) = faults.all((found,))?;
    let now = app.clock.now();
    if account.disabled_at.is_some() != disabled {
        let row = account::ActiveModel {
            disabled_at: Set(disabled.then_some(now)),
            version: Set(account.version + 1),
            ..Default::default()
        };
        account::Entity::update_many().set(row).filter(account::Column::Id.eq(account.id)).exec(&tx).await?;
        sessions::end(&tx, Which::AllOf { account: account.id, but: None }, now).await?;
        let (kind, action) = match disabled {
            true => (AuditKind::AccountDisabled, "disableAccount"),
            false => (AuditKind::AccountEnabled, "enableAccount"),
        };
        audit::note(&tx, app, ctx.caller().into(), Entry::of(kind).about("account", account.id).by(action)).await?;
        let deed = Deed {
            action,
            subject: ("account", account.id),
            community: None,
            fields: &["disabledAt"],
            detail: Detail::None,
        };
        deed.append(&tx, app, ctx.caller().into()).await?;
    }
    tx.commit().await?;
    app.recent_tokens.forget();
    Ok(account.name)
}

//! `signIn`, `signOut`, `changePassword`, `revokeSessions`: about who is asking, so they do not go through the write kit, which begins with that.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use entity::account_role;
use uuid::Uuid;

use super::{
    Resource, Viewer, grants,
    policy::Action,
    sessions::{self, Terms, Which},
    sign_in::{self, Asked},
    token::reveal,
};
use crate::{
    audit::{self, AuditKind, Entry},
    context::Ask,
    error::{Error, Result, UserError, UserErrorCode},
    http::cookies,
    say,
    scalars::DateTime,
    write::{self, Faults, Refused, not_found},
};

/// Name and password (登录).
#[derive(InputObject)]
pub struct SignInInput {
    /// Name of the account (账号名).
    pub name: String,
    /// The password (密码).
    pub password: String,
    /// A password of one's own choice, in the place of one that somebody else gave out; else left out (新密码).
    pub new_password: Option<String>,
    /// For pages of the same site: keep the session in a cookie that scripts cannot read, instead of answering with a token. The request must carry
    /// `X-Tongxin-Request` (使用 Cookie).
    #[graphql(default)]
    pub cookie: bool,
}

/// Somebody who signed in (登录会话).
#[derive(SimpleObject)]
pub struct SignedIn {
    /// Send it as `Authorization: Bearer <token>`; null when it went into the cookie (会话令牌).
    token: Option<String>,
    /// Name of the account (账号名).
    name: String,
    /// The end, however much it is used (到期时间).
    expires_at: DateTime,
    /// It ends earlier when it is not used for so many seconds (闲置时限, 秒).
    idle_seconds: i32,
}

/// What came of signing in (登录结果).
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// The session; null when nobody was let in (会话).
    session: Option<SignedIn>,
    /// Why not: BAD_CREDENTIALS, PASSWORD_CHANGE_REQUIRED, RATE_LIMITED, or what is wrong with the new password (业务错误).
    user_errors: Vec<UserError>,
}

/// How to sign out (退出登录).
#[derive(InputObject)]
pub struct SignOutInput {
    /// All of one's sessions, on every device (全部设备).
    #[graphql(default)]
    pub everywhere: bool,
}

/// What came of signing out (退出结果).
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// How many sessions ended (结束的会话数).
    ended: i32,
    /// Nothing stands in the way of leaving: always empty (业务错误).
    user_errors: Vec<UserError>,
}

/// The old password and the new one (修改密码).
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password as it is (原密码).
    pub current_password: String,
    /// 8 to 128 characters of any script; nothing that everybody tries first, and not the name of the account (新密码).
    pub new_password: String,
}

/// What came of it (修改结果).
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// How many other sessions ended with the old password; null when it was not changed (结束的其他会话数).
    ended: Option<i32>,
    /// Why it was not changed: BAD_CREDENTIALS, RATE_LIMITED, or what is wrong with the new password (业务错误).
    user_errors: Vec<UserError>,
}

/// Whose sessions are to end (结束会话).
#[derive(InputObject)]
pub struct RevokeSessionsInput {
    /// Name of the account: one's own, or one within one's reach (账号名).
    pub account: String,
}

/// What came of it (结束结果).
#[derive(SimpleObject)]
pub struct RevokeSessionsPayload {
    /// How many sessions ended; null when it was refused (结束的会话数).
    ended: Option<i32>,
    /// Why it was refused (业务错误).
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct AccessMutations;

#[Object]
impl AccessMutations {
    /// Signs in with name and password (登录).
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Name and password (账号与密码).")] input: SignInInput,
    ) -> Result<SignInPayload> {
        let (app, caller, terms) = (ctx.app(), ctx.caller(), terms(ctx));
        if input.cookie && !caller.own_page {
            return Err(cookies::header_missing());
        }
        let asked = Asked {
            name: &input.name,
            password: &input.password,
            new_password: input.new_password.as_deref(),
            origin: caller.into(),
        };
        let outcome = sign_in::sign_in(app, asked, &terms).await;
        if let Err(Refused::Listed(errors)) = &outcome {
            refused(ctx, &input.name, errors).await?;
        }
        let (session, user_errors) = settled(outcome)?;
        let session = session.map(|(account, begun)| {
            if input.cookie {
                ctx.append_http_header(http::header::SET_COOKIE, cookies::set(&begun.secret, &terms));
            }
            SignedIn {
                token: (!input.cookie).then(|| reveal(&begun.secret).to_owned()),
                name: account.name,
                expires_at: begun.expires_at.into(),
                idle_seconds: terms.idle.as_secs() as i32,
            }
        });
        Ok(SignInPayload { session, user_errors })
    }

    /// Ends the session that the request came with; does nothing for a token (退出登录).
    async fn sign_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "This session, or all (退出方式).")] input: SignOutInput,
    ) -> Result<SignOutPayload> {
        let viewer = ctx.viewer()?;
        let which = match (input.everywhere, viewer.session()) {
            (true, _) => Some(Which::AllOf { account: viewer.account_id, but: None }),
            (false, session) => session.map(Which::One),
        };
        let mut ended = 0;
        if let Some(which) = which {
            ended = end_sessions(ctx, which, AuditKind::SignOut, viewer.account_id, "signOut").await?;
        }
        ctx.append_http_header(http::header::SET_COOKIE, cookies::clear(&terms(ctx)));
        Ok(SignOutPayload { ended: ended as i32, user_errors: Vec::new() })
    }

    /// Changes one's password; one's other sessions end (修改密码).
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old password and the new one (原密码与新密码).")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        let viewer = ctx.viewer()?;
        let Some(session) = viewer.session() else {
            let refusal = Entry::of(AuditKind::Refusal).by("changePassword").refused_with("FORBIDDEN");
            audit::note_apart(ctx.app(), ctx.caller().into(), refusal).await?;
            return Err(Error::forbidden(say!(
                "A token changes no password: sign in with `signIn` first.",
                "访问令牌不能修改密码，请先用 `signIn` 登录。"
            )));
        };
        let passwords = (input.current_password.as_str(), input.new_password.as_str());
        let changed =
            sign_in::change_password(ctx.app(), (viewer.account_id, session), passwords, ctx.caller().into()).await;
        let (ended, user_errors) = settled(changed)?;
        Ok(ChangePasswordPayload { ended: ended.map(|ended| ended as i32), user_errors })
    }

    /// Ends all sessions of an account, one's own included; within a second no node takes them any more. Tokens stay (结束账号的全部会话).
    async fn revoke_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose (账号).")] input: RevokeSessionsInput,
    ) -> Result<RevokeSessionsPayload> {
        let viewer = ctx.viewer()?;
        let mut faults = Faults::default();
        let account = within_reach(ctx, viewer, &input.account, &mut faults).await?;
        let (ended, user_errors) = match faults.all((account,)) {
            Ok((account,)) => {
                let which = Which::AllOf { account, but: None };
                let ended = end_sessions(ctx, which, AuditKind::SessionsRevoked, account, "revokeSessions").await?;
                (Some(ended as i32), Vec::new())
            }
            Err(refused) => settled(Err(refused))?,
        };
        Ok(RevokeSessionsPayload { ended, user_errors })
    }
}

fn terms(ctx: &Context<'_>) -> Terms {
    ctx.data_opt::<Terms>().copied().unwrap_or_default()
}

/// Puts on record that somebody was not let in: nobody knows who, but the same name is told again. Not what is refused for coming too often, or whoever
/// floods the door would flood the records.
async fn refused(ctx: &Context<'_>, name: &str, errors: &[UserError]) -> Result<()> {
    let code = match errors.first().map(|error| error.code) {
        None | Some(UserErrorCode::RateLimited) => return Ok(()),
        Some(UserErrorCode::BadCredentials) => "BAD_CREDENTIALS",
        Some(UserErrorCode::PasswordChangeRequired) => "PASSWORD_CHANGE_REQUIRED",
        Some(_) => "INVALID",
    };
    let entry = Entry::of(AuditKind::SignInRefused).claiming(name).by("signIn").refused_with(code);
    Ok(audit::note_apart(ctx.app(), ctx.caller().into(), entry).await?)
}

async fn end_sessions(ctx: &Context<'_>, which: Which, kind: AuditKind, account: Uuid, by: &str) -> Result<u64> {
    let app = ctx.app();
    let tx = write::begin(&app.db).await?;
    let ended = sessions::end(&tx, which, app.clock.now()).await?;
    audit::note(&tx, app, ctx.caller().into(), Entry::of(kind).about("account", account).by(by)).await?;
    tx.commit().await?;
    app.recent_tokens.forget();
    Ok(ended)
}

/// One's own account, or one that holds all its roles where the viewer decides about roles.
async fn within_reach(ctx: &Context<'_>, viewer: &Viewer, name: &str, faults: &mut Faults) -> Result<Option<Uuid>> {
    if name == viewer.name {
        return Ok(Some(viewer.account_id));
    }
    let reach = viewer.reach(Resource::AccountRole, Action::Decide);
    // Nobody in a community decides about an operator.
    let decides = |role: &account_role::Model| reach.covers(role.community_id.unwrap_or_default());
    let found = grants::account_of_theirs(ctx.app().db.fresh(), name, decides).await?;
    if found.is_none() {
        not_found(&["account"], faults);
    }
    Ok(found.map(|account| account.id))
}

/// A value, or the refusals for the payload.
pub(super) fn settled<T>(outcome: Result<T, Refused>) -> Result<(Option<T>, Vec<UserError>)> {
    match outcome {
        Ok(value) => Ok((Some(value), Vec::new())),
        Err(Refused::Listed(errors)) => Ok((None, errors)),
        Err(Refused::Stopped(error)) => Err(error),
        Err(Refused::Rehearsed(_)) => Err(crate::error::Error::internal("nothing here is rehearsed")),
        Err(Refused::Database(error)) => Err(error.into()),
    }
}

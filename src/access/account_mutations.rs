//! `createAccount` and `resetPassword`: both answer with a password that is shown once, beside what the write kit would answer with.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{account, account_role};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    Resource, accounts, grants,
    mutations::settled,
    password,
    policy::Action,
    roles::{self, AccountRole, RoleTerms},
    sign_in,
};
use crate::{
    audit::{self, AuditKind, Entry},
    context::Ask,
    error::{Error, Result, UserError, UserErrorCode},
    say,
    write::{self, Change, Faults, Payload, Refused, Told, Tx, Verb, not_found, write},
};

/// Somebody who is to have an account, and their first role (新建账号).
#[derive(InputObject, Clone, Debug)]
pub struct CreateAccountInput {
    /// The community in which the role is held (社区).
    pub community_id: ID,
    /// Name of the account, at most 64 characters without blanks. Unless you run the platform, it is completed by a hyphen and four characters: names are
    /// free in the whole deployment, and nobody should learn from a refusal who has an account elsewhere (账号名).
    pub name: String,
    #[graphql(flatten)]
    pub terms: RoleTerms,
    /// Makes a retry safe: a random text, the same when you send this again; what was answered once is answered again, without the password (幂等键).
    pub idempotency_key: Option<String>,
    #[graphql(skip)]
    made: Made,
}

/// What the server adds to the input.
#[derive(Clone, Debug, Default)]
struct Made {
    hash: String,
    /// Set when the account was made, and not when an earlier answer is given again.
    now: Arc<AtomicBool>,
}

/// What came of it (新建结果).
#[derive(SimpleObject)]
pub struct CreateAccountPayload {
    /// The role, and with it the name of the account; null when it was refused (角色).
    account_role: Option<AccountRole>,
    /// The password for the first sign-in, which replaces it: shown this once, and kept nowhere. Null when this repeats an earlier request; `resetPassword`
    /// gives another (一次性密码).
    password: Option<String>,
    /// Why it was refused, all reasons together (业务错误).
    user_errors: Vec<UserError>,
}

impl Payload for CreateAccountPayload {
    type Object = AccountRole;
    const TYPE: &'static str = "CreateAccountPayload";
    const FIELD: &'static str = "accountRole";

    fn new(mut objects: Vec<AccountRole>, user_errors: Vec<UserError>) -> Self {
        Self { account_role: objects.pop(), password: None, user_errors }
    }
}

impl Change for CreateAccountInput {
    type Payload = CreateAccountPayload;
    const VERB: Verb = Verb { name: "createAccount", resource: Resource::AccountRole, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let name = self.named(tx, &mut faults).await?;
        let found = match &community {
            Some(community) => self.terms.read(tx, community, &mut faults).await?,
            None => None,
        };
        let (community, name, found) = faults.all((community, name, found))?;
        let account = accounts::insert_row(tx.conn(), tx.app, &name).await?;
        sign_in::keep(tx.conn(), tx.app, account, self.made.hash.clone(), true).await?;
        tx.events(community.id, vec![Told::plain("account", account, &["name"])]).await?;
        let id = roles::give(tx, &community, account, found).await?;
        let entry = Entry::of(AuditKind::AccountAdded).within(Some(community.id)).about("account", account);
        tx.audit(entry.by("createAccount")).await?;
        self.made.now.store(true, Ordering::Relaxed);
        Ok(id)
    }
}

impl CreateAccountInput {
    /// The name as it will be.
    async fn named(&self, tx: &Tx<'_>, faults: &mut Faults) -> Result<Option<String>, DbErr> {
        // Whoever sees all accounts may be told that one is there.
        let whole = !tx.viewer.reach(Resource::Account, Action::Read).is_empty();
        let Some(given) = faults.text(&["name"], &self.name, accounts::NAME) else { return Ok(None) };
        loop {
            let name = if whole { given.clone() } else { format!("{given}-{}", password::few_letters()) };
            if !accounts::name_fits(&name) {
                faults.note(&["name"], UserErrorCode::Invalid, accounts::name_rule());
                return Ok(None);
            }
            let taken = account::Entity::find().filter(account::Column::Name.eq(&name)).one(tx.conn()).await?;
            match (taken, whole) {
                (None, _) => return Ok(Some(name)),
                (Some(_), true) => {
                    let message = say!(
                        "There is an account of this name already; choose another name.",
                        "该账号名已存在，请换一个。"
                    );
                    faults.note(&["name"], UserErrorCode::Duplicate, message);
                    return Ok(None);
                }
                (Some(_), false) => {}
            }
        }
    }
}

/// Who is to get another password (重置密码).
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// Name of an account all of whose roles are yours to give (账号名).
    pub account: String,
}

/// What came of it (重置结果).
#[derive(SimpleObject)]
pub struct ResetPasswordPayload {
    /// The password for the next sign-in, which replaces it: shown this once, and kept nowhere; null when it was refused (一次性密码).
    password: Option<String>,
    /// Why it was refused (业务错误).
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct AccountMutations;

#[Object]
impl AccountMutations {
    /// Makes an account for somebody, with a first role and a password for the first sign-in (新建账号).
    async fn create_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The name, and the first role (账号内容).")] input: CreateAccountInput,
    ) -> Result<CreateAccountPayload> {
        let mut input = input;
        let one_time = password::generated();
        // A hash is much work: for those whom the kit will not turn away.
        if !ctx.viewer()?.reach(Resource::AccountRole, Action::Record).is_empty() {
            input.made.hash = ctx.app().passwords.hash(&one_time).await?;
        }
        let made = input.made.now.clone();
        let mut payload = write(ctx, input).await?;
        if payload.user_errors.is_empty() && made.load(Ordering::Relaxed) {
            payload.password = Some(one_time.expose_secret().to_owned());
        }
        Ok(payload)
    }

    /// Gives somebody who forgot theirs a password for one sign-in; their sessions end, and a lock after too many tries is lifted (重置密码).
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose (账号).")] input: ResetPasswordInput,
    ) -> Result<ResetPasswordPayload> {
        let viewer = ctx.viewer()?;
        if viewer.reach(Resource::AccountRole, Action::Decide).is_empty() {
            let refusal = Entry::of(AuditKind::Refusal).by("resetPassword").refused_with("FORBIDDEN");
            audit::note_apart(ctx.app(), ctx.caller().into(), refusal).await?;
            return Err(Error::forbidden(say!(
                "Your role may not use `resetPassword`.",
                "您的角色无权执行 `resetPassword`。"
            )));
        }
        let one_time = password::generated();
        let (password, user_errors) = settled(reset(ctx, &input.account, one_time).await)?;
        Ok(ResetPasswordPayload { password, user_errors })
    }
}

async fn reset(ctx: &Context<'_>, name: &str, one_time: SecretString) -> Result<String, Refused> {
    let (app, viewer) = (ctx.app(), ctx.viewer()?);
    let hash = app.passwords.hash(&one_time).await?;
    let tx = write::begin(&app.db).await?;
    let mut faults = Faults::default();
    // Whoever has a password given may sign in as its owner: only of those who may do no more than one may let them do.
    let decides = |held: &account_role::Model| held.community_id.is_some_and(|place| viewer.appoints(held.role, place));
    let found = grants::account_of_theirs(&tx, name, decides).await?.filter(|account| account.disabled_at.is_none());
    if found.is_none() {
        not_found(&["account"], &mut faults);
    }
    let (account,) = faults.all((found,))?;
    accounts::replace_password(&tx, app, &account, hash, true).await?;
    let entry = Entry::of(AuditKind::PasswordChanged).about("account", account.id).by("resetPassword");
    audit::note(&tx, app, ctx.caller().into(), entry).await?;
    tx.commit().await?;
    app.recent_tokens.forget();
    Ok(one_time.expose_secret().to_owned())
}

//! Tokens of a community, for the programs of partner units: made, listed and revoked by those whom the policy lets. A token acts as its account, reaches
//! nothing outside its community, and does no more than its scopes say.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime as Instant, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use entity::{account, community, token};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::ExprTrait,
};
use uuid::Uuid;

use super::{
    Grant, Resource, Viewer, grants,
    mutations::settled,
    policy::{Action, Seat},
    scopes::{self, TokenScope},
    token::{TOKEN, generate, reveal},
};
use crate::{
    audit::{self, AuditKind, Entry},
    communities::Community,
    context::{App, Ask},
    error::{Result, UserError, UserErrorCode, database},
    relay::{Entity, id, reading::scope_of},
    say,
    scalars::{Date, DateTime},
    write::{self, Deed, Detail, Faults, Refused, Tx, not_found},
};

/// The most tokens that a community has at a time; so the list of them needs no pages.
const MOST: u64 = 100;
/// The most characters of a name.
const NAME: usize = 64;
/// The longest that a token lasts.
const LONGEST: Days = Days::new(2 * 366);

/// A token of a community (访问令牌); the secret itself was shown once.
#[derive(SimpleObject)]
pub struct AccessToken {
    /// What it is for; no two tokens of a community that were not revoked are called alike (名称).
    name: String,
    /// Name of the account that it acts as (账号名).
    account: String,
    /// What it may do of all that the account may in this community (权限).
    scopes: Vec<TokenScope>,
    /// When it was made (创建时间).
    created_at: DateTime,
    /// When it ends, or ended (到期时间).
    expires_at: Option<DateTime>,
    /// When it was used last, to a minute; null where it never was (最近使用时间).
    last_used_at: Option<DateTime>,
}

impl AccessToken {
    fn new(row: token::Model, account: String) -> Self {
        Self {
            name: row.name,
            account,
            scopes: scopes::read(row.scopes.as_deref().unwrap_or_default()),
            created_at: row.created_at.into(),
            expires_at: row.expires_at.map(Into::into),
            last_used_at: row.last_used_at.map(Into::into),
        }
    }
}

/// A token to be made (创建令牌).
#[derive(InputObject)]
pub struct CreateTokenInput {
    /// The community outside which it reaches nothing (社区).
    pub community_id: ID,
    /// Name of the account that it acts as; one that holds a role in the community (账号名).
    pub account: String,
    /// What it is for, at most 64 characters; free in the community, so a retry makes no second one (名称).
    pub name: String,
    /// What it may do of all that the account may; at least one (权限).
    pub scopes: Vec<TokenScope>,
    /// The last day on which it is good, within two years (最后有效日).
    pub expires_on: Date,
}

/// What came of it (创建结果).
#[derive(SimpleObject)]
pub struct CreateTokenPayload {
    /// The token; null when it was refused (令牌).
    token: Option<AccessToken>,
    /// What the program sends as `Authorization: Bearer <secret>`: shown this once, and kept nowhere (密钥).
    secret: Option<String>,
    /// Why it was refused (业务错误).
    user_errors: Vec<UserError>,
}

/// A token to be revoked (撤销令牌).
#[derive(InputObject)]
pub struct RevokeTokenInput {
    /// Its community (社区).
    pub community_id: ID,
    /// Its name (名称).
    pub name: String,
}

/// What came of it (撤销结果).
#[derive(SimpleObject)]
pub struct RevokeTokenPayload {
    /// The token that is no longer accepted, within a second on every node; null when it was refused (令牌).
    token: Option<AccessToken>,
    /// Why it was refused (业务错误).
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct TokenQueries;

#[Object]
impl TokenQueries {
    /// The tokens of a community that were not revoked, by name; empty where you may not see them (访问令牌列表).
    async fn tokens(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community (社区).")] community_id: ID,
    ) -> Result<Vec<AccessToken>> {
        let viewer = ctx.viewer()?;
        let community = id::argument("communityId", Community::PREFIX, &community_id)?;
        if !viewer.reach(Resource::Token, Action::Read).covers(community) {
            return Ok(Vec::new());
        }
        let rows = open_of(community).order_by_asc(token::Column::Name).limit(MOST).find_also_related(account::Entity);
        let rows = rows.all(ctx.app().db.reader()).await?;
        Ok(rows.into_iter().map(|(row, of)| AccessToken::new(row, of.map_or(String::new(), |of| of.name))).collect())
    }
}

fn open_of(community: Uuid) -> sea_orm::Select<token::Entity> {
    let own = token::Column::CommunityId.eq(community).and(token::Column::RevokedAt.is_null());
    token::Entity::find().filter(own)
}

#[derive(Default)]
pub struct TokenMutations;

#[Object]
impl TokenMutations {
    /// Makes a token for a program, such as a partner unit's (创建访问令牌).
    async fn create_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which account, to do what and until when (令牌内容).")] input: CreateTokenInput,
    ) -> Result<CreateTokenPayload> {
        let viewer = may(ctx, Action::Record, "createToken").await?;
        let (made, user_errors) = settled(create(ctx, viewer, &input).await)?;
        let (token, secret) = made.unzip();
        Ok(CreateTokenPayload { token, secret, user_errors })
    }

    /// Revokes a token (撤销访问令牌).
    async fn revoke_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which (令牌).")] input: RevokeTokenInput,
    ) -> Result<RevokeTokenPayload> {
        let viewer = may(ctx, Action::Decide, "revokeToken").await?;
        let (token, user_errors) = settled(revoke(ctx, viewer, &input).await)?;
        Ok(RevokeTokenPayload { token, user_errors })
    }
}

async fn may<'a>(ctx: &Context<'a>, action: Action, name: &str) -> Result<&'a Viewer> {
    let viewer = ctx.viewer()?;
    if viewer.reach(Resource::Token, action).is_empty() {
        return Err(audit::forbidden(ctx.app(), ctx.caller(), name).await);
    }
    Ok(viewer)
}

/// The community, if the viewer may do this to its tokens.
async fn community(
    conn: &impl ConnectionTrait,
    viewer: &Viewer,
    action: Action,
    given: &ID,
    faults: &mut Faults,
) -> Result<Option<community::Model>, Refused> {
    let key =
        faults.take(&["communityId"], id::decode(Community::PREFIX, given).map_err(|m| (UserErrorCode::Invalid, m)));
    let Some(key) = key else { return Ok(None) };
    let seen = community::Entity::find_by_id(key).filter(scope_of::<Community>(viewer, Action::Read));
    let found = seen.one(conn).await?.filter(|row| viewer.reach(Resource::Token, action).covers(row.id));
    if found.is_none() {
        not_found(&["communityId"], faults);
    }
    Ok(found)
}

async fn create(
    ctx: &Context<'_>,
    viewer: &Viewer,
    input: &CreateTokenInput,
) -> Result<(AccessToken, String), Refused> {
    let app = ctx.app();
    let tx = write::begin(&app.db).await?;
    let mut faults = Faults::default();
    let community = community(&tx, viewer, Action::Record, &input.community_id, &mut faults).await?;
    let name = faults.text(&["name"], &input.name, NAME);
    if input.scopes.is_empty() {
        faults.note(&["scopes"], UserErrorCode::Required, say!("Say what the token may do.", "请填写令牌的权限。"));
    }
    let (mut account, mut expires_at) = (None, None);
    if let Some(community) = &community {
        if let Some((found, seats)) =
            account_in(&tx, community.id, &input.account, app.clock.now(), &mut faults).await?
        {
            refuse_useless(&input.scopes, &seats, &mut faults);
            account = Some(found);
        }
        expires_at = end_of(app, community, input.expires_on.0, &mut faults);
        if open_of(community.id).count(&tx).await? >= MOST {
            let message =
                say!("The community has {MOST} tokens; revoke one first.", "本社区已有 {MOST} 个令牌，请先撤销一个。");
            faults.note(&["communityId"], UserErrorCode::CapacityReached, message);
        }
    }
    let (community, name, account, expires_at) = faults.all((community, name, account, expires_at))?;

    let (secret, hash) = generate(TOKEN);
    let mut scopes = input.scopes.clone();
    scopes.dedup();
    let row = token::Model {
        id: app.clock.new_id(),
        account_id: account.id,
        community_id: Some(community.id),
        scopes: Some(scopes::written(&scopes)),
        name,
        hash,
        created_at: app.clock.now(),
        expires_at: Some(expires_at),
        last_used_at: None,
        revoked_at: None,
    };
    let inserted = token::Entity::insert(token::ActiveModel::from(row.clone())).exec_without_returning(&tx).await;
    inserted.map_err(|error| match database::kind(&error) {
        database::Kind::Unique(_) => {
            let message = say!("The community has a token of this name already.", "本社区已有同名令牌。");
            Refused::from(UserError::new(&["name"], UserErrorCode::Duplicate, message))
        }
        _ => error.into(),
    })?;
    record(ctx, &tx, (AuditKind::TokenCreated, "createToken"), &row, &["account", "name", "scopes", "expiresOn"])
        .await?;
    tx.commit().await?;
    Ok((AccessToken::new(row, account.name), reveal(&secret).to_owned()))
}

async fn revoke(ctx: &Context<'_>, viewer: &Viewer, input: &RevokeTokenInput) -> Result<AccessToken, Refused> {
    let app = ctx.app();
    let tx = write::begin(&app.db).await?;
    let mut faults = Faults::default();
    let community = community(&tx, viewer, Action::Decide, &input.community_id, &mut faults).await?;
    let mut found = None;
    if let Some(community) = &community {
        let named = open_of(community.id).filter(token::Column::Name.eq(input.name.trim()));
        found = named.find_also_related(account::Entity).one(&tx).await?;
        if found.is_none() {
            not_found(&["name"], &mut faults);
        }
    }
    let ((row, account),) = faults.all((found,))?;
    let revoked = token::ActiveModel { revoked_at: Set(Some(app.clock.now())), ..Default::default() };
    token::Entity::update_many().set(revoked).filter(token::Column::Id.eq(row.id)).exec(&tx).await?;
    record(ctx, &tx, (AuditKind::TokenRevoked, "revokeToken"), &row, &["revokedAt"]).await?;
    tx.commit().await?;
    app.recent_tokens.forget();
    Ok(AccessToken::new(row, account.map_or(String::new(), |account| account.name)))
}

/// An account that holds a role in the community, by its name, and what it sits on there.
async fn account_in(
    conn: &impl ConnectionTrait,
    community: Uuid,
    name: &str,
    now: Instant<Utc>,
    faults: &mut Faults,
) -> Result<Option<(account::Model, Vec<Seat>)>, Refused> {
    let named =
        account::Entity::find().filter(account::Column::Name.eq(name)).filter(account::Column::DisabledAt.is_null());
    if let Some(account) = named.one(conn).await? {
        let held = grants::held_by(conn, account.id, now).await?;
        let there = held.iter().filter(|grant| grant.community == Some(community));
        let seats: Vec<Seat> = there.flat_map(Grant::seats).copied().collect();
        if !seats.is_empty() {
            return Ok(Some((account, seats)));
        }
    }
    not_found(&["account"], faults);
    Ok(None)
}

/// A scope beyond what the account may is one that the token never uses: whoever makes it would believe otherwise until the program fails.
fn refuse_useless(scopes: &[TokenScope], seats: &[Seat], faults: &mut Faults) {
    let used = scopes::used_by(seats);
    for (place, scope) in scopes.iter().enumerate().filter(|(_, scope)| !used.contains(scope)) {
        let name = |scope: &TokenScope| async_graphql::resolver_utils::enum_value(*scope).to_string();
        let (given, may) = (name(scope), used.iter().map(name).collect::<Vec<_>>().join(", "));
        let message = if used.is_empty() {
            say!(
                "The account may do nothing here that a token could do for it.",
                "该账号在本社区没有可授予令牌的权限。"
            )
        } else {
            say!(
                "The account may not do anything in this community that {given} is for; choose among {may}.",
                "该账号在本社区用不到 {given}，可选：{may}。"
            )
        };
        faults.note(&["scopes", &place.to_string()], UserErrorCode::Invalid, message);
    }
}

/// The end of the token's last day where the community is.
fn end_of(app: &App, community: &community::Model, last: NaiveDate, faults: &mut Faults) -> Option<Instant<Utc>> {
    let today = app.clock.today(Tx::zone_of(community));
    let latest = today + LONGEST;
    if !(today..=latest).contains(&last) {
        let message =
            say!("The last day lies between {today} and {latest}.", "最后有效日应在 {today} 至 {latest} 之间。");
        faults.note(&["expiresOn"], UserErrorCode::OutOfRange, message);
        return None;
    }
    let midnight = (last + Days::new(1)).and_time(NaiveTime::MIN);
    let local = Tx::zone_of(community).from_local_datetime(&midnight).earliest();
    // A zone that skips this midnight begins the day an hour later; to the hour, its neighbour's will do.
    Some(local.map_or_else(|| midnight.and_utc(), |local| local.with_timezone(&Utc)))
}

/// A change among the events, and in the audit stream what a credential was made or ended for.
async fn record(
    ctx: &Context<'_>,
    conn: &impl ConnectionTrait,
    (kind, action): (AuditKind, &str),
    row: &token::Model,
    fields: &[&str],
) -> Result<(), Refused> {
    let (app, caller) = (ctx.app(), ctx.caller());
    let entry = Entry::of(kind).within(row.community_id).about("token", row.id).by(action);
    audit::note(conn, app, caller.into(), entry).await?;
    let deed = Deed { action, subject: ("token", row.id), community: row.community_id, fields, detail: Detail::None };
    deed.append(conn, app, caller.into()).await?;
    Ok(())
}

//! Giving an account a role.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::{account, account_role, community, staff_member};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LockType},
};
use uuid::Uuid;

use super::{
    object::AccountRole,
    terms::{Found, RoleTerms},
};
use crate::{
    access::{
        Resource, accounts,
        granting::{self, NewRole},
        policy::Action,
    },
    audit::{AuditKind, Entry},
    context::App,
    error::{UserError, UserErrorCode},
    payload, say,
    staff::StaffMember,
    write::{Change, Detail, Faults, Refused, Tx, Verb, not_found},
};

/// A role to be given (授予角色).
#[derive(InputObject, Clone, Debug)]
pub struct GrantRoleInput {
    /// The community in which it is held (社区).
    pub community_id: ID,
    /// Name of the account, to the letter: one that holds or held a role in the community, or, for an operator, any. For somebody new there is
    /// `createAccount` (账号名).
    pub account: String,
    #[graphql(flatten)]
    pub terms: RoleTerms,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { GrantRolePayload { account_role: AccountRole as "accountRole" } }

impl Change for GrantRoleInput {
    type Payload = GrantRolePayload;
    const VERB: Verb = Verb { name: "grantRole", resource: Resource::AccountRole, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let name = faults.text(&["account"], &self.account, accounts::NAME);
        let (mut account, mut found) = (None, None);
        if let Some(community) = &community {
            if let Some(name) = &name {
                account = known(tx, name, community.id, &mut faults).await?;
            }
            found = self.terms.read(tx, community, &mut faults).await?;
        }
        let (community, account, found) = faults.all((community, account, found))?;
        let id = give(tx, &community, account.id, found).await?;
        let entry = Entry::of(AuditKind::RoleChanged).within(Some(community.id)).about("account_role", id);
        tx.audit(entry.by("grantRole")).await?;
        Ok(id)
    }

    fn committed(&self, app: &App) {
        app.recent_tokens.forget();
    }
}

/// An account that is something in the community, or was; whoever reads accounts may name any. Locked, so that its roles are compared one after the other.
async fn known(tx: &Tx<'_>, name: &str, community: Uuid, faults: &mut Faults) -> Result<Option<account::Model>, DbErr> {
    let named =
        account::Entity::find().filter(account::Column::Name.eq(name)).filter(account::Column::DisabledAt.is_null());
    // Records that refer to the account need not wait.
    let named = if tx.on_postgres() { named.lock(LockType::NoKeyUpdate) } else { named };
    let mut found = named.one(tx.conn()).await?;
    if let Some(account) = &found
        && tx.viewer.reach(Resource::Account, Action::Read).is_empty()
    {
        let here = account_role::Entity::find()
            .filter(account_role::Column::AccountId.eq(account.id))
            .filter(account_role::Column::CommunityId.eq(community));
        if here.one(tx.conn()).await?.is_none() {
            found = None;
        }
    }
    if found.is_none() {
        not_found(&["account"], faults);
    }
    Ok(found)
}

/// Writes a role of an account that nobody else gives roles to meanwhile.
pub(in crate::access) async fn give(
    tx: &Tx<'_>,
    community: &community::Model,
    account: Uuid,
    found: Found,
) -> Result<Uuid, Refused> {
    let Found { role, new, staff_member } = found;
    let mut faults = Faults::default();
    let starts_on = new.starts_on.unwrap_or_else(|| tx.today_in(community));
    if holds(tx, account, role, &new, starts_on).await? {
        let message = say!(
            "The account holds this very role at that time already; end that first, or choose other days.",
            "该账号在此期间已担任同一角色；请先终止原角色，或另选日期。"
        );
        faults.note(&["role"], UserErrorCode::Duplicate, message);
    } else if speaks_for_another(tx, account, &new, starts_on).await? {
        let message = say!(
            "The account speaks for another unit of this community at that time. Each unit knows recipients by names of its own: make an account of its own for each.",
            "该账号在此期间已代表本社区的另一共建单位。各单位的受助对象代号互不相通，请为每个单位分别开设账号。"
        );
        faults.note(&["partnerUnitId"], UserErrorCode::Duplicate, message);
    }
    if staff_member.as_ref().and_then(|member| member.account_id).is_some_and(|own| own != account) {
        faults.add(UserError::new(
            &["staffMemberId"],
            UserErrorCode::Duplicate,
            say!("The staff member has another account already.", "该工作人员已有其他账号。"),
        ));
    }
    faults.none()?;
    let id = granting::insert(tx.conn(), tx.app, account, role, &new).await?;
    if let Some(member) = staff_member.filter(|member| member.account_id.is_none()) {
        tx.update(staff_member::ActiveModel {
            id: Set(member.id),
            account_id: Set(Some(account)),
            version: Set(member.version + 1),
            ..Default::default()
        })
        .await?;
        tx.event::<StaffMember>(member.id, Some(community.id), &["account"], Detail::None).await?;
    }
    // Everybody who follows the community's feed learns that a role was given; which, and to whom, is for those who see it.
    let fields = ["account", "role", "startsOn", "endsOn"];
    tx.event::<AccountRole>(id, Some(community.id), &fields, Detail::None).await?;
    Ok(id)
}

/// The roles of an account in the same community in part of that time.
fn meanwhile(account: Uuid, new: &NewRole, starts_on: NaiveDate) -> Select<account_role::Entity> {
    use account_role::Column;
    let mut during = Condition::all().add(Column::EndedOn.is_null().or(Column::EndedOn.gte(starts_on)));
    if let Some(last) = new.ends_on {
        during = during.add(Column::StartedOn.lte(last));
    }
    account_role::Entity::find()
        .filter(Column::AccountId.eq(account))
        .filter(same(Column::CommunityId, new.community))
        .filter(Column::RevokedAt.is_null())
        .filter(during)
}

fn same(column: account_role::Column, link: Option<Uuid>) -> Expr {
    match link {
        Some(link) => column.eq(link),
        None => column.is_null(),
    }
}

/// Is it held in part of that time, for the same unit or person?
async fn holds(
    tx: &Tx<'_>,
    account: Uuid,
    role: account_role::Role,
    new: &NewRole,
    starts_on: NaiveDate,
) -> Result<bool, DbErr> {
    use account_role::Column;
    let held = meanwhile(account, new, starts_on)
        .filter(Column::Role.eq(role))
        .filter(same(Column::PartnerUnitId, new.partner_unit))
        .filter(same(Column::ResidentId, new.resident))
        .filter(same(Column::VolunteerId, new.volunteer));
    Ok(held.one(tx.conn()).await?.is_some())
}

/// Would it speak for two units of one community at a time? It would know the recipients of both by the aliases of one (`Viewer::unit_in`), and each unit's
/// by the other's.
async fn speaks_for_another(tx: &Tx<'_>, account: Uuid, new: &NewRole, starts_on: NaiveDate) -> Result<bool, DbErr> {
    let Some(unit) = new.partner_unit else { return Ok(false) };
    let other = meanwhile(account, new, starts_on).filter(account_role::Column::PartnerUnitId.ne(unit));
    Ok(other.one(tx.conn()).await?.is_some())
}

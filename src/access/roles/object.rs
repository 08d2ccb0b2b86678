//! Roles as the schema shows them.

use async_graphql::{Context, ID, Object};
use entity::account_role;

use super::{edges, scope};
use crate::{
    access::{Resource, object::Role},
    communities::{Community, Grid},
    error::Result,
    events::History,
    merchants::Merchant,
    object,
    partners::PartnerUnit,
    privacy::mask,
    relay::id,
    residents::Resident,
    scalars::{Date, DateTime},
    staff::StaffMember,
    volunteers::Volunteer,
};

object! {
    AccountRole("account_role") of account_role as Resource::AccountRole;
    community = |row| row.community_id;
    scope = scope::of_account_roles;
    edges = edges::of_account_role;
    classed = { account: Personal };
}

/// What an account is in a community, for a time (账号角色).
#[Object]
impl AccountRole {
    /// Id of the role (编号).
    pub async fn id(&self) -> ID {
        id::encode("account_role", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you end it (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// Name of the account; masked where you may not read personal data (账号名).
    async fn account(&self, ctx: &Context<'_>) -> Result<String> {
        let name: String = self.0.present(ctx)?;
        Ok(if self.0.reads("account") { name } else { mask::name(&name) })
    }

    /// The role (角色).
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// The community in which it is held; null for an operator, who serves all (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Option<Community>> {
        self.0.edge(ctx)
    }

    /// The unit that a partner speaks for (共建单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// The resident that the account belongs to (居民).
    async fn resident(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// The volunteer that the account belongs to (志愿者).
    async fn volunteer(&self, ctx: &Context<'_>) -> Result<Option<Volunteer>> {
        self.0.edge(ctx)
    }

    /// The staff member of the community that the account belongs to; null where nobody said so (工作人员).
    async fn staff_member(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>> {
        self.0.edge(ctx)
    }

    /// The grids that a staff member's role is limited to; empty for the whole community, and for the other roles (网格).
    async fn grids(&self, ctx: &Context<'_>) -> Result<Vec<Grid>> {
        self.0.list(ctx)
    }

    /// The shops that a merchant speaks for; empty for the other roles (商户).
    async fn merchants(&self, ctx: &Context<'_>) -> Result<Vec<Merchant>> {
        self.0.list(ctx)
    }

    /// The first day on which it is held (起始日).
    async fn starts_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day; null while no end is set (终止日).
    async fn ends_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// When it was ended at once; null otherwise (即时终止时间).
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(Into::into)
    }
}

//! `viewer`: who is asking.

use std::collections::{HashMap, HashSet};

use async_graphql::{Context, Enum, Object, SimpleObject};
use uuid::Uuid;

use super::Grant;
use crate::{
    communities::{Community, Grid},
    context::Ask,
    error::Result,
    partners::PartnerUnit,
    relay::{Entity, Reading, Row, Selection},
    residents::Resident,
    volunteers::Volunteer,
};

/// What an account may be (角色); `docs/roles.md` says what each may do.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::account_role::Role")]
pub enum Role {
    /// Runs the platform for all communities (平台运维).
    Operator,
    /// Heads a community (社区书记).
    Secretary,
    /// Works for a community (社区工作者).
    Staff,
    /// Speaks for a partner unit (共建单位).
    Partner,
    /// Volunteers (志愿者).
    Volunteer,
    /// Keeps a small business (商户).
    Merchant,
    /// Lives in the community (居民).
    Resident,
    /// Looks into the records (审计).
    Auditor,
}

/// Who is asking (当前用户).
#[derive(SimpleObject)]
pub struct Viewer {
    /// Name of the account (账号名).
    name: String,
    /// Roles held now (角色).
    roles: Vec<HeldRole>,
}

/// A role, where it is held, and whom it is about (任职角色).
#[derive(SimpleObject)]
pub struct HeldRole {
    /// The role (角色).
    role: Role,
    /// The community in which it is held; null for an operator, who serves all (社区).
    community: Option<Community>,
    /// The unit that a partner speaks for; null for the other roles (共建单位).
    partner_unit: Option<PartnerUnit>,
    /// The resident that the account belongs to; null for the other roles (居民).
    resident: Option<Resident>,
    /// The volunteer that the account belongs to; null for the other roles (志愿者).
    volunteer: Option<Volunteer>,
    /// The grids that a staff member is limited to; empty for the whole community, and for the other roles (网格).
    grids: Vec<Grid>,
}

#[derive(Default)]
pub struct AccessQueries;

#[Object]
impl AccessQueries {
    /// Who is asking; null for nobody (当前用户).
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        let Some(viewer) = &ctx.caller().viewer else { return Ok(None) };
        let selection = Selection::under(ctx).child(ctx.query_env, "Viewer", "roles");
        let wanted = Wanted { reading: Reading::new(ctx)?, ctx, selection };
        let grants = &viewer.grants;
        let communities = wanted.linked::<Community>("community", grants, |grant| grant.community).await?;
        let units = wanted.linked::<PartnerUnit>("partnerUnit", grants, |grant| grant.links.partner_unit).await?;
        let residents = wanted.linked::<Resident>("resident", grants, |grant| grant.links.resident).await?;
        let volunteers = wanted.linked::<Volunteer>("volunteer", grants, |grant| grant.links.volunteer).await?;
        let of_grids = grants.iter().flat_map(|grant| grant.links.grids.iter().copied()).collect();
        let grids = wanted.of::<Grid>("grids", of_grids).await?;
        let roles = grants.iter().map(|grant| HeldRole {
            role: grant.role.into(),
            community: one_of(&communities, grant.community),
            partner_unit: one_of(&units, grant.links.partner_unit),
            resident: one_of(&residents, grant.links.resident),
            volunteer: one_of(&volunteers, grant.links.volunteer),
            grids: grant.links.grids.iter().filter_map(|grid| grids.get(grid).cloned()).collect(),
        });
        Ok(Some(Viewer { name: viewer.name.clone(), roles: roles.collect() }))
    }
}

fn one_of<T: Clone>(found: &HashMap<Uuid, T>, key: Option<Uuid>) -> Option<T> {
    key.and_then(|key| found.get(&key).cloned())
}

/// What is selected of the viewer's roles.
struct Wanted<'a> {
    reading: Reading<'a>,
    ctx: &'a Context<'a>,
    selection: Selection<'a>,
}

impl Wanted<'_> {
    async fn linked<T: Entity>(
        &self,
        field: &str,
        grants: &[Grant],
        link: fn(&Grant) -> Option<Uuid>,
    ) -> Result<HashMap<Uuid, T>>
    where
        Row<T>: Send + Sync,
    {
        self.of::<T>(field, grants.iter().filter_map(link).collect()).await
    }

    /// The objects behind a field of all roles, in one statement; none where the field is not selected.
    async fn of<T: Entity>(&self, field: &str, keys: HashSet<Uuid>) -> Result<HashMap<Uuid, T>>
    where
        Row<T>: Send + Sync,
    {
        let selection = self.selection.child(self.ctx.query_env, "HeldRole", field);
        let wanted = if selection.is_empty() { HashSet::new() } else { keys };
        self.reading.some::<T>(wanted, &selection).await
    }
}

//! `viewer`: who is asking.

use std::collections::HashSet;

use async_graphql::{Context, Enum, Object, SimpleObject};

use crate::{
    communities::Community,
    context::Ask,
    error::Result,
    relay::{Reading, Selection},
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

/// A role and where it is held (任职角色).
#[derive(SimpleObject)]
pub struct HeldRole {
    /// The role (角色).
    role: Role,
    /// The community in which it is held; null for an operator, who serves all (社区).
    community: Option<Community>,
}

#[derive(Default)]
pub struct AccessQueries;

#[Object]
impl AccessQueries {
    /// Who is asking; null for nobody (当前用户).
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        let Some(viewer) = &ctx.caller().viewer else { return Ok(None) };
        let selection = Selection::under(ctx).child(ctx.query_env, "Viewer", "roles");
        let communities = selection.child(ctx.query_env, "HeldRole", "community");
        let wanted: HashSet<_> = match communities.is_empty() {
            true => HashSet::new(),
            false => viewer.roles.iter().filter_map(|(_, community)| *community).collect(),
        };
        let found = Reading::new(ctx)?.some::<Community>(wanted, &communities).await?;
        let roles = viewer.roles.iter().map(|(role, community)| HeldRole {
            role: (*role).into(),
            community: community.and_then(|community| found.get(&community).cloned()),
        });
        Ok(Some(Viewer { name: viewer.name.clone(), roles: roles.collect() }))
    }
}

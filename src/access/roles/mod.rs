//! Roles as records (角色): which account is what in a community, since when and until when. Who decides about them gives and ends them here; what they
//! let somebody do is in the policy, and which of them somebody holds now in [`super::grants`].
//!
//! Accounts belong to no community. Who decides about the roles of one sees of an account what it is there, and nothing of what it is elsewhere: an account
//! that was never anything in the community is not there for them.

mod edges;
mod end;
mod grant;
pub mod object;
pub mod queries;
mod scope;
mod terms;

use async_graphql::{Context, Object};

pub use self::{
    end::{EndRoleInput, EndRolePayload},
    grant::{GrantRoleInput, GrantRolePayload},
    object::AccountRole,
    queries::{AccountRoleFilter, AccountRoleOrder},
    terms::RoleTerms,
};
pub(super) use grant::give;

use crate::{error::Result, write::write};

#[derive(Default)]
pub struct RoleMutations;

#[Object]
impl RoleMutations {
    /// Gives an account a role in a community (授予角色).
    async fn grant_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To which account, which role, and whom it is about (角色内容).")] input: GrantRoleInput,
    ) -> Result<GrantRolePayload> {
        write(ctx, input).await
    }

    /// Ends a role, at once or with a day; at once means within a second on every node (终止角色).
    async fn end_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which role, and its last day (终止内容).")] input: EndRoleInput,
    ) -> Result<EndRolePayload> {
        write(ctx, input).await
    }
}

//! `accountRole`, `accountRoles`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{
    account,
    account_role::{self, Column},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::ExprTrait};

use super::object::AccountRole;
use crate::{
    access::{Class, object::Role},
    enum_filter,
    error::Result,
    orders,
    partners::PartnerUnit,
    relay::{
        Listed,
        filter::{Asking, Filter, TextFilter, combine, reference},
    },
    residents::Resident,
    roots,
};

enum_filter!(RoleFilter, Role, entity::account_role::Role, "角色");

/// Which roles are wanted; all parts given must hold (账号角色筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct AccountRoleFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// By the name of the account (账号名).
    pub account: Option<TextFilter>,
    /// As what (角色).
    pub role: Option<RoleFilter>,
    /// Speaking for this unit (共建单位).
    pub partner_unit_id: Option<ID>,
    /// Of this resident (居民).
    pub resident_id: Option<ID>,
    /// true: held today, or to be held; false: over (是否有效).
    pub current: Option<bool>,
    /// All of these (且).
    pub and: Option<Vec<AccountRoleFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<AccountRoleFilter>>,
    /// Not this (非).
    pub not: Option<Box<AccountRoleFilter>>,
}

impl Filter for AccountRoleFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<PartnerUnit>(
                Column::PartnerUnitId,
                "partnerUnitId",
                &self.partner_unit_id,
            )?)
            .add_option(asking.reference::<Resident>(Column::ResidentId, "residentId", &self.resident_id)?);
        if self.resident_id.is_some() {
            asking.require(Class::Personal, "residentId")?;
        }
        if let Some(name) = &self.account {
            asking.require(Class::Personal, "account")?;
            let named = account::Entity::find()
                .select_only()
                .column(account::Column::Id)
                .filter(name.condition(account::Column::Name)?);
            own = own.add(Column::AccountId.in_subquery(named.into_query()));
        }
        if let Some(role) = &self.role {
            own = own.add(role.condition(Column::Role));
        }
        if let Some(current) = self.current {
            let lasts = Column::EndedOn.is_null().or(Column::EndedOn.gte(asking.today()));
            let lasts = Condition::all().add(Column::RevokedAt.is_null()).add(lasts);
            own = own.add(if current { lasts } else { lasts.not() });
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What roles are ordered by; ties are settled by id (账号角色排序).
    pub enum AccountRoleOrder of account_role {
        /// Those that began first, first (起始日升序).
        StartsOnAsc => StartedOn asc,
        /// Those that began last, first (起始日降序).
        StartsOnDesc => StartedOn desc,
    }
}

impl Listed for AccountRole {
    type Filter = AccountRoleFilter;
    type Order = AccountRoleOrder;
}

roots! {
    RoleQueries;
    /// One role of an account; null if there is none or it is not within your reach (账号角色).
    account_role,
    /// Roles of accounts within your reach, in the order in which they were given unless you say otherwise (账号角色列表).
    account_roles: AccountRole;
}

//! `staffMember`, `staffMembers`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{posting, staff_member};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::ExprTrait};

use super::object::{Posting, PostingRoleFilter, StaffMember};
use crate::{
    access::{Class, policy::Action},
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, Filter, TextFilter, combine, reference},
        reading::scope_of,
    },
    roots,
};

/// Which staff members are wanted; all parts given must hold (工作人员筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct StaffMemberFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// By name (姓名).
    pub name: Option<TextFilter>,
    /// Posted so today (现任职务).
    pub role: Option<PostingRoleFilter>,
    /// All of these (且).
    pub and: Option<Vec<StaffMemberFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<StaffMemberFilter>>,
    /// Not this (非).
    pub not: Option<Box<StaffMemberFilter>>,
}

impl Filter for StaffMemberFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let community = reference(staff_member::Column::CommunityId, "communityId", "community", &self.community_id)?;
        let mut own = Condition::all().add_option(community);
        if let Some(name) = &self.name {
            asking.require(Class::Personal, "name")?;
            own = own.add(name.condition(staff_member::Column::FullName)?);
        }
        if let Some(role) = &self.role {
            let today = asking.today();
            let posted = posting::Entity::find()
                .select_only()
                .column(posting::Column::StaffMemberId)
                .filter(scope_of::<Posting>(asking.viewer, Action::Read))
                .filter(role.condition(posting::Column::Role))
                .filter(posting::Column::StartedOn.lte(today))
                .filter(posting::Column::EndedOn.is_null().or(posting::Column::EndedOn.gte(today)));
            own = own.add(staff_member::Column::Id.in_subquery(posted.into_query()));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What staff members are ordered by; ties are settled by id (工作人员排序).
    pub enum StaffMemberOrder of staff_member {
        /// By name, code point by code point (姓名升序).
        NameAsc => FullName asc,
        /// By name, backwards (姓名降序).
        NameDesc => FullName desc,
        /// Longest on file first (登记时间升序).
        RegisteredAtAsc => RegisteredAt asc,
        /// Newest on file first (登记时间降序).
        RegisteredAtDesc => RegisteredAt desc,
    }
}

impl Listed for StaffMember {
    type Filter = StaffMemberFilter;
    type Order = StaffMemberOrder;

    fn order_class(order: StaffMemberOrder) -> Option<(Class, &'static str)> {
        match order {
            StaffMemberOrder::NameAsc | StaffMemberOrder::NameDesc => Some((Class::Personal, "name")),
            StaffMemberOrder::RegisteredAtAsc | StaffMemberOrder::RegisteredAtDesc => None,
        }
    }
}

roots! {
    StaffQueries;
    /// One staff member; null if there is none or it is not within your reach (工作人员).
    staff_member,
    /// Staff members within your reach, in the order of registration unless you say otherwise (工作人员列表).
    staff_members: StaffMember;
}

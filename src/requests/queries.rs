//! `request`, `requests`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{
    building,
    request::{self, Column, RequestStatus as Stored},
};
use sea_orm::{ActiveEnum, ColumnTrait, Condition, EntityTrait, Iterable, QueryFilter, QuerySelect, QueryTrait};

use super::{
    object::{Request, RequestCategoryFilter, RequestChannelFilter, RequestStatusFilter, UrgencyFilter},
    rules,
};
use crate::{
    access::Class,
    communities::Grid,
    error::Result,
    merchants::Merchant,
    orders,
    partners::PartnerUnit,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, combine, reference},
    },
    residents::Resident,
    roots,
    scalars::Date,
    staff::StaffMember,
};

/// Which requests are wanted; all parts given must hold (诉求筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct RequestFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// About this grid or a building in it (网格).
    pub grid_id: Option<ID>,
    /// From this resident (居民).
    pub resident_id: Option<ID>,
    /// From this merchant (商户).
    pub merchant_id: Option<ID>,
    /// Handled by this staff member (承办人).
    pub assignee_id: Option<ID>,
    /// Handled by the workers of this grid (承办网格).
    pub assignee_grid_id: Option<ID>,
    /// Handled by this partner unit (承办单位).
    pub assignee_unit_id: Option<ID>,
    /// By how it came in (渠道).
    pub channel: Option<RequestChannelFilter>,
    /// By what it is about (类别).
    pub category: Option<RequestCategoryFilter>,
    /// By how soon it has to be answered (紧急程度).
    pub urgency: Option<UrgencyFilter>,
    /// By how far it is (状态).
    pub status: Option<RequestStatusFilter>,
    /// Came in within this span (提交日期).
    pub submitted_on: Option<DateRange>,
    /// To be answered within this span (办理期限).
    pub due_on: Option<DateRange>,
    /// To be answered before this day, and not answered yet (逾期日期).
    pub overdue_on: Option<Date>,
    /// All of these (且).
    pub and: Option<Vec<RequestFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<RequestFilter>>,
    /// Not this (非).
    pub not: Option<Box<RequestFilter>>,
}

/// The states in which somebody still has to do something.
pub(super) fn open() -> Condition {
    let open = Stored::iter().filter(|status| rules::is_open(*status)).map(|status| status.to_value());
    Condition::all().add(Column::Status.is_in(open))
}

impl Filter for RequestFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        // To those who do not learn who asks, a filter by them would tell.
        for (given, field) in [(&self.resident_id, "residentId"), (&self.merchant_id, "merchantId")] {
            if given.is_some() {
                asking.require(Class::Personal, field)?;
            }
        }
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<Resident>(Column::ResidentId, "residentId", &self.resident_id)?)
            .add_option(asking.reference::<Merchant>(Column::MerchantId, "merchantId", &self.merchant_id)?)
            .add_option(asking.reference::<StaffMember>(Column::AssigneeId, "assigneeId", &self.assignee_id)?)
            .add_option(asking.reference::<Grid>(Column::AssigneeGridId, "assigneeGridId", &self.assignee_grid_id)?)
            .add_option(asking.reference::<PartnerUnit>(
                Column::AssigneeUnitId,
                "assigneeUnitId",
                &self.assignee_unit_id,
            )?);
        let named = asking.reference::<Grid>(Column::GridId, "gridId", &self.grid_id)?;
        let within = asking.reference::<Grid>(building::Column::GridId, "gridId", &self.grid_id)?;
        if let (Some(named), Some(within)) = (named, within) {
            let select = building::Entity::find().select_only().column(building::Column::Id).filter(within);
            let inside = Column::BuildingId.in_subquery(select.into_query());
            own = own.add(Condition::any().add(named).add(inside));
        }
        if let Some(channel) = &self.channel {
            own = own.add(channel.condition(Column::Channel));
        }
        if let Some(category) = &self.category {
            own = own.add(category.condition(Column::Category));
        }
        if let Some(urgency) = &self.urgency {
            own = own.add(urgency.condition(Column::Urgency));
        }
        if let Some(status) = &self.status {
            own = own.add(status.condition(Column::Status));
        }
        if let Some(submitted_on) = &self.submitted_on {
            own = own.add(submitted_on.condition(Column::SubmittedOn));
        }
        if let Some(due_on) = &self.due_on {
            own = own.add(due_on.condition(Column::DueOn));
        }
        if let Some(day) = self.overdue_on {
            own = own.add(open()).add(Column::DueOn.lt(day.0));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What requests are ordered by; ties are settled by id (诉求排序).
    pub enum RequestOrder of request {
        /// Longest here first (提交时间升序).
        SubmittedAtAsc => SubmittedAt asc,
        /// Latest first (提交时间降序).
        SubmittedAtDesc => SubmittedAt desc,
        /// Due soonest first, those without a deadline last (办理期限升序).
        DueOnAsc => DueOn asc,
        /// Due latest first, those without a deadline first (办理期限降序).
        DueOnDesc => DueOn desc,
    }
}

impl Listed for Request {
    type Filter = RequestFilter;
    type Order = RequestOrder;
}

roots! {
    RequestQueries;
    /// One request; null if there is none or it is not within your reach (诉求).
    request,
    /// Requests within your reach, in the order of recording unless you say otherwise (诉求列表).
    requests: Request;
}

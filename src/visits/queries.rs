//! `visit`, `visits`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{
    building, household, merchant,
    visit::{self, Column},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::object::{Visit, VisitStatusFilter};
use crate::{
    communities::Grid,
    error::Result,
    households::Household,
    merchants::Merchant,
    orders,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, combine, reference},
    },
    roots,
    staff::StaffMember,
};

/// Which visits are wanted; all parts given must hold (走访筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct VisitFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// To this household (户).
    pub household_id: Option<ID>,
    /// To this merchant (商户).
    pub merchant_id: Option<ID>,
    /// To households and merchants in this grid (网格).
    pub grid_id: Option<ID>,
    /// By this staff member (走访人).
    pub staff_member_id: Option<ID>,
    /// By how far it is (状态).
    pub status: Option<VisitStatusFilter>,
    /// Planned for a day of this span (计划日期).
    pub planned_on: Option<DateRange>,
    /// Held within this span (走访日期).
    pub held_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<VisitFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<VisitFilter>>,
    /// Not this (非).
    pub not: Option<Box<VisitFilter>>,
}

impl Filter for VisitFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<Household>(Column::HouseholdId, "householdId", &self.household_id)?)
            .add_option(asking.reference::<Merchant>(Column::MerchantId, "merchantId", &self.merchant_id)?)
            .add_option(asking.reference::<StaffMember>(
                Column::StaffMemberId,
                "staffMemberId",
                &self.staff_member_id,
            )?);
        if let Some(within) = asking.reference::<Grid>(building::Column::GridId, "gridId", &self.grid_id)? {
            let inside = building::Entity::find().select_only().column(building::Column::Id).filter(within);
            let homes = household::Entity::find()
                .select_only()
                .column(household::Column::Id)
                .filter(household::Column::BuildingId.in_subquery(inside.clone().into_query()));
            let shops = merchant::Entity::find()
                .select_only()
                .column(merchant::Column::Id)
                .filter(merchant::Column::BuildingId.in_subquery(inside.into_query()));
            own = own.add(
                Condition::any()
                    .add(Column::HouseholdId.in_subquery(homes.into_query()))
                    .add(Column::MerchantId.in_subquery(shops.into_query())),
            );
        }
        if let Some(status) = &self.status {
            own = own.add(status.condition(Column::Status));
        }
        if let Some(planned_on) = &self.planned_on {
            own = own.add(planned_on.condition(Column::PlannedOn));
        }
        if let Some(held_on) = &self.held_on {
            own = own.add(held_on.condition(Column::HeldOn));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What visits are ordered by; ties are settled by id (走访排序).
    pub enum VisitOrder of visit {
        /// Planned for the earliest day first, those that nobody planned last (计划日期升序).
        PlannedOnAsc => PlannedOn asc,
        /// Planned for the latest day first, those that nobody planned first of all (计划日期降序).
        PlannedOnDesc => PlannedOn desc,
        /// Held longest ago first, those that were not held last (走访日期升序).
        HeldOnAsc => HeldOn asc,
        /// Held latest first, after those that were not held (走访日期降序).
        HeldOnDesc => HeldOn desc,
    }
}

impl Listed for Visit {
    type Filter = VisitFilter;
    type Order = VisitOrder;
}

roots! {
    VisitQueries;
    /// One visit; null if there is none or it is not within your reach (走访).
    visit,
    /// Visits within your reach, in the order of recording unless you say otherwise (走访列表).
    visits: Visit;
}

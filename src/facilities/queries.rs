//! `facility`, `facilities`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::facility;
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select, sea_query::ExprTrait};

use super::object::{Facility, FacilityKindFilter};
use crate::{
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, TextFilter, combine, reference},
    },
    roots,
};

/// Which facilities are wanted; all parts given must hold (设施筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct FacilityFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// In this building (楼栋).
    pub building_id: Option<ID>,
    /// Made by this joint project (共建项目).
    pub project_id: Option<ID>,
    /// By name (名称).
    pub name: Option<TextFilter>,
    /// By kind (设施类型).
    pub kind: Option<FacilityKindFilter>,
    /// By the first day of their use (启用日期).
    pub opened_on: Option<DateRange>,
    /// Those in use today, or those that are not (是否在用).
    pub in_use: Option<bool>,
    /// All of these (且).
    pub and: Option<Vec<FacilityFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<FacilityFilter>>,
    /// Not this (非).
    pub not: Option<Box<FacilityFilter>>,
}

impl Filter for FacilityFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use facility::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::communities::Building>(
                Column::BuildingId,
                "buildingId",
                &self.building_id,
            )?)
            .add_option(asking.reference::<crate::projects::Project>(
                Column::ProjectId,
                "projectId",
                &self.project_id,
            )?);
        if let Some(name) = &self.name {
            own = own.add(name.condition(Column::Name)?);
        }
        if let Some(kind) = &self.kind {
            own = own.add(kind.condition(Column::Kind));
        }
        if let Some(days) = &self.opened_on {
            own = own.add(days.condition(Column::StartedOn));
        }
        if let Some(in_use) = self.in_use {
            let today = asking.today();
            let holds = Condition::all()
                .add(Column::StartedOn.lte(today))
                .add(Column::EndedOn.is_null().or(Column::EndedOn.gte(today)));
            own = own.add(if in_use { holds } else { holds.not() });
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What facilities are ordered by; ties are settled by id (设施排序).
    pub enum FacilityOrder of facility {
        /// By name, code point by code point (名称升序).
        NameAsc => Name asc,
        /// By name, backwards (名称降序).
        NameDesc => Name desc,
        /// Longest in use first (启用日期升序).
        OpenedOnAsc => StartedOn asc,
        /// Newest first (启用日期降序).
        OpenedOnDesc => StartedOn desc,
    }
}

impl Listed for Facility {
    type Filter = FacilityFilter;
    type Order = FacilityOrder;

    fn listed(select: Select<facility::Entity>) -> Select<facility::Entity> {
        select.filter(facility::Column::VoidedAt.is_null())
    }
}

roots! {
    FacilityQueries;
    /// One facility; null if there is none or it is not within your reach (设施).
    facility,
    /// Facilities within your reach, in the order of registration unless you say otherwise (设施列表).
    facilities: Facility;
}

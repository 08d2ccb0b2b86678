//! Queries of communities and what is above them, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{community, sub_district};
use sea_orm::Condition;

use super::object::{Community, SubDistrict};
use crate::{
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, Filter, TextFilter, combine},
    },
    roots,
};

/// Which sub-districts are wanted; all parts given must hold (街道筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct SubDistrictFilter {
    /// By name (名称).
    pub name: Option<TextFilter>,
    /// By administrative division code (区划代码).
    pub code: Option<TextFilter>,
    /// All of these (且).
    pub and: Option<Vec<SubDistrictFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<SubDistrictFilter>>,
    /// Not this (非).
    pub not: Option<Box<SubDistrictFilter>>,
}

impl Filter for SubDistrictFilter {
    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all();
        if let Some(name) = &self.name {
            own = own.add(name.condition(sub_district::Column::Name)?);
        }
        if let Some(code) = &self.code {
            own = own.add(code.condition(sub_district::Column::Code)?);
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What sub-districts are ordered by; ties are settled by id (街道排序).
    pub enum SubDistrictOrder of sub_district {
        /// By name (名称升序).
        NameAsc => Name asc,
        /// By name, backwards (名称降序).
        NameDesc => Name desc,
        /// By code (区划代码升序).
        CodeAsc => Code asc,
        /// By code, backwards (区划代码降序).
        CodeDesc => Code desc,
    }
}

impl Listed for SubDistrict {
    type Filter = SubDistrictFilter;
    type Order = SubDistrictOrder;
}

/// Which communities are wanted; all parts given must hold (社区筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct CommunityFilter {
    /// Of this sub-district (街道).
    pub sub_district_id: Option<ID>,
    /// By name (名称).
    pub name: Option<TextFilter>,
    /// By administrative division code (区划代码).
    pub code: Option<TextFilter>,
    /// All of these (且).
    pub and: Option<Vec<CommunityFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<CommunityFilter>>,
    /// Not this (非).
    pub not: Option<Box<CommunityFilter>>,
}

impl Filter for CommunityFilter {
    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let sub_district = asking.reference::<crate::communities::SubDistrict>(
            community::Column::SubDistrictId,
            "subDistrictId",
            &self.sub_district_id,
        )?;
        let mut own = Condition::all().add_option(sub_district);
        if let Some(name) = &self.name {
            own = own.add(name.condition(community::Column::Name)?);
        }
        if let Some(code) = &self.code {
            own = own.add(code.condition(community::Column::Code)?);
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What communities are ordered by; ties are settled by id (社区排序).
    pub enum CommunityOrder of community {
        /// By name (名称升序).
        NameAsc => Name asc,
        /// By name, backwards (名称降序).
        NameDesc => Name desc,
        /// By code (区划代码升序).
        CodeAsc => Code asc,
        /// By code, backwards (区划代码降序).
        CodeDesc => Code desc,
    }
}

impl Listed for Community {
    type Filter = CommunityFilter;
    type Order = CommunityOrder;
}

roots! {
    CommunityQueries;
    /// One sub-district; null if there is none or it is not within your reach (街道).
    sub_district,
    /// Sub-districts of the communities within your reach (街道列表).
    sub_districts: SubDistrict;
    /// One community; null if there is none or it is not within your reach (社区).
    community,
    /// Communities within your reach (社区列表).
    communities: Community;
}

//! Queries of grids and buildings, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{building, grid};
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select};

use super::places::{Building, Grid};
use crate::{
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, Filter, TextFilter, combine, reference},
    },
    roots,
};

/// Which grids are wanted; all parts given must hold (网格筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct GridFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// By name (名称).
    pub name: Option<TextFilter>,
    /// All of these (且).
    pub and: Option<Vec<GridFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<GridFilter>>,
    /// Not this (非).
    pub not: Option<Box<GridFilter>>,
}

impl Filter for GridFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let community = reference(grid::Column::CommunityId, "communityId", "community", &self.community_id)?;
        let mut own = Condition::all().add_option(community);
        if let Some(name) = &self.name {
            own = own.add(name.condition(grid::Column::Name)?);
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What grids are ordered by; ties are settled by id (网格排序).
    pub enum GridOrder of grid {
        /// By name (名称升序).
        NameAsc => Name asc,
        /// By name, backwards (名称降序).
        NameDesc => Name desc,
    }
}

impl Listed for Grid {
    type Filter = GridFilter;
    type Order = GridOrder;

    /// A grid that was merged into another is found by its id only.
    fn listed(select: Select<grid::Entity>) -> Select<grid::Entity> {
        select.filter(grid::Column::ClosedOn.is_null())
    }
}

/// Which buildings are wanted; all parts given must hold (楼栋筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct BuildingFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// Covered by this grid (网格).
    pub grid_id: Option<ID>,
    /// By name (名称).
    pub name: Option<TextFilter>,
    /// All of these (且).
    pub and: Option<Vec<BuildingFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<BuildingFilter>>,
    /// Not this (非).
    pub not: Option<Box<BuildingFilter>>,
}

impl Filter for BuildingFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(building::Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::communities::Grid>(
                building::Column::GridId,
                "gridId",
                &self.grid_id,
            )?);
        if let Some(name) = &self.name {
            own = own.add(name.condition(building::Column::Name)?);
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What buildings are ordered by; ties are settled by id (楼栋排序).
    pub enum BuildingOrder of building {
        /// By name (名称升序).
        NameAsc => Name asc,
        /// By name, backwards (名称降序).
        NameDesc => Name desc,
    }
}

impl Listed for Building {
    type Filter = BuildingFilter;
    type Order = BuildingOrder;
}

roots! {
    PlaceQueries;
    /// One grid; null if there is none or it is not within your reach (网格).
    grid,
    /// Grids within your reach (网格列表).
    grids: Grid;
    /// One building; null if there is none or it is not within your reach (楼栋).
    building,
    /// Buildings within your reach (楼栋列表).
    buildings: Building;
}

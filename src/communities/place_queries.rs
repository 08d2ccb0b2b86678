//! Queries of grids and buildings, and what their lists are filtered and ordered by.

use async_graphql::{Context, ID, InputObject, Object};
use entity::{building, grid};
use sea_orm::Condition;

use super::places::{Building, Grid};
use crate::{
    error::Result,
    orders,
    relay::{
        Asked, Connection, Listed, Reading, Selection,
        filter::{Asking, Filter, TextFilter, combine, reference},
        id,
    },
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
            .add_option(reference(building::Column::GridId, "gridId", "grid", &self.grid_id)?);
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

#[derive(Default)]
pub struct PlaceQueries;

#[Object]
impl PlaceQueries {
    /// One grid; null if there is none or it is not within your reach (网格).
    async fn grid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the grid (编号).")] id: ID,
    ) -> Result<Option<Grid>> {
        let key = id::argument("id", "grid", &id)?;
        Reading::new(ctx)?.one(key, &Selection::under(ctx)).await
    }

    /// Grids within your reach (网格列表).
    async fn grids(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<GridFilter>,
        _order_by: Option<Vec<GridOrder>>,
    ) -> Result<Connection<Grid>> {
        Reading::new(ctx)?.list(&Asked::here(ctx)).await
    }

    /// One building; null if there is none or it is not within your reach (楼栋).
    async fn building(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the building (编号).")] id: ID,
    ) -> Result<Option<Building>> {
        let key = id::argument("id", "building", &id)?;
        Reading::new(ctx)?.one(key, &Selection::under(ctx)).await
    }

    /// Buildings within your reach (楼栋列表).
    async fn buildings(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<BuildingFilter>,
        _order_by: Option<Vec<BuildingOrder>>,
    ) -> Result<Connection<Building>> {
        Reading::new(ctx)?.list(&Asked::here(ctx)).await
    }
}

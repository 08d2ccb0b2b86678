//! Grids and buildings as the schema shows them.

use async_graphql::{Context, ID, Object};
use entity::{building, grid};

use super::{
    edges,
    object::Community,
    place_queries::{BuildingFilter, BuildingOrder},
    scope,
};
use crate::{
    access::Resource,
    error::Result,
    events::History,
    facilities::{Facility, FacilityFilter, FacilityOrder},
    households::{Household, HouseholdFilter, HouseholdOrder},
    object,
    relay::{Connection, id},
    residents::{Resident, queries::ResidentFilter, queries::ResidentOrder},
    scalars::Date,
    staff::Posting,
};

object! {
    Grid("grid") of grid as Resource::Grid;
    community = |row| Some(row.community_id);
    scope = scope::of_grids;
    edges = edges::of_grid;
}

object! {
    Building("building") of building as Resource::Building;
    community = |row| Some(row.community_id);
    scope = scope::of_buildings;
    edges = edges::of_building;
}

/// The area of one grid worker (网格). One that was merged into another is found by its id only.
#[Object]
impl Grid {
    /// Id of the grid (编号).
    pub async fn id(&self) -> ID {
        id::encode("grid", self.0.id).into()
    }

    /// Counts the changes (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// Name, unique in its community (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The community that it is part of (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// Its buildings (楼栋).
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
        self.0.present(ctx)
    }

    /// The day since when it is out of use; null while it is in use (撤销日期).
    async fn closed_on(&self) -> Option<Date> {
        self.0.closed_on.map(Date)
    }

    /// The grid that took its buildings over when it was closed (并入网格).
    async fn merged_into(&self, ctx: &Context<'_>) -> Result<Option<Grid>> {
        self.0.edge(ctx)
    }

    /// Who is posted to it, now and before, latest first (任职).
    async fn postings(&self, ctx: &Context<'_>) -> Result<Vec<Posting>> {
        self.0.list(ctx)
    }
}

/// A building of a community (楼栋).
#[Object]
impl Building {
    /// Id of the building (编号).
    pub async fn id(&self) -> ID {
        id::encode("building", self.0.id).into()
    }

    /// Counts the changes (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// Name or number, unique in its community (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Street address (地址).
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// The community that it stands in (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// The grid that covers it (网格).
    async fn grid(&self, ctx: &Context<'_>) -> Result<Option<Grid>> {
        self.0.edge(ctx)
    }

    /// Households in it (户).
    async fn households(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<HouseholdFilter>,
        _order_by: Option<Vec<HouseholdOrder>>,
    ) -> Result<Connection<Household>> {
        self.0.present(ctx)
    }

    /// Residents living in it now (居民).
    async fn residents(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<ResidentFilter>,
        _order_by: Option<Vec<ResidentOrder>>,
    ) -> Result<Connection<Resident>> {
        self.0.present(ctx)
    }

    /// Facilities in it (设施).
    async fn facilities(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<FacilityFilter>,
        _order_by: Option<Vec<FacilityOrder>>,
    ) -> Result<Connection<Facility>> {
        self.0.present(ctx)
    }
}

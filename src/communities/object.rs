//! Communities and what is above them, as the schema shows them.

use async_graphql::{Context, ID, Object};
use entity::{community, sub_district};

use super::{
    edges,
    place_queries::{BuildingFilter, BuildingOrder, GridFilter, GridOrder},
    places::{Building, Grid},
    queries::{CommunityFilter, CommunityOrder},
    scope,
};
use crate::{
    access::Resource,
    activities::{Activity, ActivityFilter, ActivityOrder, Campaign, CampaignFilter, CampaignOrder},
    contributions::{Contribution, ContributionFilter, ContributionOrder},
    error::Result,
    events::History,
    facilities::{Asset, AssetFilter, AssetOrder, Facility, FacilityFilter, FacilityOrder},
    object,
    partners::{Pairing, PairingFilter, PairingOrder},
    projects::{Project, ProjectFilter, ProjectOrder},
    relay::{Connection, id},
    sponsorships::{Sponsorship, SponsorshipFilter, SponsorshipOrder},
    staff::{StaffMember, StaffMemberFilter, StaffMemberOrder},
    volunteers::{Team, TeamFilter, TeamOrder, Volunteer, VolunteerFilter, VolunteerOrder},
};

object! {
    SubDistrict("sub_district") of sub_district as Resource::SubDistrict;
    community = |_| None;
    scope = scope::of_sub_districts;
    edges = edges::of_sub_district;
}

object! {
    Community("community") of community as Resource::Community;
    community = |row| Some(row.id);
    scope = scope::of_communities;
    edges = edges::of_community;
}

/// A sub-district, the level of government above communities (街道).
#[Object]
impl SubDistrict {
    /// Id of the sub-district (编号).
    pub async fn id(&self) -> ID {
        id::encode("sub_district", self.0.id).into()
    }

    /// Counts the changes (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// Administrative division code (区划代码).
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its communities, as far as you may see them (社区).
    async fn communities(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<CommunityFilter>,
        _order_by: Option<Vec<CommunityOrder>>,
    ) -> Result<Connection<Community>> {
        self.0.present(ctx)
    }
}

/// An urban community, the unit of access: almost every record belongs to one (社区).
#[Object]
impl Community {
    /// Id of the community (编号).
    pub async fn id(&self) -> ID {
        id::encode("community", self.0.id).into()
    }

    /// Counts the changes (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// Administrative division code (区划代码).
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// IANA name of the zone in which its days are counted (时区).
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// The sub-district above it (街道).
    async fn sub_district(&self, ctx: &Context<'_>) -> Result<Option<SubDistrict>> {
        self.0.edge(ctx)
    }

    /// Its grids (网格).
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

    /// Pairing agreements with partner units, the Ns of 1+N+N (结对).
    async fn pairings(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<PairingFilter>,
        _order_by: Option<Vec<PairingOrder>>,
    ) -> Result<Connection<Pairing>> {
        self.0.present(ctx)
    }

    /// Joint projects (共建项目).
    async fn projects(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<ProjectFilter>,
        _order_by: Option<Vec<ProjectOrder>>,
    ) -> Result<Connection<Project>> {
        self.0.present(ctx)
    }

    /// What partner units put in, in and outside projects (资源投入).
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<ContributionFilter>,
        _order_by: Option<Vec<ContributionOrder>>,
    ) -> Result<Connection<Contribution>> {
        self.0.present(ctx)
    }

    /// What its residents are sponsored with (结对资助).
    async fn sponsorships(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<SponsorshipFilter>,
        _order_by: Option<Vec<SponsorshipOrder>>,
    ) -> Result<Connection<Sponsorship>> {
        self.0.present(ctx)
    }

    /// Who works for it without pay (志愿者).
    async fn volunteers(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<VolunteerFilter>,
        _order_by: Option<Vec<VolunteerOrder>>,
    ) -> Result<Connection<Volunteer>> {
        self.0.present(ctx)
    }

    /// Its teams of volunteers (志愿服务队).
    async fn teams(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<TeamFilter>,
        _order_by: Option<Vec<TeamOrder>>,
    ) -> Result<Connection<Team>> {
        self.0.present(ctx)
    }

    /// Who works for it (工作人员).
    async fn staff_members(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<StaffMemberFilter>,
        _order_by: Option<Vec<StaffMemberOrder>>,
    ) -> Result<Connection<StaffMember>> {
        self.0.present(ctx)
    }

    /// Its rooms, pools and grounds (设施).
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

    /// Its vehicles, televisions, books and other things (资产).
    async fn assets(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<AssetFilter>,
        _order_by: Option<Vec<AssetOrder>>,
    ) -> Result<Connection<Asset>> {
        self.0.present(ctx)
    }

    /// Its campaigns (专项行动).
    async fn campaigns(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<CampaignFilter>,
        _order_by: Option<Vec<CampaignOrder>>,
    ) -> Result<Connection<Campaign>> {
        self.0.present(ctx)
    }

    /// Its activities (活动).
    async fn activities(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<ActivityFilter>,
        _order_by: Option<Vec<ActivityOrder>>,
    ) -> Result<Connection<Activity>> {
        self.0.present(ctx)
    }
}

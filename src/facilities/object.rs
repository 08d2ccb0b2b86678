//! Facilities as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::facility;

use super::{Asset, AssetFilter, AssetOrder, edges, scope};
use crate::{
    access::Resource,
    activities::{Session, SessionFilter, SessionOrder},
    communities::{Building, Community},
    enum_filter,
    error::Result,
    events::History,
    object,
    projects::Project,
    relay::{Connection, id},
    scalars::{Date, DateTime},
};

object! {
    Facility("facility") of facility as Resource::Facility;
    community = |row| Some(row.community_id);
    scope = scope::of_facilities;
    edges = edges::of_facility;
}

/// The kind of a facility (设施类型).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::facility::FacilityKind")]
pub enum FacilityKind {
    /// A room for activities (活动室).
    ActivityRoom,
    /// A room with books (书屋, 阅览室).
    ReadingRoom,
    /// A room for psychological counselling (心理咨询室).
    CounsellingRoom,
    /// A school for parents (家长学堂).
    ParentsSchool,
    /// A ground for sport (运动场地).
    SportsGround,
    /// A canteen (社区食堂).
    Canteen,
    /// A health station (卫生服务站).
    Clinic,
    /// A pool of water to put fires out with (消防水池).
    FireWaterPool,
    /// A public toilet (公共厕所).
    PublicToilet,
    /// Any other (其他).
    Other,
}

enum_filter!(FacilityKindFilter, FacilityKind, entity::facility::FacilityKind, "设施类型");

/// A room, a pool, a ground that the community has (设施).
#[Object]
impl Facility {
    /// Id of the facility (编号).
    pub async fn id(&self) -> ID {
        id::encode("facility", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// What it is (设施类型).
    async fn kind(&self) -> FacilityKind {
        self.0.kind.into()
    }

    /// Name, unique among those in use (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The building that it is in (楼栋).
    async fn building(&self, ctx: &Context<'_>) -> Result<Option<Building>> {
        self.0.edge(ctx)
    }

    /// Where it is, where that is no building on file (位置).
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// The joint project that made it (共建项目).
    async fn project(&self, ctx: &Context<'_>) -> Result<Option<Project>> {
        self.0.edge(ctx)
    }

    /// The first day of its use (启用日期).
    async fn opened_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day of its use; null while it is in use (停用日期).
    async fn closed_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// Why it was closed (停用原因).
    async fn closed_reason(&self) -> Option<&str> {
        self.0.ended_reason.as_deref()
    }

    /// When the record was found to be wrong; it stays on file, in no list and in no figure (作废时间).
    async fn voided_at(&self) -> Option<DateTime> {
        self.0.voided_at.map(Into::into)
    }

    /// Why the record was voided (作废原因).
    async fn void_reason(&self) -> Option<&str> {
        self.0.void_reason.as_deref()
    }

    /// What stands in it (资产).
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

    /// What is held in it (场次).
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<SessionFilter>,
        _order_by: Option<Vec<SessionOrder>>,
    ) -> Result<Connection<Session>> {
        self.0.present(ctx)
    }

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

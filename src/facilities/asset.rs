//! Assets as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::asset;

use super::{AssetTenure, Facility, edges, scope};
use crate::{
    access::Resource, communities::Community, contributions::Contribution, enum_filter, error::Result, events::History,
    object, relay::id, scalars::DateTime,
};

object! {
    Asset("asset") of asset as Resource::Asset;
    community = |row| Some(row.community_id);
    scope = scope::of_assets;
    edges = edges::of_asset;
}

/// The kind of an asset (资产类型).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::asset::AssetKind")]
pub enum AssetKind {
    /// A vehicle (车辆).
    Vehicle,
    /// A television (电视机).
    Television,
    /// A camera (摄像头).
    Camera,
    /// A computer (计算机).
    Computer,
    /// A set of books (图书).
    Books,
    /// A piece of furniture (家具).
    Furniture,
    /// A medical device (医疗器械).
    MedicalDevice,
    /// A piece of sports equipment (体育器材).
    SportsEquipment,
    /// Any other (其他).
    Other,
}

enum_filter!(AssetKindFilter, AssetKind, entity::asset::AssetKind, "资产类型");

/// A thing that the community has, on terms that are dated; one record a piece (资产).
#[Object]
impl Asset {
    /// Id of the asset (编号).
    pub async fn id(&self) -> ID {
        id::encode("asset", self.0.id).into()
    }

    /// Counts the changes, those of its tenure as well; give it back as `expectedVersion` (版本).
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

    /// What it is (资产类型).
    async fn kind(&self) -> AssetKind {
        self.0.kind.into()
    }

    /// Name (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Inventory number or number plate, unique in the community (资产编号, 车牌号).
    async fn tag(&self) -> Option<&str> {
        self.0.tag.as_deref()
    }

    /// Where it stands (所在设施).
    async fn facility(&self, ctx: &Context<'_>) -> Result<Option<Facility>> {
        self.0.edge(ctx)
    }

    /// The contribution that it came with (资源投入).
    async fn contribution(&self, ctx: &Context<'_>) -> Result<Option<Contribution>> {
        self.0.edge(ctx)
    }

    /// A remark (备注).
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// On what terms it is and was here, latest first; with none that lasts, it is gone (权属记录).
    async fn tenures(&self, ctx: &Context<'_>) -> Result<Vec<AssetTenure>> {
        self.0.list(ctx)
    }

    /// When the record was found to be wrong; it stays on file, in no list and in no figure (作废时间).
    async fn voided_at(&self) -> Option<DateTime> {
        self.0.voided_at.map(Into::into)
    }

    /// Why the record was voided (作废原因).
    async fn void_reason(&self) -> Option<&str> {
        self.0.void_reason.as_deref()
    }

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

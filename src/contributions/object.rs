//! Contributions as the schema shows them.

use async_graphql::{Context, ID, Object};
use entity::contribution;

use super::{contributor::Contributor, edges, holdings::Holdings, item::ContributionItem, scope, stock::Held};
use crate::{
    access::Resource,
    aid::{AidRecord, AidRecordFilter, AidRecordOrder},
    communities::Community,
    error::Result,
    events::History,
    facilities::{Asset, AssetFilter, AssetOrder},
    figures::{AidKind, Figure, Holding},
    object,
    partners::PartnerUnit,
    projects::Project,
    relay::{Connection, id},
    scalars::{Date, DateTime},
};

object! {
    Contribution("contribution") of contribution as Resource::Contribution;
    community = |row| Some(row.community_id);
    scope = scope::of_contributions;
    edges = edges::of_contribution;
}

/// What one or more partner units put in, to a project or outside any (资源投入).
#[Object]
impl Contribution {
    /// Id of the contribution (编号).
    pub async fn id(&self) -> ID {
        id::encode("contribution", self.0.id).into()
    }

    /// Counts the changes of what the record says, not the grants taken from it; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community that it was given to (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// What is given; kinds are never added together (类型).
    async fn kind(&self) -> AidKind {
        self.0.kind.into()
    }

    /// Title (名称).
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Who put it in, each with its part where that is known (投入单位).
    async fn contributors(&self, ctx: &Context<'_>) -> Result<Vec<Contributor>> {
        self.0.list(ctx)
    }

    /// The only contributor's unit; null when there are several, also where you see one of them (单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// The project that it was put into; null outside any (共建项目).
    async fn project(&self, ctx: &Context<'_>) -> Result<Option<Project>> {
        self.0.edge(ctx)
    }

    /// What was promised; unknown where no promise is on record (认捐).
    async fn pledged(&self) -> Holding {
        let row = &*self.0;
        let pledged = [
            Figure { amount: row.pledged_milli, precision: row.pledged_precision },
            Figure { amount: row.pledged_fen, precision: row.pledged_value_precision },
        ];
        Held::of(row).shown(pledged)
    }

    #[graphql(flatten)]
    async fn holdings(&self) -> Holdings {
        Holdings(Held::of(&*self.0))
    }

    /// Why more was allocated than is known to have come; null where it was not (超额分配原因).
    async fn over_allocation_reason(&self) -> Option<&str> {
        self.0.over_allocation_reason.as_deref()
    }

    /// The day of the promise (认捐日期).
    async fn pledged_on(&self) -> Option<Date> {
        self.0.pledged_on.map(Date)
    }

    /// The day on which it came, the last one where it came in parts (到位日期).
    async fn received_on(&self) -> Option<Date> {
        self.0.received_on.map(Date)
    }

    /// Aid that was given, planned or refused out of it (帮扶记录).
    async fn aid_records(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<AidRecordFilter>,
        _order_by: Option<Vec<AidRecordOrder>>,
    ) -> Result<Connection<AidRecord>> {
        self.0.present(ctx)
    }

    /// What a contribution of goods is made of, item by item; empty where it was not itemised (物资明细).
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<ContributionItem>> {
        self.0.list(ctx)
    }

    /// What came with it, piece by piece (资产).
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

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

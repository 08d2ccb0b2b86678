//! Merchants as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::merchant;

use super::{alliance::AllianceMembership, edges, scope};
use crate::{
    access::Resource,
    communities::{Building, Community},
    enum_filter,
    error::Result,
    events::History,
    object,
    privacy::mask,
    relay::{Connection, id},
    requests::{Request, RequestFilter, RequestOrder},
    residents::Resident,
    scalars::{Date, DateTime},
    visits::{Visit, VisitFilter, VisitOrder},
};

object! {
    Merchant("merchant") of merchant as Resource::Merchant;
    community = |row| Some(row.community_id);
    scope = scope::of_merchants;
    edges = edges::of_merchant;
    classed = { ownerName: Personal };
}

/// Which of the nine small trades a merchant follows (九小场所类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::merchant::Trade")]
pub enum Trade {
    /// School or training (小学校、培训机构).
    School,
    /// Hospital or clinic (小医院、诊所).
    Clinic,
    /// Shop (小商店).
    Shop,
    /// Restaurant (小餐饮).
    Restaurant,
    /// Hotel (小旅馆).
    Hotel,
    /// Singing, dancing and other entertainment (小歌舞娱乐).
    Entertainment,
    /// Internet café (小网吧).
    InternetCafe,
    /// Hairdresser, beauty parlour or bath (小美容洗浴).
    BeautyAndBath,
    /// Workshop that makes or processes things (小生产加工企业).
    Workshop,
}

enum_filter!(TradeFilter, Trade, entity::merchant::Trade, "九小场所类别");

/// A small business of a community (九小商户).
#[Object]
impl Merchant {
    /// Id of the merchant (编号).
    pub async fn id(&self) -> ID {
        id::encode("merchant", self.0.id).into()
    }

    /// Counts the changes, the alliance's included; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community in which it does business (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// Name on the sign (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Which trade it follows (类别).
    async fn trade(&self) -> Trade {
        self.0.trade.into()
    }

    /// Unified social credit code of its licence (统一社会信用代码).
    async fn licence_code(&self) -> Option<&str> {
        self.0.licence_code.as_deref()
    }

    /// Why a code that fails GB 32100 was accepted; null where it passes (代码校验豁免原因).
    async fn licence_code_override_reason(&self) -> Option<&str> {
        self.0.licence_code_override.as_deref()
    }

    /// The owner, if a resident on file (经营者).
    async fn owner(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// The owner's name, if nobody on file; masked where you may not read personal data (经营者姓名).
    async fn owner_name(&self) -> Option<String> {
        let name = self.0.owner_name.as_deref()?;
        Some(if self.0.reads("ownerName") { name.to_owned() } else { mask::name(name) })
    }

    /// The building that it is in (楼栋).
    async fn building(&self, ctx: &Context<'_>) -> Result<Option<Building>> {
        self.0.edge(ctx)
    }

    /// Where it is, in words (位置).
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// When it was and is in the alliance, latest first (联盟成员记录).
    async fn alliance_memberships(&self, ctx: &Context<'_>) -> Result<Vec<AllianceMembership>> {
        self.0.list(ctx)
    }

    /// What troubles it (诉求).
    async fn requests(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<RequestFilter>,
        _order_by: Option<Vec<RequestOrder>>,
    ) -> Result<Connection<Request>> {
        self.0.present(ctx)
    }

    /// Visits to it (走访记录).
    async fn visits(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<VisitFilter>,
        _order_by: Option<Vec<VisitOrder>>,
    ) -> Result<Connection<Visit>> {
        self.0.present(ctx)
    }

    /// The last day of business; null while it is open (停业日期).
    async fn closed_on(&self) -> Option<Date> {
        self.0.closed_on.map(Date)
    }

    /// Why it closed; null while it is open (停业原因).
    async fn close_reason(&self) -> Option<&str> {
        self.0.close_reason.as_deref()
    }

    /// When it was put on file (登记时间).
    async fn registered_at(&self) -> DateTime {
        self.0.registered_at.into()
    }
}

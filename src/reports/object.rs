//! The report of a period as the schema shows it.

use async_graphql::{Object, SimpleObject};

use super::period::Period;
use crate::{
    activities::ActivityKind,
    communities::Community,
    error::{Error, Result},
    figures::{Money, Quantity},
    requests::RequestTotals,
    scalars::Date,
};

pub struct ImpactReport {
    pub(super) community: Community,
    pub(super) period: Period,
    pub(super) figures: Figures,
}

/// What was selected, and so computed.
#[derive(Default)]
pub(super) struct Figures {
    pub(super) partner_units: Option<i64>,
    pub(super) cash: Option<Money>,
    pub(super) goods_value: Option<Money>,
    pub(super) sponsorship_per_year: Option<Money>,
    pub(super) sponsorship_paid: Option<Money>,
    pub(super) quotas: Option<Vec<QuotaTotal>>,
    pub(super) goods: Option<Vec<GoodsTotal>>,
    pub(super) teams: Option<Vec<TeamTotal>>,
    pub(super) activities: Option<Vec<ActivityTotal>>,
    pub(super) months: Option<Vec<ImpactMonth>>,
    pub(super) beneficiaries: Option<(Option<i64>, Option<i64>)>,
    pub(super) facilities: Option<i64>,
    pub(super) vehicles: Option<i64>,
    pub(super) requests: Option<RequestTotals>,
}

/// Of a quota of places (名额统计).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct QuotaTotal {
    /// Title of the contribution (名称).
    pub name: String,
    /// How many places there are (总名额).
    pub capacity: Quantity,
    /// How many were planned, approved or handed over up to the last day of the period (已分配).
    pub allocated: Quantity,
    /// Capacity less what is allocated (剩余).
    pub remaining: Quantity,
}

/// Of goods with the same title and unit of measure (物资统计). The numbers are independent: a resident may hold several items.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct GoodsTotal {
    /// Title of the contributions (名称).
    pub item: String,
    /// How many were received in the period (到位数量).
    pub quantity: Quantity,
    /// What they are worth (到位金额).
    pub value: Money,
    /// Different residents who were given of them in the period; null where they are one to four and you may not read who (受益居民).
    pub residents: Option<i64>,
    /// Different households that were given of them as households in the period; null as above (受益家庭).
    pub households: Option<i64>,
    /// Is a number hidden because it is of fewer than five (少于五人不予显示)?
    pub suppressed: bool,
}

/// Of a volunteer team that existed on at least one day of the period (志愿服务队统计).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct TeamTotal {
    /// Name (名称).
    pub name: String,
    /// Different persons who belonged to it on at least one day of the period; whoever left and came back counts once. Null where they are one to four and you
    /// may not read who (队员人数).
    pub members: Option<i64>,
    /// Is the number hidden because it is of fewer than five (少于五人不予显示)?
    pub suppressed: bool,
}

/// Of all activities of one kind (活动统计).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct ActivityTotal {
    /// The kind (活动类型).
    pub kind: ActivityKind,
    /// Sessions held in the period, of activities that were not called off (场次).
    pub sessions: i64,
    /// How often somebody came: of each session the larger of its head count and the number of names, never both added (人次).
    pub person_times: Quantity,
    /// How many different people came. Those known by name, at least; exactly those where in every session everybody is known; UNKNOWN where there are head counts only (人数).
    pub people: Quantity,
    /// What came of it, by measure and unit; a campaign's own results are under the campaign's kind, once (成效).
    pub results: Vec<ResultTotal>,
    /// Are numbers of people hidden because they are of fewer than five, or would tell those of another kind? They are UNKNOWN then (少于五人不予显示).
    pub suppressed: bool,
}

/// What was achieved in one measure and one unit of it (成效统计).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct ResultTotal {
    /// What was measured (指标).
    pub measure: String,
    /// How much in all (数量).
    pub quantity: Quantity,
}

/// Sessions of one month, for charts (月度活动).
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct ImpactMonth {
    /// The month, such as "2021-03"; the first and the last of a period count only as far as they lie in it (月份).
    pub month: String,
    /// Sessions held (场次).
    pub sessions: i64,
    /// How often somebody came; 0 where nothing was held (人次).
    pub person_times: Quantity,
    /// Is it hidden because it is of fewer than five, or would tell that of another month? It is UNKNOWN then (少于五人不予显示).
    pub suppressed: bool,
}

fn computed<T: Clone>(figure: &Option<T>) -> Result<T> {
    figure.clone().ok_or_else(|| Error::internal("a figure was selected and not computed"))
}

/// What a community did in a period, computed from its records (共建成效). Both ends of the period are included; each record counts on the civil day on which
/// it happened in the community, not on the day on which it was recorded. What was voided, cancelled, refused or returned counts nowhere.
#[Object]
impl ImpactReport {
    /// Whose report it is (社区).
    async fn community(&self) -> &Community {
        &self.community
    }

    /// The first day (起始日, 含).
    async fn from(&self) -> Date {
        Date(self.period.from)
    }

    /// The last day (截止日, 含).
    async fn to(&self) -> Date {
        Date(self.period.to)
    }

    /// Partner units that were paired with the community on at least one day; who gives without being paired does not count (结对共建单位数).
    async fn partner_units(&self) -> Result<i64> {
        computed(&self.figures.partner_units)
    }

    /// Money that was received in the period, without goods and without sponsorships (到位资金).
    async fn cash_contributed(&self) -> Result<Money> {
        computed(&self.figures.cash)
    }

    /// What the goods that were received in the period are worth (到位物资价值).
    async fn goods_value(&self) -> Result<Money> {
        computed(&self.figures.goods_value)
    }

    /// What all sponsorships that ran on at least one day of the period come to in a whole year, however long the period is (结对资助年度金额).
    async fn sponsorship_per_year(&self) -> Result<Money> {
        computed(&self.figures.sponsorship_per_year)
    }

    /// Instalments of sponsorships that were paid in the period (已支付资助).
    async fn sponsorship_paid(&self) -> Result<Money> {
        computed(&self.figures.sponsorship_paid)
    }

    /// Quotas of places that were received in the period or used in it, each as it stood on the last day, oldest first (名额).
    async fn quotas(&self) -> Result<Vec<QuotaTotal>> {
        computed(&self.figures.quotas)
    }

    /// Goods that were received in the period, by title and unit (物资).
    async fn goods(&self) -> Result<Vec<GoodsTotal>> {
        computed(&self.figures.goods)
    }

    /// Volunteer teams, oldest first (志愿服务队).
    async fn teams(&self) -> Result<Vec<TeamTotal>> {
        computed(&self.figures.teams)
    }

    /// Activities by kind, those kinds that something was held or achieved of (活动).
    async fn activities(&self) -> Result<Vec<ActivityTotal>> {
        computed(&self.figures.activities)
    }

    /// Activities by month: every month of the period, in order (按月活动).
    async fn months(&self) -> Result<Vec<ImpactMonth>> {
        computed(&self.figures.months)
    }

    /// Different residents to whom aid was delivered in the period; null where they are one to four and you may not read who (受益居民数).
    async fn beneficiary_residents(&self) -> Result<Option<i64>> {
        computed(&self.figures.beneficiaries).map(|(residents, _)| residents)
    }

    /// Different households to which aid was delivered in the period as to a household; a member's own aid does not count here. Null where they are one
    /// to four and you may not read who (受益家庭数).
    async fn beneficiary_households(&self) -> Result<Option<i64>> {
        computed(&self.figures.beneficiaries).map(|(_, households)| households)
    }

    /// Facilities that were in use on at least one day (在用设施数).
    async fn facilities(&self) -> Result<i64> {
        computed(&self.figures.facilities)
    }

    /// What residents and merchants asked for, and how soon and how well it was answered (诉求).
    async fn requests(&self) -> Result<RequestTotals> {
        computed(&self.figures.requests)
    }

    /// Vehicles that were here on loan on at least one day; they are not the community's own (借用车辆数).
    async fn vehicles_on_loan(&self) -> Result<i64> {
        computed(&self.figures.vehicles)
    }
}

//! Sponsorships as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::sponsorship;

use super::{
    edges,
    instalment::{Instalment, InstalmentFilter, InstalmentOrder},
    rules, scope,
};
use crate::{
    access::Resource,
    communities::Community,
    context::Ask,
    enum_filter,
    error::Result,
    events::History,
    figures::{Figure, Money},
    object,
    partners::PartnerUnit,
    projects::Project,
    relay::{Connection, id},
    residents::Resident,
    scalars::{Date, DateTime},
};

object! {
    Sponsorship("sponsorship") of sponsorship as Resource::Sponsorship;
    community = |row| Some(row.community_id);
    scope = scope::of_sponsorships;
    edges = edges::of_sponsorship;
    // Free text tells of the recipient's circumstances.
    classed = { purpose: Sensitive, statusReason: Sensitive };
}

/// How often an instalment is due (支付周期).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::sponsorship::PaymentInterval")]
pub enum PaymentInterval {
    /// Every month (每月).
    Month,
    /// Every three months (每季度).
    Quarter,
    /// Every six months (每半年).
    HalfYear,
    /// Every year (每年).
    Year,
}

/// How far a sponsorship is (资助状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::sponsorship::SponsorshipStatus")]
pub enum SponsorshipStatus {
    /// Something of it is due (进行中).
    Active,
    /// Every instalment was paid or missed (已完成).
    Completed,
    /// Ended before all was due (提前终止).
    Ended,
    /// Recorded by mistake; counts nowhere (作废).
    Voided,
}

enum_filter!(SponsorshipStatusFilter, SponsorshipStatus, entity::sponsorship::SponsorshipStatus, "资助状态");

/// A partner unit's recurring pledge to a named resident, paid in instalments (结对资助).
#[Object]
impl Sponsorship {
    /// Id of the sponsorship (编号).
    pub async fn id(&self) -> ID {
        id::encode("sponsorship", self.0.id).into()
    }

    /// Counts the changes of the sponsorship itself; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community that keeps the record (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// Who pays; null where they are not to be named to you, being `anonymous`, and where you may not see the unit (资助单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// Does whoever pays not want to be named to whom they sponsor? Those who keep the records know all the same (是否匿名)?
    async fn anonymous(&self) -> bool {
        self.0.anonymous
    }

    /// Who is sponsored; null for those who may know only that somebody is (受助人).
    async fn resident(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// Tells recipients apart without naming them: the same recipient has the same alias for you, in aid records too; it leads nowhere (受助对象代号).
    async fn recipient_alias(&self, ctx: &Context<'_>) -> String {
        ctx.app().keys.alias(ctx.caller().unit_in(self.0.community_id), self.0.resident_id)
    }

    /// The joint project that it belongs to; null outside any (共建项目).
    async fn project(&self, ctx: &Context<'_>) -> Result<Option<Project>> {
        self.0.edge(ctx)
    }

    /// What it is for; null where you may not read sensitive data (用途).
    async fn purpose(&self) -> Option<&str> {
        Some(&*self.0.purpose).filter(|_| self.0.reads("purpose"))
    }

    /// The money of each instalment (每期金额).
    async fn amount(&self) -> Money {
        Money::new(Figure::exact(self.0.amount_fen))
    }

    /// How often an instalment is due (支付周期).
    async fn payment_interval(&self) -> PaymentInterval {
        self.0.payment_interval.into()
    }

    /// What the instalments of a whole year come to (每年金额).
    async fn per_year(&self) -> Money {
        Money::new(Figure::exact(rules::per_year(self.0.amount_fen, self.0.payment_interval)))
    }

    /// What was paid so far, all instalments together (已支付金额).
    async fn paid(&self, ctx: &Context<'_>) -> Result<Money> {
        let fen: i64 = self.0.list(ctx)?;
        Ok(Money::new(Figure::exact(fen)))
    }

    /// The earliest day on which something is due that is neither paid nor missed, also where it is past; null where nothing is due (最近到期日).
    async fn next_due_on(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        self.0.edge(ctx)
    }

    /// How far it is (状态).
    async fn status(&self) -> SponsorshipStatus {
        self.0.status.into()
    }

    /// Why it ended early or was voided; null otherwise, and where you may not read sensitive data (状态原因).
    async fn status_reason(&self) -> Option<&str> {
        self.0.status_reason.as_deref().filter(|_| self.0.reads("statusReason"))
    }

    /// The first day that it covers, on which the first instalment is due (起始日).
    async fn started_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day that it covers, the one before another instalment would be due; earlier where it ended early, and before the first where it was
    /// called off before it began (终止日).
    async fn ended_on(&self) -> Date {
        Date(self.0.ended_on)
    }

    /// Its instalments (分期).
    async fn instalments(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<InstalmentFilter>,
        _order_by: Option<Vec<InstalmentOrder>>,
    ) -> Result<Connection<Instalment>> {
        self.0.present(ctx)
    }

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

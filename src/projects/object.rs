//! Projects as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::project;

use super::{
    edges,
    funding::ProjectFunding,
    milestone::Milestone,
    participation::{ProjectParticipation, ProjectParticipationFilter, ProjectParticipationOrder},
    scope,
};
use crate::{
    access::Resource,
    activities::{Activity, ActivityFilter, ActivityOrder},
    aid::{AidProgress, AidRecord, AidRecordFilter, AidRecordOrder},
    communities::Community,
    contributions::{Contribution, ContributionFilter, ContributionOrder},
    error::Result,
    events::History,
    facilities::{Facility, FacilityFilter, FacilityOrder},
    figures::{Figure, Money},
    object,
    relay::{Connection, id},
    scalars::{Date, DateTime},
    schema::cost::{COUNT, cost},
    sponsorships::{Sponsorship, SponsorshipFilter, SponsorshipOrder},
    staff::StaffMember,
};

object! {
    Project("project") of project as Resource::Project;
    community = |row| Some(row.community_id);
    scope = scope::of_projects;
    edges = edges::of_project;
}

/// How far a project is (项目状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::project::ProjectStatus")]
pub enum ProjectStatus {
    /// Put forward, waiting for a decision (待批准).
    Proposed,
    /// Agreed to, not started yet (已批准).
    Approved,
    /// Going on (实施中).
    UnderWay,
    /// Done (已完成).
    Completed,
    /// Given up, with a reason (已取消).
    Cancelled,
}

/// A joint project of a community and its partner units (共建项目).
#[Object]
impl Project {
    /// Id of the project (编号).
    pub async fn id(&self) -> ID {
        id::encode("project", self.0.id).into()
    }

    /// Counts the changes of the project itself; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community whose project it is (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// Title (名称).
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about (说明).
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// How far it is (状态).
    async fn status(&self) -> ProjectStatus {
        self.0.status.into()
    }

    /// Why it was cancelled (状态原因).
    async fn status_reason(&self) -> Option<&str> {
        self.0.status_reason.as_deref()
    }

    /// What it is meant to cost; UNKNOWN where nobody said (预算).
    async fn budget(&self) -> Money {
        Money::new(Figure { amount: self.0.budget_fen, precision: self.0.budget_precision })
    }

    /// Who answers for it; null where nobody was named (负责人).
    async fn responsible(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>> {
        self.0.edge(ctx)
    }

    /// The first day; null until it is started (启动日).
    async fn started_on(&self) -> Option<Date> {
        self.0.started_on.map(Date)
    }

    /// The last day; null until it is completed (完成日).
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// Which units take part, and as what (参与单位).
    async fn participations(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<ProjectParticipationFilter>,
        _order_by: Option<Vec<ProjectParticipationOrder>>,
    ) -> Result<Connection<ProjectParticipation>> {
        self.0.present(ctx)
    }

    /// Its milestones by the day on which they are due, those without one last (里程碑).
    async fn milestones(&self, ctx: &Context<'_>) -> Result<Vec<Milestone>> {
        self.0.list(ctx)
    }

    /// What partner units put into it (资源投入).
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

    /// How far its aid is; null where recipients are masked for you (帮扶进度).
    #[graphql(directive = cost::apply(COUNT.into()))]
    async fn aid_progress(&self, ctx: &Context<'_>) -> Result<Option<AidProgress>> {
        self.0.edge(ctx)
    }

    /// Aid that was given, planned or refused within it (帮扶记录).
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

    /// Sponsorships of residents within it (结对资助).
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

    /// Its money and what else came for it, computed from the records (项目资金).
    async fn funding(&self, ctx: &Context<'_>) -> Result<ProjectFunding> {
        self.0.present(ctx)
    }

    /// What it made: rooms, pools, grounds (设施).
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

    /// What is held for it (活动).
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

    /// When it was put forward (提出时间).
    async fn proposed_at(&self) -> DateTime {
        self.0.proposed_at.into()
    }
}

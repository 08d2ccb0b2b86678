//! Volunteers as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::volunteer;

use super::{
    edges,
    party::PartyMembership,
    scope,
    team::{Team, TeamMembership},
    team_queries::{TeamMembershipFilter, TeamMembershipOrder},
};
use crate::{
    access::Resource,
    activities::{
        Attendance, AttendanceError, AttendanceErrorFilter, AttendanceErrorOrder, AttendanceFilter, AttendanceOrder,
        ServiceHours, SessionSignUp, SessionSignUpFilter, SessionSignUpOrder,
    },
    certificates::{Certificate, CertificateFilter, CertificateOrder},
    communities::Community,
    enum_filter,
    error::Result,
    events::History,
    object,
    partners::PartnerUnit,
    privacy::mask,
    relay::{Connection, id},
    residents::Resident,
    scalars::{Date, DateTime},
    staff::StaffMember,
};

object! {
    Volunteer("volunteer") of volunteer as Resource::Volunteer;
    community = |row| Some(row.community_id);
    scope = scope::of_volunteers;
    edges = edges::of_volunteer;
    classed = { fullName: Personal, endedReason: Personal };
}

/// What a volunteer is besides (志愿者类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::volunteer::VolunteerKind")]
pub enum VolunteerKind {
    /// A resident of the community (居民).
    Resident,
    /// Works for a partner unit (共建单位职工).
    PartnerEmployee,
    /// Works for the community (社区工作者).
    CommunityWorker,
    /// Somebody else (其他).
    Other,
}

enum_filter!(VolunteerKindFilter, VolunteerKind, entity::volunteer::VolunteerKind, "志愿者类别");

/// Somebody who works for the community without pay (志愿者).
#[Object]
impl Volunteer {
    /// Id of the volunteer (编号).
    pub async fn id(&self) -> ID {
        id::encode("volunteer", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community that the volunteer works for (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// What the volunteer is besides (类别).
    async fn kind(&self) -> VolunteerKind {
        self.0.kind.into()
    }

    /// Full name, of a resident or a staff member theirs; masked where you may not read personal data (姓名).
    async fn full_name(&self) -> String {
        if self.0.reads("fullName") { self.0.full_name.clone() } else { mask::name(&self.0.full_name) }
    }

    /// The resident who volunteers; null of another kind (居民).
    async fn resident(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// The employer; null of another kind (所在单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// The community worker who volunteers; null of another kind (工作人员).
    async fn staff_member(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>> {
        self.0.edge(ctx)
    }

    /// Which teams the volunteer is and was in (队员记录).
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<TeamMembershipFilter>,
        _order_by: Option<Vec<TeamMembershipOrder>>,
    ) -> Result<Connection<TeamMembership>> {
        self.0.present(ctx)
    }

    /// The teams that the volunteer is in on a day, by name (所在队伍).
    async fn teams(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "on", desc = "The day in question; today when left out (日期).")] _on: Option<Date>,
    ) -> Result<Vec<Team>> {
        self.0.list(ctx)
    }

    /// The standing in the Party on a day, at most one; empty where there is none, and where you may not read sensitive data (党员身份).
    async fn party_memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "on", desc = "The day in question; today when left out (日期).")] _on: Option<Date>,
    ) -> Result<Vec<PartyMembership>> {
        self.0.list(ctx)
    }

    /// The first day (登记日期).
    async fn started_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day; null while it lasts (终止日).
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// Why it ended; null while it lasts, where nobody said, and where you may not read personal data (终止原因).
    async fn ended_reason(&self) -> Option<&str> {
        self.0.ended_reason.as_deref().filter(|_| self.0.reads("endedReason"))
    }

    /// What the volunteer gave in a year, also under earlier enrolments (年度志愿服务时间).
    async fn hours(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, by the days of the community (年份).")] _year: i32,
    ) -> Result<ServiceHours> {
        self.0.present(ctx)
    }

    /// What the volunteer signed up for (报名).
    async fn sign_ups(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<SessionSignUpFilter>,
        _order_by: Option<Vec<SessionSignUpOrder>>,
    ) -> Result<Connection<SessionSignUp>> {
        self.0.present(ctx)
    }

    /// What the community stated of the volunteer's service (志愿服务记录证明).
    async fn certificates(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<CertificateFilter>,
        _order_by: Option<Vec<CertificateOrder>>,
    ) -> Result<Connection<Certificate>> {
        self.0.present(ctx)
    }

    /// What the volunteer came to as such (考勤).
    async fn attendances(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<AttendanceFilter>,
        _order_by: Option<Vec<AttendanceOrder>>,
    ) -> Result<Connection<Attendance>> {
        self.0.present(ctx)
    }

    /// What the volunteer said is wrong in the record of their service, and what they were answered (工时异议).
    async fn attendance_errors(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<AttendanceErrorFilter>,
        _order_by: Option<Vec<AttendanceErrorOrder>>,
    ) -> Result<Connection<AttendanceError>> {
        self.0.present(ctx)
    }

    /// When the volunteer was put on file (登记时间).
    async fn enrolled_at(&self) -> DateTime {
        self.0.enrolled_at.into()
    }
}

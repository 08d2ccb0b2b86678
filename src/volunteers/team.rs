//! Teams and their members as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::{team, team_membership};

use super::{
    edges,
    object::Volunteer,
    scope,
    team_queries::{TeamMembershipFilter, TeamMembershipOrder},
};
use crate::{
    access::Resource,
    activities::{Activity, ActivityFilter, ActivityOrder, ServiceGrouping, TeamService},
    communities::Community,
    enum_filter,
    error::Result,
    events::History,
    object,
    relay::{Connection, id},
    scalars::{Date, DateTime},
    schema::cost::{REPORT, cost},
};

object! {
    Team("team") of team as Resource::Team;
    community = |row| Some(row.community_id);
    scope = scope::of_teams;
    edges = edges::of_team;
}

object! {
    TeamMembership("team_membership") of team_membership as Resource::TeamMembership;
    community = |row| Some(row.community_id);
    scope = scope::of_team_memberships;
    edges = edges::of_team_membership;
}

/// What a team asks of the party standing of who joins, on the day of joining (入队身份要求).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::team::PartyRule")]
pub enum PartyRule {
    /// Anybody may join (不限).
    None,
    /// Members and probationary members of the Party (限党员).
    Member,
    /// Members, probationary members and applicants (限党员或入党积极分子).
    MemberOrApplicant,
}

enum_filter!(PartyRuleFilter, PartyRule, entity::team::PartyRule, "入队身份要求");

/// What a volunteer is in a team (队内职务).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::team_membership::TeamRole")]
pub enum TeamRole {
    /// Leads the team; one at a time (队长).
    Leader,
    /// Member (队员).
    Member,
}

enum_filter!(TeamRoleFilter, TeamRole, entity::team_membership::TeamRole, "队内职务");

/// A team of volunteers (志愿服务队).
#[Object]
impl Team {
    /// Id of the team (编号).
    pub async fn id(&self) -> ID {
        id::encode("team", self.0.id).into()
    }

    /// Counts the changes of the team itself and of its leader; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community whose team it is (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// Name, unique in the community (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it does (说明).
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// What it asks of the party standing of who joins (入队身份要求).
    async fn party_rule(&self) -> PartyRule {
        self.0.party_rule.into()
    }

    /// Who is and was in it (队员记录).
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

    /// Who leads it on a day; null where nobody does (队长).
    async fn leader(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "on", desc = "The day in question; today when left out (日期).")] _on: Option<Date>,
    ) -> Result<Option<Volunteer>> {
        self.0.edge(ctx)
    }

    /// How many volunteers are in it on a day, its leader among them; null where you do not see all of them, or where they are so few that it would tell whom
    /// you may not know (队员人数).
    async fn member_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "on", desc = "The day in question; today when left out (日期).")] _on: Option<Date>,
    ) -> Result<Option<i64>> {
        self.0.present(ctx)
    }

    /// What those gave who came with it, on the days of a span, told apart by month, by kind of activity or by employer; null where you do not see all that is
    /// on record of who came (服务统计).
    #[graphql(directive = cost::apply(REPORT.into()))]
    async fn service(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "from", desc = "The first day (起始日期).")] _from: Date,
        #[graphql(name = "until", desc = "The last day (截止日期).")] _until: Date,
        #[graphql(name = "by", desc = "What tells the groups apart (分组方式).")] _by: ServiceGrouping,
    ) -> Result<Option<Vec<TeamService>>> {
        self.0.present(ctx)
    }

    /// What it holds, alone or with others (活动).
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

    /// The first day (成立日期).
    async fn started_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day; null while it lasts (解散日期).
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// When the team was put on file (登记时间).
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}

/// A volunteer's time in a team, as one of its members or as its leader (队员记录).
#[Object]
impl TeamMembership {
    /// Id of the membership (编号).
    pub async fn id(&self) -> ID {
        id::encode("team_membership", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you end it (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The team (志愿服务队).
    async fn team(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
        self.0.edge(ctx)
    }

    /// Who is in it (志愿者).
    async fn volunteer(&self, ctx: &Context<'_>) -> Result<Option<Volunteer>> {
        self.0.edge(ctx)
    }

    /// As what (队内职务).
    async fn role(&self) -> TeamRole {
        self.0.role.into()
    }

    /// The first day (起始日).
    async fn started_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day; null while it lasts (终止日).
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }
}

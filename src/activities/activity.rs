//! Activities as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, ID, InputObject, Object};
use entity::{activity, activity_organiser, session};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{
    ActivityKind, ActivityKindFilter, ActivityOrganiser, ActivityResult, ActivityStatus, ActivityStatusFilter,
    Campaign, Session, SessionFilter, SessionOrder, edges, scope, turnout::Turnout,
};
use crate::{
    access::{Resource, policy::Action},
    communities::Community,
    error::Result,
    events::History,
    object, orders,
    projects::Project,
    relay::{
        Connection, Listed,
        filter::{Asking, DateRange, Filter, TextFilter, combine, reference},
        id,
        reading::scope_of,
    },
    scalars::DateTime,
    search::{self, SearchKind},
};

object! {
    Activity("activity") of activity as Resource::Activity;
    community = |row| Some(row.community_id);
    scope = scope::of_activities;
    edges = edges::of_activity;
}

/// Something that is held in one or more sessions, by one or more organisers (活动).
#[Object]
impl Activity {
    /// Id of the activity (编号).
    pub async fn id(&self) -> ID {
        id::encode("activity", self.0.id).into()
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

    /// The campaign that it is part of (专项行动).
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Option<Campaign>> {
        self.0.edge(ctx)
    }

    /// The joint project that it is part of (共建项目).
    async fn project(&self, ctx: &Context<'_>) -> Result<Option<Project>> {
        self.0.edge(ctx)
    }

    /// What it is (类型).
    async fn kind(&self) -> ActivityKind {
        self.0.kind.into()
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
    async fn status(&self) -> ActivityStatus {
        self.0.status.into()
    }

    /// Why it was called off (取消原因).
    async fn status_reason(&self) -> Option<&str> {
        self.0.status_reason.as_deref()
    }

    /// Who holds it, at least one (主办方).
    async fn organisers(&self, ctx: &Context<'_>) -> Result<Vec<ActivityOrganiser>> {
        self.0.list(ctx)
    }

    /// Its sessions (场次).
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

    /// How many came to the sessions that were held; unknown where it was called off (参与统计).
    async fn turnout(&self, ctx: &Context<'_>) -> Result<Turnout> {
        self.0.present(ctx)
    }

    /// What was achieved (成效).
    async fn results(&self, ctx: &Context<'_>) -> Result<Vec<ActivityResult>> {
        self.0.list(ctx)
    }

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

/// Which activities are wanted; all parts given must hold (活动筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct ActivityFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// Part of this campaign (专项行动).
    pub campaign_id: Option<ID>,
    /// Part of this joint project (共建项目).
    pub project_id: Option<ID>,
    /// Held by this unit, alone or with others (主办单位).
    pub partner_unit_id: Option<ID>,
    /// Held by this team, alone or with others (主办队伍).
    pub team_id: Option<ID>,
    /// By title (名称).
    pub title: Option<TextFilter>,
    /// Whose title is found by this text, as `search` finds it: any script, pinyin, initials (检索).
    pub search: Option<String>,
    /// By kind (类型).
    pub kind: Option<ActivityKindFilter>,
    /// By how far they are (状态).
    pub status: Option<ActivityStatusFilter>,
    /// With a session on one of these days that was not called off (场次日期).
    pub held_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<ActivityFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<ActivityFilter>>,
    /// Not this (非).
    pub not: Option<Box<ActivityFilter>>,
}

impl Filter for ActivityFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use activity::Column;
        use activity_organiser::Column as Organiser;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::activities::Campaign>(
                Column::CampaignId,
                "campaignId",
                &self.campaign_id,
            )?)
            .add_option(asking.reference::<crate::projects::Project>(
                Column::ProjectId,
                "projectId",
                &self.project_id,
            )?);
        let unit = asking.reference::<crate::partners::PartnerUnit>(
            Organiser::PartnerUnitId,
            "partnerUnitId",
            &self.partner_unit_id,
        )?;
        let team = asking.reference::<crate::volunteers::Team>(Organiser::TeamId, "teamId", &self.team_id)?;
        for organiser in unit.into_iter().chain(team) {
            let theirs = activity_organiser::Entity::find()
                .select_only()
                .column(Organiser::ActivityId)
                .filter(scope_of::<ActivityOrganiser>(asking.viewer, Action::Read))
                .filter(organiser);
            own = own.add(Column::Id.in_subquery(theirs.into_query()));
        }
        if let Some(title) = &self.title {
            own = own.add(title.condition(Column::Title)?);
        }
        if let Some(text) = &self.search {
            own = own.add(search::found_by(asking, SearchKind::Activity, Column::Id, text)?);
        }
        if let Some(kind) = &self.kind {
            own = own.add(kind.condition(Column::Kind));
        }
        if let Some(status) = &self.status {
            own = own.add(status.condition(Column::Status));
        }
        if let Some(days) = &self.held_on {
            let sessions = session::Entity::find()
                .select_only()
                .column(session::Column::ActivityId)
                .filter(scope_of::<Session>(asking.viewer, Action::Read))
                .filter(session::Column::Status.ne(entity::session::SessionStatus::Cancelled))
                .filter(days.condition(session::Column::HeldOn));
            own = own.add(Column::Id.in_subquery(sessions.into_query()));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What activities are ordered by; ties are settled by id (活动排序).
    pub enum ActivityOrder of activity {
        /// By title, code point by code point (名称升序).
        TitleAsc => Title asc,
        /// By title, backwards (名称降序).
        TitleDesc => Title desc,
        /// Longest on file first (登记时间升序).
        RecordedAtAsc => RecordedAt asc,
        /// Newest on file first (登记时间降序).
        RecordedAtDesc => RecordedAt desc,
    }
}

impl Listed for Activity {
    type Filter = ActivityFilter;
    type Order = ActivityOrder;
}

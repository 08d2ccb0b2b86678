//! Sessions as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::{activity, session};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{
    Activity, ActivityKindFilter, Attendance, AttendanceFilter, AttendanceOrder, HeadCount, SessionSignUp,
    SessionSignUpFilter, SessionSignUpOrder, edges, scope, turnout::Turnout,
};
use crate::{
    access::{Resource, policy::Action},
    communities::Community,
    enum_filter,
    error::Result,
    events::History,
    facilities::Facility,
    object, orders,
    relay::{
        Connection, Listed,
        filter::{Asking, DateRange, Filter, combine, reference},
        id,
        reading::scope_of,
    },
    scalars::{Date, DateTime},
};

object! {
    Session("session") of session as Resource::Session;
    community = |row| Some(row.community_id);
    scope = scope::of_sessions;
    edges = edges::of_session;
}

/// How far a session is (场次状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::session::SessionStatus")]
pub enum SessionStatus {
    /// To come, or not reported on yet (待举行).
    Planned,
    /// It took place (已举行).
    Held,
    /// Called off (已取消).
    Cancelled,
}

enum_filter!(SessionStatusFilter, SessionStatus, entity::session::SessionStatus, "场次状态");

/// One holding of an activity (场次).
#[Object]
impl Session {
    /// Id of the session (编号).
    pub async fn id(&self) -> ID {
        id::encode("session", self.0.id).into()
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

    /// The activity (活动).
    async fn activity(&self, ctx: &Context<'_>) -> Result<Activity> {
        self.0.present(ctx)
    }

    /// How far it is (场次状态).
    async fn status(&self) -> SessionStatus {
        self.0.status.into()
    }

    /// Why it was called off (取消原因).
    async fn status_reason(&self) -> Option<&str> {
        self.0.status_reason.as_deref()
    }

    /// The day on which it begins, where the community is (日期).
    async fn held_on(&self) -> Date {
        Date(self.0.held_on)
    }

    /// When it begins; null where only the day is known (开始时间).
    async fn starts_at(&self) -> Option<DateTime> {
        self.0.starts_at.map(Into::into)
    }

    /// When it ends, perhaps after midnight; null where that is not known (结束时间).
    async fn ends_at(&self) -> Option<DateTime> {
        self.0.ends_at.map(Into::into)
    }

    /// The facility that it is held in (设施).
    async fn facility(&self, ctx: &Context<'_>) -> Result<Option<Facility>> {
        self.0.edge(ctx)
    }

    /// Where it is held, where that is no facility on file (地点).
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// How many may sign up; null for as many as like (名额).
    async fn capacity(&self) -> Option<i32> {
        self.0.capacity
    }

    /// What is wanted of those who come, in words: "two who guide, one who takes notes" (所需岗位).
    async fn roles_needed(&self) -> Option<&str> {
        self.0.roles_needed.as_deref()
    }

    /// Whoever comes is taught: their hours are training, no service (是否培训).
    async fn is_training(&self) -> bool {
        self.0.is_training
    }

    /// Since when volunteers of the community see it and sign up by themselves; null where it is not published (发布时间).
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(Into::into)
    }

    /// How many signed up and have a place (已确认人数).
    async fn confirmed_count(&self) -> i32 {
        self.0.confirmed_count
    }

    /// How many signed up and wait for a place (候补人数).
    async fn waiting_count(&self) -> i32 {
        self.0.waiting_count
    }

    /// How many places are left; null where there is no limit (剩余名额).
    async fn places_left(&self) -> Option<i32> {
        self.0.capacity.map(|capacity| (capacity - self.0.confirmed_count).max(0))
    }

    /// Who signed up, also those who wait and those who withdrew (报名).
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

    /// Who came, as far as names were taken (考勤).
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

    /// How many were counted, where somebody counted (人次).
    async fn head_count(&self, ctx: &Context<'_>) -> Result<Option<HeadCount>> {
        self.0.edge(ctx)
    }

    /// How many came: the larger of the head count and the names taken (参与统计).
    async fn turnout(&self, ctx: &Context<'_>) -> Result<Turnout> {
        self.0.present(ctx)
    }

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

/// Which sessions are wanted; all parts given must hold (场次筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct SessionFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// Of this activity (活动).
    pub activity_id: Option<ID>,
    /// Of activities of this campaign (专项行动).
    pub campaign_id: Option<ID>,
    /// In this facility (设施).
    pub facility_id: Option<ID>,
    /// Of activities of these kinds (活动类型).
    pub kind: Option<ActivityKindFilter>,
    /// By how far they are (场次状态).
    pub status: Option<SessionStatusFilter>,
    /// By day (日期).
    pub held_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<SessionFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<SessionFilter>>,
    /// Not this (非).
    pub not: Option<Box<SessionFilter>>,
}

impl Filter for SessionFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use session::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::activities::Activity>(
                Column::ActivityId,
                "activityId",
                &self.activity_id,
            )?)
            .add_option(asking.reference::<crate::facilities::Facility>(
                Column::FacilityId,
                "facilityId",
                &self.facility_id,
            )?);
        let campaign = asking.reference::<crate::activities::Campaign>(
            activity::Column::CampaignId,
            "campaignId",
            &self.campaign_id,
        )?;
        if self.kind.is_some() || campaign.is_some() {
            let kind = self.kind.as_ref().map(|kind| kind.condition(activity::Column::Kind));
            let activities = activity::Entity::find()
                .select_only()
                .column(activity::Column::Id)
                .filter(scope_of::<Activity>(asking.viewer, Action::Read))
                .filter(Condition::all().add_option(kind).add_option(campaign));
            own = own.add(Column::ActivityId.in_subquery(activities.into_query()));
        }
        if let Some(status) = &self.status {
            own = own.add(status.condition(Column::Status));
        }
        if let Some(days) = &self.held_on {
            own = own.add(days.condition(Column::HeldOn));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What sessions are ordered by; ties are settled by id (场次排序).
    pub enum SessionOrder of session {
        /// Earliest first (日期升序).
        HeldOnAsc => HeldOn asc,
        /// Latest first (日期降序).
        HeldOnDesc => HeldOn desc,
    }
}

impl Listed for Session {
    type Filter = SessionFilter;
    type Order = SessionOrder;
}

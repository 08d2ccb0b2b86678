//! Attendances as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::{attendance, session};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use super::{AttendanceError, AttendanceErrorFilter, AttendanceErrorOrder, Session, edges, hour_rules, hours, scope};
use crate::{
    access::{Class, Resource, policy::Action},
    enum_filter,
    error::Result,
    events::History,
    object, orders,
    relay::{
        Connection, Listed,
        filter::{Asking, DateRange, Filter, combine, reference},
        id,
        reading::scope_of,
    },
    residents::Resident,
    scalars::DateTime,
    staff::StaffMember,
    volunteers::{Team, Volunteer},
};

object! {
    Attendance("attendance") of attendance as Resource::Attendance;
    community = |row| Some(row.community_id);
    scope = scope::of_attendances;
    edges = edges::of_attendance;
    classed = { category: Sensitive, note: Personal, timesReason: Personal, voidReason: Personal };
}

/// As what a person came (参加者类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::attendance::AttendeeCategory")]
pub enum AttendeeCategory {
    /// As a member of a volunteer team (志愿服务队队员).
    TeamMember,
    /// As a member of the party (党员).
    PartyMember,
    /// As an applicant for membership of the party (入党积极分子).
    PartyApplicant,
    /// As somebody who works for the community (社区工作者).
    CommunityWorker,
    /// As an employee of a partner unit (共建单位职工).
    PartnerEmployee,
    /// As a resident (居民).
    Resident,
    /// As anybody else (其他).
    Other,
}

enum_filter!(AttendeeCategoryFilter, AttendeeCategory, entity::attendance::AttendeeCategory, "参加者类别");

/// That a person came to a session, known by name (考勤). A person is recorded once a session, in whatever capacity they came.
#[Object]
impl Attendance {
    /// Id of the attendance (编号).
    pub async fn id(&self) -> ID {
        id::encode("attendance", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The session; null where you may see that somebody came and not the session (场次).
    async fn session(&self, ctx: &Context<'_>) -> Result<Option<Session>> {
        self.0.edge(ctx)
    }

    /// The person, if a resident (居民).
    async fn resident(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// The person, if a staff member (工作人员).
    async fn staff_member(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>> {
        self.0.edge(ctx)
    }

    /// The person as a volunteer, where they came as one (志愿者).
    async fn volunteer(&self, ctx: &Context<'_>) -> Result<Option<Volunteer>> {
        self.0.edge(ctx)
    }

    /// The team that the person came with (志愿服务队).
    async fn team(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
        self.0.edge(ctx)
    }

    /// As what the person came; null where you may not read sensitive data, of everybody alike: if only those who came as of the Party were left out, the
    /// gap would tell it (参加者类别).
    async fn category(&self) -> Option<AttendeeCategory> {
        self.0.reads("category").then(|| self.0.category.into())
    }

    /// A remark; null where you may not read personal data (备注).
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref().filter(|_| self.0.reads("note"))
    }

    /// When the person came; null where nobody wrote it down, which is not midnight (签到时间).
    async fn checked_in_at(&self) -> Option<DateTime> {
        self.0.checked_in_at.map(Into::into)
    }

    /// When the person went; null while they are there, and where nobody wrote it down (签退时间).
    async fn checked_out_at(&self) -> Option<DateTime> {
        self.0.checked_out_at.map(Into::into)
    }

    /// Why the times were entered afterwards; null where they were taken at the door, and where you may not read personal data (补登原因).
    async fn times_reason(&self) -> Option<&str> {
        self.0.times_reason.as_deref().filter(|_| self.0.reads("timesReason"))
    }

    /// Whole minutes between coming and going; null where they are not on record, which is not 0 (实际服务分钟数).
    async fn minutes_given(&self) -> Option<i32> {
        let (came, went) = self.0.checked_in_at.zip(self.0.checked_out_at)?;
        Some(hours::whole(hour_rules::given(came, went)))
    }

    /// Of these, without what is credited to a time at which the person was somewhere else already; null where they are not on record, and of what was
    /// voided (计入分钟数).
    async fn minutes_credited(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        self.0.edge(ctx)
    }

    /// When the record was found to be wrong; it stays on file, in no list and in no figure (作废时间).
    async fn voided_at(&self) -> Option<DateTime> {
        self.0.voided_at.map(Into::into)
    }

    /// Why the record was voided; null where you may not read personal data (作废原因).
    async fn void_reason(&self) -> Option<&str> {
        self.0.void_reason.as_deref().filter(|_| self.0.reads("voidReason"))
    }

    /// What the volunteer says is wrong in it (工时异议).
    async fn reported_errors(
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

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

/// Which attendances are wanted; all parts given must hold (考勤筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct AttendanceFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// At this session (场次).
    pub session_id: Option<ID>,
    /// At sessions of this activity (活动).
    pub activity_id: Option<ID>,
    /// Of this resident (居民).
    pub resident_id: Option<ID>,
    /// Of this staff member (工作人员).
    pub staff_member_id: Option<ID>,
    /// Of this volunteer, where they came as such (志愿者).
    pub volunteer_id: Option<ID>,
    /// With this team (志愿服务队).
    pub team_id: Option<ID>,
    /// As what they came (参加者类别).
    pub category: Option<AttendeeCategoryFilter>,
    /// By the day of the session (日期).
    pub held_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<AttendanceFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<AttendanceFilter>>,
    /// Not this (非).
    pub not: Option<Box<AttendanceFilter>>,
}

impl Filter for AttendanceFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use attendance::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::activities::Session>(
                Column::SessionId,
                "sessionId",
                &self.session_id,
            )?)
            .add_option(asking.reference::<crate::residents::Resident>(
                Column::ResidentId,
                "residentId",
                &self.resident_id,
            )?)
            .add_option(asking.reference::<crate::staff::StaffMember>(
                Column::StaffMemberId,
                "staffMemberId",
                &self.staff_member_id,
            )?)
            .add_option(asking.reference::<crate::volunteers::Volunteer>(
                Column::VolunteerId,
                "volunteerId",
                &self.volunteer_id,
            )?)
            .add_option(asking.reference::<crate::volunteers::Team>(Column::TeamId, "teamId", &self.team_id)?);
        // Whom it was is masked to those who see that somebody came.
        let persons = [
            (&self.resident_id, "residentId"),
            (&self.staff_member_id, "staffMemberId"),
            (&self.volunteer_id, "volunteerId"),
        ];
        for (_, field) in persons.iter().filter(|(given, _)| given.is_some()) {
            asking.require(Class::Personal, field)?;
        }
        if let Some(category) = &self.category {
            asking.require(Class::Sensitive, "category")?;
            own = own.add(category.condition(Column::Category));
        }
        let activity = asking.reference::<crate::activities::Activity>(
            session::Column::ActivityId,
            "activityId",
            &self.activity_id,
        )?;
        if self.held_on.is_some() || activity.is_some() {
            let days = self.held_on.as_ref().map(|days| days.condition(session::Column::HeldOn));
            let sessions = session::Entity::find()
                .select_only()
                .column(session::Column::Id)
                .filter(scope_of::<Session>(asking.viewer, Action::Read))
                .filter(Condition::all().add_option(activity).add_option(days));
            own = own.add(Column::SessionId.in_subquery(sessions.into_query()));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What attendances are ordered by; ties are settled by id (考勤排序).
    pub enum AttendanceOrder of attendance {
        /// Longest on file first (登记时间升序).
        RecordedAtAsc => RecordedAt asc,
        /// Newest on file first (登记时间降序).
        RecordedAtDesc => RecordedAt desc,
    }
}

impl Listed for Attendance {
    type Filter = AttendanceFilter;
    type Order = AttendanceOrder;

    fn listed(select: Select<attendance::Entity>) -> Select<attendance::Entity> {
        select.filter(attendance::Column::VoidedAt.is_null())
    }
}

//! What volunteers say is wrong in the record of their service, as the schema shows it, and what its list is filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::attendance_error;
use sea_orm::Condition;

use super::{Attendance, Session, edges, scope};
use crate::{
    access::Resource,
    enum_filter,
    error::Result,
    events::History,
    object, orders,
    relay::{
        Listed,
        filter::{Asking, Filter, combine, reference},
        id,
    },
    scalars::DateTime,
    volunteers::Volunteer,
};

object! {
    AttendanceError("attendance_error") of attendance_error as Resource::AttendanceError;
    community = |row| Some(row.community_id);
    scope = scope::of_attendance_errors;
    edges = edges::of_attendance_error;
    classed = { message: Personal, answer: Personal };
}

/// How far it is with an error that was reported (异议状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::attendance_error::AttendanceErrorStatus")]
pub enum AttendanceErrorStatus {
    /// It has to be answered (待答复).
    Open,
    /// The record was wrong, and was corrected (已更正).
    Corrected,
    /// The record stays as it is (不予更正).
    Refused,
}

enum_filter!(
    AttendanceErrorStatusFilter,
    AttendanceErrorStatus,
    entity::attendance_error::AttendanceErrorStatus,
    "异议状态"
);

/// That a volunteer says that the record of a session is wrong, and what they were answered (工时异议). It corrects nothing by itself: attendances are voided
/// and recorded anew.
#[Object]
impl AttendanceError {
    /// Id of the report (编号).
    pub async fn id(&self) -> ID {
        id::encode("attendance_error", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you answer (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The session; null where it is not within your reach (场次).
    async fn session(&self, ctx: &Context<'_>) -> Result<Option<Session>> {
        self.0.edge(ctx)
    }

    /// Whose service it is about (志愿者).
    async fn volunteer(&self, ctx: &Context<'_>) -> Result<Option<Volunteer>> {
        self.0.edge(ctx)
    }

    /// What was on record when it was reported; null where the volunteer was not on the roll (被异议的考勤).
    async fn attendance(&self, ctx: &Context<'_>) -> Result<Option<Attendance>> {
        self.0.edge(ctx)
    }

    /// What is wrong, in the volunteer's words; null where you may not read personal data (异议内容).
    async fn message(&self) -> Option<&str> {
        Some(self.0.message.as_str()).filter(|_| self.0.reads("message"))
    }

    /// How far it is (状态).
    async fn status(&self) -> AttendanceErrorStatus {
        self.0.status.into()
    }

    /// What the volunteer was answered; null while it is open, and where you may not read personal data (答复内容).
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref().filter(|_| self.0.reads("answer"))
    }

    /// What was recorded instead; null where nothing was (更正后的考勤).
    async fn correction(&self, ctx: &Context<'_>) -> Result<Option<Attendance>> {
        self.0.edge(ctx)
    }

    /// When it was reported (提出时间).
    async fn reported_at(&self) -> DateTime {
        self.0.reported_at.into()
    }

    /// When it was answered; null while it is open (答复时间).
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(Into::into)
    }
}

/// Which reported errors are wanted; all parts given must hold (工时异议筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct AttendanceErrorFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// About this session (场次).
    pub session_id: Option<ID>,
    /// Of this volunteer (志愿者).
    pub volunteer_id: Option<ID>,
    /// By how far it is (状态).
    pub status: Option<AttendanceErrorStatusFilter>,
    /// All of these (且).
    pub and: Option<Vec<AttendanceErrorFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<AttendanceErrorFilter>>,
    /// Not this (非).
    pub not: Option<Box<AttendanceErrorFilter>>,
}

impl Filter for AttendanceErrorFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use attendance_error::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<Session>(Column::SessionId, "sessionId", &self.session_id)?)
            .add_option(asking.reference::<Volunteer>(Column::VolunteerId, "volunteerId", &self.volunteer_id)?);
        if let Some(status) = &self.status {
            own = own.add(status.condition(Column::Status));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What reported errors are ordered by; ties are settled by id (工时异议排序).
    pub enum AttendanceErrorOrder of attendance_error {
        /// Reported longest ago first (提出时间升序).
        ReportedAtAsc => ReportedAt asc,
        /// Reported last first (提出时间降序).
        ReportedAtDesc => ReportedAt desc,
    }
}

impl Listed for AttendanceError {
    type Filter = AttendanceErrorFilter;
    type Order = AttendanceErrorOrder;
}

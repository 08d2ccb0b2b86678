//! Sign-ups as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::session_sign_up;
use sea_orm::Condition;

use super::{Session, edges, scope};
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
    SessionSignUp("session_sign_up") of session_sign_up as Resource::SessionSignUp;
    community = |row| Some(row.community_id);
    scope = scope::of_sign_ups;
    edges = edges::of_sign_up;
    classed = { overlapReason: Personal, withdrawnReason: Personal, absenceReason: Personal };
}

/// How a sign-up stands (报名状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::session_sign_up::SignUpStatus")]
pub enum SignUpStatus {
    /// The person has a place (已确认).
    Confirmed,
    /// All places are taken; the first who waits gets the next that is free (候补).
    Waiting,
    /// Given up (已退出).
    Withdrawn,
}

enum_filter!(SignUpStatusFilter, SignUpStatus, entity::session_sign_up::SignUpStatus, "报名状态");

/// How somebody who had a place did not come (缺席类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::session_sign_up::Absence")]
pub enum AbsenceKind {
    /// They said so, or had a reason (请假).
    Excused,
    /// They did not (缺席).
    Unexcused,
}

/// What is on record of whether somebody came (到场情况).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttendanceOutcome {
    /// They came (到场).
    Present,
    /// They did not come, and were excused (请假).
    Excused,
    /// They did not come, and were not excused (缺席).
    Unexcused,
    /// Nobody wrote it down: neither absent nor there (未登记).
    NotRecorded,
}

/// That a volunteer signed up for a session (报名). A person has one place in a session; who gave it up and comes back stands at the end of the line.
#[Object]
impl SessionSignUp {
    /// Id of the sign-up (编号).
    pub async fn id(&self) -> ID {
        id::encode("session_sign_up", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you withdraw it (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The session; null where it is not within your reach any more (场次).
    async fn session(&self, ctx: &Context<'_>) -> Result<Option<Session>> {
        self.0.edge(ctx)
    }

    /// Who signed up (志愿者).
    async fn volunteer(&self, ctx: &Context<'_>) -> Result<Option<Volunteer>> {
        self.0.edge(ctx)
    }

    /// How it stands (报名状态).
    async fn status(&self) -> SignUpStatus {
        self.0.status.into()
    }

    /// The order of arrival in the session, from 1; who withdrew keeps theirs (报名序号).
    async fn arrival(&self) -> i32 {
        self.0.arrival
    }

    /// How many wait before this one; null of one that does not wait (前面候补人数).
    async fn waiting_before(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        self.0.edge(ctx)
    }

    /// Why the person may sign up for two sessions at one time; null where nobody had to say so, and where you may not read personal data (时间冲突说明).
    async fn overlap_reason(&self) -> Option<&str> {
        self.0.overlap_reason.as_deref().filter(|_| self.0.reads("overlapReason"))
    }

    /// When the person signed up (报名时间).
    async fn signed_up_at(&self) -> DateTime {
        self.0.signed_up_at.into()
    }

    /// Since when the person has, or had, a place (确认时间).
    async fn confirmed_at(&self) -> Option<DateTime> {
        self.0.confirmed_at.map(Into::into)
    }

    /// Whether who had a place came; null of who had none (到场情况).
    async fn outcome(&self, ctx: &Context<'_>) -> Result<Option<AttendanceOutcome>> {
        self.0.edge(ctx)
    }

    /// Why the person did not come; null where nobody said, and where you may not read personal data (缺席原因).
    async fn absence_reason(&self) -> Option<&str> {
        self.0.absence_reason.as_deref().filter(|_| self.0.reads("absenceReason"))
    }

    /// When it was given up (退出时间).
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(Into::into)
    }

    /// Why it was given up; null where nobody said, and where you may not read personal data (退出原因).
    async fn withdrawn_reason(&self) -> Option<&str> {
        self.0.withdrawn_reason.as_deref().filter(|_| self.0.reads("withdrawnReason"))
    }
}

/// Which sign-ups are wanted; all parts given must hold (报名筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct SessionSignUpFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// For this session (场次).
    pub session_id: Option<ID>,
    /// Of this volunteer (志愿者).
    pub volunteer_id: Option<ID>,
    /// By how they stand (报名状态).
    pub status: Option<SignUpStatusFilter>,
    /// All of these (且).
    pub and: Option<Vec<SessionSignUpFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<SessionSignUpFilter>>,
    /// Not this (非).
    pub not: Option<Box<SessionSignUpFilter>>,
}

impl Filter for SessionSignUpFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use session_sign_up::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::activities::Session>(
                Column::SessionId,
                "sessionId",
                &self.session_id,
            )?)
            .add_option(asking.reference::<crate::volunteers::Volunteer>(
                Column::VolunteerId,
                "volunteerId",
                &self.volunteer_id,
            )?);
        if let Some(status) = &self.status {
            own = own.add(status.condition(Column::Status));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What sign-ups are ordered by; ties are settled by id (报名排序).
    pub enum SessionSignUpOrder of session_sign_up {
        /// Who came first (报名时间升序).
        SignedUpAtAsc => SignedUpAt asc,
        /// Who came last (报名时间降序).
        SignedUpAtDesc => SignedUpAt desc,
    }
}

impl Listed for SessionSignUp {
    type Filter = SessionSignUpFilter;
    type Order = SessionSignUpOrder;
}

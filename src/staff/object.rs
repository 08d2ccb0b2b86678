//! Staff members and postings as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::{posting, staff_member};

use super::{edges, scope};
use crate::{
    access::Resource,
    communities::{Community, Grid},
    enum_filter,
    error::Result,
    events::History,
    object,
    partners::PartnerUnit,
    privacy::{Column, PersonKey, mask},
    relay::id,
    scalars::{Date, DateTime},
    volunteers::Volunteer,
};

object! {
    StaffMember("staff_member") of staff_member as Resource::StaffMember;
    community = |row| Some(row.community_id);
    scope = scope::of_staff_members;
    edges = edges::of_staff_member;
    classed = { fullName: Personal, phone: Sealed };
}

object! {
    Posting("posting") of posting as Resource::Posting;
    community = |row| Some(row.community_id);
    scope = scope::of_postings;
    edges = edges::of_posting;
}

/// What a staff member is posted as (职务).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::posting::PostingRole")]
pub enum PostingRole {
    /// Heads the community (书记).
    Secretary,
    /// Deputy of the head (副书记).
    DeputySecretary,
    /// Works for the community (社区工作者).
    CommunityWorker,
    /// Looks after a grid (网格员).
    GridWorker,
    /// Member of a work team sent to support the community (工作队员).
    WorkTeamMember,
}

enum_filter!(PostingRoleFilter, PostingRole, entity::posting::PostingRole, "职务");

/// A person who works for the community (工作人员).
#[Object]
impl StaffMember {
    /// Id of the staff member (编号).
    pub async fn id(&self) -> ID {
        id::encode("staff_member", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community that the person works for (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// Full name; masked where you may not read personal data (姓名).
    async fn full_name(&self) -> String {
        if self.0.reads("fullName") { self.0.full_name.clone() } else { mask::name(&self.0.full_name) }
    }

    /// Telephone number, in full or masked, by what you may read (电话).
    async fn phone(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(sealed) = &self.0.phone else { return Ok(None) };
        let Some(key) = self.0.edge::<PersonKey>(ctx)? else { return Ok(None) };
        let phone = key.open_text(Column::StaffPhone, sealed)?;
        Ok(Some(if self.0.reads("phone") { phone } else { mask::phone(&phone) }))
    }

    /// What the person is and was posted as, latest first (任职).
    async fn postings(&self, ctx: &Context<'_>) -> Result<Vec<Posting>> {
        self.0.list(ctx)
    }

    /// The person as a volunteer; null where not enrolled now (志愿者).
    async fn volunteer(&self, ctx: &Context<'_>) -> Result<Option<Volunteer>> {
        self.0.edge(ctx)
    }

    /// When the person was put on file (登记时间).
    async fn registered_at(&self) -> DateTime {
        self.0.registered_at.into()
    }
}

/// A dated post of a staff member (任职).
#[Object]
impl Posting {
    /// Id of the posting (编号).
    pub async fn id(&self) -> ID {
        id::encode("posting", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you end it (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// Who is posted (工作人员).
    async fn staff_member(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>> {
        self.0.edge(ctx)
    }

    /// As what (职务).
    async fn role(&self) -> PostingRole {
        self.0.role.into()
    }

    /// The grid that the post is for; null for the whole community (网格).
    async fn grid(&self, ctx: &Context<'_>) -> Result<Option<Grid>> {
        self.0.edge(ctx)
    }

    /// The unit that seconds the person; null for the community's own staff (派出单位).
    async fn seconded_by(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
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

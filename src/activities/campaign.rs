//! Campaigns as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::campaign;
use sea_orm::Condition;

use super::{
    Activity, ActivityFilter, ActivityKind, ActivityKindFilter, ActivityOrder, ActivityResult, edges, scope,
    turnout::Turnout,
};
use crate::{
    access::Resource,
    communities::Community,
    enum_filter,
    error::Result,
    events::History,
    object, orders,
    relay::{
        Connection, Listed,
        filter::{Asking, DateRange, Filter, TextFilter, combine, reference},
        id,
    },
    scalars::{Date, DateTime},
    search::{self, SearchKind},
};

object! {
    Campaign("campaign") of campaign as Resource::Campaign;
    community = |row| Some(row.community_id);
    scope = scope::of_campaigns;
    edges = edges::of_campaign;
}

/// How far a campaign or an activity is (状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::activity::ActivityStatus")]
pub enum ActivityStatus {
    /// To come (筹备中).
    Planned,
    /// Begun (进行中).
    UnderWay,
    /// Over (已完成).
    Completed,
    /// Called off; its figures count nowhere (已取消).
    Cancelled,
}

enum_filter!(ActivityStatusFilter, ActivityStatus, entity::activity::ActivityStatus, "状态");

/// Activities with one aim (专项行动). What all of them achieved together is the campaign's own result, counted once.
#[Object]
impl Campaign {
    /// Id of the campaign (编号).
    pub async fn id(&self) -> ID {
        id::encode("campaign", self.0.id).into()
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

    /// The kind under which its own results are reported; its activities may be of other kinds (类型).
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

    /// The first day (起始日).
    async fn started_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day, where it is set (终止日).
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// Its activities (活动).
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

    /// How many came to the sessions that were held, over all its activities that were not called off (参与统计).
    async fn turnout(&self, ctx: &Context<'_>) -> Result<Turnout> {
        self.0.present(ctx)
    }

    /// What was achieved by all its activities together, as recorded of the campaign itself; those of single activities are theirs (成效).
    async fn results(&self, ctx: &Context<'_>) -> Result<Vec<ActivityResult>> {
        self.0.list(ctx)
    }

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

/// Which campaigns are wanted; all parts given must hold (专项行动筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct CampaignFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// By title (名称).
    pub title: Option<TextFilter>,
    /// Whose title is found by this text, as `search` finds it: any script, pinyin, initials (检索).
    pub search: Option<String>,
    /// By kind (类型).
    pub kind: Option<ActivityKindFilter>,
    /// By how far they are (状态).
    pub status: Option<ActivityStatusFilter>,
    /// By the first day (起始日).
    pub started_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<CampaignFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<CampaignFilter>>,
    /// Not this (非).
    pub not: Option<Box<CampaignFilter>>,
}

impl Filter for CampaignFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use campaign::Column;
        let community = reference(Column::CommunityId, "communityId", "community", &self.community_id)?;
        let mut own = Condition::all().add_option(community);
        if let Some(title) = &self.title {
            own = own.add(title.condition(Column::Title)?);
        }
        if let Some(text) = &self.search {
            own = own.add(search::found_by(asking, SearchKind::Campaign, Column::Id, text)?);
        }
        if let Some(kind) = &self.kind {
            own = own.add(kind.condition(Column::Kind));
        }
        if let Some(status) = &self.status {
            own = own.add(status.condition(Column::Status));
        }
        if let Some(days) = &self.started_on {
            own = own.add(days.condition(Column::StartedOn));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What campaigns are ordered by; ties are settled by id (专项行动排序).
    pub enum CampaignOrder of campaign {
        /// By title, code point by code point (名称升序).
        TitleAsc => Title asc,
        /// By title, backwards (名称降序).
        TitleDesc => Title desc,
        /// Earliest first (起始日升序).
        StartedOnAsc => StartedOn asc,
        /// Latest first (起始日降序).
        StartedOnDesc => StartedOn desc,
    }
}

impl Listed for Campaign {
    type Filter = CampaignFilter;
    type Order = CampaignOrder;
}

//! Requests as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::request;

use super::{edges, entry::RequestEntry, scope};
use crate::{
    access::Resource,
    attachments::Attachment,
    communities::{Building, Community, Grid},
    enum_filter,
    error::Result,
    events::History,
    merchants::Merchant,
    object,
    partners::PartnerUnit,
    relay::id,
    residents::Resident,
    scalars::{Date, DateTime},
    staff::StaffMember,
    visits::Visit,
};

object! {
    Request("request") of request as Resource::Request;
    community = |row| Some(row.community_id);
    scope = scope::of_requests;
    edges = edges::of_request;
    classed = { contactName: Personal, place: Personal, text: Sensitive };
}

/// How a request came in (诉求渠道).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::request::RequestChannel")]
pub enum RequestChannel {
    /// From the resident or the merchant themselves (本人提交).
    #[graphql(name = "SELF")]
    Own,
    /// At the counter or by telephone: staff wrote it down (窗口代办).
    Counter,
    /// Heard on a visit (走访收集).
    Visit,
    /// From the city's hotline, under its number (市民热线).
    Hotline,
    /// From another channel, under its number where it has one (其他渠道).
    Other,
}

enum_filter!(RequestChannelFilter, RequestChannel, entity::request::RequestChannel, "诉求渠道");

/// What a request is about (诉求类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::request::RequestCategory")]
pub enum RequestCategory {
    /// Cleanliness and green (环境卫生).
    Environment,
    /// Something that is broken (设施维修).
    Repair,
    /// A danger (安全隐患).
    Safety,
    /// A quarrel between neighbours (邻里纠纷).
    Neighbours,
    /// The management of the premises (物业服务).
    Property,
    /// Parking (停车秩序).
    Parking,
    /// Noise (噪声扰民).
    Noise,
    /// Help in need (民生救助).
    Livelihood,
    /// A merchant's trouble in business (经营困难).
    Business,
    /// Anything else (其他).
    Other,
}

enum_filter!(RequestCategoryFilter, RequestCategory, entity::request::RequestCategory, "诉求类别");

/// How soon a request has to be answered (紧急程度).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::request::Urgency")]
pub enum Urgency {
    /// In the ordinary time (一般).
    Normal,
    /// Before others (紧急).
    Urgent,
    /// At once (特急).
    Emergency,
}

enum_filter!(UrgencyFilter, Urgency, entity::request::Urgency, "紧急程度");

/// How far a request is (诉求状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::request::RequestStatus")]
pub enum RequestStatus {
    /// It came in (已提交).
    Submitted,
    /// The community will see to it (已受理).
    Accepted,
    /// It is none of the community's business (不予受理).
    Declined,
    /// Somebody was given it (已交办).
    Assigned,
    /// It is worked on (办理中).
    InProgress,
    /// It was answered (已答复).
    Answered,
    /// The submitter was asked what they think of the answer (已回访).
    CalledBack,
    /// It is done (已办结).
    Closed,
    /// It is a duplicate and goes with another one (已并案).
    Merged,
}

enum_filter!(RequestStatusFilter, RequestStatus, entity::request::RequestStatus, "诉求状态");

/// Where a request was settled (化解层级).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::request::SettlementLevel")]
pub enum SettlementLevel {
    /// Among the merchants of the alliance (商户联盟).
    Alliance,
    /// In the community (社区).
    Community,
    /// By the sub-district (街道).
    SubDistrict,
    /// Further up (街道以上).
    Above,
}

/// Something that a resident or a merchant asks of the community (诉求).
#[Object]
impl Request {
    /// Id of the request (编号).
    pub async fn id(&self) -> ID {
        id::encode("request", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you change it (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community that is asked (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// How it came in (渠道).
    async fn channel(&self) -> RequestChannel {
        self.0.channel.into()
    }

    /// What the channel calls it (渠道编号).
    async fn channel_number(&self) -> Option<&str> {
        self.0.channel_number.as_deref()
    }

    /// Who asks, if a resident on file (居民).
    async fn resident(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// Who asks, if a merchant (商户).
    async fn merchant(&self, ctx: &Context<'_>) -> Result<Option<Merchant>> {
        self.0.edge(ctx)
    }

    /// Who asks, if nobody on file; null where you may not read personal data (诉求人姓名).
    async fn contact_name(&self) -> Option<&str> {
        self.0.contact_name.as_deref().filter(|_| self.0.reads("contactName"))
    }

    /// The visit on which it came up (来源走访).
    async fn visit(&self, ctx: &Context<'_>) -> Result<Option<Visit>> {
        self.0.edge(ctx)
    }

    /// What it is about (类别).
    async fn category(&self) -> RequestCategory {
        self.0.category.into()
    }

    /// How soon it has to be answered (紧急程度).
    async fn urgency(&self) -> Urgency {
        self.0.urgency.into()
    }

    /// The building that it is about (楼栋).
    async fn building(&self, ctx: &Context<'_>) -> Result<Option<Building>> {
        self.0.edge(ctx)
    }

    /// The grid that it is about, where no building is known (网格).
    async fn grid(&self, ctx: &Context<'_>) -> Result<Option<Grid>> {
        self.0.edge(ctx)
    }

    /// Where, in words; null where you may not read personal data (位置).
    async fn place(&self) -> Option<&str> {
        self.0.place.as_deref().filter(|_| self.0.reads("place"))
    }

    /// What is asked for; null where you may not read sensitive data (诉求内容).
    async fn text(&self) -> Option<&str> {
        Some(&*self.0.body).filter(|_| self.0.reads("text"))
    }

    /// How far it is (状态).
    async fn status(&self) -> RequestStatus {
        self.0.status.into()
    }

    /// The staff member who handles it (承办人).
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>> {
        self.0.edge(ctx)
    }

    /// The grid whose workers handle it (承办网格).
    async fn assignee_grid(&self, ctx: &Context<'_>) -> Result<Option<Grid>> {
        self.0.edge(ctx)
    }

    /// The partner unit that handles it (承办单位).
    async fn assignee_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// What the partner unit that handles it is told of it, which names nobody (交办说明).
    async fn unit_brief(&self) -> Option<&str> {
        self.0.unit_brief.as_deref()
    }

    /// The one that it goes with, where it is a duplicate (并入诉求).
    async fn merged_into(&self, ctx: &Context<'_>) -> Result<Option<Request>> {
        self.0.edge(ctx)
    }

    /// How often it was handed back, at most three times (退回次数).
    async fn hand_backs(&self) -> i32 {
        self.0.hand_backs
    }

    /// How often it was opened again (重新办理次数).
    async fn reopenings(&self) -> i32 {
        self.0.round
    }

    /// When it came in (提交时间).
    async fn submitted_at(&self) -> DateTime {
        self.0.submitted_at.into()
    }

    /// The last day for the answer, in working days from its coming in or its last reopening (办理期限).
    async fn due_on(&self) -> Option<Date> {
        self.0.due_on.map(Date)
    }

    /// Was the deadline counted without a calendar of holidays for part of the time? It is counted anew when that is known (期限是否暂定).
    async fn due_provisional(&self) -> bool {
        self.0.due_provisional
    }

    /// Is it still to be answered though its last day is past, by the date in the community (是否逾期)?
    async fn overdue(&self, ctx: &Context<'_>) -> Result<bool> {
        self.0.list(ctx)
    }

    /// When it was answered, since it was last opened (答复时间).
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(Into::into)
    }

    /// How satisfied the submitter was in the last call-back, from 1 to 5 (满意度).
    async fn satisfaction(&self) -> Option<i32> {
        self.0.satisfaction
    }

    /// The day on which it was closed (办结日期).
    async fn closed_on(&self) -> Option<Date> {
        self.0.closed_on.map(Date)
    }

    /// Where it was settled; null before it is closed (化解层级).
    async fn settled_at(&self) -> Option<SettlementLevel> {
        self.0.settled_at.map(Into::into)
    }

    /// Photos and documents of it, those that were sent with it first; none where you may not read sensitive data (附件).
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>> {
        self.0.list(ctx)
    }

    /// What became of it so far, oldest first (办理记录).
    async fn entries(&self, ctx: &Context<'_>) -> Result<Vec<RequestEntry>> {
        self.0.list(ctx)
    }
}

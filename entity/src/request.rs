use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How a request came in (诉求渠道).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RequestChannel {
    /// 本人提交
    Own,
    /// 窗口代办
    Counter,
    /// 走访收集
    Visit,
    /// 市民热线
    Hotline,
    /// 其他渠道
    Other,
}

/// What a request is about (诉求类别).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RequestCategory {
    /// 环境卫生
    Environment,
    /// 设施维修
    Repair,
    /// 安全隐患
    Safety,
    /// 邻里纠纷
    Neighbours,
    /// 物业服务
    Property,
    /// 停车秩序
    Parking,
    /// 噪声扰民
    Noise,
    /// 民生救助
    Livelihood,
    /// 经营困难
    Business,
    /// 其他
    Other,
}

/// How soon a request has to be answered (紧急程度).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Urgency {
    /// 一般
    Normal,
    /// 紧急
    Urgent,
    /// 特急
    Emergency,
}

/// How far a request is (诉求状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RequestStatus {
    /// 已提交
    Submitted,
    /// 已受理
    Accepted,
    /// 不予受理
    Declined,
    /// 已交办
    Assigned,
    /// 办理中
    InProgress,
    /// 已答复
    Answered,
    /// 已回访
    CalledBack,
    /// 已办结
    Closed,
    /// 已并案: a duplicate that goes with another
    Merged,
}

/// Where a request was settled (化解层级).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SettlementLevel {
    /// 商户联盟
    Alliance,
    /// 社区
    Community,
    /// 街道
    SubDistrict,
    /// 街道以上
    Above,
}

/// A request (诉求) of a resident or a merchant: one file from its coming in to its end, however often it is reopened.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub community_id: Uuid,
    pub channel: RequestChannel,
    /// What the channel calls it; unique in the community and the channel.
    pub channel_number: Option<String>,
    pub resident_id: Option<Uuid>,
    pub merchant_id: Option<Uuid>,
    /// Who it came from, where that is nobody on file.
    pub contact_name: Option<String>,
    /// The visit on which it came up; only of the channel `Visit`.
    pub visit_id: Option<Uuid>,
    pub category: RequestCategory,
    pub urgency: Urgency,
    pub building_id: Option<Uuid>,
    /// 网格, where no building is known.
    pub grid_id: Option<Uuid>,
    pub place: Option<String>,
    /// What is asked for.
    pub body: String,
    pub status: RequestStatus,
    /// Who handles it, one of the three from ASSIGNED on.
    pub assignee_id: Option<Uuid>,
    pub assignee_grid_id: Option<Uuid>,
    pub assignee_unit_id: Option<Uuid>,
    /// What the unit is told, which names nobody; none without a unit.
    pub unit_brief: Option<String>,
    /// The one that it goes with, exactly where it is `Merged`.
    pub merged_into: Option<Uuid>,
    pub hand_backs: i32,
    /// How often it was reopened.
    pub round: i32,
    /// The day of `submitted_at` where the community is.
    pub submitted_on: NaiveDate,
    pub submitted_at: DateTime<Utc>,
    /// The day from which the deadline counts: that of coming in, or of the last reopening.
    pub round_started_on: NaiveDate,
    /// The last day for the answer of this round.
    pub due_on: Option<NaiveDate>,
    /// Counted without a calendar of holidays for part of the time.
    pub due_provisional: bool,
    /// The answer of this round.
    pub answered_on: Option<NaiveDate>,
    pub answered_at: Option<DateTime<Utc>>,
    /// Some round of it had no answer by its deadline.
    pub late: bool,
    pub called_back_on: Option<NaiveDate>,
    /// 1 to 5, as said in the last call-back.
    pub satisfaction: Option<i32>,
    /// Set exactly where it is `Closed`, with the level.
    pub closed_on: Option<NaiveDate>,
    pub settled_at: Option<SettlementLevel>,
    /// The hash of the code by which it is followed without an account; the code itself is kept nowhere.
    pub tracking_hash: Vec<u8>,
    pub version: i32,
    #[sea_orm(belongs_to, from = "resident_id", to = "id")]
    pub resident: BelongsTo<Option<super::resident::Entity>>,
    #[sea_orm(belongs_to, from = "merchant_id", to = "id")]
    pub merchant: BelongsTo<Option<super::merchant::Entity>>,
    #[sea_orm(belongs_to, from = "building_id", to = "id")]
    pub building: BelongsTo<Option<super::building::Entity>>,
    #[sea_orm(has_many)]
    pub request_entries: HasMany<super::request_entry::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

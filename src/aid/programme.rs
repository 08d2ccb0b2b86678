//! Programmes: as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{aid_programme, circumstance::CircumstanceKind as StoredKind};
use sea_orm::Condition;

use super::{
    edges,
    object::AidRecord,
    progress::AidProgress,
    queries::{AidRecordFilter, AidRecordOrder},
    scope,
    terms::list,
};
use crate::{
    access::Resource,
    communities::{Community, Grid},
    contributions::Contribution,
    enum_filter,
    error::Result,
    events::History,
    figures::{Figure, Money},
    object, orders,
    relay::{
        Connection, Listed,
        filter::{Asking, Filter, TextFilter, combine, reference},
        id,
    },
    residents::CircumstanceKind,
    scalars::{Date, DateTime},
    schema::cost::{COUNT, cost},
};

object! {
    AidProgramme("aid_programme") of aid_programme as Resource::AidProgramme;
    community = |row| Some(row.community_id);
    scope = scope::of_programmes;
    edges = edges::of_programme;
}

/// Whom a grant goes to (发放对象).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::aid_programme::AidScope")]
pub enum AidScope {
    /// One resident (个人).
    Person,
    /// One household as a whole (家庭).
    Household,
}

enum_filter!(AidScopeFilter, AidScope, entity::aid_programme::AidScope, "发放对象");

/// The period in which a recipient is aided once at most (帮扶周期).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::aid_programme::AidPeriod")]
pub enum AidPeriod {
    /// Once and never again (仅一次).
    Ever,
    /// Once a calendar year, by the day of the grant (每年一次).
    Year,
    /// Once a calendar month, by the day of the grant (每月一次).
    Month,
    /// Once for each event, which the grant names (每次事件一次).
    Event,
}

/// The most that a recipient is given under a programme (帮扶上限).
#[derive(SimpleObject, Clone)]
pub struct AidCeiling {
    /// So much in all; null where it is not bounded (金额上限).
    pub value: Option<Money>,
    /// So often; null where it is not bounded (次数上限).
    pub times: Option<i32>,
    /// In each of these periods, by the day of the grants (计算周期).
    pub per: AidPeriod,
}

/// What a programme asks for, beside its grids, budgets and exclusions (帮扶条件).
#[derive(SimpleObject, Clone)]
pub struct AidProgrammeRules {
    /// One of these must hold on the day of the grant; anybody where it is empty (须有的困难/身份类别).
    pub circumstances: Vec<CircumstanceKind>,
    /// At least so many completed years on the day of the grant (最低年龄).
    pub age_from: Option<i32>,
    /// At most so many completed years on the day of the grant (最高年龄).
    pub age_to: Option<i32>,
    /// The most that a recipient is given; null where it is not bounded (帮扶上限).
    pub ceiling: Option<AidCeiling>,
    /// The first day of grants (开放日期).
    pub opens_on: Option<Date>,
    /// The last day of grants (截止日期).
    pub closes_on: Option<Date>,
    /// Names of the documents that recipients are asked to show (须出示的材料).
    pub documents: Vec<String>,
}

/// A programme that excludes this one (互斥项目).
#[derive(SimpleObject, Clone)]
pub struct AidExclusion {
    /// The other programme (帮扶项目).
    pub programme_id: ID,
    /// Whether the same person is excluded, or everybody of the same household (互斥范围).
    pub by: AidScope,
    /// Since when; grants from before stay (设置时间).
    pub since: DateTime,
}

/// Rules under which aid is given (帮扶项目).
#[Object]
impl AidProgramme {
    /// Id of the programme (编号).
    pub async fn id(&self) -> ID {
        id::encode("aid_programme", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community that gives aid under it (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// Name, unique in the community (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it aids persons or whole households (发放对象).
    async fn scope(&self) -> AidScope {
        self.0.scope.into()
    }

    /// What it is for (说明).
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// The period in which a recipient is aided once at most; null where they are aided as often as needed (帮扶周期).
    async fn once_per(&self) -> Option<AidPeriod> {
        self.0.once_per.map(Into::into)
    }

    /// Must a second person approve what somebody recorded? (须他人批准)
    async fn second_approver(&self) -> bool {
        self.0.second_approver
    }

    /// Whom it aids, and when (帮扶条件).
    async fn rules(&self) -> AidProgrammeRules {
        let row = &self.0;
        let bounded = row.ceiling_fen.is_some() || row.ceiling_times.is_some();
        AidProgrammeRules {
            circumstances: list::<StoredKind>(row.circumstances.as_deref()).into_iter().map(Into::into).collect(),
            age_from: row.age_from,
            age_to: row.age_to,
            ceiling: bounded.then(|| AidCeiling {
                value: row.ceiling_fen.map(|fen| Money::new(Figure::exact(fen))),
                times: row.ceiling_times,
                per: row.ceiling_per.map_or(AidPeriod::Ever, Into::into),
            }),
            opens_on: row.opens_on.map(Date),
            closes_on: row.closes_on.map(Date),
            documents: list(row.documents.as_deref()),
        }
    }

    /// Whom it aids lives in one of these grids, as far as you may see them; anywhere where there are none (限定网格).
    async fn grids(&self, ctx: &Context<'_>) -> Result<Vec<Grid>> {
        self.0.list(ctx)
    }

    /// The contributions that it is paid from, as far as you may see them; any where there are none (经费来源).
    async fn budgets(&self, ctx: &Context<'_>) -> Result<Vec<Contribution>> {
        self.0.list(ctx)
    }

    /// The programmes that exclude it (互斥项目).
    async fn exclusions(&self, ctx: &Context<'_>) -> Result<Vec<AidExclusion>> {
        self.0.list(ctx)
    }

    /// How far its aid is; null where recipients are masked for you (帮扶进度).
    #[graphql(directive = cost::apply(COUNT.into()))]
    async fn progress(&self, ctx: &Context<'_>) -> Result<Option<AidProgress>> {
        self.0.edge(ctx)
    }

    /// Aid that was given, planned or refused under it (帮扶记录).
    async fn aid_records(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<AidRecordFilter>,
        _order_by: Option<Vec<AidRecordOrder>>,
    ) -> Result<Connection<AidRecord>> {
        self.0.present(ctx)
    }

    /// When it was set up (设立时间).
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}

/// Which programmes are wanted; all parts given must hold (帮扶项目筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct AidProgrammeFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// By name (名称).
    pub name: Option<TextFilter>,
    /// By whom it aids (发放对象).
    pub scope: Option<AidScopeFilter>,
    /// All of these (且).
    pub and: Option<Vec<AidProgrammeFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<AidProgrammeFilter>>,
    /// Not this (非).
    pub not: Option<Box<AidProgrammeFilter>>,
}

impl Filter for AidProgrammeFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let community = reference(aid_programme::Column::CommunityId, "communityId", "community", &self.community_id)?;
        let mut own = Condition::all().add_option(community);
        if let Some(name) = &self.name {
            own = own.add(name.condition(aid_programme::Column::Name)?);
        }
        if let Some(scope) = &self.scope {
            own = own.add(scope.condition(aid_programme::Column::Scope));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What programmes are ordered by; ties are settled by id (帮扶项目排序).
    pub enum AidProgrammeOrder of aid_programme {
        /// By name (名称升序).
        NameAsc => Name asc,
        /// By name, backwards (名称降序).
        NameDesc => Name desc,
        /// Oldest first (设立时间升序).
        CreatedAtAsc => CreatedAt asc,
        /// Newest first (设立时间降序).
        CreatedAtDesc => CreatedAt desc,
    }
}

impl Listed for AidProgramme {
    type Filter = AidProgrammeFilter;
    type Order = AidProgrammeOrder;
}

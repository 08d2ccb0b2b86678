//! Programmes: as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::aid_programme;
use sea_orm::Condition;

use super::{
    edges,
    object::AidRecord,
    queries::{AidRecordFilter, AidRecordOrder},
    scope,
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
        filter::{Asking, Filter, TextFilter, combine, reference},
        id,
    },
    scalars::DateTime,
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

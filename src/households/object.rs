//! Households as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::{household, household_membership};

use super::{edges, scope};
use crate::{
    access::Resource,
    aid::{AidRecord, AidRecordFilter, AidRecordOrder},
    communities::{Building, Community},
    error::Result,
    events::History,
    object,
    privacy::mask,
    relay::{Connection, id},
    residents::Resident,
    scalars::{Date, DateTime},
    visits::{Visit, VisitFilter, VisitOrder},
};

object! {
    Household("household") of household as Resource::Household;
    community = |row| Some(row.community_id);
    scope = scope::of_households;
    edges = edges::of_household;
    classed = { unit: Personal, room: Personal };
}

object! {
    HouseholdMembership("household_membership") of household_membership as Resource::Membership;
    community = |row| Some(row.community_id);
    scope = scope::of_memberships;
    edges = edges::of_membership;
}

/// What a member is to the head of the household (与户主关系).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::household_membership::HouseholdRelation")]
pub enum HouseholdRelation {
    /// The head (户主).
    Head,
    /// Husband or wife (配偶).
    Spouse,
    /// Son or daughter (子女).
    Child,
    /// Father or mother (父母).
    Parent,
    /// Grandchild (孙子女).
    Grandchild,
    /// Grandparent (祖父母).
    Grandparent,
    /// Brother or sister (兄弟姐妹).
    Sibling,
    /// Another relative (其他亲属).
    OtherRelative,
    /// No relative (非亲属).
    NonRelative,
}

/// People who live behind one door (户).
#[Object]
impl Household {
    /// Id of the household (编号).
    pub async fn id(&self) -> ID {
        id::encode("household", self.0.id).into()
    }

    /// Counts the changes, of its members too (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community that keeps this record (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// The building; null where you may not see it (楼栋).
    async fn building(&self, ctx: &Context<'_>) -> Result<Option<Building>> {
        self.0.edge(ctx)
    }

    /// The staircase, where the building has several (单元).
    async fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref().filter(|_| self.0.reads("unit"))
    }

    /// The room; `*` where you may not read personal data (室).
    async fn room(&self) -> &str {
        if self.0.reads("room") { &self.0.room } else { mask::room(&self.0.room) }
    }

    /// The head; null while nobody lives here (户主).
    async fn head(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// Who lives here now, the head first (现有成员).
    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<HouseholdMembership>> {
        self.0.list(ctx)
    }

    /// Who lives or lived here, earliest first (历任成员).
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Vec<HouseholdMembership>> {
        self.0.list(ctx)
    }

    /// Visits to it (走访记录).
    async fn visits(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<VisitFilter>,
        _order_by: Option<Vec<VisitOrder>>,
    ) -> Result<Connection<Visit>> {
        self.0.present(ctx)
    }

    /// The latest visit that took place (最近一次走访).
    async fn last_visit(&self, ctx: &Context<'_>) -> Result<Option<Visit>> {
        self.0.edge(ctx)
    }

    /// Aid to the household and to its members while they lived here (帮扶记录).
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

    /// When the household was put on file (登记时间).
    async fn registered_at(&self) -> DateTime {
        self.0.registered_at.into()
    }
}

/// A resident's time in a household (户成员).
#[Object]
impl HouseholdMembership {
    /// Id of the membership (编号).
    pub async fn id(&self) -> ID {
        id::encode("household_membership", self.0.id).into()
    }

    /// Counts the changes (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The household; null where you may not see it, such as one that the resident left and that is out of your reach (户).
    async fn household(&self, ctx: &Context<'_>) -> Result<Option<Household>> {
        self.0.edge(ctx)
    }

    /// The member (居民).
    async fn resident(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// What the member is to the head (与户主关系).
    async fn relation(&self) -> HouseholdRelation {
        self.0.relation.into()
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

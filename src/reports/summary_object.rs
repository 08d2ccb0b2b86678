//! What grants come to, as the schema shows it.

use async_graphql::{Enum, Object};
use entity::{circumstance::CircumstanceKind as StoredCircumstance, figures::AidKind as StoredKind};
use uuid::Uuid;

use crate::{
    aid::AidProgramme,
    communities::Grid,
    error::{Error, Result},
    figures::{AidKind, KindTotal, Money, Quantity},
    partners::PartnerUnit,
    projects::Project,
    residents::CircumstanceKind,
};

/// By what grants are grouped (汇总分组).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AidSummaryGroup {
    /// What was given (类型).
    Kind,
    /// Under which programme (帮扶项目).
    Programme,
    /// In which joint project (共建项目).
    Project,
    /// Out of what which unit gave; what several gave together counts in full under each of them (共建单位).
    PartnerUnit,
    /// In which grid the household is today that received it, or in which the person lived when it was recorded (网格).
    Grid,
    /// Which circumstances the person was in on the day of the grant, each of them; you need to read sensitive data (困难/身份类别).
    Circumstance,
    /// In which month it was given (月份).
    Month,
}

/// What tells one group from another. Of what is not grouped by, nothing; and also nothing where a grant has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) kind: Option<StoredKind>,
    pub(super) programme: Option<Uuid>,
    pub(super) project: Option<Uuid>,
    pub(super) partner_unit: Option<Uuid>,
    pub(super) grid: Option<Uuid>,
    pub(super) circumstance: Option<StoredCircumstance>,
    pub(super) month: Option<String>,
}

pub struct AidSummary {
    pub(super) key: Key,
    pub(super) programme: Option<AidProgramme>,
    pub(super) project: Option<Project>,
    pub(super) partner_unit: Option<PartnerUnit>,
    pub(super) grid: Option<Grid>,
    /// Grants, residents and households; none where they are hidden.
    pub(super) counts: Option<[i64; 3]>,
    pub(super) quantities: Option<Vec<Quantity>>,
    pub(super) value: Option<(Money, Vec<KindTotal>)>,
}

/// A group of grants, and what they come to (帮扶汇总). What it is not grouped by is null; so is what its grants have none of, such as grants outside any programme.
#[Object]
impl AidSummary {
    /// What was given (类型).
    async fn kind(&self) -> Option<AidKind> {
        self.key.kind.map(Into::into)
    }

    /// The programme (帮扶项目).
    async fn programme(&self) -> Option<&AidProgramme> {
        self.programme.as_ref()
    }

    /// The joint project (共建项目).
    async fn project(&self) -> Option<&Project> {
        self.project.as_ref()
    }

    /// The unit that gave what the grants were taken from, alone or with others (共建单位).
    async fn partner_unit(&self) -> Option<&PartnerUnit> {
        self.partner_unit.as_ref()
    }

    /// The grid (网格).
    async fn grid(&self) -> Option<&Grid> {
        self.grid.as_ref()
    }

    /// The circumstance; null for those in none, and for households (困难/身份类别).
    async fn circumstance(&self) -> Option<CircumstanceKind> {
        self.key.circumstance.map(Into::into)
    }

    /// The month, such as "2021-03" (月份).
    async fn month(&self) -> Option<&str> {
        self.key.month.as_deref()
    }

    /// Is what it comes to hidden because it is of fewer than five residents or households, or would tell that of another group? Only from those to whom
    /// recipients are masked. All figures are null, UNKNOWN or empty then (少于五人不予显示).
    async fn suppressed(&self) -> bool {
        self.counts.is_none()
    }

    /// How many grants; null where it is suppressed (记录数).
    async fn records(&self) -> Option<i64> {
        self.counts.map(|[records, ..]| records)
    }

    /// To how many different residents; null where it is suppressed (人数).
    async fn people(&self) -> Option<i64> {
        self.counts.map(|[_, people, _]| people)
    }

    /// To how many different households as such; a member's own grants do not count here. Null where it is suppressed (户数).
    async fn households(&self) -> Option<i64> {
        self.counts.map(|[.., households]| households)
    }

    /// How many of what, for each unit of measure; cash is not counted in pieces (数量).
    async fn quantities(&self) -> Result<Vec<Quantity>> {
        self.quantities.clone().ok_or_else(missing)
    }

    /// What all of it is worth, whether money or not; for money alone see CASH in `values` (价值合计).
    async fn value(&self) -> Result<Money> {
        self.value.as_ref().map(|(value, _)| value.clone()).ok_or_else(missing)
    }

    /// What it is worth, for each kind (分类价值).
    async fn values(&self) -> Result<Vec<KindTotal>> {
        self.value.as_ref().map(|(_, values)| values.clone()).ok_or_else(missing)
    }
}

fn missing() -> Error {
    Error::internal("a figure was selected and not computed")
}

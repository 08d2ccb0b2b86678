//! Who was given aid under several programmes in a period (多项目受助): persons by their own grants, households by all that reached anybody as living there.

use std::collections::{HashMap, HashSet};

use async_graphql::{Enum, ID, SimpleObject};
use entity::{
    aid_programme::AidScope,
    aid_record::{self, AidStatus, Column as Aid},
    figures::Precision,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Asterisk, Expr, ExprTrait, Query, SelectStatement},
};
use uuid::Uuid;

use super::{look::community, period::Period};
use crate::{
    access::policy::Action,
    aid::{AidProgramme, AidRecord},
    error::Result,
    figures::{Figure, Money, few::few, sum},
    households::Household,
    relay::{
        Asked, Entity, Reading, Row,
        page::{PageArgs, no_cursor},
    },
    residents::Resident,
};

const TYPE: &str = "BeneficiaryOverlap";

/// Whom grants are counted for (受助单位).
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OverlapBy {
    /// Persons, by their own grants (个人).
    #[default]
    Person,
    /// Households: by grants to them, and by those to persons who lived there when these were recorded (家庭).
    Household,
}

/// A person or a household that was given aid under several programmes (多项目受助人).
#[derive(SimpleObject)]
pub struct OverlappingBeneficiary {
    /// The person; null for a household (居民).
    pub resident: Option<Resident>,
    /// The household; null for a person (户).
    pub household: Option<Household>,
    /// The programmes, two or more, as they came on record (帮扶项目).
    pub programmes: Vec<AidProgramme>,
    /// How many grants under them (记录数).
    pub records: i64,
    /// What these are worth together, as sure as the parts are (金额).
    pub value: Money,
}

/// A page of those who were given aid under several programmes (多项目受助名单).
#[derive(SimpleObject)]
pub struct BeneficiaryOverlap {
    /// The persons or households; their order means nothing and stays the same (名单).
    pub beneficiaries: Vec<OverlappingBeneficiary>,
    /// How many they are in all; null where they are so few that it would tell who, for those to whom they are masked (总数).
    pub total_count: Option<i64>,
    /// Are there more after these (是否还有更多)?
    pub has_next_page: bool,
    /// Give it as `after` to read on; null where nobody was found (末尾游标).
    pub end_cursor: Option<String>,
}

/// One list of them.
struct Looking<'a> {
    reading: &'a Reading<'a>,
    by: OverlapBy,
    within: Condition,
    /// What the cursors of this list are good for.
    bound_to: Vec<u8>,
}

pub(super) async fn overlap(
    reading: &Reading<'_>,
    asked: &Asked<'_>,
    of: &ID,
    period: Period,
    by: OverlapBy,
) -> Result<BeneficiaryOverlap> {
    let (key, _) = community(reading, asked, of, TYPE).await?;
    let page = PageArgs::read(asked)?;
    let most = page.size as usize;
    let within = Condition::all()
        .add(Aid::CommunityId.eq(key))
        .add(Aid::Status.eq(AidStatus::Delivered))
        .add(period.has(Aid::GivenOn));
    let bound_to = format!("beneficiaryOverlap {key} {period:?} {by:?}").into_bytes();
    let looking = Looking { reading, by, within, bound_to };

    let total_count = match asked.selection.selects(asked.env, TYPE, "totalCount") {
        true => Some(looking.total().await?),
        false => None,
    };
    let names = reading.viewer.reach(AidRecord::RESOURCE, Action::Read).names(key);
    let total_count = total_count.filter(|number| names || !few(*number));
    let mut found = looking.page(most, page.after.as_deref()).await?;
    let has_next_page = found.len() > most;
    found.truncate(most);
    let end_cursor = found.last().map(|last| reading.app.keys.seal_cursor(&looking.bound_to, last.as_bytes()));
    let beneficiaries = looking.told(found, asked).await?;
    Ok(BeneficiaryOverlap { beneficiaries, total_count, has_next_page, end_cursor })
}

impl Looking<'_> {
    /// Who received.
    fn recipient(&self) -> Aid {
        match self.by {
            OverlapBy::Person => Aid::ResidentId,
            OverlapBy::Household => Aid::HouseholdId,
        }
    }

    /// The grants within reach, under programmes and to recipients within reach.
    fn grants(&self) -> Select<aid_record::Entity> {
        let grants = self.reading.select::<AidRecord>().filter(self.within.clone());
        let grants = grants.filter(Aid::ProgrammeId.in_subquery(self.seen::<AidProgramme>()));
        match self.by {
            OverlapBy::Person => grants
                .filter(Aid::Scope.eq(AidScope::Person))
                .filter(Aid::ResidentId.in_subquery(self.seen::<Resident>())),
            OverlapBy::Household => grants.filter(Aid::HouseholdId.in_subquery(self.seen::<Household>())),
        }
    }

    fn seen<T: Entity>(&self) -> SelectStatement
    where
        Row<T>: Send + Sync,
    {
        self.reading.select::<T>().select_only().column(T::id_column()).into_query()
    }

    /// Who received under two programmes or more.
    fn overlapping(&self) -> Select<aid_record::Entity> {
        self.grants()
            .select_only()
            .column(self.recipient())
            .group_by(self.recipient())
            .having(Expr::col(Aid::ProgrammeId.as_column_ref()).count_distinct().gt(1))
    }

    async fn total(&self) -> Result<i64> {
        let mut count = Query::select();
        let all = self.overlapping().into_query();
        count.expr_as(Expr::col(Asterisk).count(), "total").from_subquery(all, "overlapping");
        let found = self.reading.db().query_one(&count).await?;
        Ok(found.map(|row| row.try_get("", "total")).transpose()?.unwrap_or_default())
    }

    /// So many of them and one more.
    async fn page(&self, most: usize, after: Option<&str>) -> Result<Vec<Uuid>> {
        let after = after.map(|after| {
            let place = self.reading.app.keys.open_cursor(&self.bound_to, after);
            place.and_then(|place| Uuid::from_slice(&place).ok()).ok_or_else(|| no_cursor("after"))
        });
        let later = after.transpose()?.map(|after| self.recipient().gt(after));
        let select = self
            .overlapping()
            .filter(Condition::all().add_option(later))
            .order_by_asc(self.recipient())
            .limit(most as u64 + 1);
        Ok(select.into_tuple().all(self.reading.db()).await?)
    }

    /// The recipients with their programmes and what they were given, in the order of the page.
    async fn told(&self, found: Vec<Uuid>, asked: &Asked<'_>) -> Result<Vec<OverlappingBeneficiary>> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        type Part = (Uuid, Uuid, Precision, i64, Option<i64>);
        let parts: Vec<Part> = self
            .grants()
            .filter(self.recipient().is_in(found.iter().copied()))
            .select_only()
            .column(self.recipient())
            .column(Aid::ProgrammeId)
            .column(Aid::ValuePrecision)
            .expr_as(Aid::Id.count(), "records")
            .expr_as(Aid::ValueFen.sum().cast_as("bigint"), "total")
            .group_by(self.recipient())
            .group_by(Aid::ProgrammeId)
            .group_by(Aid::ValuePrecision)
            .order_by_asc(Aid::ProgrammeId)
            .into_tuple()
            .all(self.reading.db())
            .await?;
        let of_each = asked.selection.child(asked.env, TYPE, "beneficiaries");
        let under = |field| of_each.child(asked.env, "OverlappingBeneficiary", field);
        let keys: HashSet<Uuid> = found.iter().copied().collect();
        let (people, homes) = match self.by {
            OverlapBy::Person => (keys, HashSet::new()),
            OverlapBy::Household => (HashSet::new(), keys),
        };
        let residents = self.reading.some::<Resident>(people, &under("resident")).await?;
        let households = self.reading.some::<Household>(homes, &under("household")).await?;
        let programmes = parts.iter().map(|(_, programme, ..)| *programme).collect();
        let programmes = self.reading.some::<AidProgramme>(programmes, &under("programmes")).await?;
        let mut by_recipient: HashMap<Uuid, Vec<Part>> = HashMap::new();
        for part in parts {
            by_recipient.entry(part.0).or_default().push(part);
        }
        let told = found.into_iter().map(|key| {
            let parts = by_recipient.remove(&key).unwrap_or_default();
            let mut named: Vec<Uuid> = parts.iter().map(|(_, programme, ..)| *programme).collect();
            named.dedup();
            let values =
                parts.iter().map(|(.., precision, _, amount)| Figure { amount: *amount, precision: *precision });
            OverlappingBeneficiary {
                resident: residents.get(&key).cloned(),
                household: households.get(&key).cloned(),
                programmes: named.iter().filter_map(|programme| programmes.get(programme).cloned()).collect(),
                records: parts.iter().map(|(.., records, _)| records).sum(),
                value: Money::new(sum(values)),
            }
        });
        Ok(told.collect())
    }
}

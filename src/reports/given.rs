//! What partner units gave in a period: money, goods, quotas, sponsorships.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::{
    aid_record::{self, AidStatus},
    contribution::{self, Column as Given},
    figures::{AidKind, Precision},
    instalment::{self, InstalmentStatus},
    sponsorship::{self, PaymentInterval, SponsorshipStatus},
};
use sea_orm::{
    ColumnTrait, Condition, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    look::{Look, MOST_ROWS, bounded},
    object::{GoodsTotal, QuotaTotal},
};
use crate::{
    aid::AidRecord,
    error::Result,
    figures::{Figure, Money, Quantity, difference, sum},
};

/// What a grant in these states takes from its contribution.
const LIVE: [AidStatus; 3] = [AidStatus::Planned, AidStatus::Approved, AidStatus::Delivered];

impl Look<'_> {
    /// Values received of CASH and of GOODS, apart: the two are never added.
    pub(super) async fn values_received(&self) -> Result<(Figure, Figure)> {
        let rows: Vec<(AidKind, Precision, Option<i64>)> = self
            .contributions()
            .filter(Given::Kind.is_in([AidKind::Cash, AidKind::Goods]))
            .filter(self.period.has(Given::ReceivedOn))
            .select_only()
            .column(Given::Kind)
            .column(Given::ReceivedValuePrecision)
            .expr_as(Given::ReceivedFen.sum().cast_as("bigint"), "total")
            .group_by(Given::Kind)
            .group_by(Given::ReceivedValuePrecision)
            .into_tuple()
            .all(self.db())
            .await?;
        let of = |kind| {
            let own = rows.iter().filter(move |(own, ..)| *own == kind);
            sum(own.map(|(_, precision, amount)| Figure { amount: *amount, precision: *precision }))
        };
        Ok((of(AidKind::Cash), of(AidKind::Goods)))
    }

    /// What all sponsorships that run in the period come to in a year.
    pub(super) async fn sponsored_per_year(&self) -> Result<Figure> {
        use sponsorship::Column;
        let rows: Vec<(PaymentInterval, Option<i64>)> = self
            .sponsorships()
            .filter(Column::Status.ne(SponsorshipStatus::Voided))
            .filter(self.period.touches(Column::StartedOn, Column::EndedOn))
            .select_only()
            .column(Column::PaymentInterval)
            .expr_as(Column::AmountFen.sum().cast_as("bigint"), "total")
            .group_by(Column::PaymentInterval)
            .into_tuple()
            .all(self.db())
            .await?;
        Ok(sum(rows
            .into_iter()
            .map(|(interval, amount)| Figure::exact(amount.unwrap_or(0).saturating_mul(times_a_year(interval))))))
    }

    /// Instalments that were paid in the period.
    pub(super) async fn sponsorship_paid(&self) -> Result<Figure> {
        use instalment::Column;
        let voided = self.sponsorships().filter(sponsorship::Column::Status.eq(SponsorshipStatus::Voided));
        let voided = voided.select_only().column(sponsorship::Column::Id).into_query();
        let paid: Option<Option<i64>> = self
            .instalments()
            .filter(Column::Status.eq(InstalmentStatus::Paid))
            .filter(self.period.has(Column::PaidOn))
            .filter(Column::SponsorshipId.not_in_subquery(voided))
            .select_only()
            .expr_as(Column::AmountFen.sum().cast_as("bigint"), "total")
            .into_tuple()
            .one(self.db())
            .await?;
        Ok(Figure::exact(paid.flatten().unwrap_or(0)))
    }

    /// Quotas that came in the period, or that something was set aside from: as they stood on its last day.
    pub(super) async fn quotas(&self) -> Result<Vec<QuotaTotal>> {
        use aid_record::Column as Aid;
        type Row = (Uuid, NaiveDate, String, String, Option<i64>, Precision, Option<Precision>, Option<i64>);
        let grants = || self.aid().filter(Aid::Kind.eq(AidKind::Places)).filter(Aid::Status.is_in(LIVE)).select_only();
        let used = grants().column(Aid::ContributionId).filter(self.period.has(Aid::GivenOn)).into_query();
        let taken = grants()
            .column_as(Aid::ContributionId, "contribution_id")
            .column_as(Aid::QuantityPrecision, "precision")
            .expr_as(Aid::QuantityMilli.sum().cast_as("bigint"), "milli")
            .filter(Aid::GivenOn.lte(self.period.to))
            .group_by(Aid::ContributionId)
            .group_by(Aid::QuantityPrecision)
            .into_query();
        let mut select = self
            .contributions()
            .filter(Given::Kind.eq(AidKind::Places))
            .filter(Given::ReceivedOn.lte(self.period.to))
            .filter(Condition::any().add(Given::ReceivedOn.gte(self.period.from)).add(Given::Id.in_subquery(used)))
            .select_only()
            .columns([Given::Id, Given::ReceivedOn, Given::Title, Given::Unit])
            .columns([Given::ReceivedMilli, Given::ReceivedPrecision])
            .expr_as(Expr::col(("taken", "precision")), "taken_precision")
            .expr_as(Expr::col(("taken", "milli")), "taken_milli")
            .order_by_asc(Given::ReceivedOn)
            .order_by_asc(Given::Id);
        let same = Expr::col(("taken", "contribution_id")).equals((contribution::Entity, Given::Id));
        QuerySelect::query(&mut select).join_subquery(JoinType::LeftJoin, taken, "taken", same);
        // A row for each precision of its grants.
        let limit = 4 * MOST_ROWS as u64 + 1;
        let rows: Vec<Row> = select.limit(limit).into_tuple().all(self.db()).await?;
        let quotas = rows.chunk_by(|a, b| a.0 == b.0).map(|rows| {
            let (_, _, name, unit, amount, precision, ..) = &rows[0];
            let capacity = Figure { amount: *amount, precision: *precision };
            let taken = rows.iter().filter_map(|row| Some(Figure { amount: row.7, precision: row.6? }));
            let allocated = sum(taken);
            QuotaTotal {
                name: name.clone(),
                capacity: Quantity::new(capacity, unit),
                allocated: Quantity::new(allocated, unit),
                remaining: Quantity::new(difference(capacity, allocated), unit),
            }
        });
        bounded("quotas", quotas.collect())
    }

    /// Goods that came in the period, and how many had of them in the period.
    pub(super) async fn goods(&self) -> Result<Vec<GoodsTotal>> {
        use aid_record::Column as Aid;
        type Row = (String, String, Precision, Option<i64>, Precision, Option<i64>);
        let came =
            || self.contributions().filter(Given::Kind.eq(AidKind::Goods)).filter(self.period.has(Given::ReceivedOn));
        let rows: Vec<Row> = came()
            .select_only()
            .columns([Given::Title, Given::Unit, Given::ReceivedPrecision])
            .expr_as(Given::ReceivedMilli.sum().cast_as("bigint"), "milli")
            .column(Given::ReceivedValuePrecision)
            .expr_as(Given::ReceivedFen.sum().cast_as("bigint"), "fen")
            .group_by(Given::Title)
            .group_by(Given::Unit)
            .group_by(Given::ReceivedPrecision)
            .group_by(Given::ReceivedValuePrecision)
            .limit(16 * MOST_ROWS as u64 + 1)
            .into_tuple()
            .all(self.db())
            .await?;
        let came = came().select_only().columns([Given::Id, Given::Title, Given::Unit]).into_query();
        let (title, unit) = (Expr::col(("came", "title")), Expr::col(("came", "unit")));
        let mut select = self
            .aid()
            .filter(Aid::Status.eq(AidStatus::Delivered))
            .filter(self.period.has(Aid::GivenOn))
            .select_only()
            .expr_as(title.clone(), "title")
            .expr_as(unit.clone(), "unit")
            .expr_as(residents(), "residents")
            .expr_as(households(), "households");
        let same = Expr::col(("came", "id")).equals((aid_record::Entity, Aid::ContributionId));
        QuerySelect::query(&mut select)
            .join_subquery(JoinType::InnerJoin, came, "came", same)
            .add_group_by([title, unit]);
        let had: Vec<(String, String, i64, i64)> = select.into_tuple().all(self.db()).await?;

        let mut items: BTreeMap<(String, String), (Vec<Figure>, Vec<Figure>)> = BTreeMap::new();
        for (title, unit, precision, milli, value_precision, fen) in rows {
            let (quantities, values) = items.entry((title, unit)).or_default();
            quantities.push(Figure { amount: milli, precision });
            values.push(Figure { amount: fen, precision: value_precision });
        }
        let had: BTreeMap<_, _> = had.into_iter().map(|(title, unit, r, h)| ((title, unit), (r, h))).collect();
        let goods = items.into_iter().map(|(item, (quantities, values))| {
            let (residents, households) = had.get(&item).copied().unwrap_or_default();
            let (title, unit) = item;
            let told = [residents, households].map(|number| self.told::<AidRecord>(number));
            GoodsTotal {
                item: title,
                quantity: Quantity::new(sum(quantities), unit),
                value: Money::new(sum(values)),
                residents: told[0],
                households: told[1],
                suppressed: told.contains(&None),
            }
        });
        bounded("goods", goods.collect())
    }

    /// Residents, and households as such, that received anything in the period.
    pub(super) async fn beneficiaries(&self) -> Result<(Option<i64>, Option<i64>)> {
        use aid_record::Column as Aid;
        let found: Option<(i64, i64)> = self
            .aid()
            .filter(Aid::Status.eq(AidStatus::Delivered))
            .filter(self.period.has(Aid::GivenOn))
            .select_only()
            .expr_as(residents(), "residents")
            .expr_as(households(), "households")
            .into_tuple()
            .one(self.db())
            .await?;
        let (residents, households) = found.unwrap_or_default();
        Ok((self.told::<AidRecord>(residents), self.told::<AidRecord>(households)))
    }
}

/// Distinct residents among grants; a household's grant names none.
pub(super) fn residents() -> Expr {
    Expr::col((aid_record::Entity, aid_record::Column::ResidentId)).count_distinct()
}

/// Distinct households that received as such. A resident's grant names the household of that day too; that one received nothing.
pub(super) fn households() -> Expr {
    let recipient = aid_record::Column::ResidentId.is_null();
    let household = Expr::col((aid_record::Entity, aid_record::Column::HouseholdId));
    Expr::expr(Expr::case(recipient, household)).count_distinct()
}

fn times_a_year(interval: PaymentInterval) -> i64 {
    match interval {
        PaymentInterval::Month => 12,
        PaymentInterval::Quarter => 4,
        PaymentInterval::HalfYear => 2,
        PaymentInterval::Year => 1,
    }
}

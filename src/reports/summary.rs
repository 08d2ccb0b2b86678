//! Groups grants and adds them up: one statement says which groups there are and counts, one adds up quantities, one values, and one loads each kind of
//! object that the groups are named by. Those to whom recipients are masked are not told what comes to few of them, which costs one more.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{
    aid_record::{self, AidStatus, Column as Aid},
    building, circumstance, contributor,
    figures::{AidKind, Precision},
    household, instalment, sponsorship,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, Iterable, JoinType, QueryFilter, QueryResult, QuerySelect, QueryTrait,
    RelationTrait, Select,
    sea_query::{Asterisk, Expr, ExprTrait, Func, SelectStatement},
};
use uuid::Uuid;

use super::{
    given::{households, residents},
    look::MOST_ROWS,
    period::month,
    summary_object::{AidSummary, AidSummaryGroup as Group, Key},
};
use crate::{
    access::Class,
    aid::{AidProgramme, AidRecord, AidRecordFilter},
    communities::Grid,
    contributions::Contributor,
    error::{Error, Result},
    figures::{Figure, KindTotal, Money, Quantity, few::hidden, sum},
    households::Household,
    partners::PartnerUnit,
    projects::Project,
    relay::{Asked, Entity, Reading, Row, filter::Filtered},
    residents::Circumstance,
    say,
    sponsorships::{Sponsorship, scope::with_a_known_sponsor},
};

const SUMMARY: &str = "AidSummary";

pub(super) async fn summaries(reading: &Reading<'_>, asked: &Asked<'_>) -> Result<Vec<AidSummary>> {
    let mut groups: Vec<Group> = Vec::new();
    for group in asked.argument::<Option<Vec<Group>>>("groupBy")?.unwrap_or_default() {
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    let (mut grants, filtered) = reading.filtered::<AidRecord>(asked)?;
    if groups.contains(&Group::Circumstance) {
        filtered.asking.require(Class::Sensitive, "circumstance")?;
    }
    if !filtered.filter.as_ref().is_some_and(AidRecordFilter::says_status) {
        grants = grants.filter(Aid::Status.eq(AidStatus::Delivered));
    }
    let told = filtered.asking.reads(Class::Personal);
    let beside = if told { [0, 0] } else { beside(reading, &filtered).await? };
    let grouped = Grouped { reading, grants, groups };
    let mut found = grouped.counted().await?;
    found.sort_by_cached_key(|(key, _)| grouped.groups.iter().map(|group| rank(key, *group)).collect::<Vec<_>>());

    let selects = |field: &str| asked.selection.selects(asked.env, SUMMARY, field);
    let mut quantities = match selects("quantities") {
        true => Some(grouped.quantities().await?),
        false => None,
    };
    let mut values = match selects("value") || selects("values") {
        true => Some(grouped.values().await?),
        false => None,
    };
    let programmes = named::<AidProgramme>(reading, asked, "programme", &found, |key| key.programme).await?;
    let projects = named::<Project>(reading, asked, "project", &found, |key| key.project).await?;
    let units = named::<PartnerUnit>(reading, asked, "partnerUnit", &found, |key| key.partner_unit).await?;
    let grids = named::<Grid>(reading, asked, "grid", &found, |key| key.grid).await?;
    let numbers: Vec<[i64; 2]> = found.iter().map(|(_, [_, people, households])| [*people, *households]).collect();
    let hidden = if told { vec![false; found.len()] } else { hidden(&numbers, beside) };
    let rows = found.into_iter().zip(hidden).map(|((key, [records, people, households]), suppressed)| AidSummary {
        programme: key.programme.and_then(|id| programmes.get(&id).cloned()),
        project: key.project.and_then(|id| projects.get(&id).cloned()),
        partner_unit: key.partner_unit.and_then(|id| units.get(&id).cloned()),
        grid: key.grid.and_then(|id| grids.get(&id).cloned()),
        counts: (!suppressed).then_some([records, people, households]),
        quantities: quantities.as_mut().map(|all| all.remove(&key).filter(|_| !suppressed).unwrap_or_default()),
        value: values.as_mut().map(|all| match suppressed {
            true => (Money::new(Figure::UNKNOWN), Vec::new()),
            false => all.remove(&key).unwrap_or_else(|| (Money::new(sum([])), Vec::new())),
        }),
        key,
    });
    Ok(rows.collect())
}

/// The residents and the households of grants that the filter leaves out: with those that it lets through they are what is told without it.
async fn beside(reading: &Reading<'_>, filtered: &Filtered<'_, AidRecordFilter>) -> Result<[i64; 2]> {
    let Some(filter) = &filtered.filter else { return Ok([0, 0]) };
    let met = Func::coalesce([Expr::from(filtered.condition.clone()), Expr::val(false)]);
    let mut others = reading.select::<AidRecord>().filter(Expr::expr(met).not());
    if let Some(community) = filtered.asking.narrowed {
        others = others.filter(Aid::CommunityId.eq(community));
    }
    if !filter.says_status() {
        others = others.filter(Aid::Status.eq(AidStatus::Delivered));
    }
    let counts = others.select_only().expr_as(residents(), "people").expr_as(households(), "households");
    let found: Option<(i64, i64)> = counts.into_tuple().one(reading.db()).await?;
    Ok(found.map(Into::into).unwrap_or_default())
}

/// The objects that the groups are named by, if they are selected.
async fn named<T: Entity>(
    reading: &Reading<'_>,
    asked: &Asked<'_>,
    field: &str,
    found: &[(Key, [i64; 3])],
    id: fn(&Key) -> Option<Uuid>,
) -> Result<HashMap<Uuid, T>>
where
    Row<T>: Send + Sync,
{
    let selection = asked.selection.child(asked.env, SUMMARY, field);
    let wanted: HashSet<Uuid> = match selection.is_empty() {
        true => HashSet::new(),
        false => found.iter().filter_map(|(key, _)| id(key)).collect(),
    };
    reading.some::<T>(wanted, &selection).await
}

struct Grouped<'a> {
    reading: &'a Reading<'a>,
    /// All that are wanted.
    grants: Select<aid_record::Entity>,
    groups: Vec<Group>,
}

impl Grouped<'_> {
    /// The groups with their grants, residents and households.
    async fn counted(&self) -> Result<Vec<(Key, [i64; 3])>> {
        let select = self
            .select()
            .expr_as(Expr::col(Asterisk).count(), "records")
            .expr_as(residents(), "people")
            .expr_as(households(), "households")
            .limit(MOST_ROWS as u64 + 1);
        let rows = self.rows(select).await?;
        if rows.len() > MOST_ROWS {
            return Err(Error::bad_input(say!(
                "groupBy: there are more than {MOST_ROWS} groups; narrow the filter, or group by less.",
                "groupBy：分组超过 {MOST_ROWS} 个；请缩小筛选范围或减少分组项。"
            )));
        }
        let counts = |row: &QueryResult| {
            Ok::<_, DbErr>([row.try_get("", "records")?, row.try_get("", "people")?, row.try_get("", "households")?])
        };
        rows.iter().map(|row| Ok((self.key(row)?, counts(row)?))).collect()
    }

    async fn quantities(&self) -> Result<HashMap<Key, Vec<Quantity>>> {
        let select = self
            .select()
            .filter(Aid::Kind.ne(AidKind::Cash))
            .column_as(Aid::Unit, "unit")
            .column_as(Aid::QuantityPrecision, "precision")
            .expr_as(Aid::QuantityMilli.sum().cast_as("bigint"), "total")
            .group_by(Aid::Unit)
            .group_by(Aid::QuantityPrecision);
        let mut parts: HashMap<Key, BTreeMap<String, Vec<Figure>>> = HashMap::new();
        for row in self.rows(select).await? {
            let by_unit = parts.entry(self.key(&row)?).or_default();
            by_unit.entry(row.try_get("", "unit")?).or_default().push(figure(&row)?);
        }
        let total = |(unit, parts): (String, Vec<Figure>)| Quantity::new(sum(parts), unit);
        Ok(parts.into_iter().map(|(key, by_unit)| (key, by_unit.into_iter().map(total).collect())).collect())
    }

    async fn values(&self) -> Result<HashMap<Key, (Money, Vec<KindTotal>)>> {
        let select = self
            .select()
            .column_as(Aid::Kind, "what")
            .column_as(Aid::ValuePrecision, "precision")
            .expr_as(Aid::ValueFen.sum().cast_as("bigint"), "total")
            .group_by(Aid::Kind)
            .group_by(Aid::ValuePrecision);
        let mut parts: HashMap<Key, HashMap<AidKind, Vec<Figure>>> = HashMap::new();
        for row in self.rows(select).await? {
            let by_kind = parts.entry(self.key(&row)?).or_default();
            by_kind.entry(row.try_get("", "what")?).or_default().push(figure(&row)?);
        }
        let totals = parts.into_iter().map(|(key, mut by_kind)| {
            let all = Money::new(sum(by_kind.values().flatten().copied()));
            let of =
                |kind: AidKind| Some(KindTotal { kind: kind.into(), value: Money::new(sum(by_kind.remove(&kind)?)) });
            (key, (all, AidKind::iter().filter_map(of).collect()))
        });
        Ok(totals.collect())
    }

    async fn rows(&self, select: Select<aid_record::Entity>) -> Result<Vec<QueryResult>> {
        Ok(self.reading.db().query_all(&select.into_query()).await?)
    }

    /// The grants with what they are grouped by; nothing else is selected yet.
    fn select(&self) -> Select<aid_record::Entity> {
        let mut select = self.grants.clone().select_only();
        for group in &self.groups {
            let key = self.join(&mut select, *group);
            select = select.expr_as(key.clone(), name(*group));
            QuerySelect::query(&mut select).add_group_by([key]);
        }
        select
    }

    /// Joins what a group is known from; no group multiplies the grants of its own rows.
    fn join(&self, select: &mut Select<aid_record::Entity>, group: Group) -> Expr {
        let grant = |column| Expr::col((aid_record::Entity, column));
        let query = QuerySelect::query(select);
        match group {
            Group::Kind => grant(Aid::Kind),
            Group::Programme => self.seen::<AidProgramme>(query, Aid::ProgrammeId, "programme"),
            Group::Project => self.seen::<Project>(query, Aid::ProjectId, "undertaking"),
            Group::Month => month("aid_record", "given_on"),
            Group::PartnerUnit => {
                // A unit contributes once to a contribution, whatever its roles in the project.
                let givers = self.reading.select::<Contributor>().select_only();
                let givers = givers.columns([contributor::Column::ContributionId, contributor::Column::PartnerUnitId]);
                let of = Expr::col(("giver", "contribution_id")).equals((aid_record::Entity, Aid::ContributionId));
                query.join_subquery(JoinType::LeftJoin, givers.into_query(), "giver", of);
                // And who pays an instalment gave what it is.
                let sponsors = self
                    .reading
                    .select::<Sponsorship>()
                    .filter(with_a_known_sponsor(self.reading.viewer))
                    .join(JoinType::InnerJoin, sponsorship::Relation::Instalment.def())
                    .select_only()
                    .column(instalment::Column::Id)
                    .column(sponsorship::Column::PartnerUnitId);
                let of = Expr::col(("sponsor", "id")).equals((aid_record::Entity, Aid::InstalmentId));
                query.join_subquery(JoinType::LeftJoin, sponsors.into_query(), "sponsor", of);
                Func::coalesce([Expr::col(("giver", "partner_unit_id")), Expr::col(("sponsor", "partner_unit_id"))])
                    .into()
            }
            Group::Grid => {
                let homes = self
                    .reading
                    .select::<Household>()
                    .join(JoinType::InnerJoin, household::Relation::Building.def())
                    .select_only()
                    .column(household::Column::Id)
                    .column(building::Column::GridId);
                let of = Expr::col(("home", "id")).equals((aid_record::Entity, Aid::HouseholdId));
                query.join_subquery(JoinType::LeftJoin, homes.into_query(), "home", of);
                Expr::col(("home", "grid_id"))
            }
            Group::Circumstance => {
                let of = Expr::col(("ground", "id")).equals((aid_record::Entity, Aid::Id));
                query.join_subquery(JoinType::LeftJoin, self.grounds().into_query(), "ground", of);
                Expr::col(("ground", "kind"))
            }
        }
    }

    /// What a grant belongs to, as far as the viewer sees it: what is out of reach is nothing, and tells no grants apart.
    fn seen<T: Entity>(&self, query: &mut SelectStatement, column: Aid, alias: &'static str) -> Expr
    where
        Row<T>: Send + Sync,
    {
        let within = self.reading.select::<T>().select_only().column(T::id_column()).into_query();
        let of = Expr::col((alias, "id")).equals((aid_record::Entity, column));
        query.join_subquery(JoinType::LeftJoin, within, alias, of);
        Expr::col((alias, "id"))
    }

    /// The grants with the circumstances that their residents were in on the day; two disabilities are one circumstance.
    fn grounds(&self) -> Select<aid_record::Entity> {
        let held = self.reading.select::<Circumstance>().select_only().columns([
            circumstance::Column::ResidentId,
            circumstance::Column::Kind,
            circumstance::Column::StartedOn,
            circumstance::Column::EndedOn,
        ]);
        let of = |column| Expr::col(("held", column));
        let on = Expr::col((aid_record::Entity, Aid::GivenOn));
        let holds = of(circumstance::Column::ResidentId)
            .equals((aid_record::Entity, Aid::ResidentId))
            .and(of(circumstance::Column::StartedOn).lte(on.clone()))
            .and(of(circumstance::Column::EndedOn).is_null().or(of(circumstance::Column::EndedOn).gte(on)));
        let mut grounds = self.grants.clone().select_only().column(Aid::Id).distinct();
        QuerySelect::query(&mut grounds).join_subquery(JoinType::InnerJoin, held.into_query(), "held", holds);
        grounds.expr_as(of(circumstance::Column::Kind), "kind")
    }

    fn key(&self, row: &QueryResult) -> Result<Key, DbErr> {
        let mut key = Key::default();
        for group in &self.groups {
            let column = name(*group);
            match group {
                Group::Kind => key.kind = row.try_get("", column)?,
                Group::Programme => key.programme = row.try_get("", column)?,
                Group::Project => key.project = row.try_get("", column)?,
                Group::PartnerUnit => key.partner_unit = row.try_get("", column)?,
                Group::Grid => key.grid = row.try_get("", column)?,
                Group::Circumstance => key.circumstance = row.try_get("", column)?,
                Group::Month => key.month = row.try_get("", column)?,
            }
        }
        Ok(key)
    }
}

fn figure(row: &QueryResult) -> Result<Figure, DbErr> {
    let precision: Precision = row.try_get("", "precision")?;
    Ok(Figure { amount: row.try_get("", "total")?, precision })
}

/// Names that no column of a grant has.
fn name(group: Group) -> &'static str {
    match group {
        Group::Kind => "by_kind",
        Group::Programme => "by_programme",
        Group::Project => "by_project",
        Group::PartnerUnit => "by_partner_unit",
        Group::Grid => "by_grid",
        Group::Circumstance => "by_circumstance",
        Group::Month => "by_month",
    }
}

/// Enums in the schema's order, objects as they came on record, months in time; what has none comes last.
fn rank(key: &Key, group: Group) -> (bool, String) {
    fn place<T: Iterable + PartialEq>(of: T) -> String {
        format!("{:03}", T::iter().position(|other| other == of).unwrap_or_default())
    }
    let text = match group {
        Group::Kind => key.kind.map(place),
        Group::Programme => key.programme.map(|id| id.to_string()),
        Group::Project => key.project.map(|id| id.to_string()),
        Group::PartnerUnit => key.partner_unit.map(|id| id.to_string()),
        Group::Grid => key.grid.map(|id| id.to_string()),
        Group::Circumstance => key.circumstance.map(place),
        Group::Month => key.month.clone(),
    };
    (text.is_none(), text.unwrap_or_default())
}

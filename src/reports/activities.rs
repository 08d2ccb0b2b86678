//! What was held in a period, how many came, and what came of it.
//!
//! The database counts: how many sessions there were of each kind and month with so large a head count and so many names. What such a session is worth in
//! person-times is one rule, in `activities/rules.rs`; as many rows come as there are different
//! sessions in this sense, few even of a long period.

use std::collections::{BTreeMap, HashMap};

use entity::{
    activity::{self, ActivityKind, ActivityStatus},
    activity_result, attendance, campaign,
    figures::Precision,
    head_count,
    session::{self, SessionStatus},
};
use sea_orm::{
    ColumnTrait, Condition, Iterable, JoinType, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Asterisk, Expr, ExprTrait, Func},
};

use super::{
    look::{Look, bounded},
    object::{ActivityTotal, ImpactMonth, ResultTotal},
    period::month,
};
use crate::{
    activities::{Attendance, PERSON, PERSON_TIME, rules},
    error::Result,
    figures::{Figure, Quantity, few::hidden, sum},
};

/// Sessions that are alike in all that the figures depend on.
struct Alike {
    kind: ActivityKind,
    month: String,
    sessions: i64,
    /// The head count, where there is one.
    counted: Option<Figure>,
    named: i64,
}

impl Alike {
    /// Of all of them together.
    fn person_times(&self) -> Figure {
        let one = rules::person_times(self.counted, self.named);
        Figure { amount: one.amount.map(|amount| amount.saturating_mul(self.sessions)), ..one }
    }
}

/// What is wanted of activities, apart from their sessions.
pub(super) struct Parts {
    pub(super) people: bool,
    pub(super) results: bool,
}

type Activities = (Vec<ActivityTotal>, Vec<ImpactMonth>);

/// Which are hidden of parts with these figures of people. The kinds and the months add up to the same whole: what one list hides, the other does not tell,
/// since each hides enough.
fn few_of<const N: usize>(figures: &[[Figure; N]]) -> Vec<bool> {
    let numbers: Vec<[i64; N]> = figures.iter().map(|of| of.map(|figure| figure.amount.unwrap_or(0))).collect();
    hidden(&numbers, [0; N])
}

impl Look<'_> {
    /// By kind, and by month.
    pub(super) async fn activities_and_months(&self, parts: &Parts) -> Result<Activities> {
        let alike = self.sessions_alike().await?;
        let named = if parts.people { self.people_named().await? } else { HashMap::new() };
        let mut results = if parts.results { self.results_by_kind().await? } else { HashMap::new() };
        let (mut totals, mut of_kinds) = (Vec::new(), Vec::new());
        for kind in ActivityKind::iter() {
            let own: Vec<&Alike> = alike.iter().filter(|alike| alike.kind == kind).collect();
            let results = bounded("activities.results", results.remove(&kind).unwrap_or_default())?;
            if own.is_empty() && results.is_empty() {
                continue;
            }
            let all_named = own.iter().all(|alike| rules::all_named(alike.counted, alike.named));
            let different = named.get(&kind).copied().unwrap_or(0);
            let person_times = sum(own.iter().map(|alike| alike.person_times()));
            of_kinds.push([person_times, rules::people(all_named, different)]);
            totals.push(ActivityTotal {
                kind: kind.into(),
                sessions: own.iter().map(|alike| alike.sessions).sum(),
                person_times: Quantity::whole(person_times, PERSON_TIME),
                people: Quantity::whole(rules::people(all_named, different), PERSON),
                results,
                suppressed: false,
            });
        }
        let months = self.period.months().into_iter().map(|month| {
            let own: Vec<&Alike> = alike.iter().filter(|alike| alike.month == month).collect();
            let person_times = sum(own.iter().map(|alike| alike.person_times()));
            let sessions = own.iter().map(|alike| alike.sessions).sum();
            let shown = Quantity::whole(person_times, PERSON_TIME);
            (ImpactMonth { month, sessions, person_times: shown, suppressed: false }, [person_times])
        });
        let (mut months, of_months): (Vec<ImpactMonth>, Vec<_>) = months.unzip();
        if !self.names::<Attendance>() {
            let unknown = |unit: &str| Quantity::whole(Figure::UNKNOWN, unit);
            for (of, _) in totals.iter_mut().zip(few_of(&of_kinds)).filter(|(_, hidden)| *hidden) {
                (of.person_times, of.people, of.suppressed) = (unknown(PERSON_TIME), unknown(PERSON), true);
            }
            for (of, _) in months.iter_mut().zip(few_of(&of_months)).filter(|(_, hidden)| *hidden) {
                (of.person_times, of.suppressed) = (unknown(PERSON_TIME), true);
            }
        }
        Ok((totals, months))
    }

    /// Those that were held in the period, of activities that were not called off.
    fn held(&self) -> Select<session::Entity> {
        let sessions = self.sessions().filter(session::Column::Status.eq(SessionStatus::Held));
        let sessions = sessions.filter(self.period.has(session::Column::HeldOn)).select_only();
        let activities = self.activities().filter(activity::Column::Status.ne(ActivityStatus::Cancelled));
        let activities = activities.select_only().columns([activity::Column::Id, activity::Column::Kind]);
        let own = Expr::col(("held", activity::Column::Id)).equals((session::Entity, session::Column::ActivityId));
        let mut select = sessions;
        QuerySelect::query(&mut select).join_subquery(JoinType::InnerJoin, activities.into_query(), "held", own);
        select
    }

    async fn sessions_alike(&self) -> Result<Vec<Alike>> {
        type Row = (ActivityKind, String, Option<i64>, Option<Precision>, Option<i64>, i64);
        let of_period = self.held().column(session::Column::Id).into_query();
        let named = self
            .attendances()
            .filter(attendance::Column::VoidedAt.is_null())
            .filter(attendance::Column::SessionId.in_subquery(of_period))
            .select_only()
            .column_as(attendance::Column::SessionId, "session_id")
            .expr_as(Expr::col(Asterisk).count(), "number")
            .group_by(attendance::Column::SessionId)
            .into_query();
        let counted = self.head_counts().filter(head_count::Column::VoidedAt.is_null()).select_only().columns([
            head_count::Column::SessionId,
            head_count::Column::Persons,
            head_count::Column::PersonsPrecision,
        ]);
        let keys = [
            Expr::col(("held", activity::Column::Kind)),
            month("session", "held_on"),
            Expr::col(("counted", head_count::Column::Persons)),
            Expr::col(("counted", head_count::Column::PersonsPrecision)),
            Expr::col(("named", "number")),
        ];
        let mut select = self.held();
        for (key, name) in keys.iter().zip(["kind", "month", "persons", "persons_precision", "named"]) {
            select = select.expr_as(key.clone(), name);
        }
        select = select.expr_as(Expr::col(Asterisk).count(), "sessions");
        let this =
            |alias: &'static str| Expr::col((alias, "session_id")).equals((session::Entity, session::Column::Id));
        QuerySelect::query(&mut select)
            .join_subquery(JoinType::LeftJoin, counted.into_query(), "counted", this("counted"))
            .join_subquery(JoinType::LeftJoin, named, "named", this("named"))
            .add_group_by(keys);
        let rows: Vec<Row> = select.into_tuple().all(self.db()).await?;
        let alike = rows.into_iter().map(|(kind, month, persons, precision, named, sessions)| Alike {
            kind,
            month,
            sessions,
            counted: precision.map(|precision| Figure { amount: persons, precision }),
            named: named.unwrap_or(0),
        });
        Ok(alike.collect())
    }

    /// Persons known by name, each once a kind however often they came.
    async fn people_named(&self) -> Result<HashMap<ActivityKind, i64>> {
        let sessions = self.held().column_as(session::Column::Id, "id");
        let sessions = sessions.expr_as(Expr::col(("held", activity::Column::Kind)), "kind").into_query();
        let kind = Expr::col(("came", "kind"));
        let person = Expr::col((attendance::Entity, attendance::Column::PersonId));
        let mut select = self
            .attendances()
            .filter(attendance::Column::VoidedAt.is_null())
            .select_only()
            .expr_as(kind.clone(), "kind")
            .expr_as(person.count_distinct(), "people");
        let to = Expr::col(("came", "id")).equals((attendance::Entity, attendance::Column::SessionId));
        QuerySelect::query(&mut select).join_subquery(JoinType::InnerJoin, sessions, "came", to).add_group_by([kind]);
        let rows: Vec<(ActivityKind, i64)> = select.into_tuple().all(self.db()).await?;
        Ok(rows.into_iter().collect())
    }

    /// Results of activities under the activity's kind, of campaigns under the campaign's.
    async fn results_by_kind(&self) -> Result<HashMap<ActivityKind, Vec<ResultTotal>>> {
        use activity_result::Column;
        type Row = (ActivityKind, String, String, Precision, Option<i64>);
        let activities = self.activities().filter(activity::Column::Status.ne(ActivityStatus::Cancelled));
        let activities = activities.select_only().columns([activity::Column::Id, activity::Column::Kind]);
        let campaigns = self.campaigns().filter(campaign::Column::Status.ne(ActivityStatus::Cancelled));
        let campaigns = campaigns.select_only().columns([campaign::Column::Id, campaign::Column::Kind]);
        let kind = Expr::from(Func::coalesce([Expr::col(("of", "kind")), Expr::col(("under", "kind"))]));
        let stands =
            Condition::any().add(Expr::col(("of", "id")).is_not_null()).add(Expr::col(("under", "id")).is_not_null());
        let mut select = self
            .results()
            .filter(Column::VoidedAt.is_null())
            .filter(self.period.has(Column::AchievedOn))
            .filter(stands)
            .select_only()
            .expr_as(kind.clone(), "kind")
            .columns([Column::Measure, Column::Unit, Column::QuantityPrecision])
            .expr_as(Column::QuantityMilli.sum().cast_as("bigint"), "milli")
            .group_by(Column::Measure)
            .group_by(Column::Unit)
            .group_by(Column::QuantityPrecision);
        let to =
            |alias: &'static str, column: Column| Expr::col((alias, "id")).equals((activity_result::Entity, column));
        QuerySelect::query(&mut select)
            .join_subquery(JoinType::LeftJoin, activities.into_query(), "of", to("of", Column::ActivityId))
            .join_subquery(JoinType::LeftJoin, campaigns.into_query(), "under", to("under", Column::CampaignId))
            .add_group_by([kind]);
        let rows: Vec<Row> = select.into_tuple().all(self.db()).await?;

        let mut sums: HashMap<ActivityKind, BTreeMap<(String, String), Vec<Figure>>> = HashMap::new();
        for (kind, measure, unit, precision, amount) in rows {
            let parts = sums.entry(kind).or_default().entry((measure, unit)).or_default();
            parts.push(Figure { amount, precision });
        }
        let total = |((measure, unit), parts): ((String, String), Vec<Figure>)| ResultTotal {
            measure,
            quantity: Quantity::new(sum(parts), unit),
        };
        Ok(sums.into_iter().map(|(kind, own)| (kind, own.into_iter().map(total).collect())).collect())
    }
}

//! How many came: of sessions, of activities and of campaigns, each for a whole page in two statements.
//!
//! The database counts the sessions that are alike, with so large a head count and so many names; what one such session is worth in person-times
//! is a rule (`rules.rs`).

use std::collections::HashMap;

use async_graphql::SimpleObject;
use entity::{
    activity::{self, ActivityStatus},
    attendance,
    figures::Precision,
    head_count,
    session::{self, SessionStatus},
};
use sea_orm::{
    ColumnTrait, JoinType, QueryFilter, QuerySelect, QueryTrait, RelationTrait, Select,
    sea_query::{Asterisk, Expr, ExprTrait},
};
use uuid::Uuid;

use super::{Activity, Attendance, Campaign, HeadCount, Session, rules};
use crate::{
    error::Result,
    figures::{Figure, Quantity, sum},
    relay::{Edge, Entity, Reading},
};

/// Units of measure of people.
pub(crate) const PERSON: &str = "person";
pub(crate) const PERSON_TIME: &str = "person-time";

/// How many came (参与统计). Two numbers that are not the same: who comes twice is two person-times and one person.
#[derive(SimpleObject, Clone, Debug)]
pub struct Turnout {
    /// How often somebody came: of each session the larger of its head count and the names taken, added up; UNKNOWN where nobody counted or took names, which
    /// is not 0 (人次).
    person_times: Quantity,
    /// How many different people; UNKNOWN where only heads were counted, at least those named where more came than are named (人数).
    people: Quantity,
    /// How many attendances are on record by name (实名人次).
    named: i64,
}

/// Sessions that are alike in all that the figures depend on.
struct Alike {
    counted: Option<Figure>,
    named: i64,
    sessions: i64,
}

impl Turnout {
    fn new(alike: &[Alike], different: i64) -> Self {
        let person_times = alike.iter().map(|of| {
            let one = rules::person_times(of.counted, of.named);
            Figure { amount: one.amount.map(|amount| amount.saturating_mul(of.sessions)), ..one }
        });
        let person_times = if alike.is_empty() { Figure::UNKNOWN } else { sum(person_times) };
        let all_named = !alike.is_empty() && alike.iter().all(|of| rules::all_named(of.counted, of.named));
        Self {
            person_times: Quantity::whole(person_times, PERSON_TIME),
            people: Quantity::whole(rules::people(all_named, different), PERSON),
            named: alike.iter().map(|of| of.named * of.sessions).sum(),
        }
    }
}

pub(super) fn of_sessions() -> Edge<Session> {
    Edge::values(|reading, sessions: &[Session], _| {
        Box::pin(async move {
            let keys: Vec<Uuid> = sessions.iter().map(|session| session.seen().key()).collect();
            let counted = head_counts(reading).filter(head_count::Column::SessionId.is_in(keys.iter().copied()));
            let counted: Vec<(Uuid, Option<i64>, Precision)> = counted.into_tuple().all(reading.db()).await?;
            let counted: HashMap<Uuid, Figure> =
                counted.into_iter().map(|(of, amount, precision)| (of, Figure { amount, precision })).collect();
            let named = named(reading).filter(attendance::Column::SessionId.is_in(keys));
            let named: Vec<(Uuid, i64)> = named.into_tuple().all(reading.db()).await?;
            let named: HashMap<Uuid, i64> = named.into_iter().collect();
            let of = |session: &Session| {
                let key = session.seen().key();
                let named = named.get(&key).copied().unwrap_or(0);
                (key, Turnout::new(&[Alike { counted: counted.get(&key).copied(), named, sessions: 1 }], named))
            };
            Ok(sessions.iter().map(of).collect::<HashMap<_, _>>())
        })
    })
}

pub(super) fn of_activities() -> Edge<Activity> {
    Edge::values(|reading, activities: &[Activity], _| {
        Box::pin(async move {
            let keys: Vec<Uuid> = activities.iter().map(|activity| activity.seen().key()).collect();
            of_groups(
                reading,
                &keys,
                held(reading).filter(activity::Column::Id.is_in(keys.iter().copied())),
                activity::Column::Id,
            )
            .await
        })
    })
}

pub(super) fn of_campaigns() -> Edge<Campaign> {
    Edge::values(|reading, campaigns: &[Campaign], _| {
        Box::pin(async move {
            let keys: Vec<Uuid> = campaigns.iter().map(|campaign| campaign.seen().key()).collect();
            let sessions = held(reading).filter(activity::Column::CampaignId.is_in(keys.iter().copied()));
            of_groups(reading, &keys, sessions, activity::Column::CampaignId).await
        })
    })
}

/// Sessions that were held, of activities that were not called off.
fn held(reading: &Reading<'_>) -> Select<session::Entity> {
    reading
        .select::<Session>()
        .join(JoinType::InnerJoin, session::Relation::Activity.def())
        .filter(session::Column::Status.eq(SessionStatus::Held))
        .filter(activity::Column::Status.ne(ActivityStatus::Cancelled))
        .select_only()
}

fn head_counts(reading: &Reading<'_>) -> Select<head_count::Entity> {
    use head_count::Column;
    let live = reading.select::<HeadCount>().filter(Column::VoidedAt.is_null());
    live.select_only().columns([Column::SessionId, Column::Persons, Column::PersonsPrecision])
}

/// Names taken, by session.
fn named(reading: &Reading<'_>) -> Select<attendance::Entity> {
    let live = reading.select::<Attendance>().filter(attendance::Column::VoidedAt.is_null()).select_only();
    let by_session =
        live.column_as(attendance::Column::SessionId, "session_id").group_by(attendance::Column::SessionId);
    by_session.expr_as(Expr::col(Asterisk).count(), "number")
}

/// The turnout of all sessions of each group.
async fn of_groups(
    reading: &Reading<'_>,
    keys: &[Uuid],
    sessions: Select<session::Entity>,
    group: activity::Column,
) -> Result<HashMap<Uuid, Turnout>> {
    type Row = (Uuid, Option<i64>, Option<Precision>, Option<i64>, i64);
    let of_page = || sessions.clone().column(session::Column::Id).into_query();
    let named = named(reading).filter(attendance::Column::SessionId.in_subquery(of_page()));
    let terms = [
        Expr::col(group.as_column_ref()),
        Expr::col(("counted", head_count::Column::Persons)),
        Expr::col(("counted", head_count::Column::PersonsPrecision)),
        Expr::col(("named", "number")),
    ];
    let mut select = sessions.clone();
    for (term, name) in terms.iter().zip(["group_key", "persons", "persons_precision", "named"]) {
        select = select.expr_as(term.clone(), name);
    }
    select = select.expr_as(Expr::col(Asterisk).count(), "sessions");
    let of = |alias: &'static str| Expr::col((alias, "session_id")).equals((session::Entity, session::Column::Id));
    QuerySelect::query(&mut select)
        .join_subquery(JoinType::LeftJoin, head_counts(reading).into_query(), "counted", of("counted"))
        .join_subquery(JoinType::LeftJoin, named.into_query(), "named", of("named"))
        .add_group_by(terms);
    let rows: Vec<Row> = select.into_tuple().all(reading.db()).await?;
    let mut alike: HashMap<Uuid, Vec<Alike>> = HashMap::new();
    for (key, amount, precision, named, sessions) in rows {
        let counted = precision.map(|precision| Figure { amount, precision });
        alike.entry(key).or_default().push(Alike { counted, named: named.unwrap_or(0), sessions });
    }
    let different = different(reading, &sessions, group).await?;
    let turnout = |key: &Uuid| {
        let different = different.get(key).copied().unwrap_or(0);
        (*key, Turnout::new(alike.get(key).map(Vec::as_slice).unwrap_or_default(), different))
    };
    Ok(keys.iter().map(turnout).collect())
}

/// Persons known by name, each once a group however often they came.
async fn different(
    reading: &Reading<'_>,
    sessions: &Select<session::Entity>,
    group: activity::Column,
) -> Result<HashMap<Uuid, i64>> {
    let of_page = sessions.clone().column_as(session::Column::Id, "id").column_as(group, "group_key").into_query();
    let key = Expr::col(("came", "group_key"));
    let person = Expr::col((attendance::Entity, attendance::Column::PersonId));
    let live = reading.select::<Attendance>().filter(attendance::Column::VoidedAt.is_null()).select_only();
    let mut select = live.expr_as(key.clone(), "group_key").expr_as(person.count_distinct(), "people");
    let to = Expr::col(("came", "id")).equals((attendance::Entity, attendance::Column::SessionId));
    QuerySelect::query(&mut select).join_subquery(JoinType::InnerJoin, of_page, "came", to).add_group_by([key]);
    let rows: Vec<(Uuid, i64)> = select.into_tuple().all(reading.db()).await?;
    Ok(rows.into_iter().collect())
}

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
    access::{Resource, Viewer, policy::Action},
    error::Result,
    figures::{Figure, Quantity, few::few, sum},
    relay::{Edge, Entity, Reading},
};

/// Units of measure of people.
pub(crate) const PERSON: &str = "person";
pub(crate) const PERSON_TIME: &str = "person-time";

/// How many came (参与统计). Two numbers that are not the same: who comes twice is two person-times and one person.
#[derive(SimpleObject, Clone, Debug)]
pub struct Turnout {
    /// How often somebody came: of each session the larger of its head count and the names taken, added up; UNKNOWN where nobody counted or took names, which
    /// is not 0. At least so many where you do not see all of them, and UNKNOWN where they are so few that it would tell whom you may not know (人次).
    person_times: Quantity,
    /// How many different people; UNKNOWN where only heads were counted, at least those named where more came than are named, or than you see (人数).
    people: Quantity,
    /// How many attendances are on record by name; null where you do not see all of them, or where they are so few that it would tell who (实名人次).
    named: Option<i64>,
}

/// How much of who came in a community somebody sees.
#[derive(Clone, Copy)]
struct Sight {
    /// Every name that was taken, at every session.
    whole: bool,
    /// Whose names they are.
    names: bool,
}

impl Sight {
    fn of(viewer: &Viewer, community: Uuid) -> Self {
        let came = viewer.reach(Resource::Attendance, Action::Read);
        let held = viewer.reach(Resource::Session, Action::Read);
        Self { whole: came.covers(community) && held.covers(community), names: came.names(community) }
    }
}

/// Sessions that are alike in all that the figures depend on.
struct Alike {
    counted: Option<Figure>,
    named: i64,
    sessions: i64,
}

impl Alike {
    /// Person-times of one of them, and of all.
    fn person_times(&self, sight: Sight) -> (Figure, Figure) {
        let one = rules::person_times(self.counted, self.named);
        let one = if sight.whole { one } else { one.in_part() };
        (one, Figure { amount: one.amount.map(|amount| amount.saturating_mul(self.sessions)), ..one })
    }
}

impl Turnout {
    fn new(alike: &[Alike], different: i64, sight: Sight) -> Self {
        let times: Vec<(Figure, Figure)> = alike.iter().map(|of| of.person_times(sight)).collect();
        let person_times = if alike.is_empty() { Figure::UNKNOWN } else { sum(times.iter().map(|(_, all)| *all)) };
        let all_named =
            sight.whole && !alike.is_empty() && alike.iter().all(|of| rules::all_named(of.counted, of.named));
        let people = rules::people(all_named, different);
        let named = alike.iter().map(|of| of.named * of.sessions).sum();
        // What the whole is more than its sessions of enough, which are told one by one.
        let rest = times.iter().filter(|(one, _)| one.amount.is_some_and(few)).filter_map(|(_, all)| all.amount).sum();
        let numbers = [person_times.amount.unwrap_or(0), people.amount.unwrap_or(0), named, rest];
        let hidden = !sight.names && numbers.into_iter().any(few);
        let shown = |figure| if hidden { Figure::UNKNOWN } else { figure };
        Self {
            person_times: Quantity::whole(shown(person_times), PERSON_TIME),
            people: Quantity::whole(shown(people), PERSON),
            named: Some(named).filter(|_| sight.whole && !hidden),
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
                let alike = Alike { counted: counted.get(&key).copied(), named, sessions: 1 };
                (key, Turnout::new(&[alike], named, Sight::of(reading.viewer, session.seen().community_id)))
            };
            Ok(sessions.iter().map(of).collect::<HashMap<_, _>>())
        })
    })
}

pub(super) fn of_activities() -> Edge<Activity> {
    Edge::values(|reading, activities: &[Activity], _| {
        Box::pin(async move {
            let groups = activities.iter().map(|activity| (activity.seen().key(), activity.seen().community_id));
            let groups: HashMap<Uuid, Uuid> = groups.collect();
            let sessions = held(reading).filter(activity::Column::Id.is_in(groups.keys().copied()));
            of_groups(reading, &groups, sessions, activity::Column::Id).await
        })
    })
}

pub(super) fn of_campaigns() -> Edge<Campaign> {
    Edge::values(|reading, campaigns: &[Campaign], _| {
        Box::pin(async move {
            let groups = campaigns.iter().map(|campaign| (campaign.seen().key(), campaign.seen().community_id));
            let groups: HashMap<Uuid, Uuid> = groups.collect();
            let sessions = held(reading).filter(activity::Column::CampaignId.is_in(groups.keys().copied()));
            of_groups(reading, &groups, sessions, activity::Column::CampaignId).await
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

/// The turnout of all sessions of each group; `groups` gives the community of each.
async fn of_groups(
    reading: &Reading<'_>,
    groups: &HashMap<Uuid, Uuid>,
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
    let turnout = |(key, community): (&Uuid, &Uuid)| {
        let different = different.get(key).copied().unwrap_or(0);
        let sessions = alike.get(key).map(Vec::as_slice).unwrap_or_default();
        (*key, Turnout::new(sessions, different, Sight::of(reading.viewer, *community)))
    };
    Ok(groups.iter().map(turnout).collect())
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

//! What teams gave: person-times and hours of those who came with them, in all, month by month, by kind of activity, by employer.
//!
//! Only those are told who see all that is on record of who came; and whoever does not read the names is told nothing of groups of few.

use std::collections::{BTreeMap, HashMap, HashSet};

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{Datelike, NaiveDate};
use entity::{
    activity::{self, ActivityKind as Kind},
    attendance, community, partner_unit, session, volunteer,
};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait};
use uuid::Uuid;

use super::{
    ActivityKind, Attendance,
    hours::{Stay, minutes, stays, whole},
};
use crate::{
    access::{Resource, policy::Action},
    figures::few::hidden,
    relay::{Edge, Entity, id},
    scalars::Date,
    volunteers::Team,
    write::Tx,
};

/// By what a team's service is told apart (分组方式).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceGrouping {
    /// Not at all: one group (合计).
    Total,
    /// By the month of the day, where the community is (按月).
    Month,
    /// By the kind of the activity (按活动类型).
    ActivityKind,
    /// By the unit that employs the volunteer; those whom none does are a group too (按所在单位).
    Employer,
}

/// What those gave who came with a team, of one group (队伍服务统计). The numbers are null where they are so few people that they would tell whom you may not
/// know.
#[derive(SimpleObject, Clone, Debug)]
pub struct TeamService {
    /// The month, such as 2022-03 (月份).
    month: Option<String>,
    /// The kind of the activity (活动类型).
    activity_kind: Option<ActivityKind>,
    /// The employer; null of those whom no partner unit employs (所在单位编号).
    partner_unit_id: Option<ID>,
    /// The employer's name (所在单位名称).
    partner_unit_name: Option<String>,
    /// How many different people (人数).
    people: Option<i32>,
    /// How often somebody came to serve, training apart, by the day of the session (人次).
    person_times: Option<i32>,
    /// Minutes of service credited, training apart (计入服务分钟数).
    minutes_credited: Option<i32>,
    /// Minutes of training credited (计入培训分钟数).
    training_minutes_credited: Option<i32>,
}

/// That somebody came with a team: the attendance, the team, the kind of the activity and the employer.
type Row = (Uuid, Uuid, Uuid, Kind, Option<Uuid>);

/// What tells groups apart; groups come in its order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Total,
    Month(i32, u32),
    Kind(String),
    Unit(Option<Uuid>),
}

#[derive(Default)]
struct Group {
    kind: Option<Kind>,
    people: HashSet<Uuid>,
    times: i64,
    minutes: i64,
    training: i64,
}

/// `Team.service`: who came with the teams, where they are, all that the same people came to, and the names of employers.
pub(crate) fn of_teams() -> Edge<Team> {
    Edge::<Team>::values(|reading, teams: &[Team], asked| {
        Box::pin(async move {
            use attendance::Column;
            let (from, until): (Date, Date) = (asked.argument("from")?, asked.argument("until")?);
            let by: ServiceGrouping = asked.argument("by")?;
            let within = |day: NaiveDate| (from.0..=until.0).contains(&day);
            let reach = reading.viewer.reach(Resource::Attendance, Action::Read);
            let told: Vec<&Team> = teams.iter().filter(|team| reach.covers(team.seen().community_id)).collect();
            let keys: Vec<Uuid> = told.iter().map(|team| team.seen().key()).collect();
            let mut found: HashMap<Uuid, Option<Vec<TeamService>>> =
                teams.iter().map(|team| (team.seen().key(), None)).collect();
            if keys.is_empty() {
                return Ok(found);
            }
            let rows: Vec<Row> = reading
                .select::<Attendance>()
                .join(JoinType::InnerJoin, attendance::Relation::Session.def())
                .join(JoinType::InnerJoin, session::Relation::Activity.def())
                .join(JoinType::InnerJoin, attendance::Relation::Volunteer.def())
                .filter(Column::TeamId.is_in(keys.iter().copied()))
                .filter(Column::VoidedAt.is_null())
                .select_only()
                .columns([Column::Id, Column::TeamId, Column::PersonId])
                .column(activity::Column::Kind)
                .column(volunteer::Column::PartnerUnitId)
                .into_tuple()
                .all(reading.db())
                .await?;
            let persons: HashSet<Uuid> = rows.iter().map(|(_, _, person, ..)| *person).collect();
            let communities: HashSet<Uuid> = told.iter().map(|team| team.seen().community_id).collect();
            let places = community::Entity::find().filter(community::Column::Id.is_in(communities));
            let mut came: HashMap<Uuid, Stay> = HashMap::new();
            for place in places.all(reading.db()).await? {
                let there = reading.select::<Attendance>().filter(Column::CommunityId.eq(place.id));
                let all = stays(reading.db(), there, persons.iter().copied(), Tx::zone_of(&place)).await?;
                came.extend(all.into_iter().map(|stay| (stay.attendance, stay)));
            }
            let units: HashSet<Uuid> = rows.iter().filter_map(|(.., unit)| *unit).collect();
            let names: Vec<(Uuid, String)> = match by {
                ServiceGrouping::Employer if !units.is_empty() => {
                    let select = partner_unit::Entity::find().filter(partner_unit::Column::Id.is_in(units));
                    let select = select.select_only().columns([partner_unit::Column::Id, partner_unit::Column::Name]);
                    select.into_tuple().all(reading.db()).await?
                }
                _ => Vec::new(),
            };
            let names: HashMap<Uuid, String> = names.into_iter().collect();
            for team in told {
                let key = team.seen().key();
                let own = rows.iter().filter(|(_, with, ..)| *with == key);
                let own = own.filter_map(|row| Some((row, came.get(&row.0)?)));
                let groups = grouped(own, by, within);
                let all_named = reach.names(team.seen().community_id);
                found.insert(key, Some(shown(groups, &names, all_named)));
            }
            Ok(found)
        })
    })
}

fn grouped<'r>(
    rows: impl Iterator<Item = (&'r Row, &'r Stay)>,
    by: ServiceGrouping,
    within: impl Fn(NaiveDate) -> bool,
) -> BTreeMap<Key, Group> {
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    for ((_, _, person, kind, unit), stay) in rows {
        let key = |day: NaiveDate| match by {
            ServiceGrouping::Total => Key::Total,
            ServiceGrouping::Month => Key::Month(day.year(), day.month()),
            ServiceGrouping::ActivityKind => Key::Kind(format!("{kind:?}")),
            ServiceGrouping::Employer => Key::Unit(*unit),
        };
        let mut note = |day: NaiveDate, times: i64, minutes: i64| {
            let group = groups.entry(key(day)).or_default();
            group.kind = Some(*kind);
            group.people.insert(*person);
            group.times += times;
            *(if stay.training { &mut group.training } else { &mut group.minutes }) += minutes;
        };
        if within(stay.held_on) {
            note(stay.held_on, i64::from(!stay.training), 0);
        }
        for of in stay.credited.iter().filter(|of| within(of.day)) {
            note(of.day, 0, minutes(std::slice::from_ref(of), |_| true));
        }
    }
    groups
}

fn shown(groups: BTreeMap<Key, Group>, names: &HashMap<Uuid, String>, all_named: bool) -> Vec<TeamService> {
    let numbers: Vec<[i64; 1]> = groups.values().map(|group| [group.people.len() as i64]).collect();
    let secret = if all_named { vec![false; numbers.len()] } else { hidden(&numbers, [0]) };
    let of = |((key, group), secret): ((Key, Group), bool)| {
        let number = |of: i64| (!secret).then(|| whole(of));
        let unit = match key {
            Key::Unit(unit) => unit,
            _ => None,
        };
        TeamService {
            month: match key {
                Key::Month(year, month) => Some(format!("{year:04}-{month:02}")),
                _ => None,
            },
            activity_kind: group.kind.filter(|_| matches!(key, Key::Kind(_))).map(Into::into),
            partner_unit_id: unit.map(|unit| id::encode("partner_unit", unit).into()),
            partner_unit_name: unit.and_then(|unit| names.get(&unit).cloned()),
            people: number(group.people.len() as i64),
            person_times: number(group.times),
            minutes_credited: number(group.minutes),
            training_minutes_credited: number(group.training),
        }
    };
    groups.into_iter().zip(secret).map(of).collect()
}

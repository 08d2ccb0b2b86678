//! Hours of service: of an attendance, and of volunteers by year.

use std::collections::{HashMap, HashSet};

use async_graphql::SimpleObject;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use entity::{attendance, community, session};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait, Select,
};
use uuid::Uuid;

use super::{
    Attendance,
    hour_rules::{self, OfDay},
};
use crate::{
    error::Result,
    relay::{Edge, Entity},
    volunteers::Volunteer,
};

/// What a volunteer gave in a year, in whole minutes (年度志愿服务时间).
#[derive(SimpleObject, Clone, Debug, Default)]
pub struct ServiceHours {
    /// The year, by the days of the community (年份).
    year: i32,
    /// How often the volunteer came, by the day of the session (服务次数).
    person_times: i32,
    /// Of those times, how often nobody wrote down when the volunteer came and went: these count no minutes, which is not 0 (未记录时长次数).
    times_without_hours: i32,
    /// Minutes between coming and going, training apart (实际服务分钟数).
    minutes_given: i32,
    /// Of these, each minute once, though the volunteer may have been in two places (计入服务分钟数).
    minutes_credited: i32,
    /// Minutes of training that are credited (计入培训分钟数).
    training_minutes_credited: i32,
}

/// A time that somebody came as a volunteer.
#[derive(Clone, Debug)]
pub(crate) struct Stay {
    pub(crate) attendance: Uuid,
    pub(crate) person: Uuid,
    pub(crate) session: Uuid,
    pub(crate) held_on: NaiveDate,
    pub(crate) training: bool,
    /// When the person came and went, where both are on record.
    pub(crate) times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// What is given and what of it is credited, day by day; nothing where the times are not on record.
    pub(crate) given: Vec<OfDay>,
    pub(crate) credited: Vec<OfDay>,
}

type Row = (Uuid, Uuid, Uuid, Option<DateTime<Utc>>, Option<DateTime<Utc>>, NaiveDate, bool);

/// The times that these people came as volunteers, out of a statement that began with whose they may be; what of them is credited is found out among all of
/// them together.
pub(crate) async fn stays(
    conn: &impl ConnectionTrait,
    of: Select<attendance::Entity>,
    persons: impl IntoIterator<Item = Uuid>,
    zone: Tz,
) -> Result<Vec<Stay>> {
    use attendance::Column;
    let rows: Vec<Row> = of
        .join(JoinType::InnerJoin, attendance::Relation::Session.def())
        .filter(Column::PersonId.is_in(persons))
        .filter(Column::VolunteerId.is_not_null())
        .filter(Column::VoidedAt.is_null())
        .order_by_asc(Column::Id)
        .select_only()
        .columns([Column::Id, Column::PersonId, Column::SessionId, Column::CheckedInAt, Column::CheckedOutAt])
        .columns([session::Column::HeldOn, session::Column::IsTraining])
        .into_tuple()
        .all(conn)
        .await?;
    let stay = |row: Row| {
        let (attendance, person, session, came, went, held_on, training) = row;
        Stay {
            attendance,
            person,
            session,
            held_on,
            training,
            times: came.zip(went),
            given: Vec::new(),
            credited: Vec::new(),
        }
    };
    let mut all: Vec<Stay> = rows.into_iter().map(stay).collect();
    reckon(&mut all, zone);
    Ok(all)
}

/// What is given and what of it is credited, of all that these people came to.
pub(crate) fn reckon(all: &mut [Stay], zone: Tz) {
    let mut by_person: HashMap<Uuid, Vec<usize>> = HashMap::new();
    for (place, stay) in all.iter_mut().enumerate() {
        if let Some((from, until)) = stay.times {
            stay.given = hour_rules::by_day(from, until, zone);
            by_person.entry(stay.person).or_default().push(place);
        }
    }
    for places in by_person.into_values() {
        let times: Vec<_> = places.iter().filter_map(|place| all[*place].times).collect();
        for (place, days) in places.into_iter().zip(hour_rules::credited(&times, zone)) {
            all[place].credited = days;
        }
    }
}

/// The minutes that fall on days of a span.
pub(crate) fn minutes(days: &[OfDay], within: impl Fn(NaiveDate) -> bool) -> i64 {
    days.iter().filter(|of| within(of.day)).map(|of| of.minutes).sum()
}

pub(crate) fn whole(minutes: i64) -> i32 {
    i32::try_from(minutes).unwrap_or(i32::MAX)
}

impl ServiceHours {
    fn of<'s>(year: i32, stays: impl Iterator<Item = &'s Stay> + Clone) -> Self {
        let in_year = |day: NaiveDate| day.year() == year;
        let came = stays.clone().filter(|stay| in_year(stay.held_on));
        let given = stays.clone().filter(|stay| !stay.training).map(|stay| minutes(&stay.given, in_year)).sum();
        let credited = |training: bool| {
            let those = stays.clone().filter(move |stay| stay.training == training);
            whole(those.map(|stay| minutes(&stay.credited, in_year)).sum())
        };
        Self {
            year,
            person_times: whole(came.clone().count() as i64),
            times_without_hours: whole(came.filter(|stay| stay.times.is_none()).count() as i64),
            minutes_given: whole(given),
            minutes_credited: credited(false),
            training_minutes_credited: credited(true),
        }
    }
}

/// `Attendance.minutesCredited`: two statements, the attendances and all others of the same people.
pub(super) fn credited_of_attendances() -> Edge<Attendance> {
    Edge::values(|reading, attendances: &[Attendance], _| {
        Box::pin(async move {
            let served = |of: &&Attendance| of.seen().volunteer_id.is_some() && of.seen().voided_at.is_none();
            let persons: HashSet<Uuid> = attendances.iter().filter(served).map(|of| of.seen().person_id).collect();
            if persons.is_empty() {
                return Ok(HashMap::new());
            }
            // Which day a minute belongs to does not matter here.
            let all = stays(reading.db(), reading.select::<Attendance>(), persons, chrono_tz::Asia::Shanghai).await?;
            let known = all.iter().filter(|stay| stay.times.is_some());
            Ok(known.map(|stay| (stay.attendance, whole(hour_rules::total(&stay.credited)))).collect())
        })
    })
}

/// `Volunteer.hours`: the zones of their communities, and what they came to.
pub(crate) fn of_volunteers() -> Edge<Volunteer> {
    Edge::values(|reading, volunteers: &[Volunteer], asked| {
        Box::pin(async move {
            let year: i32 = asked.argument("year")?;
            let communities: HashSet<Uuid> = volunteers.iter().map(|of| of.seen().community_id).collect();
            let places = community::Entity::find().filter(community::Column::Id.is_in(communities));
            let mut found = HashMap::new();
            for place in places.all(reading.db()).await? {
                let zone = place.time_zone.parse().unwrap_or(chrono_tz::Asia::Shanghai);
                let own: Vec<&Volunteer> = volunteers.iter().filter(|of| of.seen().community_id == place.id).collect();
                let persons: HashSet<Uuid> = own.iter().map(|of| person_of(of)).collect();
                let all = stays(reading.db(), reading.select::<Attendance>(), persons, zone).await?;
                for of in own {
                    let theirs = all.iter().filter(|stay| stay.person == person_of(of));
                    found.insert(of.seen().key(), ServiceHours::of(year, theirs));
                }
            }
            Ok(found)
        })
    })
}

/// Whoever volunteers as a resident or a staff member is that person.
fn person_of(volunteer: &Volunteer) -> Uuid {
    let row = volunteer.seen();
    row.resident_id.or(row.staff_member_id).unwrap_or(row.id)
}

//! What somebody has to do today (我的待办), and how a community stands with all of them.

use std::collections::{HashMap, HashSet};

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use chrono::NaiveDate;
use entity::{
    building, posting,
    request::{self, Column},
    staff_member,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    sea_query::{Expr, ExprTrait, Func},
};
use uuid::Uuid;

use super::{
    figures::{self, Totals},
    object::{Request, RequestStatus},
    queries::open,
};
use crate::{
    activities::{AttendanceError, errors_to_answer},
    communities::{Community, Grid},
    error::{Error, Result},
    relay::{Entity, Reading, Selection, filter::holding_on, id},
    say,
    scalars::{Date, Decimal},
    schema::cost::{LOOK, REPORT, cost},
    write::Tx,
};

/// The most requests that are shown of one queue.
const SHOWN: u64 = 100;

/// What a queue holds (待办类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueKind {
    /// To be answered before today (已逾期).
    Overdue,
    /// To be answered today (今日到期).
    DueToday,
    /// Everything that you were given, yourself or with a grid where you hold a post, and that is not answered (交办给我).
    HandedToMe,
    /// What volunteers of the community say is wrong in the record of their service, for all who may answer them (待答复工时异议).
    AttendanceErrors,
}

/// What waits for somebody (待办).
#[derive(SimpleObject)]
pub struct WorkQueue {
    /// What it holds (类别).
    kind: QueueKind,
    /// How many there are (数量).
    count: i64,
    /// The first 100 of them, those due soonest first; none in a queue of another kind (诉求).
    requests: Vec<Request>,
    /// The first 100 of them, those that wait longest first; none in a queue of another kind (工时异议).
    attendance_errors: Vec<AttendanceError>,
}

/// How many requests are in a state (各状态诉求数).
#[derive(SimpleObject, Clone, Debug)]
pub struct RequestStatusCount {
    /// The state (状态).
    status: RequestStatus,
    /// How many (数量).
    count: i64,
}

/// How many requests of a grid wait for an answer (各网格诉求数).
#[derive(SimpleObject, Clone)]
pub struct RequestGridCount {
    /// The grid; null for requests of no grid (网格).
    grid: Option<Grid>,
    /// Not answered yet (待答复).
    open: i64,
    /// Of these, past their deadline (已逾期).
    overdue: i64,
}

/// How a community stands with its requests (诉求统计).
#[derive(SimpleObject, Clone)]
pub struct RequestFigures {
    /// How many are in each state now, those that there are (按状态).
    by_status: Vec<RequestStatusCount>,
    /// How many wait for an answer now, grid by grid (按网格).
    by_grid: Vec<RequestGridCount>,
    #[graphql(flatten)]
    totals: RequestTotals,
}

/// What requests came to in a period (诉求成效).
#[derive(SimpleObject, Clone, Debug)]
pub struct RequestTotals {
    /// Came in (收到).
    received: i64,
    /// Were answered, since they were last opened (答复).
    answered: i64,
    /// Were closed (办结).
    closed: i64,
    /// Had to be answered in the period, and were not by the end of their last day (逾期).
    overdue: i64,
    /// Of those that had to be answered in the period, and by now were or are overdue, the share that was answered in time, from 0 to 1; null where there are
    /// none (按期答复率).
    on_time_share: Option<Decimal>,
    /// Half of those answered in the period had waited no longer than so many hours since they came in; null where there are none (答复时长中位数, 小时).
    median_hours_to_answer: Option<Decimal>,
    /// Nine of ten had waited no longer than so many hours; null where there are none (答复时长 90 分位, 小时).
    ninetieth_percentile_hours_to_answer: Option<Decimal>,
    /// The mean of what was said in call-backs in the period, from 1 to 5; null where nobody said anything (平均满意度).
    satisfaction: Option<Decimal>,
}

impl From<Totals> for RequestTotals {
    fn from(of: Totals) -> Self {
        Self {
            received: of.received,
            answered: of.answered,
            closed: of.closed,
            overdue: of.overdue,
            on_time_share: of.on_time_share.map(Into::into),
            median_hours_to_answer: of.median_hours.map(Into::into),
            ninetieth_percentile_hours_to_answer: of.ninetieth_hours.map(Into::into),
            satisfaction: of.satisfaction.map(Into::into),
        }
    }
}

/// What the requests of a community that the viewer sees came to.
pub(crate) async fn totals(
    reading: &Reading<'_>,
    community: Uuid,
    days: (NaiveDate, NaiveDate),
) -> Result<RequestTotals> {
    let own = reading.select::<Request>().filter(Column::CommunityId.eq(community));
    let courses = figures::courses(reading.db(), own, days).await?;
    Ok(Totals::of(&courses, days, today(reading, community).await?).into())
}

async fn today(reading: &Reading<'_>, community: Uuid) -> Result<NaiveDate> {
    let found = entity::community::Entity::find_by_id(community).one(reading.db()).await?;
    let zone = found.map_or(chrono_tz::Asia::Shanghai, |community| Tx::zone_of(&community));
    Ok(reading.app.clock.today(zone))
}

#[derive(Default)]
pub struct RequestWorkQueries;

#[Object]
impl RequestWorkQueries {
    /// What you have to do in a community today: requests that are overdue, due today, and all that you were given; and what volunteers say is wrong in the record
    /// of their service, where you may answer them. Queues that are empty are left out (我的待办).
    #[graphql(directive = cost::apply(LOOK.into()))]
    async fn my_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community (社区).")] community_id: ID,
    ) -> Result<Vec<WorkQueue>> {
        let reading = Reading::new(ctx)?;
        let community = id::argument("communityId", Community::PREFIX, &community_id)?;
        let today = today(&reading, community).await?;
        let mine = mine(&reading, community, today).await?;
        let waiting = reading.select::<Request>().filter(Column::CommunityId.eq(community)).filter(mine).filter(open());
        let selection = Selection::under(ctx).child(ctx.query_env, "WorkQueue", "requests");
        let mut queues = Vec::new();
        for (kind, due) in [
            (QueueKind::Overdue, Some(Column::DueOn.lt(today))),
            (QueueKind::DueToday, Some(Column::DueOn.eq(today))),
            (QueueKind::HandedToMe, None),
        ] {
            let of_it = waiting.clone().filter(Condition::all().add_option(due));
            let count = of_it.clone().count(reading.db()).await?;
            if count == 0 {
                continue;
            }
            let requests = match selection.is_empty() {
                true => Vec::new(),
                false => {
                    let first = of_it.order_by_asc(Column::DueOn).order_by_asc(Column::Id).limit(SHOWN);
                    reading.all::<Request>(first, &selection).await?
                }
            };
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            queues.push(WorkQueue { kind, count, requests, attendance_errors: Vec::new() });
        }
        let selection = Selection::under(ctx).child(ctx.query_env, "WorkQueue", "attendanceErrors");
        if let Some((count, attendance_errors)) = errors_to_answer(&reading, community, &selection).await? {
            queues.push(WorkQueue {
                kind: QueueKind::AttendanceErrors,
                count,
                requests: Vec::new(),
                attendance_errors,
            });
        }
        Ok(queues)
    }

    /// How a community stands with its requests: in which states they are and in which grids they wait, now; and what they came to in a period (诉求统计).
    #[graphql(directive = cost::apply(REPORT.into()))]
    async fn request_figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community (社区).")] community_id: ID,
        #[graphql(desc = "The first day of the period (起始日, 含).")] from: Date,
        #[graphql(desc = "The last day of the period (截止日, 含).")] to: Date,
    ) -> Result<RequestFigures> {
        let reading = Reading::new(ctx)?;
        let community = id::argument("communityId", Community::PREFIX, &community_id)?;
        if from.0 > to.0 {
            return Err(Error::bad_input(say!("to: a period has a first and a last day.", "to：统计期间须先起后止。")));
        }
        let own = || reading.select::<Request>().filter(Column::CommunityId.eq(community));
        let by_status: Vec<(request::RequestStatus, i64)> = own()
            .select_only()
            .column(Column::Status)
            .expr_as(Expr::col((request::Entity, Column::Id)).count(), "number")
            .group_by(Column::Status)
            .order_by_asc(Column::Status)
            .into_tuple()
            .all(reading.db())
            .await?;
        let today = today(&reading, community).await?;
        let selection = Selection::under(ctx).child(ctx.query_env, "RequestFigures", "byGrid");
        Ok(RequestFigures {
            by_status: by_status
                .into_iter()
                .map(|(status, count)| RequestStatusCount { status: status.into(), count })
                .collect(),
            by_grid: match selection.is_empty() {
                true => Vec::new(),
                false => {
                    let grids = selection.child(ctx.query_env, "RequestGridCount", "grid");
                    by_grid(&reading, community, today, &grids).await?
                }
            },
            totals: totals(&reading, community, (from.0, to.0)).await?,
        })
    }
}

/// What somebody was given: as the staff member whose account it is, and with the grids where they hold a post today.
async fn mine(reading: &Reading<'_>, community: Uuid, today: NaiveDate) -> Result<Condition> {
    let member = staff_member::Entity::find()
        .filter(staff_member::Column::CommunityId.eq(community))
        .filter(staff_member::Column::AccountId.eq(reading.viewer.account_id))
        .one(reading.db())
        .await?;
    let Some(member) = member else { return Ok(crate::relay::filter::never()) };
    let grids: Vec<Uuid> = posting::Entity::find()
        .filter(posting::Column::StaffMemberId.eq(member.id))
        .filter(posting::Column::GridId.is_not_null())
        .filter(holding_on(posting::Column::StartedOn, posting::Column::EndedOn, today))
        .select_only()
        .column(posting::Column::GridId)
        .into_tuple()
        .all(reading.db())
        .await?;
    Ok(Condition::any().add(Column::AssigneeId.eq(member.id)).add(Column::AssigneeGridId.is_in(grids)))
}

/// By the grid that a request names, or that of its building.
async fn by_grid(
    reading: &Reading<'_>,
    community: Uuid,
    today: NaiveDate,
    selection: &Selection<'_>,
) -> Result<Vec<RequestGridCount>> {
    let grid = Func::coalesce([
        Expr::col((request::Entity, Column::GridId)),
        Expr::col((building::Entity, building::Column::GridId)),
    ]);
    let rows: Vec<(Option<Uuid>, Option<NaiveDate>)> = reading
        .select::<Request>()
        .filter(Column::CommunityId.eq(community))
        .filter(open())
        .join(JoinType::LeftJoin, request::Relation::Building.def())
        .select_only()
        .expr_as(grid, "grid")
        .column(Column::DueOn)
        .into_tuple()
        .all(reading.db())
        .await?;
    let mut counts: HashMap<Option<Uuid>, (i64, i64)> = HashMap::new();
    for (grid, due) in rows {
        let (open, overdue) = counts.entry(grid).or_default();
        *open += 1;
        *overdue += i64::from(due.is_some_and(|due| due < today));
    }
    let wanted: HashSet<Uuid> = counts.keys().filter_map(|grid| *grid).collect();
    let found = reading.some::<Grid>(wanted, selection).await?;
    let mut keys: Vec<Option<Uuid>> = counts.keys().copied().collect();
    keys.sort();
    let row = |key: Option<Uuid>| {
        let (open, overdue) = counts[&key];
        RequestGridCount { grid: key.and_then(|key| found.get(&key).cloned()), open, overdue }
    };
    Ok(keys.into_iter().map(row).collect())
}

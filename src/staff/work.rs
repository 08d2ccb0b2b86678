//! What staff members have open (未了工作): what they answer for and have not brought to an end. When somebody goes, it is handed over (`handOver`).
//!
//! A table that comes to name who answers for its rows gets a kind here, and an arm in each function: a test looks for references that nobody thought of.

use std::collections::HashSet;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::{account, community, project, request, staff_member, visit};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::object::StaffMember;
use crate::{
    access::policy::Action,
    context::App,
    error::Result,
    projects::{self, Project},
    relay::{Entity, Reading, Selection, id},
    requests::{self, Request},
    schema::{
        Node,
        cost::{LOOK, cost},
        fetch,
    },
    visits::{self, Visit},
    write::Tx,
};

/// The most objects that are shown of one kind.
const SHOWN: usize = 100;

/// What somebody may have open (未了工作类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkKind {
    /// Projects that the person answers for (负责的共建项目).
    Project,
    /// Requests that the person was given and that are not answered (承办的诉求).
    Request,
    /// Visits that the person is to make (待走访).
    Visit,
}

/// What somebody has open of one kind (未了工作).
#[derive(SimpleObject)]
pub struct OpenWork {
    /// What it is (类别).
    kind: WorkKind,
    /// How many there are (数量).
    count: i32,
    /// The first 100 of them, in the order in which they were recorded (对象).
    items: Vec<Node>,
}

#[derive(Default)]
pub struct WorkQueries;

#[Object]
impl WorkQueries {
    /// What a staff member answers for and has not brought to an end, kind by kind; empty where there is none, or no such staff member within your reach
    /// (未了工作).
    #[graphql(directive = cost::apply(LOOK.into()))]
    async fn open_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The staff member (工作人员).")] staff_member_id: ID,
    ) -> Result<Vec<OpenWork>> {
        let reading = Reading::new(ctx)?;
        let key = id::argument("staffMemberId", StaffMember::PREFIX, &staff_member_id)?;
        let member = reading.select::<StaffMember>().filter(staff_member::Column::Id.eq(key)).one(reading.db()).await?;
        if member.is_none() {
            return Ok(Vec::new());
        }
        let projects = reading.select::<Project>().filter(projects::open_with([key]));
        let requests = reading.select::<Request>().filter(requests::open_with([key]));
        let visits = reading.select::<Visit>().filter(visits::open_with([key]));
        let open = [
            (WorkKind::Project, Project::PREFIX, ids(&reading, projects, project::Column::Id).await?),
            (WorkKind::Request, Request::PREFIX, ids(&reading, requests, request::Column::Id).await?),
            (WorkKind::Visit, Visit::PREFIX, ids(&reading, visits, visit::Column::Id).await?),
        ];
        let selection = Selection::under(ctx).child(ctx.query_env, "OpenWork", "items");
        let mut work = Vec::new();
        for (kind, prefix, open) in open.into_iter().filter(|(.., open)| !open.is_empty()) {
            let shown: Vec<Uuid> = open.iter().copied().take(SHOWN).collect();
            let wanted = if selection.is_empty() { HashSet::new() } else { shown.iter().copied().collect() };
            let mut found = fetch(&reading, prefix, wanted, &selection).await?;
            let items = shown.iter().filter_map(|key| found.remove(key)).collect();
            work.push(OpenWork { kind, count: i32::try_from(open.len()).unwrap_or(i32::MAX), items });
        }
        Ok(work)
    }
}

/// The keys of a statement's rows, in their order.
async fn ids<E: EntityTrait>(reading: &Reading<'_>, select: Select<E>, id: E::Column) -> Result<Vec<Uuid>> {
    Ok(select.select_only().column(id).order_by_asc(id).into_tuple().all(reading.db()).await?)
}

/// All that one staff member has open goes to another, both locked; so many objects.
pub(super) async fn hand_over(tx: &Tx<'_>, community: Uuid, from: Uuid, to: Uuid) -> Result<usize, DbErr> {
    let projects = projects::hand_over(tx, community, from, to).await?;
    let requests = requests::hand_over(tx, community, from, to).await?;
    Ok(projects + requests + visits::hand_over(tx, community, from, to).await?)
}

/// May the viewer change all that somebody in the community may have open?
pub(super) fn may_hand_over(tx: &Tx<'_>, community: Uuid) -> bool {
    let may = |resource| tx.viewer.reach(resource, Action::Amend).covers(community);
    may(Project::RESOURCE) && may(Request::RESOURCE) && may(Visit::RESOURCE)
}

/// The staff members whose account this is, with what each has open, for the command line: one line an object.
pub async fn left_with(app: &App, account_name: &str) -> Result<Vec<String>> {
    let db = app.db.fresh();
    let named = account::Entity::find().filter(account::Column::Name.eq(account_name));
    let Some(account) = named.one(db).await? else { return Ok(Vec::new()) };
    let members = staff_member::Entity::find().filter(staff_member::Column::AccountId.eq(account.id)).all(db).await?;
    let open = projects::open_with(members.iter().map(|member| member.id));
    let rows = project::Entity::find().filter(open).order_by_asc(project::Column::Id).all(db).await?;
    let given = requests::open_with(members.iter().map(|member| member.id));
    let given = request::Entity::find().filter(given).order_by_asc(request::Column::Id).all(db).await?;
    let to_come = visits::open_with(members.iter().map(|member| member.id));
    let to_come = visit::Entity::find().filter(to_come).order_by_asc(visit::Column::Id).all(db).await?;
    let here = rows.iter().map(|row| row.community_id).chain(given.iter().map(|row| row.community_id));
    let here = here.chain(to_come.iter().map(|row| row.community_id));
    let places = community::Entity::find().filter(community::Column::Id.is_in(here));
    let places = places.all(db).await?;
    let line = |community: Uuid, member: Option<Uuid>, what: String| {
        let place = places.iter().find(|place| place.id == community).map_or("", |place| place.name.as_str());
        let member = members.iter().find(|of| Some(of.id) == member);
        let member = member.map_or(String::new(), |member| id::encode(StaffMember::PREFIX, member.id));
        format!("{place}\t{member}\t{what}")
    };
    let projects = rows.iter().map(|row| line(row.community_id, row.responsible_id, format!("PROJECT\t{}", row.title)));
    // What is asked for is not for a terminal.
    let requests = given.iter().map(|row| {
        line(row.community_id, row.assignee_id, format!("REQUEST\t{}", id::encode(Request::PREFIX, row.id)))
    });
    let visits = to_come.iter().map(|row| {
        line(row.community_id, Some(row.staff_member_id), format!("VISIT\t{}", id::encode(Visit::PREFIX, row.id)))
    });
    Ok(projects.chain(requests).chain(visits).collect())
}

//! What staff members have open (未了工作): what they answer for and have not brought to an end. When somebody goes, it is handed over (`handOver`).
//!
//! A table that comes to name who answers for its rows gets a kind here, and an arm in each function: a test looks for references that nobody thought of.

use std::collections::HashSet;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::{account, community, project, staff_member};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::object::StaffMember;
use crate::{
    access::policy::Action,
    context::App,
    error::Result,
    projects::{self, Project},
    relay::{Entity, Reading, Selection, id},
    schema::{
        Node,
        cost::{LOOK, cost},
        fetch,
    },
    write::Tx,
};

/// The most objects that are shown of one kind.
const SHOWN: usize = 100;

/// What somebody may have open (未了工作类别).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkKind {
    /// Projects that the person answers for (负责的共建项目).
    Project,
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
        let select = reading.select::<Project>().filter(projects::open_with([key])).select_only();
        let open: Vec<Uuid> =
            select.column(project::Column::Id).order_by_asc(project::Column::Id).into_tuple().all(reading.db()).await?;
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let selection = Selection::under(ctx).child(ctx.query_env, "OpenWork", "items");
        let shown: Vec<Uuid> = open.iter().copied().take(SHOWN).collect();
        let wanted = if selection.is_empty() { HashSet::new() } else { shown.iter().copied().collect() };
        let mut found = fetch(&reading, Project::PREFIX, wanted, &selection).await?;
        let items = shown.iter().filter_map(|key| found.remove(key)).collect();
        Ok(vec![OpenWork { kind: WorkKind::Project, count: i32::try_from(open.len()).unwrap_or(i32::MAX), items }])
    }
}

/// All that one staff member has open goes to another, both locked; so many objects.
pub(super) async fn hand_over(tx: &Tx<'_>, community: Uuid, from: Uuid, to: Uuid) -> Result<usize, DbErr> {
    projects::hand_over(tx, community, from, to).await
}

/// May the viewer change all that somebody in the community may have open?
pub(super) fn may_hand_over(tx: &Tx<'_>, community: Uuid) -> bool {
    tx.viewer.reach(Project::RESOURCE, Action::Amend).covers(community)
}

/// The staff members whose account this is, with what each has open, for the command line: one line an object.
pub async fn left_with(app: &App, account_name: &str) -> Result<Vec<String>> {
    let db = app.db.fresh();
    let named = account::Entity::find().filter(account::Column::Name.eq(account_name));
    let Some(account) = named.one(db).await? else { return Ok(Vec::new()) };
    let members = staff_member::Entity::find().filter(staff_member::Column::AccountId.eq(account.id)).all(db).await?;
    let open = projects::open_with(members.iter().map(|member| member.id));
    let rows = project::Entity::find().filter(open).order_by_asc(project::Column::Id).all(db).await?;
    let places = community::Entity::find().filter(community::Column::Id.is_in(rows.iter().map(|row| row.community_id)));
    let places = places.all(db).await?;
    let line = |row: &project::Model| {
        let place = places.iter().find(|place| place.id == row.community_id).map_or("", |place| place.name.as_str());
        let member = members.iter().find(|member| Some(member.id) == row.responsible_id);
        let member = member.map_or(String::new(), |member| id::encode(StaffMember::PREFIX, member.id));
        format!("{place}\t{member}\tPROJECT\t{}", row.title)
    };
    Ok(rows.iter().map(line).collect())
}

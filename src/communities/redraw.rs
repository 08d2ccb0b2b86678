//! Redrawing grids: buildings go to another grid, and a grid is merged into another (网格调整).

use async_graphql::{Context, ID, InputObject, Object};
use chrono::NaiveDate;
use entity::{
    building::{self, Column},
    grid,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;
use uuid::Uuid;

use super::places::{Building, Grid};
use crate::{
    access::{Resource, policy::Action},
    error::{Result, UserError, UserErrorCode},
    payload,
    relay::id,
    requests, say,
    scalars::Date,
    staff::{self, Posting},
    write::{Change, Detail, Faults, Refused, Told, Tx, Verb, not_found, write},
};

/// The most buildings of one input.
const BUILDINGS: usize = 500;

/// A grid that something is given to: not closed, and kept from being closed until this change is done.
pub(crate) async fn open_grid(
    tx: &Tx<'_>,
    given: &ID,
    path: &[&str],
    within: Option<Uuid>,
    faults: &mut Faults,
) -> Result<Option<grid::Model>, DbErr> {
    let Some(found) = tx.find::<Grid>(given, path, within, faults).await? else { return Ok(None) };
    let grid = tx.hold::<Grid>(found.id).await?.unwrap_or(found);
    Ok(unless_closed(grid, path, faults))
}

fn unless_closed(grid: grid::Model, path: &[&str], faults: &mut Faults) -> Option<grid::Model> {
    let Some(closed_on) = grid.closed_on else { return Some(grid) };
    let message = say!(
        "This grid was merged into another on {closed_on}; use that one.",
        "该网格已于 {closed_on} 并入其他网格，请使用后者。"
    );
    let refusal = UserError::new(path, UserErrorCode::IllegalTransition, message);
    faults.add(refusal.with(json!({ "mergedIntoId": grid.merged_into.map(|into| id::encode("grid", into)) })));
    None
}

/// Buildings that another grid covers from now on (调整楼栋所属网格).
#[derive(InputObject, Clone, Debug)]
pub struct MoveBuildingsInput {
    /// The buildings, at most 500; all of them go, or none (楼栋).
    pub building_ids: Vec<ID>,
    /// The grid that covers them from now on (网格).
    pub grid_id: ID,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { MoveBuildingsPayload { grid: Grid as "grid" } }

impl Change for MoveBuildingsInput {
    type Payload = MoveBuildingsPayload;
    const VERB: Verb = Verb { name: "moveBuildings", resource: Resource::Building, action: Action::Amend };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let grid = open_grid(tx, &self.grid_id, &["gridId"], None, &mut faults).await?;
        let within = grid.as_ref().map(|grid| grid.community_id);
        let buildings =
            tx.subjects::<Building>(&self.building_ids, "buildingIds", (within, BUILDINGS), &mut faults).await?;
        let (grid, buildings) = faults.all((grid, buildings))?;
        // Those that are there already stay as they are.
        let moving = buildings.iter().filter(|building| building.grid_id != Some(grid.id));
        let ids: Vec<Uuid> = moving.clone().map(|building| building.id).collect();
        let mut from: Vec<Option<Uuid>> = moving.map(|building| building.grid_id).collect();
        from.sort_unstable();
        from.dedup();
        give_to(tx, &ids, grid.id).await?;
        let detail = Detail::Open(json!({ "fromGridIds": from, "buildings": ids.len(), "buildingIds": ids }));
        tx.event::<Grid>(grid.id, Some(grid.community_id), &["buildings"], detail).await?;
        Ok(grid.id)
    }
}

async fn give_to(tx: &Tx<'_>, buildings: &[Uuid], grid: Uuid) -> Result<(), DbErr> {
    building::Entity::update_many()
        .col_expr(Column::GridId, Expr::value(grid))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.is_in(buildings.iter().copied()))
        .exec(tx.conn())
        .await
        .map(|_| ())
}

/// A grid whose buildings and posts go to another one; it is closed then (撤并网格).
#[derive(InputObject, Clone, Debug)]
pub struct MergeGridsInput {
    /// The grid that is given up; it stays on record, closed (撤销网格).
    pub grid_id: ID,
    /// The version of that grid that you read (预期版本).
    pub expected_version: Option<i32>,
    /// The grid that takes its buildings and its workers over (并入网格).
    pub into_grid_id: ID,
    /// The day; open postings end on it, and begin on it in the other grid; today when left out (撤并日期).
    pub on: Option<Date>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { MergeGridsPayload { grid: Grid as "grid" } }

impl MergeGridsInput {
    /// Both grids, locked in the order of their ids, so that two merges never wait for each other.
    async fn both(
        &self,
        tx: &Tx<'_>,
        faults: &mut Faults,
    ) -> Result<(Option<grid::Model>, Option<grid::Model>), Refused> {
        let (mut of_one, mut of_other) = (Faults::default(), Faults::default());
        let paths = (["gridId"], ["intoGridId"]);
        let one = tx.subject::<Grid>(&self.grid_id, &paths.0, self.expected_version, |row| row.version, &mut of_one);
        let other = tx.subject::<Grid>(&self.into_grid_id, &paths.1, None, |row| row.version, &mut of_other);
        // TypeIDs are ordered as their UUIDs are.
        let (one, other) = if self.grid_id.as_str() <= self.into_grid_id.as_str() {
            let one = one.await?;
            (one, other.await?)
        } else {
            let other = other.await?;
            (one.await?, other)
        };
        let one = one.and_then(|grid| unless_closed(grid, &paths.0, &mut of_one));
        let other = other.and_then(|grid| unless_closed(grid, &paths.1, &mut of_other));
        faults.append(of_one);
        faults.append(of_other);
        if let (Some(one), Some(other)) = (&one, &other) {
            if one.id == other.id {
                let message = say!("A grid is not merged into itself.", "不能并入本网格。");
                faults.note(&paths.1, UserErrorCode::Invalid, message);
            } else if one.community_id != other.community_id {
                not_found(&paths.1, faults);
            }
        }
        Ok((one, other))
    }
}

impl Change for MergeGridsInput {
    type Payload = MergeGridsPayload;
    const VERB: Verb = Verb { name: "mergeGrids", resource: Resource::Grid, action: Action::Decide };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let (given_up, into) = self.both(tx, &mut faults).await?;
        let (given_up, into) = faults.all((given_up, into))?;
        let community = given_up.community_id;
        let posts = staff::open_postings(tx, given_up.id).await?;
        let mut faults = Faults::default();
        let today = tx.today_at(community).await?;
        let began = posts.iter().map(|posting| posting.started_on);
        let on = faults.day_since("on", self.on.map(|day| day.0), began, today);
        let (on,) = faults.all((on,))?;

        let buildings = covered_by(tx, given_up.id).await?;
        give_to(tx, &buildings, into.id).await?;
        let moved = staff::follow_grid(tx, posts, into.id, on).await?;
        let asked = requests::follow_grid(tx, community, given_up.id, into.id).await?;
        close(tx, &given_up, into.id, on).await?;

        let ended = json!({ "after": { "endedOn": on } });
        let begun = json!({ "after": { "gridId": into.id, "startedOn": on } });
        let mut told: Vec<Told<'_>> =
            moved.ended.iter().map(|id| Told::of::<Posting>(*id, &["endedOn"], Detail::Open(ended.clone()))).collect();
        told.extend(moved.begun.iter().map(|id| {
            Told::of::<Posting>(*id, &["staffMemberId", "role", "gridId", "startedOn"], Detail::Open(begun.clone()))
        }));
        let counts = json!({ "buildings": buildings.len(), "buildingIds": buildings, "postings": moved.ended.len(), "requests": asked, "on": on });
        let closed = json!({ "after": { "closedOn": on, "mergedIntoId": into.id } });
        told.push(Told::of::<Grid>(given_up.id, &["closedOn", "mergedIntoId"], Detail::Open(closed)));
        let taken = json!({ "mergedFrom": given_up.id, "moved": counts });
        told.push(Told::of::<Grid>(into.id, &["buildings", "postings"], Detail::Open(taken)));
        tx.events(community, told).await?;
        Ok(into.id)
    }
}

/// The buildings of a grid, locked.
async fn covered_by(tx: &Tx<'_>, grid: Uuid) -> Result<Vec<Uuid>, DbErr> {
    let covered = building::Entity::find().filter(Column::GridId.eq(grid));
    Ok(tx.lock_all(covered, Column::Id).await?.into_iter().map(|building| building.id).collect())
}

async fn close(tx: &Tx<'_>, grid: &grid::Model, into: Uuid, on: NaiveDate) -> Result<(), DbErr> {
    let row = grid::ActiveModel {
        id: Set(grid.id),
        closed_on: Set(Some(on)),
        merged_into: Set(Some(into)),
        version: Set(grid.version + 1),
        ..Default::default()
    };
    tx.update(row).await.map(|_| ())
}

#[derive(Default)]
pub struct RedrawMutations;

#[Object]
impl RedrawMutations {
    /// Gives buildings to another grid, all of them or none (调整楼栋所属网格).
    async fn move_buildings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which buildings, and the grid (楼栋及网格).")] input: MoveBuildingsInput,
    ) -> Result<MoveBuildingsPayload> {
        write(ctx, input).await
    }

    /// Merges a grid into another one: buildings and open postings go over, and the grid is closed (撤并网格).
    async fn merge_grids(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grid into which (撤并内容).")] input: MergeGridsInput,
    ) -> Result<MergeGridsPayload> {
        write(ctx, input).await
    }
}

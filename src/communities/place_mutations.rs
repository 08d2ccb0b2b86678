//! Grids and buildings of a community.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entity::{building, grid};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use super::{
    mutations::NAME,
    places::{Building, Grid},
    redraw::open_grid,
};
use crate::{
    access::{Resource, policy::Action},
    error::Result,
    payload,
    write::{Change, Detail, Diff, Faults, Refused, Tx, Verb, write},
};

/// A grid to be set up (设立网格).
#[derive(InputObject, Clone, Debug)]
pub struct RegisterGridInput {
    /// The community that it is part of (社区).
    pub community_id: ID,
    /// Name, unique in the community, at most 100 characters (名称).
    pub name: String,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RegisterGridPayload { grid: Grid as "grid" } }

impl Change for RegisterGridInput {
    type Payload = RegisterGridPayload;
    const VERB: Verb = Verb { name: "registerGrid", resource: Resource::Grid, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let name = faults.text(&["name"], &self.name, NAME);
        let (community, name) = faults.all((community, name))?;
        let id = tx.new_id();
        let detail = Detail::Open(json!({ "after": { "name": name } }));
        tx.insert(grid::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            name: Set(name),
            version: Set(1),
            created_at: Set(tx.now()),
            ..Default::default()
        })
        .await?;
        tx.event::<Grid>(id, Some(community.id), &["name"], detail).await?;
        Ok(id)
    }
}

/// A building to be put on file (登记楼栋).
#[derive(InputObject, Clone, Debug)]
pub struct RegisterBuildingInput {
    /// The community that it stands in (社区).
    pub community_id: ID,
    /// The grid that covers it (网格).
    pub grid_id: Option<ID>,
    /// Name or number, unique in the community, at most 100 characters (名称).
    pub name: String,
    /// Street address, at most 200 characters (地址).
    pub address: Option<String>,
    /// Makes a retry safe: a random text, the same when you send this again (幂等键).
    pub idempotency_key: Option<String>,
}

payload! { RegisterBuildingPayload { building: Building as "building" } }

impl Change for RegisterBuildingInput {
    type Payload = RegisterBuildingPayload;
    const VERB: Verb = Verb { name: "registerBuilding", resource: Resource::Building, action: Action::Record };

    fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let community = tx.community(&self.community_id, "communityId", &mut faults).await?;
        let grid = match &self.grid_id {
            Some(grid) => {
                let community = community.as_ref().map(|community| community.id);
                open_grid(tx, grid, &["gridId"], community, &mut faults).await?.map(|grid| Some(grid.id))
            }
            None => Some(None),
        };
        let name = faults.text(&["name"], &self.name, NAME);
        let address = faults.optional_text(&["address"], self.address.as_deref(), 200);
        let (community, grid, name, address) = faults.all((community, grid, name, address))?;
        let id = tx.new_id();
        let detail = Detail::Open(json!({ "after": { "name": name, "address": address } }));
        tx.insert(building::ActiveModel {
            id: Set(id),
            community_id: Set(community.id),
            grid_id: Set(grid),
            name: Set(name),
            address: Set(address),
            version: Set(1),
            created_at: Set(tx.now()),
        })
        .await?;
        tx.event::<Building>(id, Some(community.id), &["name", "address", "gridId"], detail).await?;
        Ok(id)
    }
}

/// Corrections to a building: what is left out stays, what is null is cleared (更正楼栋).
#[derive(InputObject, Clone, Debug)]
pub struct AmendBuildingInput {
    /// The building (楼栋).
    pub id: ID,
    /// The version that you read (预期版本).
    pub expected_version: i32,
    /// Name or number, unique in the community, at most 100 characters (名称).
    pub name: Option<String>,
    /// Street address, at most 200 characters (地址).
    pub address: MaybeUndefined<String>,
    /// The grid that covers it (网格).
    pub grid_id: MaybeUndefined<ID>,
}

payload! { AmendBuildingPayload { building: Building as "building" } }

impl Change for AmendBuildingInput {
    type Payload = AmendBuildingPayload;
    const VERB: Verb = Verb { name: "amendBuilding", resource: Resource::Building, action: Action::Amend };

    async fn apply(&self, tx: &Tx<'_>) -> Result<Uuid, Refused> {
        let mut faults = Faults::default();
        let before = tx
            .subject::<Building>(&self.id, &["id"], Some(self.expected_version), |row| row.version, &mut faults)
            .await?;
        let community = before.as_ref().map(|before| before.community_id);
        let name = match &self.name {
            Some(name) => faults.text(&["name"], name, NAME).map(Some),
            None => Some(None),
        };
        let address = match &self.address {
            MaybeUndefined::Undefined => Some(None),
            given => faults.optional_text(&["address"], given.value().map(String::as_str), 200).map(Some),
        };
        let grid = match &self.grid_id {
            MaybeUndefined::Undefined => Some(None),
            MaybeUndefined::Null => Some(Some(None)),
            MaybeUndefined::Value(grid) => {
                open_grid(tx, grid, &["gridId"], community, &mut faults).await?.map(|grid| Some(Some(grid.id)))
            }
        };
        let (before, name, address, grid) = faults.all((before, name, address, grid))?;
        let mut diff = Diff::default();
        let mut row =
            building::ActiveModel { id: Set(before.id), version: Set(before.version + 1), ..Default::default() };
        if let Some(name) = name
            && diff.note("name", &before.name, &name)
        {
            row.name = Set(name);
        }
        if let Some(address) = address
            && diff.note("address", &before.address, &address)
        {
            row.address = Set(address);
        }
        if let Some(grid) = grid
            && diff.note("gridId", &before.grid_id, &grid)
        {
            row.grid_id = Set(grid);
        }
        tx.update(row).await?;
        let fields = diff.fields().to_vec();
        tx.event::<Building>(before.id, Some(before.community_id), &fields, Detail::Open(diff.value())).await?;
        Ok(before.id)
    }
}

#[derive(Default)]
pub struct PlaceMutations;

#[Object]
impl PlaceMutations {
    /// Sets a grid up (设立网格).
    async fn register_grid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The grid (网格).")] input: RegisterGridInput,
    ) -> Result<RegisterGridPayload> {
        write(ctx, input).await
    }

    /// Puts a building on file (登记楼栋).
    async fn register_building(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The building (楼栋).")] input: RegisterBuildingInput,
    ) -> Result<RegisterBuildingPayload> {
        write(ctx, input).await
    }

    /// Corrects a building, or gives it to another grid (更正楼栋).
    async fn amend_building(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrections (更正内容).")] input: AmendBuildingInput,
    ) -> Result<AmendBuildingPayload> {
        write(ctx, input).await
    }
}

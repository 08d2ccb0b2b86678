//! What a contribution is made of, as the schema shows it: items, and the devices among them that have serial numbers.

use async_graphql::{Context, ID, Object};
use entity::{contribution_device, contribution_item};

use super::{edges, holdings::Holdings, object::Contribution, scope, stock::Held};
use crate::{access::Resource, aid::AidRecord, error::Result, events::History, object, relay::id};

object! {
    ContributionItem("contribution_item") of contribution_item as Resource::Contribution;
    community = |row| Some(row.community_id);
    scope = scope::of_items;
    edges = edges::of_item;
}

object! {
    ContributionDevice("contribution_device") of contribution_device as Resource::Contribution;
    community = |row| Some(row.community_id);
    scope = scope::of_devices;
    edges = edges::of_device;
}

/// One kind of goods of a contribution: how many came, what they are worth, and what became of them (物资明细).
#[Object]
impl ContributionItem {
    /// Id of the item (编号).
    pub async fn id(&self) -> ID {
        id::encode("contribution_item", self.0.id).into()
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The contribution that it is a part of (资源投入).
    async fn contribution(&self, ctx: &Context<'_>) -> Result<Contribution> {
        self.0.present(ctx)
    }

    /// Name, unique in the contribution (名称).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Unit of measure of its quantities (单位).
    async fn unit(&self) -> &str {
        &self.0.unit
    }

    #[graphql(flatten)]
    async fn holdings(&self) -> Holdings {
        Holdings(Held::of(&*self.0))
    }

    /// Those that have serial numbers, by number (有编号的器具).
    async fn devices(&self, ctx: &Context<'_>) -> Result<Vec<ContributionDevice>> {
        self.0.list(ctx)
    }
}

/// A single device with a serial number (器具).
#[Object]
impl ContributionDevice {
    /// Id of the device (编号).
    pub async fn id(&self) -> ID {
        id::encode("contribution_device", self.0.id).into()
    }

    /// The item that it is one of (物资明细).
    async fn item(&self, ctx: &Context<'_>) -> Result<ContributionItem> {
        self.0.present(ctx)
    }

    /// What is written on it, unique in the item (器具编号).
    async fn serial_number(&self) -> &str {
        &self.0.serial_number
    }

    /// The grant by which somebody has it or is to have it; null while nobody has (帮扶记录).
    async fn aid_record(&self, ctx: &Context<'_>) -> Result<Option<AidRecord>> {
        self.0.edge(ctx)
    }
}

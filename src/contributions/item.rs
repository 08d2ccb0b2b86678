//! What a contribution is made of, as the schema shows it: items, and the devices among them that have serial numbers.

use async_graphql::{Context, ID, Object};
use entity::{contribution_device, contribution_item};

use super::{
    edges,
    object::{Contribution, holding},
    rules, scope,
};
use crate::{
    access::Resource,
    aid::AidRecord,
    error::Result,
    events::History,
    figures::{Figure, Holding, difference},
    object,
    relay::id,
};

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

    /// What has come so far (到位).
    async fn received(&self) -> Holding {
        self.holding(self.receipt())
    }

    /// What is set aside for grants or was handed over (已分配).
    async fn allocated(&self) -> Holding {
        self.holding(self.allocation())
    }

    /// What was handed over, a part of what is allocated (已发放).
    async fn delivered(&self) -> Holding {
        let (milli, fen) = (self.0.delivered_milli, self.0.delivered_fen);
        self.holding((rules::running(milli, fen), rules::running(fen, milli)))
    }

    /// What is left to be allocated: received less allocated, as sure as the two allow (余量).
    async fn remaining(&self) -> Holding {
        let (received, allocated) = (self.receipt(), self.allocation());
        self.holding((difference(received.0, allocated.0), difference(received.1, allocated.1)))
    }

    /// Those that have serial numbers, by number (有编号的器具).
    async fn devices(&self, ctx: &Context<'_>) -> Result<Vec<ContributionDevice>> {
        self.0.list(ctx)
    }
}

impl ContributionItem {
    fn receipt(&self) -> (Figure, Figure) {
        (
            Figure { amount: self.0.received_milli, precision: self.0.received_precision },
            Figure { amount: self.0.received_fen, precision: self.0.received_value_precision },
        )
    }

    fn allocation(&self) -> (Figure, Figure) {
        let (milli, fen) = (self.0.allocated_milli, self.0.allocated_fen);
        (rules::running(milli, fen), rules::running(fen, milli))
    }

    fn holding(&self, figures: (Figure, Figure)) -> Holding {
        holding(Some(&self.0.unit), figures)
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

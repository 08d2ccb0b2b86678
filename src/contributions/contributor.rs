//! Contributors as the schema shows them.

use async_graphql::{Context, ID, Object};
use entity::contributor;

use super::{edges, object::Contribution, scope};
use crate::{
    access::Resource,
    error::Result,
    figures::{Figure, Money},
    object,
    partners::PartnerUnit,
    relay::id,
};

object! {
    Contributor("contributor") of contributor as Resource::Contribution;
    community = |row| Some(row.community_id);
    scope = scope::of_contributors;
    edges = edges::of_contributor;
}

/// A partner unit behind a contribution, and its part where that is known (投入单位).
#[Object]
impl Contributor {
    /// Id of the contributor's entry (编号).
    pub async fn id(&self) -> ID {
        id::encode("contributor", self.0.id).into()
    }

    /// The contribution (资源投入).
    async fn contribution(&self, ctx: &Context<'_>) -> Result<Contribution> {
        self.0.present(ctx)
    }

    /// The unit (单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// Its part of the value received, of the value pledged until something came; null where the split is unknown (金额).
    async fn amount(&self) -> Option<Money> {
        self.0.amount_fen.map(|fen| Money::new(Figure::exact(fen)))
    }
}

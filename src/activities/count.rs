//! Head counts as the schema shows them.

use async_graphql::{Context, ID, Object};
use entity::head_count;

use super::{Session, edges, scope, turnout::PERSON_TIME};
use crate::{
    access::Resource,
    error::Result,
    events::History,
    figures::{Figure, Quantity},
    object,
    relay::id,
    scalars::DateTime,
};

object! {
    HeadCount("head_count") of head_count as Resource::Session;
    community = |row| Some(row.community_id);
    scope = scope::of_head_counts;
    edges = edges::of_head_count;
}

/// How many came to a session, where names were not taken, or not all (人次).
#[Object]
impl HeadCount {
    /// Id of the head count (编号).
    pub async fn id(&self) -> ID {
        id::encode("head_count", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The session (场次).
    async fn session(&self, ctx: &Context<'_>) -> Result<Session> {
        self.0.present(ctx)
    }

    /// How many, in whole person-times (人次).
    async fn persons(&self) -> Quantity {
        Quantity::whole(Figure { amount: self.0.persons, precision: self.0.persons_precision }, PERSON_TIME)
    }

    /// Who counted, or where it is written (来源).
    async fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// When the record was found to be wrong; it stays on file and counts nowhere (作废时间).
    async fn voided_at(&self) -> Option<DateTime> {
        self.0.voided_at.map(Into::into)
    }

    /// Why the record was voided (作废原因).
    async fn void_reason(&self) -> Option<&str> {
        self.0.void_reason.as_deref()
    }

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

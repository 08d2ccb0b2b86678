//! Visits as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::visit;

use super::{edges, scope};
use crate::{
    access::Resource,
    attachments::Attachment,
    communities::Community,
    enum_filter,
    error::Result,
    events::History,
    households::Household,
    merchants::Merchant,
    object,
    privacy::{Column, PersonKey},
    relay::{Connection, id},
    requests::{Request, RequestFilter, RequestOrder},
    residents::Circumstance,
    scalars::{Date, DateTime},
    staff::StaffMember,
};

object! {
    Visit("visit") of visit as Resource::Visit;
    community = |row| Some(row.community_id);
    scope = scope::of_visits;
    edges = edges::of_visit;
    classed = { purpose: Sensitive, note: Sensitive, cancelReason: Sensitive };
}

/// How far a visit is (走访状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::visit::VisitStatus")]
pub enum VisitStatus {
    /// It is to take place (已计划).
    Planned,
    /// It took place (已走访).
    Held,
    /// It did not take place, or was recorded by mistake (已取消).
    Cancelled,
}

enum_filter!(VisitStatusFilter, VisitStatus, entity::visit::VisitStatus, "走访状态");

/// A visit to a household or a merchant (走访).
#[Object]
impl Visit {
    /// Id of the visit (编号).
    pub async fn id(&self) -> ID {
        id::encode("visit", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you change it (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// The household that it is to (走访户).
    async fn household(&self, ctx: &Context<'_>) -> Result<Option<Household>> {
        self.0.edge(ctx)
    }

    /// The merchant that it is to (走访商户).
    async fn merchant(&self, ctx: &Context<'_>) -> Result<Option<Merchant>> {
        self.0.edge(ctx)
    }

    /// Who visits (走访人).
    async fn staff_member(&self, ctx: &Context<'_>) -> Result<Option<StaffMember>> {
        self.0.edge(ctx)
    }

    /// How far it is (状态).
    async fn status(&self) -> VisitStatus {
        self.0.status.into()
    }

    /// What it is for; null where you may not read sensitive data (走访事由).
    async fn purpose(&self) -> Option<&str> {
        self.0.purpose.as_deref().filter(|_| self.0.reads("purpose"))
    }

    /// The day that it was planned for; null where nobody had planned it (计划日期).
    async fn planned_on(&self) -> Option<Date> {
        self.0.planned_on.map(Date)
    }

    /// The day on which it took place; null where it did not (走访日期).
    async fn held_on(&self) -> Option<Date> {
        self.0.held_on.map(Date)
    }

    /// What was heard and seen; null where you may not read sensitive data (走访记录).
    async fn note(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(sealed) = self.0.note.as_ref().filter(|_| self.0.reads("note")) else { return Ok(None) };
        let Some(key) = self.0.edge::<PersonKey>(ctx)? else { return Ok(None) };
        key.open_text(Column::VisitNote, sealed).map(Some)
    }

    /// Why it did not take place, or is struck out; null where you may not read sensitive data (取消原因).
    async fn cancel_reason(&self) -> Option<&str> {
        self.0.cancel_reason.as_deref().filter(|_| self.0.reads("cancelReason"))
    }

    /// Photos and documents of it; none where you may not read sensitive data (附件).
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>> {
        self.0.list(ctx)
    }

    /// What was asked for on it (走访中提出的诉求).
    async fn requests(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<RequestFilter>,
        _order_by: Option<Vec<RequestOrder>>,
    ) -> Result<Connection<Request>> {
        self.0.present(ctx)
    }

    /// What became known of residents on it (走访中了解的困难/身份类别).
    async fn circumstances(&self, ctx: &Context<'_>) -> Result<Vec<Circumstance>> {
        self.0.list(ctx)
    }

    /// When it was put on record (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

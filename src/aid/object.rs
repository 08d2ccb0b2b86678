//! Grants as the schema shows them.

use async_graphql::{Context, Enum, ID, Object};
use entity::aid_record;

use super::{
    batch::AidBatch,
    edges,
    mutations::Signatory,
    programme::{AidProgramme, AidScope},
    scope,
};
use crate::{
    access::Resource,
    communities::Community,
    context::Ask,
    contributions::{Contribution, ContributionDevice, ContributionItem},
    error::Result,
    events::History,
    figures::{AidKind, Figure, Money, Quantity},
    households::Household,
    object,
    projects::Project,
    relay::id,
    residents::Resident,
    scalars::{Date, DateTime},
    sponsorships::Instalment,
};

object! {
    AidRecord("aid_record") of aid_record as Resource::AidRecord;
    community = |row| Some(row.community_id);
    scope = scope::of_records;
    edges = edges::of_record;
    // Free text tells of the recipient's circumstances.
    classed = { recipientName: Personal, signedByName: Personal, statusReason: Sensitive, note: Sensitive };
}

/// How far a grant is (帮扶状态): PLANNED, APPROVED, DELIVERED; or it ends as REFUSED, CANCELLED, RETURNED or REVERSED.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::aid_record::AidStatus")]
pub enum AidStatus {
    /// Put on file and set aside, waiting for a decision (拟发放).
    Planned,
    /// Agreed to, not handed over yet (已批准).
    Approved,
    /// Handed over (已发放).
    Delivered,
    /// Not agreed to; what was set aside is free again (不予批准).
    Refused,
    /// Called off before it was handed over; what was set aside is free again (已取消).
    Cancelled,
    /// Handed over and given back, such as a vehicle at the end of its loan (已退回).
    Returned,
    /// Recorded as handed over by mistake; taken out of the books by the record in `reversedBy` (已冲正).
    Reversed,
    /// A record that takes another out of the books, the one in `reverses`; it gives nobody anything (冲正记录).
    Reversal,
}

/// One grant to one resident or one household, from one contribution or by an instalment of a sponsorship; never edited, never deleted (帮扶记录).
#[Object]
impl AidRecord {
    /// Id of the record (编号).
    pub async fn id(&self) -> ID {
        id::encode("aid_record", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` with the next decision (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community that gives it (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// Whether it goes to a person or to a whole household (发放对象).
    async fn scope(&self) -> AidScope {
        self.0.scope.into()
    }

    /// Who receives it; null for a household's, and for those who may know only that somebody was aided (居民).
    async fn resident(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// The household that receives it, or in which the person lived when it was recorded; null where there was none, or you may not know (户).
    async fn household(&self, ctx: &Context<'_>) -> Result<Option<Household>> {
        self.0.edge(ctx)
    }

    /// Tells recipients apart without naming them: the same recipient has the same alias for you; it leads nowhere (受助对象代号).
    async fn recipient_alias(&self, ctx: &Context<'_>) -> String {
        // The database lets no record be without a recipient.
        let recipient = self.0.resident_id.or(self.0.household_id).unwrap_or_default();
        ctx.app().keys.alias(ctx.caller().unit_in(self.0.community_id), recipient)
    }

    /// The resident's name: where you read personal data, and for the unit that paid, as long as the resident's consent to its being told holds. Null
    /// otherwise, and for a household's (受助人姓名).
    async fn recipient_name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        self.0.edge(ctx)
    }

    /// The programme under whose rules it is given; null outside any (帮扶项目).
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<AidProgramme>> {
        self.0.edge(ctx)
    }

    /// The contribution that it is taken from; null of what a sponsor paid, and where you may not see it (资源投入).
    async fn contribution(&self, ctx: &Context<'_>) -> Result<Option<Contribution>> {
        self.0.edge(ctx)
    }

    /// The instalment of a sponsorship by which it was paid; null of anything else, and where you may not see it (资助分期).
    async fn instalment(&self, ctx: &Context<'_>) -> Result<Option<Instalment>> {
        self.0.edge(ctx)
    }

    /// What it is taken from of a contribution that has items; null of any other (物资明细).
    async fn item(&self, ctx: &Context<'_>) -> Result<Option<ContributionItem>> {
        self.0.edge(ctx)
    }

    /// The very device, where it has a serial number (器具).
    async fn device(&self, ctx: &Context<'_>) -> Result<Option<ContributionDevice>> {
        self.0.edge(ctx)
    }

    /// What it is given for, under a programme that aids once an event; null otherwise (事件名称).
    async fn occasion(&self) -> Option<&str> {
        self.0.occasion.as_deref()
    }

    /// The batch that it was planned in; null where it was recorded by itself, or you may not see it (帮扶批次).
    async fn batch(&self, ctx: &Context<'_>) -> Result<Option<AidBatch>> {
        self.0.edge(ctx)
    }

    /// The joint project that it belongs to; null outside any (共建项目).
    async fn project(&self, ctx: &Context<'_>) -> Result<Option<Project>> {
        self.0.edge(ctx)
    }

    /// What is given, the kind of the contribution (类型).
    async fn kind(&self) -> AidKind {
        self.0.kind.into()
    }

    /// How far it is (状态).
    async fn status(&self) -> AidStatus {
        self.0.status.into()
    }

    /// Why it was refused, cancelled, returned or reversed; null otherwise, and where you may not read sensitive data (状态原因).
    async fn status_reason(&self) -> Option<&str> {
        self.0.status_reason.as_deref().filter(|_| self.0.reads("statusReason"))
    }

    /// How many, in the contribution's unit; null where nothing was counted, as with CASH (数量).
    async fn quantity(&self) -> Option<Quantity> {
        let figure = Figure { amount: self.0.quantity_milli, precision: self.0.quantity_precision };
        figure.amount.map(|_| Quantity::new(figure, &*self.0.unit))
    }

    /// What it is worth; null where nobody valued it (金额).
    async fn value(&self) -> Option<Money> {
        let figure = Figure { amount: self.0.value_fen, precision: self.0.value_precision };
        figure.amount.map(|_| Money::new(figure))
    }

    /// The day of the grant, on which eligibility is judged (发放日期).
    async fn given_on(&self) -> Date {
        Date(self.0.given_on)
    }

    /// A remark; null where there is none, and where you may not read sensitive data (备注).
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref().filter(|_| self.0.reads("note"))
    }

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }

    /// When it was agreed to; null until then (批准时间).
    async fn approved_at(&self) -> Option<DateTime> {
        self.0.approved_at.map(Into::into)
    }

    /// When it was handed over; null until then, and kept when it is returned (发放时间).
    async fn delivered_at(&self) -> Option<DateTime> {
        self.0.delivered_at.map(Into::into)
    }

    /// Who signed for it; null where nobody did (签收人).
    async fn signed_by(&self) -> Option<Signatory> {
        self.0.signed_by.map(Into::into)
    }

    /// Name of the delegate or carer who signed; null where the recipient did, and where you may not read personal data (签收人姓名).
    async fn signed_by_name(&self) -> Option<&str> {
        self.0.signed_by_name.as_deref().filter(|_| self.0.reads("signedByName"))
    }

    /// The record that it takes out of the books; null unless it is a REVERSAL (所冲正的记录).
    async fn reverses(&self, ctx: &Context<'_>) -> Result<Option<AidRecord>> {
        self.0.edge(ctx)
    }

    /// The record that took it out of the books; null unless it is REVERSED (冲正本记录的记录).
    async fn reversed_by(&self, ctx: &Context<'_>) -> Result<Option<AidRecord>> {
        self.0.edge(ctx)
    }
}

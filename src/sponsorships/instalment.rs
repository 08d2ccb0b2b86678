//! Instalments as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::{
    instalment::{self, Column, InstalmentStatus as Stored},
    sponsorship,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{edges, object::Sponsorship, scope};
use crate::{
    access::{Class, Resource, policy::Action},
    aid::AidRecord,
    enum_filter,
    error::Result,
    events::History,
    figures::{Figure, Money},
    object, orders,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, combine, reference},
        id,
        reading::scope_of,
    },
    scalars::Date,
};

object! {
    Instalment("instalment") of instalment as Resource::Instalment;
    community = |row| Some(row.community_id);
    scope = scope::of_instalments;
    edges = edges::of_instalment;
    classed = { statusReason: Sensitive };
}

/// How far an instalment is (分期状态).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::instalment::InstalmentStatus")]
pub enum InstalmentStatus {
    /// To be paid, now or later (待支付).
    Due,
    /// Paid, which is a grant to whom it is for (已支付).
    Paid,
    /// Not paid when it was due; it may still be (逾期未付).
    Missed,
    /// Not to be paid any more: the sponsorship ended before, or was voided (不再支付).
    Ended,
}

enum_filter!(InstalmentStatusFilter, InstalmentStatus, entity::instalment::InstalmentStatus, "分期状态");

/// One payment of a sponsorship (资助分期).
#[Object]
impl Instalment {
    /// Id of the instalment (编号).
    pub async fn id(&self) -> ID {
        id::encode("instalment", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` with the next step (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The sponsorship whose payment it is (结对资助).
    async fn sponsorship(&self, ctx: &Context<'_>) -> Result<Option<Sponsorship>> {
        self.0.edge(ctx)
    }

    /// Its place among the instalments of the sponsorship, from 1 (期数).
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// The day on which it is due (到期日).
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// The money (金额).
    async fn amount(&self) -> Money {
        Money::new(Figure::exact(self.0.amount_fen))
    }

    /// How far it is (状态).
    async fn status(&self) -> InstalmentStatus {
        self.0.status.into()
    }

    /// The day on which it was paid; null until then (支付日期).
    async fn paid_on(&self) -> Option<Date> {
        self.0.paid_on.map(Date)
    }

    /// Why it was missed or ended; null otherwise, and where you may not read sensitive data (状态原因).
    async fn status_reason(&self) -> Option<&str> {
        self.0.status_reason.as_deref().filter(|_| self.0.reads("statusReason"))
    }

    /// The grant that it was, as long as it is PAID; null otherwise, and where you may not see it (帮扶记录).
    async fn aid_record(&self, ctx: &Context<'_>) -> Result<Option<AidRecord>> {
        self.0.edge(ctx)
    }

    /// Is it DUE still though its day is past, by the date in the community (是否逾期)?
    async fn overdue(&self, ctx: &Context<'_>) -> Result<bool> {
        self.0.list(ctx)
    }
}

/// Which instalments are wanted; all parts given must hold (分期筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct InstalmentFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// Of this sponsorship (结对资助).
    pub sponsorship_id: Option<ID>,
    /// To be paid by this unit, where you are told (资助单位).
    pub partner_unit_id: Option<ID>,
    /// To this resident (受助人).
    pub resident_id: Option<ID>,
    /// By how far they are (状态).
    pub status: Option<InstalmentStatusFilter>,
    /// Due in this span (到期日).
    pub due_on: Option<DateRange>,
    /// Paid in this span (支付日期).
    pub paid_on: Option<DateRange>,
    /// Due before this day and still DUE (逾期日期).
    pub overdue_on: Option<Date>,
    /// All of these (且).
    pub and: Option<Vec<InstalmentFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<InstalmentFilter>>,
    /// Not this (非).
    pub not: Option<Box<InstalmentFilter>>,
}

impl Filter for InstalmentFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use sponsorship::Column as Whole;
        // To those who see aliases only, a filter by person would tell whose they are.
        if self.resident_id.is_some() {
            asking.require(Class::Personal, "residentId")?;
        }
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::sponsorships::Sponsorship>(
                Column::SponsorshipId,
                "sponsorshipId",
                &self.sponsorship_id,
            )?);
        let unit = asking.reference::<crate::partners::PartnerUnit>(
            Whole::PartnerUnitId,
            "partnerUnitId",
            &self.partner_unit_id,
        )?;
        let resident =
            asking.reference::<crate::residents::Resident>(Whole::ResidentId, "residentId", &self.resident_id)?;
        // Of an anonymous sponsor a filter would tell by what it finds.
        let unit = unit.map(|unit| Condition::all().add(unit).add(scope::with_a_known_sponsor(asking.viewer)));
        let resident = resident.map(|resident| Condition::all().add(resident));
        for of in unit.into_iter().chain(resident) {
            let theirs = sponsorship::Entity::find()
                .select_only()
                .column(Whole::Id)
                .filter(scope_of::<Sponsorship>(asking.viewer, Action::Read))
                .filter(of);
            own = own.add(Column::SponsorshipId.in_subquery(theirs.into_query()));
        }
        if let Some(status) = &self.status {
            own = own.add(status.condition(Column::Status));
        }
        if let Some(due_on) = &self.due_on {
            own = own.add(due_on.condition(Column::DueOn));
        }
        if let Some(paid_on) = &self.paid_on {
            own = own.add(paid_on.condition(Column::PaidOn));
        }
        if let Some(day) = self.overdue_on {
            own = own.add(Column::Status.eq(Stored::Due)).add(Column::DueOn.lt(day.0));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What instalments are ordered by; ties are settled by id (分期排序).
    pub enum InstalmentOrder of instalment {
        /// Earliest due first (到期日升序).
        DueOnAsc => DueOn asc,
        /// Latest due first (到期日降序).
        DueOnDesc => DueOn desc,
        /// Earliest paid first, unpaid ones last (支付日期升序).
        PaidOnAsc => PaidOn asc,
        /// Latest paid first, unpaid ones first (支付日期降序).
        PaidOnDesc => PaidOn desc,
    }
}

impl Listed for Instalment {
    type Filter = InstalmentFilter;
    type Order = InstalmentOrder;
}

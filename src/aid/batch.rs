//! Batches: as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{aid_batch, aid_record::AidStatus};
use sea_orm::Condition;

use super::{
    edges,
    object::AidRecord,
    programme::AidProgramme,
    queries::{AidRecordFilter, AidRecordOrder},
    scope,
};
use crate::{
    access::Resource,
    communities::Community,
    contributions::Contribution,
    error::Result,
    object, orders,
    relay::{
        Connection, Listed,
        filter::{Asking, DateRange, Filter, combine, reference},
        id,
    },
    scalars::{Date, DateTime},
    schema::cost::{COUNT, cost},
};

object! {
    AidBatch("aid_batch") of aid_batch as Resource::AidBatch;
    community = |row| Some(row.community_id);
    scope = scope::of_batches;
    edges = edges::of_batch;
}

/// How many grants of a batch are how far (批次进度).
#[derive(SimpleObject, Clone, Copy, Default)]
pub struct AidBatchProgress {
    /// Waiting for a decision (拟发放).
    pub planned: i64,
    /// Agreed to, not handed over yet (已批准).
    pub approved: i64,
    /// Handed over (已发放).
    pub delivered: i64,
    /// Not agreed to (不予批准).
    pub refused: i64,
    /// Called off (已取消).
    pub cancelled: i64,
    /// Given back (已退回).
    pub returned: i64,
    /// Taken out of the books (已冲正).
    pub reversed: i64,
}

impl AidBatchProgress {
    pub(super) fn add(&mut self, status: AidStatus, number: i64) {
        let counter = match status {
            AidStatus::Planned => &mut self.planned,
            AidStatus::Approved => &mut self.approved,
            AidStatus::Delivered => &mut self.delivered,
            AidStatus::Refused => &mut self.refused,
            AidStatus::Cancelled => &mut self.cancelled,
            AidStatus::Returned => &mut self.returned,
            AidStatus::Reversed => &mut self.reversed,
            // It takes a grant out of the books, which is counted as such.
            AidStatus::Reversal => return,
        };
        *counter += number;
    }
}

/// Aid that was planned for many at once (批量帮扶).
#[Object]
impl AidBatch {
    /// Id of the batch (编号).
    pub async fn id(&self) -> ID {
        id::encode("aid_batch", self.0.id).into()
    }

    /// The community that gives it (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// The programme under whose rules it is given; null outside any (帮扶项目).
    async fn programme(&self, ctx: &Context<'_>) -> Result<Option<AidProgramme>> {
        self.0.edge(ctx)
    }

    /// The contribution that it is taken from; null where you may not see it (资源投入).
    async fn contribution(&self, ctx: &Context<'_>) -> Result<Option<Contribution>> {
        self.0.edge(ctx)
    }

    /// The day of its grants, on which eligibility was judged (发放日期).
    async fn given_on(&self) -> Date {
        Date(self.0.given_on)
    }

    /// How many grants were planned (登记笔数).
    async fn planned(&self) -> i32 {
        self.0.planned
    }

    /// How far its grants are now, as far as you may see them (进度).
    #[graphql(directive = cost::apply(COUNT.into()))]
    async fn progress(&self, ctx: &Context<'_>) -> Result<AidBatchProgress> {
        Ok(self.0.edge(ctx)?.unwrap_or_default())
    }

    /// Its grants (帮扶记录).
    async fn aid_records(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<AidRecordFilter>,
        _order_by: Option<Vec<AidRecordOrder>>,
    ) -> Result<Connection<AidRecord>> {
        self.0.present(ctx)
    }

    /// When it was planned (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

/// Which batches are wanted; all parts given must hold (帮扶批次筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct AidBatchFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// Under this programme (帮扶项目).
    pub programme_id: Option<ID>,
    /// From this contribution (资源投入).
    pub contribution_id: Option<ID>,
    /// By the day of the grants (发放日期).
    pub given_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<AidBatchFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<AidBatchFilter>>,
    /// Not this (非).
    pub not: Option<Box<AidBatchFilter>>,
}

impl Filter for AidBatchFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use aid_batch::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<AidProgramme>(Column::ProgrammeId, "programmeId", &self.programme_id)?)
            .add_option(asking.reference::<Contribution>(
                Column::ContributionId,
                "contributionId",
                &self.contribution_id,
            )?);
        if let Some(given_on) = &self.given_on {
            own = own.add(given_on.condition(Column::GivenOn));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What batches are ordered by; ties are settled by id (帮扶批次排序).
    pub enum AidBatchOrder of aid_batch {
        /// Earliest day of the grants first (发放日期升序).
        GivenOnAsc => GivenOn asc,
        /// Latest day of the grants first (发放日期降序).
        GivenOnDesc => GivenOn desc,
        /// Planned longest ago first (登记时间升序).
        RecordedAtAsc => RecordedAt asc,
        /// Newest first (登记时间降序).
        RecordedAtDesc => RecordedAt desc,
    }
}

impl Listed for AidBatch {
    type Filter = AidBatchFilter;
    type Order = AidBatchOrder;
}

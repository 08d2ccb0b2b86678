//! Queries of figures.

use async_graphql::{Context, ID, Object};

use super::{
    across::{self, AidAcrossCommunities, AidAcrossCommunitiesFilter},
    impact,
    not_yet::Missing,
    notice::{self, PublicNotice},
    object::ImpactReport,
    overlap::{self, BeneficiaryOverlap, OverlapBy},
    period::Period,
    summary,
    summary_object::{AidSummary, AidSummaryGroup},
};
use crate::{
    aid::AidRecordFilter,
    context::Ask,
    error::Result,
    households::{Household, HouseholdFilter, HouseholdOrder},
    relay::{Asked, Connection, Reading},
    residents::{Resident, ResidentFilter, ResidentOrder},
    scalars::Date,
    schema::cost::{LOOK, REPORT, cost},
};

#[derive(Default)]
pub struct ReportQueries;

#[Object]
impl ReportQueries {
    /// What a community did in a period of at most 50 years, computed from its records (共建成效统计).
    #[graphql(directive = cost::apply(REPORT.into()))]
    async fn impact_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community (社区).")] community_id: ID,
        #[graphql(desc = "The first day of the period (起始日, 含).")] from: Date,
        #[graphql(desc = "The last day of the period (截止日, 含).")] to: Date,
    ) -> Result<ImpactReport> {
        let reading = Reading::new(ctx)?;
        impact::report(&reading, &Asked::here(ctx), &community_id, Period::new(from.0, to.0)?).await
    }

    /// What grants come to, in groups: of all within your reach that the filter lets through, those DELIVERED unless the filter says otherwise of their
    /// status. One row for each group that there is, at most 1,000; without `groupBy` one row for all of them together (帮扶汇总).
    ///
    /// Groups may overlap, and then their rows add up to more than the whole: a grant out of what several units gave counts in full under each of them, a
    /// person with two circumstances under each of these, and a person who was aided in two months is one person in both.
    #[graphql(directive = cost::apply(REPORT.into()))]
    async fn aid_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grants (范围).")] _filter: Option<AidRecordFilter>,
        #[graphql(desc = "By what they are grouped; rows are in this order (分组方式).")] _group_by: Option<
            Vec<AidSummaryGroup>,
        >,
    ) -> Result<Vec<AidSummary>> {
        summary::summaries(&Reading::new(ctx)?, &Asked::here(ctx)).await
    }

    /// Who is promised or was given aid in two communities or more in a period, by identity document: for an operator, who alone sees several communities. A
    /// person without a document is nobody else (跨社区帮扶核查).
    #[graphql(directive = cost::apply(REPORT.into()))]
    async fn aid_across_communities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grants are looked at (筛选).")] filter: AidAcrossCommunitiesFilter,
        #[graphql(desc = "How many persons, 0 to 100; 20 when left out (人数).")] _first: Option<i32>,
        #[graphql(desc = "After this `endCursor` (起始游标).")] _after: Option<String>,
    ) -> Result<AidAcrossCommunities> {
        across::across(&Reading::new(ctx)?, ctx.caller(), &Asked::here(ctx), &filter).await
    }

    /// Who was given aid under two programmes or more in a period, by the day of the grants; only what was DELIVERED counts (多项目受助核查).
    #[graphql(directive = cost::apply(REPORT.into()))]
    async fn beneficiary_overlap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community (社区).")] community_id: ID,
        #[graphql(desc = "The first day of the period (起始日, 含).")] from: Date,
        #[graphql(desc = "The last day of the period (截止日, 含).")] to: Date,
        #[graphql(desc = "Whom grants are counted for (受助单位).", default)] by: OverlapBy,
        #[graphql(desc = "How many, 0 to 100; 20 when left out (数量).")] _first: Option<i32>,
        #[graphql(desc = "After this `endCursor` (起始游标).")] _after: Option<String>,
    ) -> Result<BeneficiaryOverlap> {
        let period = Period::new(from.0, to.0)?;
        overlap::overlap(&Reading::new(ctx)?, &Asked::here(ctx), &community_id, period, by).await
    }

    /// Residents for whom nothing stands under a programme for persons in the period of a day, of those whom the filter leaves; for those who keep the records
    /// of its community (尚未受助的居民).
    #[graphql(directive = cost::apply(LOOK.into()))]
    async fn not_yet_aided(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme (帮扶项目).")] programme_id: ID,
        #[graphql(desc = "A day of the period; today when left out (日期).")] on: Option<Date>,
        #[graphql(desc = "The event, of a programme that aids once an event (事件名称).")] occasion: Option<String>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<ResidentFilter>,
        _order_by: Option<Vec<ResidentOrder>>,
    ) -> Result<Connection<Resident>> {
        let on = on.map(|on| on.0);
        Missing { programme: &programme_id, on, occasion: occasion.as_deref() }.residents(ctx).await
    }

    /// Households for which nothing stands under a programme for households in the period of a day, of those that the filter leaves (尚未受助的户).
    #[graphql(directive = cost::apply(LOOK.into()))]
    async fn households_not_yet_aided(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme (帮扶项目).")] programme_id: ID,
        #[graphql(desc = "A day of the period; today when left out (日期).")] on: Option<Date>,
        #[graphql(desc = "The event, of a programme that aids once an event (事件名称).")] occasion: Option<String>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<HouseholdFilter>,
        _order_by: Option<Vec<HouseholdOrder>>,
    ) -> Result<Connection<Household>> {
        let on = on.map(|on| on.0);
        Missing { programme: &programme_id, on, occasion: occasion.as_deref() }.households(ctx).await
    }

    /// What a community posts about a programme: who was promised or given what in a period, by masked names; for those who keep its records (帮扶公示名单).
    #[graphql(directive = cost::apply(REPORT.into()))]
    async fn public_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme (帮扶项目).")] programme_id: ID,
        #[graphql(desc = "The first day of the period (起始日, 含).")] from: Date,
        #[graphql(desc = "The last day of the period (截止日, 含).")] to: Date,
    ) -> Result<PublicNotice> {
        notice::notice(ctx, &programme_id, Period::new(from.0, to.0)?).await
    }
}

//! Measured results as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, ID, InputObject, Object};
use entity::activity_result;
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select};

use super::{Activity, Campaign, edges, scope};
use crate::{
    access::Resource,
    error::Result,
    events::History,
    figures::{Figure, Quantity},
    object, orders,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, TextFilter, combine, reference},
        id,
    },
    scalars::{Date, DateTime},
};

object! {
    ActivityResult("activity_result") of activity_result as Resource::Activity;
    community = |row| Some(row.community_id);
    scope = scope::of_results;
    edges = edges::of_result;
}

/// Something measured that was achieved (成效), by one activity or by one campaign as a whole. Results are added up within one measure and one unit only.
#[Object]
impl ActivityResult {
    /// Id of the result (编号).
    pub async fn id(&self) -> ID {
        id::encode("activity_result", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The activity that achieved it; null where the campaign did (活动).
    async fn activity(&self, ctx: &Context<'_>) -> Result<Option<Activity>> {
        self.0.edge(ctx)
    }

    /// The campaign that achieved it as a whole; null where one activity did (专项行动).
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Option<Campaign>> {
        self.0.edge(ctx)
    }

    /// What was measured, such as 清运垃圾 (指标).
    async fn measure(&self) -> &str {
        &self.0.measure
    }

    /// How much (数量).
    async fn quantity(&self) -> Quantity {
        let figure = Figure { amount: self.0.quantity_milli, precision: self.0.quantity_precision };
        Quantity::new(figure, &*self.0.unit)
    }

    /// The day on which it was achieved (日期).
    async fn achieved_on(&self) -> Date {
        Date(self.0.achieved_on)
    }

    /// A remark (备注).
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// When the record was found to be wrong; it stays on file, in no list and in no figure (作废时间).
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

/// Which results are wanted; all parts given must hold (成效筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct ActivityResultFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// Of this activity (活动).
    pub activity_id: Option<ID>,
    /// Of this campaign as a whole (专项行动).
    pub campaign_id: Option<ID>,
    /// By what was measured (指标).
    pub measure: Option<TextFilter>,
    /// By day (日期).
    pub achieved_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<ActivityResultFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<ActivityResultFilter>>,
    /// Not this (非).
    pub not: Option<Box<ActivityResultFilter>>,
}

impl Filter for ActivityResultFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use activity_result::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::activities::Activity>(
                Column::ActivityId,
                "activityId",
                &self.activity_id,
            )?)
            .add_option(asking.reference::<crate::activities::Campaign>(
                Column::CampaignId,
                "campaignId",
                &self.campaign_id,
            )?);
        if let Some(measure) = &self.measure {
            own = own.add(measure.condition(Column::Measure)?);
        }
        if let Some(days) = &self.achieved_on {
            own = own.add(days.condition(Column::AchievedOn));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What results are ordered by; ties are settled by id (成效排序).
    pub enum ActivityResultOrder of activity_result {
        /// Earliest first (日期升序).
        AchievedOnAsc => AchievedOn asc,
        /// Latest first (日期降序).
        AchievedOnDesc => AchievedOn desc,
        /// By measure, code point by code point (指标升序).
        MeasureAsc => Measure asc,
        /// By measure, backwards (指标降序).
        MeasureDesc => Measure desc,
    }
}

impl Listed for ActivityResult {
    type Filter = ActivityResultFilter;
    type Order = ActivityResultOrder;

    fn listed(select: Select<activity_result::Entity>) -> Select<activity_result::Entity> {
        select.filter(activity_result::Column::VoidedAt.is_null())
    }
}

//! `contribution`, `contributions`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{contribution, contributor};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{contributor::Contributor, object::Contribution};
use crate::{
    error::Result,
    figures::AidKindFilter,
    orders,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, TextFilter, combine, reference},
    },
    roots,
};

/// Which contributions are wanted; all parts given must hold (资源投入筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct ContributionFilter {
    /// To this community (社区).
    pub community_id: Option<ID>,
    /// To this project (共建项目).
    pub project_id: Option<ID>,
    /// Of this unit, alone or with others (共建单位).
    pub partner_unit_id: Option<ID>,
    /// By what is given (类型).
    pub kind: Option<AidKindFilter>,
    /// By title (名称).
    pub title: Option<TextFilter>,
    /// By the day on which it came (到位日期).
    pub received_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<ContributionFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<ContributionFilter>>,
    /// Not this (非).
    pub not: Option<Box<ContributionFilter>>,
}

impl Filter for ContributionFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(contribution::Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::projects::Project>(
                contribution::Column::ProjectId,
                "projectId",
                &self.project_id,
            )?);
        let unit = contributor::Column::PartnerUnitId;
        if let Some(unit) =
            asking.reference::<crate::partners::PartnerUnit>(unit, "partnerUnitId", &self.partner_unit_id)?
        {
            let theirs = contributor::Entity::find()
                .select_only()
                .column(contributor::Column::ContributionId)
                .filter(asking.seen::<Contributor>())
                .filter(unit);
            own = own.add(contribution::Column::Id.in_subquery(theirs.into_query()));
        }
        if let Some(kind) = &self.kind {
            own = own.add(kind.condition(contribution::Column::Kind));
        }
        if let Some(title) = &self.title {
            own = own.add(title.condition(contribution::Column::Title)?);
        }
        if let Some(received_on) = &self.received_on {
            own = own.add(received_on.condition(contribution::Column::ReceivedOn));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What contributions are ordered by; ties are settled by id (资源投入排序).
    pub enum ContributionOrder of contribution {
        /// By title, code point by code point (名称升序).
        TitleAsc => Title asc,
        /// By title, backwards (名称降序).
        TitleDesc => Title desc,
        /// Earliest first, those that have not come last (到位日期升序).
        ReceivedOnAsc => ReceivedOn asc,
        /// Latest first, those that have not come first (到位日期降序).
        ReceivedOnDesc => ReceivedOn desc,
        /// Longest on file first (登记时间升序).
        RecordedAtAsc => RecordedAt asc,
        /// Newest on file first (登记时间降序).
        RecordedAtDesc => RecordedAt desc,
    }
}

impl Listed for Contribution {
    type Filter = ContributionFilter;
    type Order = ContributionOrder;
}

roots! {
    ContributionQueries;
    /// One contribution; null if there is none or it is not within your reach (资源投入).
    contribution,
    /// Contributions within your reach, in the order of recording unless you say otherwise (资源投入列表).
    contributions: Contribution;
}

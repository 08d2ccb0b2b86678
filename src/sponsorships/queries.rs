//! Queries of sponsorships and instalments, and what lists of sponsorships are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::sponsorship::{self, Column, SponsorshipStatus as Stored};
use sea_orm::{ColumnTrait, Condition};

use super::{
    instalment::Instalment,
    object::{Sponsorship, SponsorshipStatusFilter},
    scope,
};
use crate::{
    access::Class,
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, Filter, TextFilter, combine, reference},
    },
    roots,
    scalars::Date,
};

/// Which sponsorships are wanted; all parts given must hold (结对资助筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct SponsorshipFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// By this unit, where you are told (资助单位).
    pub partner_unit_id: Option<ID>,
    /// Of this resident (受助人).
    pub resident_id: Option<ID>,
    /// Of this joint project (共建项目).
    pub project_id: Option<ID>,
    /// By how far they are (状态).
    pub status: Option<SponsorshipStatusFilter>,
    /// By what they are for (用途).
    pub purpose: Option<TextFilter>,
    /// Covering this day, and not voided (有效日期).
    pub current_on: Option<Date>,
    /// All of these (且).
    pub and: Option<Vec<SponsorshipFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<SponsorshipFilter>>,
    /// Not this (非).
    pub not: Option<Box<SponsorshipFilter>>,
}

impl Filter for SponsorshipFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        // To those who see aliases only, a filter by person would tell whose they are.
        if self.resident_id.is_some() {
            asking.require(Class::Personal, "residentId")?;
        }
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::partners::PartnerUnit>(
                Column::PartnerUnitId,
                "partnerUnitId",
                &self.partner_unit_id,
            )?)
            .add_option(asking.reference::<crate::residents::Resident>(
                Column::ResidentId,
                "residentId",
                &self.resident_id,
            )?)
            .add_option(asking.reference::<crate::projects::Project>(
                Column::ProjectId,
                "projectId",
                &self.project_id,
            )?);
        // Of an anonymous sponsor a filter would tell by what it finds.
        if self.partner_unit_id.is_some() {
            own = own.add(scope::with_a_known_sponsor(asking.viewer));
        }
        if let Some(status) = &self.status {
            own = own.add(status.condition(Column::Status));
        }
        if let Some(purpose) = &self.purpose {
            asking.require(Class::Sensitive, "purpose")?;
            own = own.add(purpose.condition(Column::Purpose)?);
        }
        if let Some(day) = self.current_on {
            own = own
                .add(Column::StartedOn.lte(day.0))
                .add(Column::EndedOn.gte(day.0))
                .add(Column::Status.ne(Stored::Voided));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What sponsorships are ordered by; ties are settled by id (结对资助排序).
    pub enum SponsorshipOrder of sponsorship {
        /// Earliest first (起始日升序).
        StartedOnAsc => StartedOn asc,
        /// Latest first (起始日降序).
        StartedOnDesc => StartedOn desc,
    }
}

impl Listed for Sponsorship {
    type Filter = SponsorshipFilter;
    type Order = SponsorshipOrder;
}

roots! {
    SponsorshipQueries;
    /// One sponsorship; null if there is none or it is not within your reach (结对资助).
    sponsorship,
    /// Sponsorships within your reach, in the order of recording unless you say otherwise (结对资助列表).
    sponsorships: Sponsorship;
    /// One instalment; null if there is none or it is not within your reach (资助分期).
    instalment,
    /// Instalments within your reach, in the order of recording unless you say otherwise (资助分期列表).
    instalments: Instalment;
}

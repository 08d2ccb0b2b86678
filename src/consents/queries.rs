//! `consent`, `consents`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entity::consent::{self, Column};
use sea_orm::{ColumnTrait, Condition};

use super::object::{Consent, ConsentPurposeFilter};
use crate::{
    error::Result,
    orders,
    partners::PartnerUnit,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, combine, reference},
    },
    residents::Resident,
    roots,
    scalars::Date,
};

/// Which consents are wanted; all parts given must hold (知情同意筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct ConsentFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// Of this resident (居民).
    pub resident_id: Option<ID>,
    /// Naming this unit (共建单位).
    pub partner_unit_id: Option<ID>,
    /// To this purpose (同意事项).
    pub purpose: Option<ConsentPurposeFilter>,
    /// Holding on this day: given, not expired and not withdrawn (有效日期).
    pub valid_on: Option<Date>,
    /// Expiring in this span (到期日).
    pub expires_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<ConsentFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<ConsentFilter>>,
    /// Not this (非).
    pub not: Option<Box<ConsentFilter>>,
}

/// Consents that hold on a day: those given by then that have neither expired before nor been withdrawn by then.
pub(super) fn valid_on(day: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::GivenOn.lte(day))
        .add(Condition::any().add(Column::ExpiresOn.is_null()).add(Column::ExpiresOn.gte(day)))
        .add(Condition::any().add(Column::WithdrawnOn.is_null()).add(Column::WithdrawnOn.gt(day)))
}

impl Filter for ConsentFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<Resident>(Column::ResidentId, "residentId", &self.resident_id)?)
            .add_option(asking.reference::<PartnerUnit>(
                Column::PartnerUnitId,
                "partnerUnitId",
                &self.partner_unit_id,
            )?);
        if let Some(purpose) = &self.purpose {
            own = own.add(purpose.condition(Column::Purpose));
        }
        if let Some(day) = self.valid_on {
            own = own.add(valid_on(day.0));
        }
        if let Some(span) = &self.expires_on {
            own = own.add(span.condition(Column::ExpiresOn));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What consents are ordered by; ties are settled by id (知情同意排序).
    pub enum ConsentOrder of consent {
        /// Earliest first (同意日期升序).
        GivenOnAsc => GivenOn asc,
        /// Latest first (同意日期降序).
        GivenOnDesc => GivenOn desc,
        /// Those that expire first, first; those that do not expire last (到期日升序).
        ExpiresOnAsc => ExpiresOn asc,
        /// Those that do not expire first (到期日降序).
        ExpiresOnDesc => ExpiresOn desc,
    }
}

impl Listed for Consent {
    type Filter = ConsentFilter;
    type Order = ConsentOrder;
}

roots! {
    ConsentQueries;
    /// One consent; null if there is none or it is not within your reach (知情同意).
    consent,
    /// Consents within your reach, in the order in which they were recorded unless you say otherwise (知情同意列表).
    consents: Consent;
}

//! Queries of certificates, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::certificate;
use sea_orm::{ColumnTrait, Condition};

use super::Certificate;
use crate::{
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, TextFilter, combine, reference},
    },
    roots,
};

/// Which certificates are wanted; all parts given must hold (证明筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct CertificateFilter {
    /// Issued by this community (社区).
    pub community_id: Option<ID>,
    /// Issued to this volunteer (志愿者).
    pub volunteer_id: Option<ID>,
    /// By the number that is printed (证明编号).
    pub number: Option<TextFilter>,
    /// By the day on which they were issued (出具日期).
    pub issued_on: Option<DateRange>,
    /// Only those that were revoked, or only those that were not (是否撤销).
    pub revoked: Option<bool>,
    /// All of these (且).
    pub and: Option<Vec<CertificateFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<CertificateFilter>>,
    /// Not this (非).
    pub not: Option<Box<CertificateFilter>>,
}

impl Filter for CertificateFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use certificate::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::volunteers::Volunteer>(
                Column::VolunteerId,
                "volunteerId",
                &self.volunteer_id,
            )?);
        if let Some(number) = &self.number {
            own = own.add(number.condition(Column::Number)?);
        }
        if let Some(days) = &self.issued_on {
            own = own.add(days.condition(Column::IssuedOn));
        }
        if let Some(revoked) = self.revoked {
            own = own.add(if revoked { Column::RevokedAt.is_not_null() } else { Column::RevokedAt.is_null() });
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What certificates are ordered by; ties are settled by id (证明排序).
    pub enum CertificateOrder of certificate {
        /// Oldest first (出具时间升序).
        IssuedAtAsc => IssuedAt asc,
        /// Newest first (出具时间降序).
        IssuedAtDesc => IssuedAt desc,
    }
}

impl Listed for Certificate {
    type Filter = CertificateFilter;
    type Order = CertificateOrder;
}

roots! {
    CertificateQueries;
    /// One certificate of service; null if there is none or it is not within your reach (志愿服务记录证明).
    certificate,
    /// Certificates of service within your reach, in the order of issue unless you say otherwise (志愿服务记录证明列表).
    certificates: Certificate;
}

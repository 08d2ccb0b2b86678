//! Queries of programmes and grants, and what the lists of grants are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::aid_record;
use sea_orm::Condition;

use super::{
    batch::AidBatch,
    object::{AidRecord, AidStatus},
    programme::AidProgramme,
};
use crate::{
    access::Class,
    enum_filter,
    error::Result,
    figures::AidKindFilter,
    orders,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, combine, reference},
    },
    roots,
};

enum_filter!(AidStatusFilter, AidStatus, entity::aid_record::AidStatus, "帮扶状态");

/// Which grants are wanted; all parts given must hold (帮扶记录筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct AidRecordFilter {
    /// Given by this community (社区).
    pub community_id: Option<ID>,
    /// To this resident (居民).
    pub resident_id: Option<ID>,
    /// To this household, or to residents who lived in it when it was recorded (户).
    pub household_id: Option<ID>,
    /// Under this programme (帮扶项目).
    pub programme_id: Option<ID>,
    /// From this contribution (资源投入).
    pub contribution_id: Option<ID>,
    /// Of this joint project (共建项目).
    pub project_id: Option<ID>,
    /// Planned in this batch (帮扶批次).
    pub batch_id: Option<ID>,
    /// By what is given (类型).
    pub kind: Option<AidKindFilter>,
    /// By how far they are (状态).
    pub status: Option<AidStatusFilter>,
    /// By the day of the grant (发放日期).
    pub given_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<AidRecordFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<AidRecordFilter>>,
    /// Not this (非).
    pub not: Option<Box<AidRecordFilter>>,
}

impl AidRecordFilter {
    /// Does it say anywhere how far the grants are?
    pub(crate) fn says_status(&self) -> bool {
        let parts = self.and.iter().chain(&self.or).flatten().chain(self.not.as_deref());
        self.status.is_some() || parts.into_iter().any(Self::says_status)
    }
}

impl Filter for AidRecordFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        // To those who see aliases only, a filter by person would tell whose they are.
        if self.resident_id.is_some() {
            asking.require(Class::Personal, "residentId")?;
        }
        if self.household_id.is_some() {
            asking.require(Class::Personal, "householdId")?;
        }
        let mut own = Condition::all()
            .add_option(reference(aid_record::Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::residents::Resident>(
                aid_record::Column::ResidentId,
                "residentId",
                &self.resident_id,
            )?)
            .add_option(asking.reference::<crate::households::Household>(
                aid_record::Column::HouseholdId,
                "householdId",
                &self.household_id,
            )?)
            .add_option(asking.reference::<crate::aid::AidProgramme>(
                aid_record::Column::ProgrammeId,
                "programmeId",
                &self.programme_id,
            )?)
            .add_option(asking.reference::<crate::contributions::Contribution>(
                aid_record::Column::ContributionId,
                "contributionId",
                &self.contribution_id,
            )?)
            .add_option(asking.reference::<crate::projects::Project>(
                aid_record::Column::ProjectId,
                "projectId",
                &self.project_id,
            )?)
            .add_option(asking.reference::<AidBatch>(aid_record::Column::BatchId, "batchId", &self.batch_id)?);
        if let Some(kind) = &self.kind {
            own = own.add(kind.condition(aid_record::Column::Kind));
        }
        if let Some(status) = &self.status {
            own = own.add(status.condition(aid_record::Column::Status));
        }
        if let Some(given_on) = &self.given_on {
            own = own.add(given_on.condition(aid_record::Column::GivenOn));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What grants are ordered by; ties are settled by id (帮扶记录排序).
    pub enum AidRecordOrder of aid_record {
        /// Earliest grants first (发放日期升序).
        GivenOnAsc => GivenOn asc,
        /// Latest grants first (发放日期降序).
        GivenOnDesc => GivenOn desc,
    }
}

impl Listed for AidRecord {
    type Filter = AidRecordFilter;
    type Order = AidRecordOrder;
}

roots! {
    AidQueries;
    /// One programme; null if there is none or it is not within your reach (帮扶项目).
    aid_programme,
    /// Programmes within your reach, in the order of setting up unless you say otherwise (帮扶项目列表).
    aid_programmes: AidProgramme;
    /// One batch; null if there is none or it is not within your reach (帮扶批次).
    aid_batch,
    /// Batches within your reach, in the order of planning unless you say otherwise (帮扶批次列表).
    aid_batches: AidBatch;
    /// One grant; null if there is none or it is not within your reach (帮扶记录).
    aid_record,
    /// Grants within your reach, in the order of recording unless you say otherwise (帮扶记录列表).
    aid_records: AidRecord;
}

//! `auditEntries` and `auditEntry`.

use async_graphql::{ID, InputObject};
use entity::audit_entry::{self, Column};
use sea_orm::Condition;

use super::object::{AuditEntry, EntryKind};
use crate::{
    enum_filter,
    error::Result,
    events::trail::{self, DateTimeRange},
    orders,
    relay::{
        Listed,
        filter::{Asking, Filter, TextFilter, combine, reference},
    },
    roots,
};

enum_filter!(AuditKindFilter, EntryKind, audit_entry::AuditKind, "审计类别");

/// Which entries are wanted; all parts given must hold (审计记录筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct AuditEntryFilter {
    /// About this community (社区).
    pub community_id: Option<ID>,
    /// By what was done (类别).
    pub kind: Option<AuditKindFilter>,
    /// By who did it: the name of the account (操作人账号).
    pub actor: Option<TextFilter>,
    /// By when it was done (时间).
    pub occurred_at: Option<DateTimeRange>,
    /// By the name of the mutation or command (操作).
    pub action: Option<TextFilter>,
    /// Done to one of these, of whatever types (对象编号, 多个).
    pub subject_ids: Option<Vec<ID>>,
    /// All of these (且).
    pub and: Option<Vec<AuditEntryFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<AuditEntryFilter>>,
    /// Not this (非).
    pub not: Option<Box<AuditEntryFilter>>,
}

impl Filter for AuditEntryFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(self.kind.as_ref().map(|kind| kind.condition(Column::Kind)))
            .add_option(self.occurred_at.as_ref().map(|period| period.condition(Column::OccurredAt)));
        if let Some(actor) = &self.actor {
            own = own.add(trail::by_actor(Column::AccountId, actor)?);
        }
        if let Some(action) = &self.action {
            own = own.add(action.condition(Column::Action)?);
        }
        if let Some(subjects) = &self.subject_ids {
            own = own.add(trail::about(Column::SubjectKind, Column::SubjectId, "subjectIds", subjects)?);
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What entries are ordered by (审计记录排序).
    pub enum AuditEntryOrder of audit_entry {
        /// The earliest first (时间升序).
        OccurredAtAsc => OccurredAt asc,
        /// The latest first (时间降序).
        OccurredAtDesc => OccurredAt desc,
    }
}

impl Listed for AuditEntry {
    type Filter = AuditEntryFilter;
    type Order = AuditEntryOrder;

    fn standing_order() -> &'static [AuditEntryOrder] {
        &[AuditEntryOrder::OccurredAtDesc]
    }
}

roots! {
    AuditQueries;
    /// One entry of the audit stream; null if there is none or it is not within your reach (审计记录).
    audit_entry,
    /// The audit stream: who signed in, what was shown in full and what was refused, the latest first where no order is asked for (审计记录列表).
    audit_entries: AuditEntry;
}

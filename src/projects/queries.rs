//! `project`, `projects`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{project, project_participation};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{
    object::{Project, ProjectStatus},
    participation::ProjectParticipation,
};
use crate::{
    enum_filter,
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, Filter, TextFilter, combine, reference},
    },
    roots,
    search::{self, SearchKind},
};

enum_filter!(ProjectStatusFilter, ProjectStatus, entity::project::ProjectStatus, "项目状态");

/// Which projects are wanted; all parts given must hold (共建项目筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct ProjectFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// By title (名称).
    pub title: Option<TextFilter>,
    /// Whose title is found by this text, as `search` finds it: any script, pinyin, initials (检索).
    pub search: Option<String>,
    /// By how far they are (状态).
    pub status: Option<ProjectStatusFilter>,
    /// With this unit taking part (参与单位).
    pub partner_unit_id: Option<ID>,
    /// All of these (且).
    pub and: Option<Vec<ProjectFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<ProjectFilter>>,
    /// Not this (非).
    pub not: Option<Box<ProjectFilter>>,
}

impl Filter for ProjectFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let community = reference(project::Column::CommunityId, "communityId", "community", &self.community_id)?;
        let mut own = Condition::all().add_option(community);
        if let Some(title) = &self.title {
            own = own.add(title.condition(project::Column::Title)?);
        }
        if let Some(text) = &self.search {
            own = own.add(search::found_by(asking, SearchKind::Project, project::Column::Id, text)?);
        }
        if let Some(status) = &self.status {
            own = own.add(status.condition(project::Column::Status));
        }
        let unit = project_participation::Column::PartnerUnitId;
        if let Some(unit) =
            asking.reference::<crate::partners::PartnerUnit>(unit, "partnerUnitId", &self.partner_unit_id)?
        {
            let theirs = project_participation::Entity::find()
                .select_only()
                .column(project_participation::Column::ProjectId)
                .filter(asking.seen::<ProjectParticipation>())
                .filter(unit);
            own = own.add(project::Column::Id.in_subquery(theirs.into_query()));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What projects are ordered by; ties are settled by id (共建项目排序).
    pub enum ProjectOrder of project {
        /// By title, code point by code point (名称升序).
        TitleAsc => Title asc,
        /// By title, backwards (名称降序).
        TitleDesc => Title desc,
        /// Longest on file first (提出时间升序).
        ProposedAtAsc => ProposedAt asc,
        /// Newest on file first (提出时间降序).
        ProposedAtDesc => ProposedAt desc,
    }
}

impl Listed for Project {
    type Filter = ProjectFilter;
    type Order = ProjectOrder;
}

roots! {
    ProjectQueries;
    /// One project; null if there is none or it is not within your reach (共建项目).
    project,
    /// Projects within your reach, in the order of proposing unless you say otherwise (共建项目列表).
    projects: Project;
}

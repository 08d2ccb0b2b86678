//! Participations: as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::{project_participation, project_participation_role};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{edges, object::Project, scope};
use crate::{
    access::Resource,
    enum_filter,
    error::Result,
    events::History,
    figures::{Figure, Money},
    object, orders,
    partners::PartnerUnit,
    relay::{
        Listed,
        filter::{Asking, Filter, combine, reference},
        id,
    },
};

object! {
    ProjectParticipation("project_participation") of project_participation as Resource::Participation;
    community = |row| Some(row.community_id);
    scope = scope::of_participations;
    edges = edges::of_participation;
}

/// What a unit does in a project (参与角色).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::project_participation_role::ParticipationRole")]
pub enum ParticipationRole {
    /// Gives money (出资).
    Funder,
    /// Carries it out (承办).
    Host,
    /// Supplies goods or equipment (供货).
    Supplier,
    /// Sends people who work (出工).
    Labour,
    /// Brings the others together (协调).
    Coordinator,
}

enum_filter!(
    ParticipationRoleFilter,
    ParticipationRole,
    entity::project_participation_role::ParticipationRole,
    "参与角色"
);

/// A unit's part in a project: one a unit, however many its roles (参与单位).
#[Object]
impl ProjectParticipation {
    /// Id of the participation (编号).
    pub async fn id(&self) -> ID {
        id::encode("project_participation", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you amend (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The project (共建项目).
    async fn project(&self, ctx: &Context<'_>) -> Result<Project> {
        self.0.present(ctx)
    }

    /// The unit (单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// What it does, at least one role (角色).
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<ParticipationRole>> {
        self.0.list(ctx)
    }

    /// How much of the project's cash is this unit's; null where that was not agreed (份额).
    async fn share(&self) -> Option<Money> {
        self.0.share_fen.map(|fen| Money::new(Figure::exact(fen)))
    }
}

/// Which participations are wanted; all parts given must hold (参与单位筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct ProjectParticipationFilter {
    /// In projects of this community (社区).
    pub community_id: Option<ID>,
    /// In this project (共建项目).
    pub project_id: Option<ID>,
    /// Of this unit (共建单位).
    pub partner_unit_id: Option<ID>,
    /// In such a role, among others perhaps (角色).
    pub role: Option<ParticipationRoleFilter>,
    /// All of these (且).
    pub and: Option<Vec<ProjectParticipationFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<ProjectParticipationFilter>>,
    /// Not this (非).
    pub not: Option<Box<ProjectParticipationFilter>>,
}

impl Filter for ProjectParticipationFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use project_participation::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::projects::Project>(
                Column::ProjectId,
                "projectId",
                &self.project_id,
            )?)
            .add_option(asking.reference::<crate::partners::PartnerUnit>(
                Column::PartnerUnitId,
                "partnerUnitId",
                &self.partner_unit_id,
            )?);
        if let Some(role) = &self.role {
            let having = project_participation_role::Entity::find()
                .select_only()
                .column(project_participation_role::Column::ParticipationId)
                .filter(role.condition(project_participation_role::Column::Role));
            own = own.add(Column::Id.in_subquery(having.into_query()));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What participations are ordered by; ties are settled by id (参与单位排序).
    pub enum ProjectParticipationOrder of project_participation {
        /// Smallest share first, unknown shares last (份额升序).
        ShareAsc => ShareFen asc,
        /// Largest share first, behind the unknown ones (份额降序).
        ShareDesc => ShareFen desc,
    }
}

impl Listed for ProjectParticipation {
    type Filter = ProjectParticipationFilter;
    type Order = ProjectParticipationOrder;
}

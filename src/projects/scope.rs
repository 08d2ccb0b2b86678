//! Which projects a part of the viewer's reach covers.

use entity::{milestone, project, project_participation};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SelectStatement};

use crate::access::{
    Held, Scope,
    scope::{among, by_community, by_links, is},
};

pub fn of_projects(held: &Held) -> Condition {
    use project::Column;
    match held.scope {
        Scope::Unit => by_links(held, Column::CommunityId, [among(Column::Id, projects_of_unit(held))]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// What others do in the same project is theirs.
pub fn of_participations(held: &Held) -> Condition {
    use project_participation::Column;
    match held.scope {
        Scope::Unit => by_links(held, Column::CommunityId, [is(Column::PartnerUnitId, held.links.partner_unit)]),
        _ => by_community(held, Column::CommunityId),
    }
}

pub fn of_milestones(held: &Held) -> Condition {
    use milestone::Column;
    match held.scope {
        Scope::Unit => by_links(held, Column::CommunityId, [among(Column::ProjectId, projects_of_unit(held))]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// The projects in which the unit that a role is about takes part.
fn projects_of_unit(held: &Held) -> Option<SelectStatement> {
    use project_participation::Column;
    let select = project_participation::Entity::find().select_only().column(Column::ProjectId);
    Some(select.filter(Column::PartnerUnitId.eq(held.links.partner_unit?)).into_query())
}

//! Which certificates a part of the viewer's reach covers.

use entity::certificate::Column;
use sea_orm::Condition;

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links},
    },
    volunteers::scope::volunteers_of,
};

/// Whose volunteers one sees, their certificates one sees.
pub fn of_certificates(held: &Held) -> Condition {
    match held.scope {
        Scope::Grids | Scope::Own => {
            by_links(held, Column::CommunityId, [among(Column::VolunteerId, Some(volunteers_of(held)))])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

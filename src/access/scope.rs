//! Scope tokens as conditions on tables whose rows belong to a community. A slice whose rows can be reached another way (one's own,
//! one's household's) has its own `scope.rs` and falls back on this.

use sea_orm::{ColumnTrait, Condition, sea_query::SelectStatement};
use uuid::Uuid;

use super::{Held, Scope};
use crate::relay::filter::never;

pub fn by_community(held: &Held, community: impl ColumnTrait) -> Condition {
    match (held.scope, held.community) {
        (Scope::All, _) => Condition::all(),
        (Scope::Community, Some(id)) => Condition::all().add(community.eq(id)),
        (Scope::Community, None) => never(),
        // No way leads from these to a row that says nothing but its community.
        (Scope::None | Scope::Own | Scope::Household | Scope::Team | Scope::Shop | Scope::Unit | Scope::Grids, _) => {
            never()
        }
    }
}

/// Rows of the community where the role is held that one of these ways leads to; none where there is no way.
pub fn by_links<const N: usize>(held: &Held, community: impl ColumnTrait, ways: [Option<Condition>; N]) -> Condition {
    let mut found = false;
    let mut any = Condition::any();
    for way in ways.into_iter().flatten() {
        found = true;
        any = any.add(way);
    }
    match (found, held.community) {
        (true, Some(id)) => Condition::all().add(community.eq(id)).add(any),
        _ => never(),
    }
}

/// `column = id`, where there is an id.
pub fn is(column: impl ColumnTrait, id: Option<Uuid>) -> Option<Condition> {
    id.map(|id| Condition::all().add(column.eq(id)))
}

/// `column IN (…)`, where there is something to be in.
pub fn among(column: impl ColumnTrait, keys: Option<SelectStatement>) -> Option<Condition> {
    keys.map(|keys| Condition::all().add(column.in_subquery(keys)))
}

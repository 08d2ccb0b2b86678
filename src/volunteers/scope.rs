//! Which volunteers, teams and standings a part of the viewer's reach covers.

use entity::{party_membership, team, team_membership, volunteer};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SelectStatement};

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links, is},
    },
    relay::filter::{holding_on, never},
    residents::scope::residents_of_grids,
};

pub fn of_volunteers(held: &Held) -> Condition {
    use volunteer::Column;
    match held.scope {
        Scope::Grids => {
            by_links(held, Column::CommunityId, [among(Column::ResidentId, Some(residents_of_grids(held)))])
        }
        Scope::Own => {
            let links = &held.links;
            let ways = [is(Column::Id, links.volunteer), is(Column::ResidentId, links.resident)];
            by_links(held, Column::CommunityId, ways)
        }
        _ => by_community(held, Column::CommunityId),
    }
}

pub fn of_teams(held: &Held) -> Condition {
    use team::Column;
    match held.scope {
        Scope::Team => by_links(held, Column::CommunityId, [among(Column::Id, teams_of_volunteer(held))]),
        _ => by_community(held, Column::CommunityId),
    }
}

pub fn of_team_memberships(held: &Held) -> Condition {
    use team_membership::Column;
    match held.scope {
        Scope::Grids | Scope::Own => {
            by_links(held, Column::CommunityId, [among(Column::VolunteerId, Some(volunteers_of(held)))])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// That there is a standing is as sensitive as which it is: whoever does not read the class does not see the row.
pub fn of_party_memberships(held: &Held) -> Condition {
    use party_membership::Column;
    if !held.classes.sensitive {
        return never();
    }
    match held.scope {
        Scope::Own => by_links(held, Column::CommunityId, [among(Column::VolunteerId, Some(volunteers_of(held)))]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// The volunteers that this part of the reach covers.
pub(crate) fn volunteers_of(held: &Held) -> SelectStatement {
    let select = volunteer::Entity::find().select_only().column(volunteer::Column::Id);
    select.filter(of_volunteers(held)).into_query()
}

/// The teams that whom a role is about belongs to today.
pub(crate) fn teams_of_volunteer(held: &Held) -> Option<SelectStatement> {
    use team_membership::Column;
    let select = team_membership::Entity::find().select_only().column(Column::TeamId);
    let own = select.filter(Column::VolunteerId.eq(held.links.volunteer?));
    Some(own.filter(holding_on(Column::StartedOn, Column::EndedOn, held.links.today)).into_query())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Classes, Scope};

    #[test]
    fn a_standing_is_there_only_for_those_who_read_sensitive_data() {
        let held = |classes| Held { scope: Scope::All, community: None, classes, links: Default::default() };
        let personal = Classes { personal: true, sealed: true, ..Classes::OPEN };
        assert_eq!(format!("{:?}", of_party_memberships(&held(personal))), format!("{:?}", never()));
        assert_eq!(format!("{:?}", of_party_memberships(&held(Classes::OPEN))), format!("{:?}", never()));
        let all = format!("{:?}", Condition::all());
        assert_eq!(format!("{:?}", of_party_memberships(&held(Classes::FULL))), all);
        assert_eq!(format!("{:?}", of_team_memberships(&held(Classes::OPEN))), all, "who is in a team is no secret");
    }
}

//! Which volunteers, teams and standings a part of the viewer's reach covers.

use entity::{party_membership, team, team_membership, volunteer};
use sea_orm::Condition;

use crate::{
    access::{Held, scope::by_community},
    relay::filter::never,
};

pub fn of_volunteers(held: &Held) -> Condition {
    by_community(held, volunteer::Column::CommunityId)
}

pub fn of_teams(held: &Held) -> Condition {
    by_community(held, team::Column::CommunityId)
}

pub fn of_team_memberships(held: &Held) -> Condition {
    by_community(held, team_membership::Column::CommunityId)
}

/// That there is a standing is as sensitive as which it is: whoever does not read the class does not see the row.
pub fn of_party_memberships(held: &Held) -> Condition {
    if !held.classes.sensitive {
        return never();
    }
    by_community(held, party_membership::Column::CommunityId)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Classes, Scope};

    #[test]
    fn a_standing_is_there_only_for_those_who_read_sensitive_data() {
        let held = |classes| Held { scope: Scope::All, community: None, classes };
        let personal = Classes { personal: true, sealed: true, ..Classes::OPEN };
        assert_eq!(format!("{:?}", of_party_memberships(&held(personal))), format!("{:?}", never()));
        assert_eq!(format!("{:?}", of_party_memberships(&held(Classes::OPEN))), format!("{:?}", never()));
        let all = format!("{:?}", Condition::all());
        assert_eq!(format!("{:?}", of_party_memberships(&held(Classes::FULL))), all);
        assert_eq!(format!("{:?}", of_team_memberships(&held(Classes::OPEN))), all, "who is in a team is no secret");
    }
}

//! Which campaigns, activities, sessions and what is on record of them a part of the viewer's reach covers.

use entity::{
    activity, activity_organiser, activity_result, attendance, attendance_error, campaign, head_count, session,
    session_sign_up,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SelectStatement};

use crate::{
    access::{
        Held, Scope,
        scope::{among, by_community, by_links, is},
    },
    residents::scope::residents_of_grids,
    volunteers::scope::{teams_of_volunteer, volunteers_of},
};

/// A unit's or a team's campaigns are those of their activities.
pub fn of_campaigns(held: &Held) -> Condition {
    use campaign::Column;
    match held.scope {
        Scope::Unit | Scope::Team => {
            let campaigns = organised(held).map(|organised| {
                let select = activity::Entity::find().select_only().column(activity::Column::CampaignId);
                select.filter(activity::Column::Id.in_subquery(organised)).into_query()
            });
            by_links(held, Column::CommunityId, [among(Column::Id, campaigns)])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// A volunteer sees besides what is published for all volunteers.
pub fn of_activities(held: &Held) -> Condition {
    use activity::Column;
    match held.scope {
        Scope::Unit => by_links(held, Column::CommunityId, [among(Column::Id, organised(held))]),
        Scope::Team => {
            let published = session::Entity::find().select_only().column(session::Column::ActivityId);
            let published = published.filter(published_in(held)).into_query();
            let ways = [among(Column::Id, organised(held)), among(Column::Id, Some(published))];
            by_links(held, Column::CommunityId, ways)
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// With whom an activity is held is said to those who hold it: of the others each sees themselves.
pub fn of_organisers(held: &Held) -> Condition {
    use activity_organiser::Column;
    match held.scope {
        Scope::Unit | Scope::Team => by_links(held, Column::CommunityId, [organisers(held)]),
        _ => by_community(held, Column::CommunityId),
    }
}

pub fn of_sessions(held: &Held) -> Condition {
    use session::Column;
    match held.scope {
        Scope::Unit => by_links(held, Column::CommunityId, [among(Column::ActivityId, organised(held))]),
        Scope::Team => {
            let ways = [among(Column::ActivityId, organised(held)), Some(published_in(held))];
            by_links(held, Column::CommunityId, ways)
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// The sessions that are published where the role is held.
fn published_in(held: &Held) -> Condition {
    use session::Column;
    Condition::all()
        .add_option(held.community.map(|community| Column::CommunityId.eq(community)))
        .add(Column::PublishedAt.is_not_null())
}

/// Whose volunteers one sees, their sign-ups one sees.
pub fn of_sign_ups(held: &Held) -> Condition {
    use session_sign_up::Column;
    match held.scope {
        Scope::Grids | Scope::Own => {
            by_links(held, Column::CommunityId, [among(Column::VolunteerId, Some(volunteers_of(held)))])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

pub fn of_attendances(held: &Held) -> Condition {
    use attendance::Column;
    match held.scope {
        Scope::Grids => {
            by_links(held, Column::CommunityId, [among(Column::ResidentId, Some(residents_of_grids(held)))])
        }
        Scope::Own => {
            let links = &held.links;
            let ways = [is(Column::VolunteerId, links.volunteer), is(Column::ResidentId, links.resident)];
            by_links(held, Column::CommunityId, ways)
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// Those who report, and those who answer them.
pub fn of_attendance_errors(held: &Held) -> Condition {
    use attendance_error::Column;
    match held.scope {
        Scope::Own => by_links(held, Column::CommunityId, [among(Column::VolunteerId, Some(volunteers_of(held)))]),
        _ => by_community(held, Column::CommunityId),
    }
}

pub fn of_head_counts(held: &Held) -> Condition {
    use head_count::Column;
    match held.scope {
        // Of whose sessions one sees, one sees how many were counted.
        Scope::Unit | Scope::Team => {
            let sessions = session::Entity::find().select_only().column(session::Column::Id);
            let sessions = sessions.filter(of_sessions(held)).into_query();
            by_links(held, Column::CommunityId, [among(Column::SessionId, Some(sessions))])
        }
        _ => by_community(held, Column::CommunityId),
    }
}

/// What came of a whole campaign is not one activity's.
pub fn of_results(held: &Held) -> Condition {
    use activity_result::Column;
    match held.scope {
        Scope::Unit | Scope::Team => by_links(held, Column::CommunityId, [among(Column::ActivityId, organised(held))]),
        _ => by_community(held, Column::CommunityId),
    }
}

/// The rows of organisers that say that one's unit or one's team holds an activity.
fn organisers(held: &Held) -> Option<Condition> {
    use activity_organiser::Column;
    match held.scope {
        Scope::Unit => is(Column::PartnerUnitId, held.links.partner_unit),
        Scope::Team => among(Column::TeamId, teams_of_volunteer(held)),
        _ => None,
    }
}

/// The activities that one's unit or one's team holds.
fn organised(held: &Held) -> Option<SelectStatement> {
    let select = activity_organiser::Entity::find().select_only().column(activity_organiser::Column::ActivityId);
    Some(select.filter(organisers(held)?).into_query())
}

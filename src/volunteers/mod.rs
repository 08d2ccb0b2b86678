//! Volunteers (志愿者) and their teams (志愿服务队). A volunteer is a resident, an employee of a partner unit, a community worker or another person, enrolled for a
//! while; a team has members and one leader, each for a while too. A team may ask who joins for a standing in the Party, judged on the day of joining: that
//! standing (党员身份) is a dated and sensitive fact of its own, and a team whose rule changes keeps those whom it has.

pub mod edges;
mod follow;
pub mod mutations;
pub mod object;
pub mod party;
mod person;
pub mod queries;
mod rules;
pub(crate) mod scope;
pub mod team;
pub mod team_queries;

pub(crate) use follow::{close_for_residents, rename_resident, rename_staff_member};
pub(crate) use mutations::in_the_team_already;
pub use object::{Volunteer, VolunteerKind};
pub use party::{PartyMembership, PartyStanding};
pub(crate) use person::standings_on;
pub use queries::{VolunteerFilter, VolunteerOrder};
pub use team::{PartyRule, Team, TeamMembership, TeamRole};
pub use team_queries::{TeamFilter, TeamMembershipFilter, TeamMembershipOrder, TeamOrder};

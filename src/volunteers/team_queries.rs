//! What lists of teams and of their memberships are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{team, team_membership};
use sea_orm::Condition;

use super::team::{PartyRuleFilter, Team, TeamMembership, TeamRoleFilter};
use crate::{
    access::Class,
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, TextFilter, combine, holding_on, reference},
    },
    scalars::Date,
    search::{self, SearchKind},
};

/// Which teams are wanted; all parts given must hold (志愿服务队筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct TeamFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// By name (名称).
    pub name: Option<TextFilter>,
    /// Whose name is found by this text, as `search` finds it: any script, pinyin, initials (检索).
    pub search: Option<String>,
    /// By what they ask of the party standing of who joins (入队身份要求).
    pub party_rule: Option<PartyRuleFilter>,
    /// Formed by this day and not dissolved before it (存续日期).
    pub current_on: Option<Date>,
    /// All of these (且).
    pub and: Option<Vec<TeamFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<TeamFilter>>,
    /// Not this (非).
    pub not: Option<Box<TeamFilter>>,
}

impl Filter for TeamFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use team::Column;
        let community = reference(Column::CommunityId, "communityId", "community", &self.community_id)?;
        let mut own = Condition::all().add_option(community);
        if let Some(name) = &self.name {
            own = own.add(name.condition(Column::Name)?);
        }
        if let Some(text) = &self.search {
            own = own.add(search::found_by(asking, SearchKind::Team, Column::Id, text)?);
        }
        if let Some(rule) = &self.party_rule {
            own = own.add(rule.condition(Column::PartyRule));
        }
        if let Some(day) = self.current_on {
            own = own.add(holding_on(Column::StartedOn, Column::EndedOn, day.0));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What teams are ordered by; ties are settled by id (志愿服务队排序).
    pub enum TeamOrder of team {
        /// By name, code point by code point (名称升序).
        NameAsc => Name asc,
        /// By name, backwards (名称降序).
        NameDesc => Name desc,
        /// Longest formed first (成立日期升序).
        StartedOnAsc => StartedOn asc,
        /// Newest first (成立日期降序).
        StartedOnDesc => StartedOn desc,
    }
}

impl Listed for Team {
    type Filter = TeamFilter;
    type Order = TeamOrder;
}

/// Which memberships of teams are wanted; all parts given must hold (队员记录筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct TeamMembershipFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// In this team (志愿服务队).
    pub team_id: Option<ID>,
    /// Of this volunteer (志愿者).
    pub volunteer_id: Option<ID>,
    /// As what (队内职务).
    pub role: Option<TeamRoleFilter>,
    /// Lasting on this day (在队日期).
    pub current_on: Option<Date>,
    /// Begun in this span (起始日).
    pub started_on: Option<DateRange>,
    /// Ended in this span (终止日).
    pub ended_on: Option<DateRange>,
    /// All of these (且).
    pub and: Option<Vec<TeamMembershipFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<TeamMembershipFilter>>,
    /// Not this (非).
    pub not: Option<Box<TeamMembershipFilter>>,
}

impl Filter for TeamMembershipFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use team_membership::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::volunteers::Team>(Column::TeamId, "teamId", &self.team_id)?)
            .add_option(asking.reference::<crate::volunteers::Volunteer>(
                Column::VolunteerId,
                "volunteerId",
                &self.volunteer_id,
            )?);
        if self.volunteer_id.is_some() {
            asking.require(Class::Personal, "volunteerId")?;
        }
        if let Some(role) = &self.role {
            own = own.add(role.condition(Column::Role));
        }
        if let Some(day) = self.current_on {
            own = own.add(holding_on(Column::StartedOn, Column::EndedOn, day.0));
        }
        if let Some(started_on) = &self.started_on {
            own = own.add(started_on.condition(Column::StartedOn));
        }
        if let Some(ended_on) = &self.ended_on {
            own = own.add(ended_on.condition(Column::EndedOn));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What memberships of teams are ordered by; ties are settled by id (队员记录排序).
    pub enum TeamMembershipOrder of team_membership {
        /// Longest first (起始日升序).
        StartedOnAsc => StartedOn asc,
        /// Newest first (起始日降序).
        StartedOnDesc => StartedOn desc,
    }
}

impl Listed for TeamMembership {
    type Filter = TeamMembershipFilter;
    type Order = TeamMembershipOrder;
}

//! Queries of volunteers, teams, memberships and standings, and what lists of volunteers are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{
    party_membership, team_membership,
    volunteer::{self, Column},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{
    object::{Volunteer, VolunteerKindFilter},
    party::{PartyMembership, PartyStandingFilter},
    team::{Team, TeamMembership},
};
use crate::{
    access::{Class, policy::Action},
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, TextFilter, combine, holding_on, reference},
        reading::scope_of,
    },
    roots,
    scalars::Date,
    search::{self, SearchKind},
};

/// Which volunteers are wanted; all parts given must hold (志愿者筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct VolunteerFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// By name (姓名).
    pub name: Option<TextFilter>,
    /// Whose name is found by this text, as `search` finds it: any script, pinyin, initials (检索).
    pub search: Option<String>,
    /// By what they are besides (类别).
    pub kind: Option<VolunteerKindFilter>,
    /// In this team today (志愿服务队).
    pub team_id: Option<ID>,
    /// Employees of this unit (所在单位).
    pub partner_unit_id: Option<ID>,
    /// This resident, enrolled now or before (居民).
    pub resident_id: Option<ID>,
    /// This staff member, enrolled now or before (工作人员).
    pub staff_member_id: Option<ID>,
    /// Enrolled on this day (在册日期).
    pub enrolled_on: Option<Date>,
    /// Enrolled since a day in this span (登记日期).
    pub started_on: Option<DateRange>,
    /// With this standing in the Party today, as recorded with the volunteer (党员身份).
    pub party_standing: Option<PartyStandingFilter>,
    /// All of these (且).
    pub and: Option<Vec<VolunteerFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<VolunteerFilter>>,
    /// Not this (非).
    pub not: Option<Box<VolunteerFilter>>,
}

impl Filter for VolunteerFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::partners::PartnerUnit>(
                Column::PartnerUnitId,
                "partnerUnitId",
                &self.partner_unit_id,
            )?)
            .add_option(asking.reference::<crate::residents::Resident>(
                Column::ResidentId,
                "residentId",
                &self.resident_id,
            )?)
            .add_option(asking.reference::<crate::staff::StaffMember>(
                Column::StaffMemberId,
                "staffMemberId",
                &self.staff_member_id,
            )?);
        if self.resident_id.is_some() {
            asking.require(Class::Personal, "residentId")?;
        }
        if self.staff_member_id.is_some() {
            asking.require(Class::Personal, "staffMemberId")?;
        }
        if let Some(name) = &self.name {
            asking.require(Class::Personal, "name")?;
            own = own.add(name.condition(Column::FullName)?);
        }
        if let Some(text) = &self.search {
            asking.require(Class::Personal, "search")?;
            own = own.add(search::found_by(asking, SearchKind::Volunteer, Column::Id, text)?);
        }
        if let Some(kind) = &self.kind {
            own = own.add(kind.condition(Column::Kind));
        }
        if let Some(team) =
            asking.reference::<crate::volunteers::Team>(team_membership::Column::TeamId, "teamId", &self.team_id)?
        {
            use team_membership::Column as Membership;
            let members = team_membership::Entity::find()
                .select_only()
                .column(Membership::VolunteerId)
                .filter(scope_of::<TeamMembership>(asking.viewer, Action::Read))
                .filter(team)
                .filter(holding_on(Membership::StartedOn, Membership::EndedOn, asking.today()));
            own = own.add(Column::Id.in_subquery(members.into_query()));
        }
        if let Some(day) = self.enrolled_on {
            own = own.add(holding_on(Column::StartedOn, Column::EndedOn, day.0));
        }
        if let Some(started_on) = &self.started_on {
            own = own.add(started_on.condition(Column::StartedOn));
        }
        if let Some(standing) = &self.party_standing {
            use party_membership::Column as Standing;
            asking.require(Class::Sensitive, "partyStanding")?;
            let having = party_membership::Entity::find()
                .select_only()
                .column(Standing::VolunteerId)
                .filter(scope_of::<PartyMembership>(asking.viewer, Action::Read))
                .filter(standing.condition(Standing::Standing))
                .filter(holding_on(Standing::StartedOn, Standing::EndedOn, asking.today()));
            own = own.add(Column::Id.in_subquery(having.into_query()));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What volunteers are ordered by; ties are settled by id (志愿者排序).
    pub enum VolunteerOrder of volunteer {
        /// By name, code point by code point (姓名升序).
        NameAsc => FullName asc,
        /// By name, backwards (姓名降序).
        NameDesc => FullName desc,
        /// Longest enrolled first (登记日期升序).
        StartedOnAsc => StartedOn asc,
        /// Newest first (登记日期降序).
        StartedOnDesc => StartedOn desc,
    }
}

impl Listed for Volunteer {
    type Filter = VolunteerFilter;
    type Order = VolunteerOrder;

    fn order_class(order: VolunteerOrder) -> Option<(Class, &'static str)> {
        match order {
            VolunteerOrder::NameAsc | VolunteerOrder::NameDesc => Some((Class::Personal, "name")),
            VolunteerOrder::StartedOnAsc | VolunteerOrder::StartedOnDesc => None,
        }
    }
}

roots! {
    VolunteerQueries;
    /// One volunteer; null if there is none or it is not within your reach (志愿者).
    volunteer,
    /// Volunteers within your reach, in the order of enrolment unless you say otherwise (志愿者列表).
    volunteers: Volunteer;
    /// One team; null if there is none or it is not within your reach (志愿服务队).
    team,
    /// Teams within your reach, in the order of recording unless you say otherwise (志愿服务队列表).
    teams: Team;
    /// One membership of a team; null if there is none or it is not within your reach (队员记录).
    team_membership,
    /// Memberships of teams within your reach, in the order of recording unless you say otherwise (队员记录列表).
    team_memberships: TeamMembership;
    /// One standing in the Party; null if there is none, it is not within your reach, or you may not read sensitive data (党员身份).
    party_membership,
    /// Standings in the Party within your reach, as far as you read sensitive data, in the order of recording unless you say otherwise (党员身份列表).
    party_memberships: PartyMembership;
}

//! Standing in the Party as the schema shows it, and what its list is filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::party_membership::{self, Column};
use sea_orm::Condition;

use super::{edges, object::Volunteer, scope};
use crate::{
    access::{Class, Resource},
    enum_filter,
    error::Result,
    events::History,
    object, orders,
    relay::{
        Listed,
        filter::{Asking, Filter, combine, holding_on, reference},
        id,
    },
    scalars::Date,
};

object! {
    PartyMembership("party_membership") of party_membership as Resource::PartyMembership;
    community = |row| Some(row.community_id);
    scope = scope::of_party_memberships;
    edges = edges::of_party_membership;
}

/// Standing in the Party (党员身份).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::party_membership::PartyStanding")]
pub enum PartyStanding {
    /// Full member (正式党员).
    Member,
    /// Member on probation (预备党员).
    ProbationaryMember,
    /// Has applied to join (入党积极分子, 入党申请人).
    Applicant,
}

enum_filter!(PartyStandingFilter, PartyStanding, entity::party_membership::PartyStanding, "党员身份");

/// A volunteer's standing in the Party, one at a time; there only for those who read sensitive data in full (党员身份).
#[Object]
impl PartyMembership {
    /// Id of the record (编号).
    pub async fn id(&self) -> ID {
        id::encode("party_membership", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you end it (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// Whose standing it is (志愿者).
    async fn volunteer(&self, ctx: &Context<'_>) -> Result<Option<Volunteer>> {
        self.0.edge(ctx)
    }

    /// Which it is (身份).
    async fn standing(&self) -> PartyStanding {
        self.0.standing.into()
    }

    /// Who says so: a branch, a list, the person (来源).
    async fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// The first day (起始日).
    async fn started_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day; null while it lasts (终止日).
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }
}

/// Which standings are wanted; all parts given must hold (党员身份筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct PartyMembershipFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// Of this volunteer (志愿者).
    pub volunteer_id: Option<ID>,
    /// Of this kind (身份).
    pub standing: Option<PartyStandingFilter>,
    /// Holding on this day (有效日期).
    pub current_on: Option<Date>,
    /// All of these (且).
    pub and: Option<Vec<PartyMembershipFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<PartyMembershipFilter>>,
    /// Not this (非).
    pub not: Option<Box<PartyMembershipFilter>>,
}

impl Filter for PartyMembershipFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::volunteers::Volunteer>(
                Column::VolunteerId,
                "volunteerId",
                &self.volunteer_id,
            )?);
        if self.volunteer_id.is_some() {
            asking.require(Class::Sensitive, "volunteerId")?;
        }
        if let Some(standing) = &self.standing {
            asking.require(Class::Sensitive, "standing")?;
            own = own.add(standing.condition(Column::Standing));
        }
        if let Some(day) = self.current_on {
            asking.require(Class::Sensitive, "currentOn")?;
            own = own.add(holding_on(Column::StartedOn, Column::EndedOn, day.0));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What standings are ordered by; ties are settled by id (党员身份排序).
    pub enum PartyMembershipOrder of party_membership {
        /// Earliest first (起始日升序).
        StartedOnAsc => StartedOn asc,
        /// Latest first (起始日降序).
        StartedOnDesc => StartedOn desc,
    }
}

impl Listed for PartyMembership {
    type Filter = PartyMembershipFilter;
    type Order = PartyMembershipOrder;

    fn order_class(_order: PartyMembershipOrder) -> Option<(Class, &'static str)> {
        Some((Class::Sensitive, "startedOn"))
    }
}

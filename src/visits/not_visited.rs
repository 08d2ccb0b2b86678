//! Whom nobody has visited for long (久未走访户): the households where somebody lives, less those that were visited since.

use async_graphql::{Context, ID, Object};
use chrono::TimeDelta;
use entity::{circumstance, household, household_membership, resident, visit};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{object::Visit, scope::households_of};
use crate::{
    access::{Resource, Scope, policy::Action},
    audit,
    communities::{Community, today_in},
    context::Ask,
    error::{Code, Error, Result},
    households::{Household, HouseholdFilter, HouseholdOrder},
    relay::{Asked, Connection, Entity, Reading, filter::holding_on, id},
    residents::{Circumstance, CircumstanceKind},
    say,
};

/// The longest time that may be asked about: ten years.
const MOST_DAYS: i32 = 3_650;

#[derive(Default)]
pub struct NotVisitedQueries;

#[Object]
impl NotVisitedQueries {
    /// Households where somebody lives and that nobody visited within so many days before today, or ever; for those who read the visits of the community.
    /// `lastVisit` of each is the latest that there was (久未走访户).
    async fn not_visited_for(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community (社区).")] community_id: ID,
        #[graphql(desc = "Days since the last visit, 1 to 3,650 (天数).")] days: i32,
        #[graphql(desc = "Where a member has a circumstance of this kind today (困难/身份类别).")] circumstance: Option<
            CircumstanceKind,
        >,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<HouseholdFilter>,
        _order_by: Option<Vec<HouseholdOrder>>,
    ) -> Result<Connection<Household>> {
        let reading = Reading::new(ctx)?;
        let community = id::argument("communityId", Community::PREFIX, &community_id)?;
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(Error::bad_input(say!("days: 1 to {MOST_DAYS}.", "days：1 至 {MOST_DAYS}。")));
        }
        let here = |resource| {
            let mut reach = reading.viewer.reach(resource, Action::Read);
            reach.0.retain(|held| held.scope == Scope::All || held.community == Some(community));
            reach.0
        };
        // Who is not on this list was visited: it tells as much as the visits do.
        let visits = here(Resource::Visit);
        if visits.is_empty() {
            return Err(audit::forbidden(ctx.app(), ctx.caller(), "notVisitedFor").await);
        }
        if circumstance.is_some() && here(Resource::Circumstance).is_empty() {
            return Err(Error::new(
                Code::ForbiddenField,
                say!(
                    "You may not ask by `circumstance`: your role does not read circumstances.",
                    "不能按 `circumstance` 查询：您的角色无权查看困难/身份类别。"
                ),
            ));
        }
        let today = today_in(&reading, [community].into()).await?;
        let today =
            today.get(&community).copied().unwrap_or_else(|| reading.app.clock.today(chrono_tz::Asia::Shanghai));
        let visited = reading
            .select::<Visit>()
            .select_only()
            .column(visit::Column::HouseholdId)
            .filter(visit::Column::CommunityId.eq(community))
            .filter(visit::Column::Status.eq(visit::VisitStatus::Held))
            .filter(visit::Column::HeldOn.gt(today - TimeDelta::days(days.into())))
            .filter(visit::Column::HouseholdId.is_not_null());
        let lived_in = household_membership::Entity::find()
            .select_only()
            .column(household_membership::Column::HouseholdId)
            .filter(household_membership::Column::CommunityId.eq(community))
            .filter(household_membership::Column::EndedOn.is_null());
        let mut select = reading
            .select::<Household>()
            .filter(household::Column::CommunityId.eq(community))
            // A role may show a household whose visits it does not show.
            .filter(visits.iter().fold(Condition::any(), |any, held| any.add(households_of(held))))
            .filter(household::Column::Id.in_subquery(lived_in.into_query()))
            .filter(household::Column::Id.not_in_subquery(visited.into_query()));
        if let Some(kind) = circumstance {
            use circumstance::Column;
            let kind = entity::circumstance::CircumstanceKind::from(kind);
            let with = reading
                .select::<Circumstance>()
                .select_only()
                .column(Column::ResidentId)
                .filter(Column::Kind.eq(kind))
                .filter(holding_on(Column::StartedOn, Column::EndedOn, today));
            let homes = resident::Entity::find()
                .select_only()
                .column(resident::Column::HouseholdId)
                .filter(resident::Column::HouseholdId.is_not_null())
                .filter(resident::Column::Id.in_subquery(with.into_query()));
            select = select.filter(household::Column::Id.in_subquery(homes.into_query()));
        }
        reading.list_from(select, &Asked::here(ctx)).await
    }
}

//! Who was not aided under a programme yet (尚未受助名单): those whom the list shows, less those for whom a grant stands.

use async_graphql::{Context, ID};
use chrono::NaiveDate;
use entity::{
    aid_programme::{AidPeriod, AidScope as Scope},
    aid_record::{self, Column as Aid},
    household, resident,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::SelectStatement};

use super::look::programme_of_keepers;
use crate::{
    aid::{STANDING, period},
    communities::today_at,
    error::{Error, Result},
    households::Household,
    relay::{Asked, Connection, Entity, Listed, Reading, Row, Selection, entity::Column},
    residents::Resident,
    say,
};

/// Of which programme, and in which of its periods.
pub(super) struct Missing<'a> {
    pub(super) programme: &'a ID,
    pub(super) on: Option<NaiveDate>,
    pub(super) occasion: Option<&'a str>,
}

impl Missing<'_> {
    pub(super) async fn residents(&self, ctx: &Context<'_>) -> Result<Connection<Resident>> {
        let column = resident::Column::CommunityId;
        self.list::<Resident>(ctx, (Scope::Person, Aid::ResidentId), column).await
    }

    pub(super) async fn households(&self, ctx: &Context<'_>) -> Result<Connection<Household>> {
        let column = household::Column::CommunityId;
        self.list::<Household>(ctx, (Scope::Household, Aid::HouseholdId), column).await
    }

    async fn list<T: Listed>(
        &self,
        ctx: &Context<'_>,
        (scope, recipient): (Scope, Aid),
        community: Column<T>,
    ) -> Result<Connection<T>>
    where
        Row<T>: Send + Sync,
    {
        let reading = Reading::new(ctx)?;
        // Who is not on this list was aided: it tells as much as the records do.
        let programme = programme_of_keepers(ctx, &reading, self.programme, &Selection::default()).await?;
        let (key, programme) = (programme.seen().id, programme.seen());
        if programme.scope != scope {
            return Err(Error::bad_input(say!(
                "programmeId: a programme for persons is asked about with `notYetAided`, one for households with `householdsNotYetAided`.",
                "programmeId：面向个人的项目请用 `notYetAided`，面向家庭的请用 `householdsNotYetAided`。"
            )));
        }
        let on = match self.on {
            Some(on) => on,
            None => today_at(&reading, programme.community_id).await?,
        };
        let within = match programme.once_per {
            Some(AidPeriod::Event) => self.occasion.map(|occasion| Aid::Occasion.eq(occasion)),
            Some(per) => period::span(per, on).map(|(first, last)| Aid::GivenOn.between(first, last)),
            None => None,
        };
        let aided: SelectStatement = aid_record::Entity::find()
            .select_only()
            .column(recipient)
            .filter(Aid::ProgrammeId.eq(key))
            .filter(Aid::Scope.eq(scope))
            .filter(Aid::Status.is_in(STANDING))
            .filter(recipient.is_not_null())
            .filter(Condition::all().add_option(within))
            .into_query();
        let select = reading
            .select::<T>()
            .filter(community.eq(programme.community_id))
            .filter(T::id_column().not_in_subquery(aided));
        reading.list_from(select, &Asked::here(ctx)).await
    }
}

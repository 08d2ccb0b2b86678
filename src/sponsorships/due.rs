//! `dueInstalments`: what a community waits for, or has to ask for, on a day.

use async_graphql::{Context, ID, Object};
use entity::instalment::{Column, InstalmentStatus};
use sea_orm::{ColumnTrait, QueryFilter};

use super::instalment::{Instalment, InstalmentFilter, InstalmentOrder};
use crate::{
    communities::Community,
    error::Result,
    relay::{Asked, Connection, Entity, Reading, id},
    scalars::Date,
};

#[derive(Default)]
pub struct DueQueries;

#[Object]
impl DueQueries {
    /// Instalments of a community that fell due by a day and were neither paid nor missed, in the order of recording unless you say otherwise; of those within
    /// your reach (到期资助分期).
    async fn due_instalments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The community (社区).")] community_id: ID,
        #[graphql(desc = "The day, itself included (日期).")] on: Date,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<InstalmentFilter>,
        _order_by: Option<Vec<InstalmentOrder>>,
    ) -> Result<Connection<Instalment>> {
        let reading = Reading::new(ctx)?;
        let community = id::argument("communityId", Community::PREFIX, &community_id)?;
        let select = reading
            .select::<Instalment>()
            .filter(Column::CommunityId.eq(community))
            .filter(Column::Status.eq(InstalmentStatus::Due))
            .filter(Column::DueOn.lte(on.0));
        reading.list_from(select, &Asked::here(ctx)).await
    }
}

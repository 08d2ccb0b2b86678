//! Who holds activities, as the schema shows it.

use async_graphql::{Context, Enum, ID, Object};
use entity::activity_organiser;

use super::{Activity, edges, scope};
use crate::{access::Resource, error::Result, object, partners::PartnerUnit, relay::id, volunteers::Team};

object! {
    ActivityOrganiser("activity_organiser") of activity_organiser as Resource::Activity;
    community = |row| Some(row.community_id);
    scope = scope::of_organisers;
    edges = edges::of_organiser;
}

/// What an organiser is (主办方类型).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::activity_organiser::OrganiserKind")]
pub enum OrganiserKind {
    /// The community itself (社区).
    Community,
    /// A partner unit (共建单位).
    PartnerUnit,
    /// A volunteer team (志愿服务队).
    Team,
}

/// One of those who hold an activity (主办方).
#[Object]
impl ActivityOrganiser {
    /// Id of this part in the activity (编号).
    pub async fn id(&self) -> ID {
        id::encode("activity_organiser", self.0.id).into()
    }

    /// The activity (活动).
    async fn activity(&self, ctx: &Context<'_>) -> Result<Option<Activity>> {
        self.0.edge(ctx)
    }

    /// What the organiser is (主办方类型).
    async fn kind(&self) -> OrganiserKind {
        self.0.kind.into()
    }

    /// The unit, where a unit holds it (主办单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// The team, where a team holds it (主办队伍).
    async fn team(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
        self.0.edge(ctx)
    }
}

//! Milestones as the schema shows them.

use async_graphql::{Context, ID, Object};
use entity::milestone;

use super::{edges, object::Project, scope};
use crate::{access::Resource, error::Result, events::History, object, relay::id, scalars::Date};

object! {
    Milestone("milestone") of milestone as Resource::Milestone;
    community = |row| Some(row.community_id);
    scope = scope::of_milestones;
    edges = edges::of_milestone;
}

/// A point on the way of a project (里程碑).
#[Object]
impl Milestone {
    /// Id of the milestone (编号).
    pub async fn id(&self) -> ID {
        id::encode("milestone", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The project (共建项目).
    async fn project(&self, ctx: &Context<'_>) -> Result<Project> {
        self.0.present(ctx)
    }

    /// What is to be reached (名称).
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The day by which; null where none was set (计划日期).
    async fn due_on(&self) -> Option<Date> {
        self.0.due_on.map(Date)
    }

    /// The day on which it was reached; null until then (达成日期).
    async fn reached_on(&self) -> Option<Date> {
        self.0.reached_on.map(Date)
    }
}

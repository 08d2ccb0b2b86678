//! The feed of events.

use async_graphql::{Context, ID, InputObject, Object};
use entity::event;
use sea_orm::{Condition, QueryFilter, Select, sea_query::Expr};

use super::trail::{self, DateTimeRange};
use crate::{
    access::{Held, Resource, scope::by_community},
    communities::Community,
    context::Ask,
    error::Result,
    object, orders,
    relay::{
        Asked, Connection, Edge, Listed, Reading, Selection,
        filter::{Asking, Filter, TextFilter, combine, reference},
        id,
    },
    scalars::DateTime,
    schema::Node,
};

object! {
    Event("event") of event as Resource::Event;
    community = |row| row.community_id;
    scope = scope;
    edges = edges;
}

fn scope(held: &Held) -> Condition {
    by_community(held, event::Column::CommunityId)
}

fn edges(field: &str) -> Option<Edge<Event>> {
    Some(match field {
        "community" => Edge::<Event>::one::<Community>(|row| row.community_id),
        "actor" => trail::actors::<Event>(|row| row.account_id),
        "subject" => trail::subjects::<Event>(|row| Some((row.subject_kind.as_str(), row.subject_id))),
        _ => return None,
    })
}

/// One change: who did what to which object, and when (事件).
#[Object]
impl Event {
    /// Id of the event (编号).
    pub async fn id(&self) -> ID {
        id::encode("event", self.0.id).into()
    }

    /// When it happened (时间).
    async fn occurred_at(&self) -> DateTime {
        self.0.occurred_at.into()
    }

    /// Name of the mutation, or of the command (操作).
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// Name of the account that did it; null for the program itself and its command line (操作人账号).
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        self.0.edge(ctx)
    }

    /// Id of the changed object, for `node` (对象编号).
    async fn subject_id(&self) -> ID {
        id::of_kind(&self.0.subject_kind, self.0.subject_id).into()
    }

    /// The changed object as it is now; null where it is not within your reach, and for accounts and tokens (对象).
    async fn subject(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        self.0.edge(ctx)
    }

    /// Which of its fields changed; the values are sealed with the person's key (变更字段).
    async fn fields(&self) -> Vec<String> {
        serde_json::from_str(&self.0.fields).unwrap_or_default()
    }

    /// The request that made it (请求编号).
    async fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The community that it concerns; null for the directory and the platform (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Option<Community>> {
        self.0.edge(ctx)
    }
}

/// Which events are wanted; all parts given must hold (事件筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct EventFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// Of this object: any id (对象编号).
    pub subject_id: Option<ID>,
    /// Of one of these objects, of whatever types (对象编号, 多个).
    pub subject_ids: Option<Vec<ID>>,
    /// By who did it: the name of the account (操作人账号).
    pub actor: Option<TextFilter>,
    /// By when it happened (时间).
    pub occurred_at: Option<DateTimeRange>,
    /// By the name of the mutation (操作).
    pub action: Option<TextFilter>,
    /// All of these (且).
    pub and: Option<Vec<EventFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<EventFilter>>,
    /// Not this (非).
    pub not: Option<Box<EventFilter>>,
}

impl Filter for EventFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all().add_option(reference(
            event::Column::CommunityId,
            "communityId",
            "community",
            &self.community_id,
        )?);
        let about = |field: &str, given: &[ID]| {
            trail::about(event::Column::SubjectKind, event::Column::SubjectId, field, given)
        };
        if let Some(subject) = &self.subject_id {
            own = own.add(about("subjectId", std::slice::from_ref(subject))?);
        }
        if let Some(subjects) = &self.subject_ids {
            own = own.add(about("subjectIds", subjects)?);
        }
        if let Some(actor) = &self.actor {
            own = own.add(trail::by_actor(event::Column::AccountId, actor)?);
        }
        if let Some(period) = &self.occurred_at {
            own = own.add(period.condition(event::Column::OccurredAt));
        }
        if let Some(action) = &self.action {
            own = own.add(action.condition(event::Column::Action)?);
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// The order of the feed; there is only one (事件顺序).
    pub enum EventOrder of event {
        /// By transaction (按事务).
        Transaction => Xid asc,
        /// Within a transaction, as they were written (事务内顺序).
        Sequence => Seq asc,
    }
}

impl Listed for Event {
    type Filter = EventFilter;
    type Order = EventOrder;

    fn standing_order() -> &'static [EventOrder] {
        &[EventOrder::Transaction, EventOrder::Sequence]
    }
}

/// On PostgreSQL rows of transactions that are still open, or behind one that is, wait: they would come out of order, and a reader's cursor would
/// pass over them. SQLite has one writer, so its sequence is the order of commits.
fn settled(select: Select<event::Entity>, postgres: bool) -> Select<event::Entity> {
    match postgres {
        true => select.filter(Expr::cust("event.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint")),
        false => select,
    }
}

#[derive(Default)]
pub struct EventQueries;

#[Object]
impl EventQueries {
    /// The change feed, oldest first: give the last `endCursor` as `after` and no committed change is skipped, none comes twice (变更流).
    async fn events(
        &self,
        ctx: &Context<'_>,
        _first: Option<i32>,
        _after: Option<String>,
        _last: Option<i32>,
        _before: Option<String>,
        _filter: Option<EventFilter>,
    ) -> Result<Connection<Event>> {
        let postgres = ctx.app().db.backend() == sea_orm::DbBackend::Postgres;
        // From the primary: a replica's snapshot does not know the open transactions.
        let reading = Reading::after_write(ctx)?;
        reading.list_from(settled(reading.select::<Event>(), postgres), &Asked::here(ctx)).await
    }

    /// One event; null if there is none or it is not within your reach (事件).
    async fn event(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the event (编号).")] id: ID,
    ) -> Result<Option<Event>> {
        let reading = Reading::new(ctx)?;
        let key = id::argument("id", "event", &id)?;
        reading.one(key, &Selection::under(ctx)).await
    }
}

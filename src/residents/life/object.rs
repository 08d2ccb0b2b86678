//! What happened to residents, as the schema shows it.

use std::collections::{HashMap, HashSet};

use async_graphql::{Context, Enum, ID, Object};
use entity::{life_closure, life_event};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    access::Resource,
    aid::AidRecord,
    error::Result,
    events::History,
    households::HouseholdMembership,
    object,
    relay::{Edge, Entity, Row, id},
    residents::{Circumstance, Resident, scope},
    scalars::{Date, DateTime},
    sponsorships::{Instalment, Sponsorship},
    volunteers::{PartyMembership, TeamMembership, Volunteer},
};

object! {
    LifeEvent("life_event") of life_event as Resource::Resident;
    community = |row| Some(row.community_id);
    scope = scope::of_life_events;
    edges = edges;
    classed = { endedCircumstances: Sensitive, endedPartyMemberships: Sensitive, note: Sensitive, withdrawnReason: Sensitive };
}

/// What happened to a resident (变动类型).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::life_event::LifeEventKind")]
pub enum LifeEventKind {
    /// Moved out of the community (迁出).
    MoveOut,
    /// Died (死亡).
    Death,
    /// Came back after moving out (回迁).
    Return,
}

fn edges(field: &str) -> Option<Edge<LifeEvent>> {
    Some(match field {
        "resident" => Edge::<LifeEvent>::one::<Resident>(|row| Some(row.resident_id)),
        "together" => together(),
        "endedMemberships" => closed::<HouseholdMembership>(None),
        "endedCircumstances" => closed::<Circumstance>(Some("endedCircumstances")),
        "cancelledAid" => closed::<AidRecord>(None),
        "endedEnrolments" => closed::<Volunteer>(None),
        "endedTeamMemberships" => closed::<TeamMembership>(None),
        "endedPartyMemberships" => closed::<PartyMembership>(Some("endedPartyMemberships")),
        "endedSponsorships" => closed::<Sponsorship>(None),
        "endedInstalments" => closed::<Instalment>(None),
        _ => return None,
    })
}

/// What happened to residents: `Resident.lifeEvents`.
pub(crate) fn of_residents() -> Edge<Resident> {
    Edge::<Resident>::all::<LifeEvent>(
        life_event::Column::ResidentId,
        |row| Some(row.resident_id),
        |select, _| Ok(select.order_by_asc(life_event::Column::Id)),
    )
}

fn together() -> Edge<LifeEvent> {
    Edge::values(|reading, events: &[LifeEvent], asked| {
        Box::pin(async move {
            let groups: HashSet<Uuid> = events.iter().map(|event| event.seen().together_id).collect();
            let select = reading
                .select::<LifeEvent>()
                .filter(life_event::Column::TogetherId.is_in(groups))
                .order_by_asc(life_event::Column::Id);
            let mut by_group: HashMap<Uuid, Vec<LifeEvent>> = HashMap::new();
            for found in reading.all::<LifeEvent>(select, &asked.selection).await? {
                by_group.entry(found.seen().together_id).or_default().push(found);
            }
            let of_event = |event: &LifeEvent| by_group.get(&event.seen().together_id).cloned().unwrap_or_default();
            Ok(events.iter().map(|event| (event.seen().key(), of_event(event))).collect())
        })
    })
}

/// Two statements: which objects of a kind were closed, and those that the viewer may see. Nothing where the viewer does not read the field, if it is classed.
fn closed<T: Entity>(classed: Option<&'static str>) -> Edge<LifeEvent>
where
    Row<T>: Send + Sync,
{
    Edge::values(move |reading, events: &[LifeEvent], asked| {
        Box::pin(async move {
            let readable = |event: &&LifeEvent| classed.is_none_or(|field| event.seen().reads(field));
            let keys: Vec<Uuid> = events.iter().filter(readable).map(|event| event.seen().key()).collect();
            let mut by_event: HashMap<Uuid, Vec<T>> = HashMap::new();
            if keys.is_empty() {
                return Ok(by_event);
            }
            let closures = life_closure::Entity::find()
                .filter(life_closure::Column::LifeEventId.is_in(keys))
                .filter(life_closure::Column::SubjectKind.eq(T::PREFIX))
                .order_by_asc(life_closure::Column::SubjectId)
                .all(reading.db())
                .await?;
            let wanted = closures.iter().map(|closure| closure.subject_id).collect();
            let found = reading.some::<T>(wanted, &asked.selection).await?;
            for closure in closures {
                if let Some(object) = found.get(&closure.subject_id) {
                    by_event.entry(closure.life_event_id).or_default().push(object.clone());
                }
            }
            Ok(by_event)
        })
    })
}

/// What happened to a resident, and what was closed because of it (居民变动).
#[Object]
impl LifeEvent {
    /// Id of the event (编号).
    pub async fn id(&self) -> ID {
        id::encode("life_event", self.0.id).into()
    }

    /// Counts the changes (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// Whom it happened to (居民).
    async fn resident(&self, ctx: &Context<'_>) -> Result<Option<Resident>> {
        self.0.edge(ctx)
    }

    /// What happened (类型).
    async fn kind(&self) -> LifeEventKind {
        self.0.kind.into()
    }

    /// The day; null only where it was put on file before the day was asked for (日期).
    async fn on(&self) -> Option<Date> {
        self.0.occurred_on.map(Date)
    }

    /// A remark, such as where to; null where there is none, and where you may not read sensitive data (备注).
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref().filter(|_| self.0.reads("note"))
    }

    /// All that was recorded with it in one go, such as a family's moving out, itself included (同批变动).
    async fn together(&self, ctx: &Context<'_>) -> Result<Vec<LifeEvent>> {
        self.0.list(ctx)
    }

    /// Memberships of households that ended by it (终止的户成员关系).
    async fn ended_memberships(&self, ctx: &Context<'_>) -> Result<Vec<HouseholdMembership>> {
        self.0.list(ctx)
    }

    /// Circumstances that ended by it; empty where you may not read sensitive data (终止的困难/身份类别).
    async fn ended_circumstances(&self, ctx: &Context<'_>) -> Result<Vec<Circumstance>> {
        self.0.list(ctx)
    }

    /// Grants that were called off by it, and those of the household that nobody is left in (取消的帮扶).
    async fn cancelled_aid(&self, ctx: &Context<'_>) -> Result<Vec<AidRecord>> {
        self.0.list(ctx)
    }

    /// Enrolments as a volunteer that ended by it (终止的志愿者登记).
    async fn ended_enrolments(&self, ctx: &Context<'_>) -> Result<Vec<Volunteer>> {
        self.0.list(ctx)
    }

    /// Time in teams of volunteers that ended by it (终止的队员身份).
    async fn ended_team_memberships(&self, ctx: &Context<'_>) -> Result<Vec<TeamMembership>> {
        self.0.list(ctx)
    }

    /// Standing in the Party that ended by death; empty where you may not read sensitive data (终止的党员身份).
    async fn ended_party_memberships(&self, ctx: &Context<'_>) -> Result<Vec<PartyMembership>> {
        self.0.list(ctx)
    }

    /// Sponsorships that ended by it (终止的资助).
    async fn ended_sponsorships(&self, ctx: &Context<'_>) -> Result<Vec<Sponsorship>> {
        self.0.list(ctx)
    }

    /// Instalments that would have fallen due after it, and are not to be paid any more (终止的资助分期).
    async fn ended_instalments(&self, ctx: &Context<'_>) -> Result<Vec<Instalment>> {
        self.0.list(ctx)
    }

    /// When it was put on file (登记时间).
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }

    /// When it was found not to have happened; null where it stands (撤销时间).
    async fn withdrawn_at(&self) -> Option<DateTime> {
        self.0.withdrawn_at.map(Into::into)
    }

    /// Why it was withdrawn; null where you may not read sensitive data (撤销原因).
    async fn withdrawn_reason(&self) -> Option<&str> {
        self.0.withdrawn_reason.as_deref().filter(|_| self.0.reads("withdrawnReason"))
    }
}

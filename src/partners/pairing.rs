//! Pairing agreements as the schema shows them, and what their lists are filtered and ordered by.

use async_graphql::{Context, ID, InputObject, Object};
use chrono::NaiveDate;
use entity::pairing;
use sea_orm::{ColumnTrait, Condition, sea_query::ExprTrait};

use super::{edges, object::PartnerUnit, scope};
use crate::{
    access::Resource,
    communities::Community,
    context::Ask,
    error::Result,
    events::History,
    object, orders,
    relay::{
        Listed,
        filter::{Asking, Filter, combine, reference},
        id,
    },
    scalars::Date,
};

object! {
    Pairing("pairing") of pairing as Resource::Pairing;
    community = |row| Some(row.community_id);
    scope = scope::of_pairings;
    edges = edges::of_pairing;
}

/// A pairing agreement of a community with a partner unit; one runs at a time (结对).
#[Object]
impl Pairing {
    /// Id of the pairing (编号).
    pub async fn id(&self) -> ID {
        id::encode("pairing", self.0.id).into()
    }

    /// Counts the changes; give it back as `expectedVersion` when you end it (版本).
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(flatten)]
    async fn changes(&self) -> History<Self> {
        History::of(self)
    }

    /// The community (社区).
    async fn community(&self, ctx: &Context<'_>) -> Result<Community> {
        self.0.present(ctx)
    }

    /// The unit (共建单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// The first day (起始日).
    async fn started_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day; null while it runs (终止日).
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// A remark (备注).
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Does it hold today (是否有效)?
    async fn current(&self, ctx: &Context<'_>) -> bool {
        let today = ctx.app().clock.today(chrono_tz::Asia::Shanghai);
        self.0.started_on <= today && self.0.ended_on.is_none_or(|ended_on| ended_on >= today)
    }
}

/// Which pairings are wanted; all parts given must hold (结对筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct PairingFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// With this unit (共建单位).
    pub partner_unit_id: Option<ID>,
    /// Those that hold today, or those that do not (是否有效).
    pub current: Option<bool>,
    /// All of these (且).
    pub and: Option<Vec<PairingFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<PairingFilter>>,
    /// Not this (非).
    pub not: Option<Box<PairingFilter>>,
}

impl Filter for PairingFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(pairing::Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::partners::PartnerUnit>(
                pairing::Column::PartnerUnitId,
                "partnerUnitId",
                &self.partner_unit_id,
            )?);
        if let Some(current) = self.current {
            let holds = holding_on(asking.today());
            own = own.add(if current { holds } else { holds.not() });
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

fn holding_on(day: NaiveDate) -> Condition {
    Condition::all()
        .add(pairing::Column::StartedOn.lte(day))
        .add(pairing::Column::EndedOn.is_null().or(pairing::Column::EndedOn.gte(day)))
}

orders! {
    /// What pairings are ordered by; ties are settled by id (结对排序).
    pub enum PairingOrder of pairing {
        /// Earliest agreements first (起始日升序).
        StartedOnAsc => StartedOn asc,
        /// Latest agreements first (起始日降序).
        StartedOnDesc => StartedOn desc,
    }
}

impl Listed for Pairing {
    type Filter = PairingFilter;
    type Order = PairingOrder;
}

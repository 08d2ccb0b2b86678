//! What a community posts about aid (公示): who was given what under a programme, by masked names, so that neighbours can speak up and nobody is exposed.

use std::collections::HashMap;

use async_graphql::{Context, ID, SimpleObject};
use entity::{
    aid_programme::AidScope,
    aid_record::{self, AidStatus as Status, Column as Aid},
    household_membership::{self, HouseholdRelation},
    resident,
};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationTrait};
use uuid::Uuid;

use super::{
    look::{MOST_ROWS, bounded, programme_of_keepers},
    period::Period,
};
use crate::{
    aid::{AidProgramme, AidRecord, AidStatus},
    error::Result,
    figures::{AidKind, Figure, Money, Quantity, sum},
    privacy::mask,
    relay::{Asked, Entity, Reading},
    scalars::Date,
};

const TYPE: &str = "PublicNotice";

/// One line of a notice (公示明细).
#[derive(SimpleObject)]
pub struct PublicNoticeLine {
    /// Its number, from 1, in the order of the days (序号).
    pub number: i32,
    /// The masked name of the person, of a household that of its head: 张三 is `张*`; null where nobody is on record any more (姓名, 脱敏).
    pub name: Option<String>,
    /// Does it go to a household as a whole (是否整户)?
    pub for_household: bool,
    /// What is given (类型).
    pub kind: AidKind,
    /// How much of it; null of what is not counted (数量).
    pub quantity: Option<Quantity>,
    /// What it is worth; null where nobody knows (金额).
    pub value: Option<Money>,
    /// The day of the grant (发放日期).
    pub given_on: Date,
    /// APPROVED, or DELIVERED (状态).
    pub status: AidStatus,
}

/// A list to be posted: what was agreed to or handed over under a programme in a period (帮扶公示). It holds masked names and nothing else of anybody; there are
/// at most 1,000 lines.
#[derive(SimpleObject)]
pub struct PublicNotice {
    /// The programme (帮扶项目).
    pub programme: AidProgramme,
    /// The first day of the period (起始日, 含).
    pub from: Date,
    /// The last day of the period (截止日, 含).
    pub to: Date,
    /// The lines, by day (明细).
    pub lines: Vec<PublicNoticeLine>,
    /// How many different persons (人数).
    pub people: i32,
    /// How many different households as such (户数).
    pub households: i32,
    /// How many of what in all, for each unit of measure (数量合计).
    pub quantities: Vec<Quantity>,
    /// What it comes to (金额合计).
    pub value: Money,
}

/// For those who read the names in the clear: they post the list, and answer for it. A list of some grids would pass for the whole.
pub(super) async fn notice(ctx: &Context<'_>, of: &ID, period: Period) -> Result<PublicNotice> {
    let (reading, asked) = (&Reading::new(ctx)?, &Asked::here(ctx));
    let wanted = asked.selection.child(asked.env, TYPE, "programme");
    let programme = programme_of_keepers(ctx, reading, of, &wanted).await?;
    let key = programme.seen().id;
    let select = reading
        .select::<AidRecord>()
        .filter(Aid::ProgrammeId.eq(key))
        .filter(Aid::Status.is_in([Status::Approved, Status::Delivered]))
        .filter(period.has(Aid::GivenOn))
        .order_by_asc(Aid::GivenOn)
        .order_by_asc(Aid::Id)
        .limit(MOST_ROWS as u64 + 1);
    let grants = bounded("lines", select.all(reading.db()).await?)?;
    let names = Names::of(reading, &grants).await?;
    let distinct = |scope: AidScope, who: fn(&aid_record::Model) -> Option<Uuid>| {
        let mut all: Vec<Uuid> = grants.iter().filter(|grant| grant.scope == scope).filter_map(who).collect();
        all.sort_unstable();
        all.dedup();
        all.len() as i32
    };
    Ok(PublicNotice {
        from: Date(period.from),
        to: Date(period.to),
        people: distinct(AidScope::Person, |grant| grant.resident_id),
        households: distinct(AidScope::Household, |grant| grant.household_id),
        quantities: quantities(&grants),
        value: Money::new(sum(grants.iter().map(value))),
        lines: (1..).zip(&grants).map(|(number, grant)| line(number, grant, &names)).collect(),
        programme,
    })
}

fn line(number: i32, grant: &aid_record::Model, names: &Names) -> PublicNoticeLine {
    let counted = grant.kind != entity::figures::AidKind::Cash && grant.quantity_milli.is_some();
    PublicNoticeLine {
        number,
        name: names.of_grant(grant).map(|name| mask::name(name)),
        for_household: grant.scope == AidScope::Household,
        kind: grant.kind.into(),
        quantity: counted.then(|| Quantity::new(quantity(grant), &grant.unit)),
        value: grant.value_fen.map(|_| Money::new(value(grant))),
        given_on: Date(grant.given_on),
        status: grant.status.into(),
    }
}

fn quantity(grant: &aid_record::Model) -> Figure {
    Figure { amount: grant.quantity_milli, precision: grant.quantity_precision }
}

fn value(grant: &aid_record::Model) -> Figure {
    Figure { amount: grant.value_fen, precision: grant.value_precision }
}

/// Never across units; money is not counted.
fn quantities(grants: &[aid_record::Model]) -> Vec<Quantity> {
    let counted = |grant: &&aid_record::Model| grant.kind != entity::figures::AidKind::Cash;
    let mut units: Vec<&str> = grants.iter().filter(counted).map(|grant| grant.unit.as_str()).collect();
    units.sort_unstable();
    units.dedup();
    let total = |unit: &str| {
        let of_it = grants.iter().filter(counted).filter(|grant| grant.unit == unit);
        Quantity::new(sum(of_it.map(quantity)), unit)
    };
    units.into_iter().map(total).collect()
}

/// What the recipients are called.
struct Names {
    people: HashMap<Uuid, String>,
    /// Of the heads of households.
    heads: HashMap<Uuid, String>,
}

impl Names {
    async fn of(reading: &Reading<'_>, grants: &[aid_record::Model]) -> Result<Self> {
        let people = grants.iter().filter_map(|grant| grant.resident_id);
        let people: Vec<(Uuid, String)> = resident::Entity::find()
            .filter(resident::Column::Id.is_in(people))
            .select_only()
            .columns([resident::Column::Id, resident::Column::FullName])
            .into_tuple()
            .all(reading.db())
            .await?;
        let to_all = grants.iter().filter(|grant| grant.scope == AidScope::Household);
        let heads: Vec<(Uuid, String)> = household_membership::Entity::find()
            .join(JoinType::InnerJoin, household_membership::Relation::Resident.def())
            .filter(household_membership::Column::HouseholdId.is_in(to_all.filter_map(|grant| grant.household_id)))
            .filter(household_membership::Column::Relation.eq(HouseholdRelation::Head))
            .filter(household_membership::Column::EndedOn.is_null())
            .select_only()
            .column(household_membership::Column::HouseholdId)
            .column(resident::Column::FullName)
            .into_tuple()
            .all(reading.db())
            .await?;
        Ok(Self { people: people.into_iter().collect(), heads: heads.into_iter().collect() })
    }

    fn of_grant(&self, grant: &aid_record::Model) -> Option<&String> {
        match grant.scope {
            AidScope::Person => self.people.get(&grant.resident_id?),
            AidScope::Household => self.heads.get(&grant.household_id?),
        }
    }
}

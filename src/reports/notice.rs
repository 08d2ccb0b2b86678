//! What a community posts about aid (公示): who was given what under a programme, by masked names, so that neighbours can speak up and nobody is exposed.
//!
//! What is posted is made public (PIPL article 25), and the name of a programme tells of its recipients. So a name is left out, mask and all, where the person is
//! not known to be of age, and where the programme is for people in a situation that is sensitive, unless the law itself wants these lists posted, as it does of
//! those for families that live on the allowance or are in special hardship. Where the law does not want a list posted, it is posted with the names of those alone
//! who agreed to that. The line stays and counts, or nobody could say whether the list is whole.

use std::collections::{BTreeSet, HashMap, HashSet};

use async_graphql::{Context, ID, SimpleObject};
use chrono::NaiveDate;
use entity::{
    aid_programme::AidScope,
    aid_record::{self, AidStatus as Status, Column as Aid},
    circumstance::CircumstanceKind,
    contribution, contribution_item,
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
    aid::{AidProgramme, AidRecord, AidStatus, circumstances_of},
    audit::{self, AuditKind, Entry},
    communities::today_at,
    consents,
    context::Ask,
    error::Result,
    figures::{AidKind, Figure, Money, Quantity, sum},
    privacy::mask,
    relay::{Asked, Entity, Reading},
    residents::is_sensitive,
    scalars::Date,
};

const TYPE: &str = "PublicNotice";
/// Completed years.
const OF_AGE: u32 = 18;

/// One line of a notice (公示明细).
#[derive(SimpleObject)]
pub struct PublicNoticeLine {
    /// Its number, from 1, in the order of the days (序号).
    pub number: i32,
    /// The masked name of the person, of a household that of its head: 张三 is `张*`; null where it is not to be made public, and where nobody is on record any
    /// more (姓名, 脱敏).
    pub name: Option<String>,
    /// Is the name left out since it is not to be made public: of somebody under 18 or of unknown age, under a programme for people in a situation that is
    /// sensitive, or of somebody whose consent to PUBLIC_NOTICE does not hold today, under a programme that is not for those whose lists the law wants posted
    /// (是否依法不公开姓名)?
    pub name_withheld: bool,
    /// Does it go to a household as a whole (是否整户)?
    pub for_household: bool,
    /// What is given (类型).
    pub kind: AidKind,
    /// What it is called: the item, or the contribution that it is taken from (物资或资源名称).
    pub item: String,
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
    let (key, community) = (programme.seen().id, programme.seen().community_id);
    // What is to be made public is taken out of the records, and that is on record before the answer.
    let entry =
        Entry::of(AuditKind::Export).by("publicNotice").within(Some(community)).about(AidProgramme::PREFIX, key);
    audit::note_apart(ctx.app(), ctx.caller().into(), entry).await?;
    let today = today_at(reading, community).await?;
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
    let items = Items::of(reading, &grants).await?;
    let posted = Posted::of(&circumstances_of(programme.seen()));
    let agreed = match posted {
        Posted::WithConsent => consents::who_may_be_posted(reading, names.all(), today).await?,
        Posted::Never | Posted::ByLaw => HashSet::new(),
    };
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
        lines: (1..)
            .zip(&grants)
            .map(|(number, grant)| {
                let who = names.of_grant(grant);
                let told = who.filter(|who| posted.names(agreed.contains(&who.id)) && of_age(who.born, today));
                line(number, grant, (told.map(|who| mask::name(&who.name)), who.is_some() && told.is_none()), &items)
            })
            .collect(),
        programme,
    })
}

/// Whether the recipients of a programme are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Posted {
    /// That somebody is disabled, or a child in difficulty, is nobody's business (PIPL articles 28 and 29).
    Never,
    /// The law has lists of the allowance and of special hardship posted with names.
    ByLaw,
    /// Making public takes a consent of its own (PIPL article 25).
    WithConsent,
}

impl Posted {
    /// Of a programme that asks for these.
    fn of(asked_for: &[CircumstanceKind]) -> Self {
        let by_law =
            |kind: &CircumstanceKind| [CircumstanceKind::LowIncome, CircumstanceKind::SpecialHardship].contains(kind);
        if asked_for.iter().any(|kind| is_sensitive(*kind) && !by_law(kind)) {
            Self::Never
        } else if asked_for.iter().any(by_law) {
            Self::ByLaw
        } else {
            Self::WithConsent
        }
    }

    fn names(self, agreed: bool) -> bool {
        self == Self::ByLaw || (self == Self::WithConsent && agreed)
    }
}

/// Nobody is named who is a child, or may be one, on the day on which the list is made.
fn of_age(born: Option<NaiveDate>, today: NaiveDate) -> bool {
    born.and_then(|born| today.years_since(born)).is_some_and(|years| years >= OF_AGE)
}

fn line(
    number: i32,
    grant: &aid_record::Model,
    (name, name_withheld): (Option<String>, bool),
    items: &Items,
) -> PublicNoticeLine {
    let counted = grant.kind != entity::figures::AidKind::Cash && grant.quantity_milli.is_some();
    PublicNoticeLine {
        number,
        name,
        name_withheld,
        item: items.of_grant(grant),
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

/// What somebody is called, and since when they are there.
struct Person {
    id: Uuid,
    name: String,
    born: Option<NaiveDate>,
}

/// What the recipients are called.
struct Names {
    people: HashMap<Uuid, Person>,
    /// The heads of households.
    heads: HashMap<Uuid, Person>,
}

/// Whose line it is, and who that is.
type Row = (Uuid, Uuid, String, Option<NaiveDate>);

fn by_key(rows: Vec<Row>) -> HashMap<Uuid, Person> {
    rows.into_iter().map(|(key, id, name, born)| (key, Person { id, name, born })).collect()
}

/// What is given is called.
struct Items {
    items: HashMap<Uuid, String>,
    contributions: HashMap<Uuid, String>,
}

impl Items {
    async fn of(reading: &Reading<'_>, grants: &[aid_record::Model]) -> Result<Self> {
        use contribution::Column as Whole;
        use contribution_item::Column as Part;
        let wanted = grants.iter().filter_map(|grant| grant.contribution_id).collect::<BTreeSet<_>>();
        let wholes = contribution::Entity::find().filter(Whole::Id.is_in(wanted)).select_only();
        let wholes: Vec<(Uuid, String)> =
            wholes.columns([Whole::Id, Whole::Title]).into_tuple().all(reading.db()).await?;
        let wanted = grants.iter().filter_map(|grant| grant.item_id).collect::<BTreeSet<_>>();
        let parts = contribution_item::Entity::find().filter(Part::Id.is_in(wanted)).select_only();
        let parts: Vec<(Uuid, String)> = parts.columns([Part::Id, Part::Name]).into_tuple().all(reading.db()).await?;
        Ok(Self { items: parts.into_iter().collect(), contributions: wholes.into_iter().collect() })
    }

    fn of_grant(&self, grant: &aid_record::Model) -> String {
        let item = grant.item_id.and_then(|key| self.items.get(&key));
        let whole = || grant.contribution_id.and_then(|key| self.contributions.get(&key));
        item.or_else(whole).cloned().unwrap_or_default()
    }
}

impl Names {
    async fn of(reading: &Reading<'_>, grants: &[aid_record::Model]) -> Result<Self> {
        let people = grants.iter().filter_map(|grant| grant.resident_id);
        let people: Vec<Row> = resident::Entity::find()
            .filter(resident::Column::Id.is_in(people))
            .select_only()
            .columns([resident::Column::Id, resident::Column::Id, resident::Column::FullName])
            .column(resident::Column::BirthDate)
            .into_tuple()
            .all(reading.db())
            .await?;
        let to_all = grants.iter().filter(|grant| grant.scope == AidScope::Household);
        let heads: Vec<Row> = household_membership::Entity::find()
            .join(JoinType::InnerJoin, household_membership::Relation::Resident.def())
            .filter(household_membership::Column::HouseholdId.is_in(to_all.filter_map(|grant| grant.household_id)))
            .filter(household_membership::Column::Relation.eq(HouseholdRelation::Head))
            .filter(household_membership::Column::EndedOn.is_null())
            .select_only()
            .column(household_membership::Column::HouseholdId)
            .columns([resident::Column::Id, resident::Column::FullName])
            .column(resident::Column::BirthDate)
            .into_tuple()
            .all(reading.db())
            .await?;
        Ok(Self { people: by_key(people), heads: by_key(heads) })
    }

    fn all(&self) -> impl Iterator<Item = Uuid> {
        self.people.values().chain(self.heads.values()).map(|who| who.id)
    }

    fn of_grant(&self, grant: &aid_record::Model) -> Option<&Person> {
        match grant.scope {
            AidScope::Person => self.people.get(&grant.resident_id?),
            AidScope::Household => self.heads.get(&grant.household_id?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_the_law_lets_a_community_name() {
        use CircumstanceKind::{
            ChildInDifficulty, Disability, LivingAlone, LowIncome, Other, Pupil, SpecialHardship, Veteran,
        };
        for open in [&[LowIncome][..], &[SpecialHardship, LowIncome], &[LowIncome, Pupil]] {
            assert_eq!(Posted::of(open), Posted::ByLaw, "{open:?}");
        }
        for asked in [&[][..], &[Pupil], &[Veteran, LivingAlone]] {
            assert_eq!(Posted::of(asked), Posted::WithConsent, "{asked:?}");
        }
        for closed in [&[Disability][..], &[ChildInDifficulty], &[Other], &[LowIncome, Disability]] {
            assert_eq!(Posted::of(closed), Posted::Never, "{closed:?}");
        }
        assert!(Posted::ByLaw.names(false) && Posted::WithConsent.names(true));
        assert!(!Posted::WithConsent.names(false) && !Posted::Never.names(true));
    }

    #[test]
    fn whoever_may_be_a_child_is_not_named() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2022-03-04");
        assert!(of_age(Some(day("2004-03-04")), today), "the day of coming of age");
        assert!(!of_age(Some(day("2004-03-05")), today));
        assert!(!of_age(Some(day("2023-01-01")), today), "not born yet");
        assert!(!of_age(None, today), "nobody knows");
    }
}

//! Who is aided in several communities: for an operator, who alone sees more than one. Persons are the same by their identity documents, which stay sealed; their
//! keyed indexes are compared.

use std::collections::{HashMap, HashSet};

use async_graphql::{InputObject, SimpleObject};
use entity::{
    aid_programme,
    aid_record::{self, Column as Aid},
    resident::{self, Column as Person, IdDocumentKind},
    sealed::BlindIndex,
};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait,
    Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::period::Period;
use crate::{
    access::{Resource, Scope, policy::Action},
    aid::{AidRecord, STANDING},
    audit::{self, AuditKind, Entry},
    context::Caller,
    error::{Error, Result},
    figures::AidKind,
    relay::{
        Asked, Entity, Reading,
        page::{PageArgs, no_cursor},
    },
    residents::Resident,
    say,
    scalars::Date,
};

/// The most grants of a page: far more than its persons are given in a year.
const GRANTS: usize = 2_000;

/// Which grants are looked at (跨社区帮扶筛选).
#[derive(InputObject, Clone, Debug)]
pub struct AidAcrossCommunitiesFilter {
    /// Given on this day or later (起始日, 含).
    pub from: Date,
    /// Given on this day or earlier (截止日, 含).
    pub to: Date,
    /// Of this kind only (类型).
    pub kind: Option<AidKind>,
    /// Under programmes of exactly this name only, each community's own (帮扶项目名称).
    pub programme_name: Option<String>,
}

/// One person who is aided in several communities (跨社区受助人).
#[derive(SimpleObject)]
pub struct PersonAidedAcross {
    /// The person's records as a resident, one in each of these communities; two people who show the same document are one (居民记录).
    pub residents: Vec<Resident>,
    /// What the person is promised or was given in them, in the order of the days (帮扶记录).
    pub aid_records: Vec<AidRecord>,
}

/// A page of the persons who are aided in several communities (跨社区帮扶核查结果).
#[derive(SimpleObject)]
pub struct AidAcrossCommunities {
    /// The persons; their order means nothing and stays the same (人员).
    pub persons: Vec<PersonAidedAcross>,
    /// Are there more after these (是否还有更多)?
    pub has_next_page: bool,
    /// Give it as `after` to read on; null where nobody was found (末尾游标).
    pub end_cursor: Option<String>,
}

/// What makes records those of one person.
type Same = (IdDocumentKind, BlindIndex);

/// One list of them.
struct Looking<'a> {
    reading: &'a Reading<'a>,
    condition: Condition,
    /// What the cursors of this list are good for.
    bound_to: Vec<u8>,
}

pub(super) async fn across(
    reading: &Reading<'_>,
    caller: &Caller,
    asked: &Asked<'_>,
    filter: &AidAcrossCommunitiesFilter,
) -> Result<AidAcrossCommunities> {
    everywhere(reading, caller).await?;
    let period = Period::new(filter.from.0, filter.to.0)?;
    let page = PageArgs::read(asked)?;
    let most = page.size as usize;
    let condition = Condition::all()
        .add(Aid::Status.is_in(STANDING))
        .add(period.has(Aid::GivenOn))
        .add(Person::IdDocumentIndex.is_not_null())
        .add_option(filter.kind.map(|kind| Aid::Kind.eq(entity::figures::AidKind::from(kind))))
        .add_option(filter.programme_name.as_ref().map(|name| aid_programme::Column::Name.eq(name.trim())));
    let bound_to = format!("aidAcrossCommunities {filter:?}").into_bytes();
    let looking = Looking { reading, condition, bound_to };

    let mut found = looking.persons(most, page.after.as_deref()).await?;
    let has_next_page = found.len() > most;
    found.truncate(most);
    let end_cursor = found.last().map(|last| looking.cursor(last));
    Ok(AidAcrossCommunities { persons: looking.told(found, asked).await?, has_next_page, end_cursor })
}

/// Only who sees all aid and all residents is told who is known where; that they asked, and that others did, is on record before the answer.
async fn everywhere(reading: &Reading<'_>, caller: &Caller) -> Result<()> {
    const NAME: &str = "aidAcrossCommunities";
    let all = |resource| {
        let reach = reading.viewer.reach(resource, Action::Read);
        reach.0.iter().any(|held| held.scope == Scope::All && held.community.is_none())
    };
    if all(Resource::AidRecord) && all(Resource::Resident) {
        audit::note_apart(reading.app, caller.into(), Entry::of(AuditKind::Export).by(NAME)).await?;
        return Ok(());
    }
    Err(audit::forbidden(reading.app, caller, NAME).await)
}

impl Looking<'_> {
    /// Grants that are looked at, with the residents that they went to.
    fn grants(&self) -> Select<aid_record::Entity> {
        self.reading
            .select::<AidRecord>()
            .join(JoinType::InnerJoin, aid_record::Relation::Resident.def())
            .join(JoinType::LeftJoin, aid_record::Relation::AidProgramme.def())
            .filter(self.condition.clone())
    }

    /// So many persons and one more, who are aided in two communities or more.
    async fn persons(&self, most: usize, after: Option<&str>) -> Result<Vec<Same>> {
        let later = after.map(|after| self.after(after)).transpose()?;
        let communities = Expr::col((resident::Entity, Person::CommunityId)).count_distinct();
        let select = self
            .grants()
            .filter(Condition::all().add_option(later))
            .select_only()
            .column(Person::IdDocumentKind)
            .column(Person::IdDocumentIndex)
            .group_by(Person::IdDocumentKind)
            .group_by(Person::IdDocumentIndex)
            .having(communities.gt(1))
            .order_by_asc(Person::IdDocumentIndex)
            .order_by_asc(Person::IdDocumentKind)
            .limit(most as u64 + 1);
        Ok(select.into_tuple::<Same>().all(self.reading.db()).await?)
    }

    /// The residents that they are, and their grants, in the order of the persons.
    async fn told(&self, found: Vec<Same>, asked: &Asked<'_>) -> Result<Vec<PersonAidedAcross>> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let persons = asked.selection.child(asked.env, "AidAcrossCommunities", "persons");
        let under = |field| persons.child(asked.env, "PersonAidedAcross", field);
        let of_them = found.iter().fold(Condition::any(), |any, (kind, index)| {
            let same = Person::IdDocumentKind.eq(*kind).and(Person::IdDocumentIndex.eq(index.clone()));
            any.add(same)
        });
        let aided = self.grants().select_only().column(Aid::ResidentId).filter(of_them.clone()).into_query();
        let residents = self.reading.select::<Resident>().filter(of_them.clone()).filter(Person::Id.in_subquery(aided));
        let residents = self.reading.all::<Resident>(residents.order_by_asc(Person::Id), &under("residents")).await?;
        let places: HashMap<Same, usize> = found.into_iter().enumerate().map(|(place, same)| (same, place)).collect();
        let place_of = |row: &resident::Model| {
            let same = (row.id_document_kind, row.id_document_index.clone()?);
            places.get(&same).copied()
        };
        let whose: HashMap<Uuid, usize> =
            residents.iter().filter_map(|one| Some((one.seen().id, place_of(one.seen())?))).collect();

        let grants = self
            .grants()
            .filter(Aid::ResidentId.is_in(whose.keys().copied().collect::<HashSet<_>>()))
            .order_by_asc(Aid::GivenOn)
            .order_by_asc(Aid::Id)
            .limit(GRANTS as u64 + 1);
        let grants = self.reading.all::<AidRecord>(grants, &under("aidRecords")).await?;
        if grants.len() > GRANTS {
            return Err(Error::bad_input(say!(
                "filter: these persons have more than {GRANTS} grants in the period; ask for a shorter one, or for fewer persons with `first`.",
                "filter：所列人员在该期间的帮扶记录超过 {GRANTS} 条；请缩短期间，或用 `first` 减少人数。"
            )));
        }
        let mut told: Vec<PersonAidedAcross> =
            places.iter().map(|_| PersonAidedAcross { residents: Vec::new(), aid_records: Vec::new() }).collect();
        for grant in grants {
            let place = grant.seen().resident_id.and_then(|resident| whose.get(&resident));
            if let Some(place) = place {
                told[*place].aid_records.push(grant);
            }
        }
        for one in residents {
            if let Some(place) = whose.get(&one.seen().id) {
                told[*place].residents.push(one);
            }
        }
        Ok(told)
    }

    fn cursor(&self, (kind, index): &Same) -> String {
        let place = [kind.to_value().as_bytes(), b" ", index.as_bytes()].concat();
        self.reading.app.keys.seal_cursor(&self.bound_to, &place)
    }

    /// What comes later than a cursor.
    fn after(&self, cursor: &str) -> Result<Condition> {
        let place = self.reading.app.keys.open_cursor(&self.bound_to, cursor);
        let read = |place: Vec<u8>| {
            let end = place.iter().position(|byte| *byte == b' ')?;
            let kind = IdDocumentKind::try_from_value(&String::from_utf8(place[..end].to_vec()).ok()?).ok()?;
            Some((kind, BlindIndex::from_bytes(place[end + 1..].to_vec())))
        };
        let (kind, index) = place.and_then(read).ok_or_else(|| no_cursor("after"))?;
        let same = Condition::all().add(Person::IdDocumentIndex.eq(index.clone())).add(Person::IdDocumentKind.gt(kind));
        Ok(Condition::any().add(Person::IdDocumentIndex.gt(index)).add(same))
    }
}

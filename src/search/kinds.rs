//! What can be searched for. One more kind is one more line in `kinds!` and a function that reads its texts; the slice that owns the records calls
//! [`refresh`](super::refresh) wherever what they are called changes.

use async_graphql::{Enum, ID, InputType, Name, Value, indexmap::IndexMap};
use entity::{activity, campaign, partner_unit, partner_unit_alias, project, resident, search_entry, team, volunteer};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
    sea_query::{Expr, ExprTrait, LockType, SelectStatement, SubQueryStatement},
};
use uuid::Uuid;

use crate::{
    access::{Class, Scope, policy::Action},
    activities::{Activity, Campaign},
    error::Result,
    partners::PartnerUnit,
    projects::Project,
    relay::{
        Listed, Reading, Row,
        filter::{Asking, Filter},
    },
    residents::Resident,
    volunteers::{Team, Volunteer},
};

/// Which text of a record met the query (匹配字段).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchField {
    /// Its name (名称/姓名).
    Name,
    /// One of its other names (别名).
    Alias,
    /// Its title (标题).
    Title,
}

impl SearchField {
    pub(super) fn stored(self) -> &'static str {
        match self {
            SearchField::Name => "NAME",
            SearchField::Alias => "ALIAS",
            SearchField::Title => "TITLE",
        }
    }

    pub(super) fn read(stored: &str) -> Option<Self> {
        [SearchField::Name, SearchField::Alias, SearchField::Title].into_iter().find(|field| field.stored() == stored)
    }
}

/// One text by which a record is found.
pub(crate) struct Named {
    pub subject: Uuid,
    /// None in the directory.
    pub community: Option<Uuid>,
    pub field: SearchField,
    pub text: String,
}

/// Of which records the texts are read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Among {
    One(Uuid),
    /// So many records after this id, locked, so that nobody renames them meanwhile.
    After(Uuid, u64),
}

/// What a kind of record is to search.
struct Nature {
    /// Its names begin with surnames.
    person: bool,
    /// The class of its names, and how an error calls them.
    class: Option<(Class, &'static str)>,
    /// Found by several texts each?
    several: bool,
    /// In the directory, or each in its community?
    directory: bool,
}

const PLAIN: Nature = Nature { person: false, class: None, several: false, directory: false };
const PERSON: Nature = Nature { person: true, class: Some((Class::Personal, "text")), ..PLAIN };
const DIRECTORY: Nature = Nature { several: true, directory: true, ..PLAIN };

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($object:ty) is $nature:expr, called $texts:ident;)+) => {
        /// What is searched for (检索对象).
        #[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
        pub enum SearchKind { $($(#[$doc])* $kind,)+ }

        impl SearchKind {
            pub const ALL: &[SearchKind] = &[$(SearchKind::$kind),+];

            /// The prefix of the records' ids, by which entries are told apart.
            pub fn prefix(self) -> &'static str {
                match self { $(SearchKind::$kind => <$object as crate::relay::Entity>::PREFIX,)+ }
            }

            fn nature(self) -> Nature {
                match self { $(SearchKind::$kind => $nature,)+ }
            }

            /// The texts of some records, in the order of their ids.
            pub(super) async fn texts(self, conn: &impl ConnectionTrait, among: Among) -> Result<Vec<Named>, DbErr> {
                match self { $(SearchKind::$kind => $texts(conn, among).await,)+ }
            }

            /// The record that an entry stands for, where it is still found.
            pub(super) fn record_of_entry(self) -> SelectStatement {
                match self { $(SearchKind::$kind => record_of_entry::<$object>().into_query(),)+ }
            }

            /// Where the viewer may find records of this kind.
            pub(super) fn places(self, reading: &Reading<'_>, community: Option<(&ID, Uuid)>) -> Result<Vec<Place>> {
                match self { $(SearchKind::$kind => places::<$object>(&self.nature(), reading, community),)+ }
            }
        }
    };
}

kinds! {
    /// Residents, by name (居民).
    Resident(Resident) is PERSON, called residents;
    /// Partner units, by name and by other names (共建单位).
    PartnerUnit(PartnerUnit) is DIRECTORY, called partner_units;
    /// Projects, by title (共建项目).
    Project(Project) is PLAIN, called projects;
    /// Volunteers, by name (志愿者).
    Volunteer(Volunteer) is PERSON, called volunteers;
    /// Volunteer teams, by name (志愿服务队).
    Team(Team) is PLAIN, called teams;
    /// Campaigns, by title (专项行动).
    Campaign(Campaign) is PLAIN, called campaigns;
    /// Activities, by title (活动).
    Activity(Activity) is PLAIN, called activities;
}

impl SearchKind {
    pub(super) fn person(self) -> bool {
        self.nature().person
    }

    pub(super) fn several(self) -> bool {
        self.nature().several
    }

    /// In no community?
    pub(super) fn directory(self) -> bool {
        self.nature().directory
    }

    pub(super) fn read(prefix: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.prefix() == prefix)
    }
}

/// A part of the viewer's reach: entries of one community, or of all, and what else must hold of their records.
pub(super) struct Place {
    pub community: Option<Uuid>,
    pub condition: Condition,
}

fn places<T: Listed>(nature: &Nature, reading: &Reading<'_>, community: Option<(&ID, Uuid)>) -> Result<Vec<Place>>
where
    Row<T>: Send + Sync,
{
    // `communityId` means what it means in the filter of the kind's list.
    let filter = community.map(|(id, _)| {
        let field = IndexMap::from([(Name::new("communityId"), Value::String(id.to_string()))]);
        T::Filter::parse(Some(Value::Object(field)))
            .map_err(|_| crate::error::Error::internal("a filter without `communityId`"))
    });
    let filter = filter.transpose()?;
    let asking = Asking::new(reading.viewer, reading.app, T::RESOURCE, filter.as_ref())?;
    if let Some((class, field)) = nature.class {
        asking.require(class, field)?;
    }
    let narrowed = filter.as_ref().map(|filter| filter.condition(&asking)).transpose()?;
    let mut places = Vec::new();
    for held in &reading.viewer.reach(T::RESOURCE, Action::Read).0 {
        let elsewhere = |wanted: Uuid| held.community.is_some_and(|own| own != wanted);
        if community.is_some_and(|(_, wanted)| elsewhere(wanted)) {
            continue;
        }
        let within = held.community.or(community.map(|(_, wanted)| wanted)).filter(|_| !nature.directory);
        // Whoever sees all of a community, or everything, sees every entry there: no need to look at each record.
        let whole = !nature.directory
            && matches!(held.scope, Scope::All | Scope::Community)
            && (within.is_some() || held.scope == Scope::All);
        let condition = match whole {
            true => Condition::all(),
            false => Condition::all().add(seen::<T>(T::scope(held), narrowed.clone())),
        };
        places.push(Place { community: within, condition });
    }
    Ok(places)
}

/// Is the entry's record one of these? As a scalar, which the engines look up entry by entry: given the choice, they would read the whole table first.
fn seen<T: Listed>(scope: Condition, narrowed: Option<Condition>) -> Expr
where
    Row<T>: Send + Sync,
{
    let records = record_of_entry::<T>().filter(scope).filter(narrowed.unwrap_or_else(Condition::all));
    Expr::from(SubQueryStatement::from(records.into_query())).eq(1)
}

fn record_of_entry<T: Listed>() -> Select<T::Table>
where
    Row<T>: Send + Sync,
{
    let this = Expr::col(T::id_column().as_column_ref()).equals(search_entry::Column::SubjectId.as_column_ref());
    T::listed(T::Table::find()).select_only().expr(Expr::val(1)).filter(this)
}

/// Narrows a statement to some records, in the order of their ids.
fn of<E: EntityTrait>(select: Select<E>, id: E::Column, among: Among, conn: &impl ConnectionTrait) -> Select<E> {
    match among {
        Among::One(subject) => select.filter(id.eq(subject)),
        Among::After(last, most) => {
            let select = select.filter(id.gt(last)).order_by_asc(id).limit(most);
            match conn.get_database_backend() {
                sea_orm::DbBackend::Postgres => select.lock(LockType::NoKeyUpdate),
                _ => select,
            }
        }
    }
}

/// A duplicate that was merged is found by its survivor's name only.
async fn residents(conn: &impl ConnectionTrait, among: Among) -> Result<Vec<Named>, DbErr> {
    use resident::Column::{CommunityId, FullName, Id, MergedInto};
    let select =
        resident::Entity::find().select_only().columns([Id, CommunityId, FullName]).filter(MergedInto.is_null());
    let rows = of(select, Id, among, conn).into_tuple::<(Uuid, Uuid, String)>().all(conn).await?;
    Ok(rows.into_iter().map(|(id, community, name)| in_community(id, community, SearchField::Name, name)).collect())
}

/// Declares how records are read that have one text each, and belong to a community.
macro_rules! called {
    ($($texts:ident: $table:ident by $column:ident as $field:ident;)+) => {
        $(async fn $texts(conn: &impl ConnectionTrait, among: Among) -> Result<Vec<Named>, DbErr> {
            use $table::Column::{CommunityId, Id, $column};
            let select = $table::Entity::find().select_only().columns([Id, CommunityId, $column]);
            let rows = of(select, Id, among, conn).into_tuple::<(Uuid, Uuid, String)>().all(conn).await?;
            Ok(rows.into_iter().map(|(id, community, text)| in_community(id, community, SearchField::$field, text)).collect())
        })+
    };
}

called! {
    projects: project by Title as Title;
    volunteers: volunteer by FullName as Name;
    teams: team by Name as Name;
    campaigns: campaign by Title as Title;
    activities: activity by Title as Title;
}

async fn partner_units(conn: &impl ConnectionTrait, among: Among) -> Result<Vec<Named>, DbErr> {
    use partner_unit::Column::{Id, Name};
    use partner_unit_alias::Column::{Alias, PartnerUnitId};
    let select = partner_unit::Entity::find().select_only().columns([Id, Name]);
    let units = of(select, Id, among, conn).into_tuple::<(Uuid, String)>().all(conn).await?;
    let aliases = partner_unit_alias::Entity::find()
        .select_only()
        .columns([PartnerUnitId, Alias])
        .filter(PartnerUnitId.is_in(units.iter().map(|(id, _)| *id)))
        .into_tuple::<(Uuid, String)>()
        .all(conn)
        .await?;
    let named = |field| move |(subject, text)| Named { subject, community: None, field, text };
    let names = units.into_iter().map(named(SearchField::Name));
    Ok(names.chain(aliases.into_iter().map(named(SearchField::Alias))).collect())
}

fn in_community(subject: Uuid, community: Uuid, field: SearchField, text: String) -> Named {
    Named { subject, community: Some(community), field, text }
}

//! `resident`, `residents`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{building, circumstance, resident};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, sea_query::ExprTrait,
};

use super::{
    circumstance::{Circumstance, CircumstanceFilter},
    object::{IdDocumentKind, LifeStatus, Resident},
    rules,
};
use crate::{
    access::Class,
    enum_filter,
    error::{Error, Result},
    orders,
    privacy::Column,
    relay::{
        Listed,
        filter::{Asking, DateRange, Filter, TextFilter, combine, reference},
    },
    roots, say,
    search::{self, SearchKind},
};

enum_filter!(LifeStatusFilter, LifeStatus, entity::resident::LifeStatus, "居住状态");

/// An identity document to look a resident up by; it must be given whole (证件查询).
#[derive(InputObject, Clone, Debug)]
pub struct IdDocumentIs {
    /// What kind it is (类型).
    pub kind: IdDocumentKind,
    /// The whole number (号码).
    pub number: String,
}

/// Which residents are wanted; all parts given must hold (居民筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct ResidentFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// Members of this household now (户).
    pub household_id: Option<ID>,
    /// Living in this building now (楼栋).
    pub building_id: Option<ID>,
    /// Living in this grid now (网格).
    pub grid_id: Option<ID>,
    /// By name (姓名).
    pub name: Option<TextFilter>,
    /// Whose name is found by this text, as `search` finds it: any script, pinyin, initials (检索).
    pub search: Option<String>,
    /// With a circumstance of this kind today (困难/身份类别).
    pub circumstance: Option<CircumstanceFilter>,
    /// By where their life stands (居住状态).
    pub life_status: Option<LifeStatusFilter>,
    /// Born in this span (出生日期).
    pub birth_date: Option<DateRange>,
    /// With exactly this telephone number (电话).
    pub phone: Option<String>,
    /// With exactly this identity document (证件).
    pub id_document: Option<IdDocumentIs>,
    /// All of these (且).
    pub and: Option<Vec<ResidentFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<ResidentFilter>>,
    /// Not this (非).
    pub not: Option<Box<ResidentFilter>>,
}

impl Filter for ResidentFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(resident::Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::households::Household>(
                resident::Column::HouseholdId,
                "householdId",
                &self.household_id,
            )?)
            .add_option(asking.reference::<crate::communities::Building>(
                resident::Column::BuildingId,
                "buildingId",
                &self.building_id,
            )?);
        if let Some(grid) =
            asking.reference::<crate::communities::Grid>(building::Column::GridId, "gridId", &self.grid_id)?
        {
            let buildings = building::Entity::find().select_only().column(building::Column::Id).filter(grid);
            own = own.add(resident::Column::BuildingId.in_subquery(buildings.into_query()));
        }
        if let Some(name) = &self.name {
            asking.require(Class::Personal, "name")?;
            own = own.add(name.condition(resident::Column::FullName)?);
        }
        if let Some(text) = &self.search {
            asking.require(Class::Personal, "search")?;
            own = own.add(search::found_by(asking, SearchKind::Resident, resident::Column::Id, text)?);
        }
        if let Some(circumstance) = &self.circumstance {
            asking.require(Class::Sensitive, "circumstance")?;
            let today = asking.today();
            let having = circumstance::Entity::find()
                .select_only()
                .column(circumstance::Column::ResidentId)
                .filter(asking.seen::<Circumstance>())
                .filter(circumstance.condition(circumstance::Column::Kind))
                .filter(circumstance::Column::StartedOn.lte(today))
                .filter(circumstance::Column::EndedOn.is_null().or(circumstance::Column::EndedOn.gte(today)));
            own = own.add(resident::Column::Id.in_subquery(having.into_query()));
        }
        if let Some(status) = &self.life_status {
            own = own.add(status.condition(resident::Column::LifeStatus));
        }
        if let Some(born) = &self.birth_date {
            asking.require(Class::Personal, "birthDate")?;
            own = own.add(born.condition(resident::Column::BirthDate));
        }
        if let Some(phone) = &self.phone {
            asking.require(Class::Sealed, "phone")?;
            let phone = rules::phone(phone).map_err(|(_, message)| {
                let (en, zh) = (message.en, message.zh);
                Error::bad_input(say!("filter.phone: {en}", "filter.phone：{zh}"))
            })?;
            own = own.add(resident::Column::PhoneIndex.is_in(asking.keys.indexes(Column::ResidentPhone, &phone)));
        }
        if let Some(document) = &self.id_document {
            asking.require(Class::Sealed, "idDocument")?;
            let number = rules::id_document(document.kind.into(), &document.number).map_err(|(_, message)| {
                let (en, zh) = (message.en, message.zh);
                Error::bad_input(say!("filter.idDocument.number: {en}", "filter.idDocument.number：{zh}"))
            })?;
            own = own
                .add(resident::Column::IdDocumentKind.eq(entity::resident::IdDocumentKind::from(document.kind)))
                .add(
                    resident::Column::IdDocumentIndex
                        .is_in(asking.keys.indexes(Column::ResidentIdDocument, &number.number)),
                );
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What residents are ordered by; ties are settled by id (居民排序).
    pub enum ResidentOrder of resident {
        /// By name, code point by code point (姓名升序).
        NameAsc => FullName asc,
        /// By name, backwards (姓名降序).
        NameDesc => FullName desc,
        /// Eldest first, unknown birth dates last (出生日期升序).
        BirthDateAsc => BirthDate asc,
        /// Youngest first, unknown birth dates first (出生日期降序).
        BirthDateDesc => BirthDate desc,
        /// Longest on file first (登记时间升序).
        RegisteredAtAsc => RegisteredAt asc,
        /// Newest on file first (登记时间降序).
        RegisteredAtDesc => RegisteredAt desc,
    }
}

impl Listed for Resident {
    type Filter = ResidentFilter;
    type Order = ResidentOrder;

    /// A duplicate that was merged into its survivor is found by its id only.
    fn listed(select: Select<resident::Entity>) -> Select<resident::Entity> {
        select.filter(resident::Column::MergedInto.is_null())
    }

    fn order_class(order: ResidentOrder) -> Option<(Class, &'static str)> {
        match order {
            ResidentOrder::NameAsc | ResidentOrder::NameDesc => Some((Class::Personal, "name")),
            ResidentOrder::BirthDateAsc | ResidentOrder::BirthDateDesc => Some((Class::Personal, "birthDate")),
            ResidentOrder::RegisteredAtAsc | ResidentOrder::RegisteredAtDesc => None,
        }
    }
}

roots! {
    ResidentQueries;
    /// One resident; null if there is none or it is not within your reach (居民).
    resident,
    /// Residents within your reach, in the order of registration unless you say otherwise (居民列表).
    residents: Resident;
}

//! `household`, `households`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{building, household};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::object::Household;
use crate::{
    access::Class,
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, Filter, TextFilter, combine, reference},
    },
    roots,
};

/// Which households are wanted; all parts given must hold (户筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct HouseholdFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// In this building (楼栋).
    pub building_id: Option<ID>,
    /// In this grid (网格).
    pub grid_id: Option<ID>,
    /// By room (室).
    pub room: Option<TextFilter>,
    /// All of these (且).
    pub and: Option<Vec<HouseholdFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<HouseholdFilter>>,
    /// Not this (非).
    pub not: Option<Box<HouseholdFilter>>,
}

impl Filter for HouseholdFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        let mut own = Condition::all()
            .add_option(reference(household::Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::communities::Building>(
                household::Column::BuildingId,
                "buildingId",
                &self.building_id,
            )?);
        if let Some(grid) =
            asking.reference::<crate::communities::Grid>(building::Column::GridId, "gridId", &self.grid_id)?
        {
            let buildings = building::Entity::find().select_only().column(building::Column::Id).filter(grid);
            own = own.add(household::Column::BuildingId.in_subquery(buildings.into_query()));
        }
        if let Some(room) = &self.room {
            asking.require(Class::Personal, "room")?;
            own = own.add(room.condition(household::Column::Room)?);
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What households are ordered by; ties are settled by id (户排序).
    pub enum HouseholdOrder of household {
        /// By room (室升序).
        RoomAsc => Room asc,
        /// By room, backwards (室降序).
        RoomDesc => Room desc,
        /// Longest on file first (登记时间升序).
        RegisteredAtAsc => RegisteredAt asc,
        /// Newest on file first (登记时间降序).
        RegisteredAtDesc => RegisteredAt desc,
    }
}

impl Listed for Household {
    type Filter = HouseholdFilter;
    type Order = HouseholdOrder;

    fn order_class(order: HouseholdOrder) -> Option<(Class, &'static str)> {
        match order {
            HouseholdOrder::RoomAsc | HouseholdOrder::RoomDesc => Some((Class::Personal, "room")),
            HouseholdOrder::RegisteredAtAsc | HouseholdOrder::RegisteredAtDesc => None,
        }
    }
}

roots! {
    HouseholdQueries;
    /// One household; null if there is none or it is not within your reach (户).
    household,
    /// Households within your reach (户列表).
    households: Household;
}

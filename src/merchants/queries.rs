//! `merchant`, `merchants`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{
    alliance_membership, building,
    merchant::{self, Column},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::object::{Merchant, TradeFilter};
use crate::{
    access::Class,
    communities::{Building, Grid},
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, Filter, TextFilter, combine, holding_on, reference},
    },
    residents::Resident,
    roots,
    scalars::Date,
};

/// Which merchants are wanted; all parts given must hold (商户筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct MerchantFilter {
    /// In this community (社区).
    pub community_id: Option<ID>,
    /// In this building (楼栋).
    pub building_id: Option<ID>,
    /// In the buildings of this grid (网格).
    pub grid_id: Option<ID>,
    /// Of this owner (经营者).
    pub owner_id: Option<ID>,
    /// By name (名称).
    pub name: Option<TextFilter>,
    /// By trade (类别).
    pub trade: Option<TradeFilter>,
    /// In the alliance on this day (联盟成员日期).
    pub member_on: Option<Date>,
    /// Closed or not (是否停业).
    pub closed: Option<bool>,
    /// All of these (且).
    pub and: Option<Vec<MerchantFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<MerchantFilter>>,
    /// Not this (非).
    pub not: Option<Box<MerchantFilter>>,
}

impl Filter for MerchantFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use alliance_membership::Column as Member;
        // Whose shop it is would be told by which filter finds it.
        if self.owner_id.is_some() {
            asking.require(Class::Personal, "ownerId")?;
        }
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<Building>(Column::BuildingId, "buildingId", &self.building_id)?)
            .add_option(asking.reference::<Resident>(Column::OwnerId, "ownerId", &self.owner_id)?);
        if let Some(within) = asking.reference::<Grid>(building::Column::GridId, "gridId", &self.grid_id)? {
            let select = building::Entity::find().select_only().column(building::Column::Id).filter(within);
            own = own.add(Column::BuildingId.in_subquery(select.into_query()));
        }
        if let Some(name) = &self.name {
            own = own.add(name.condition(Column::Name)?);
        }
        if let Some(trade) = &self.trade {
            own = own.add(trade.condition(Column::Trade));
        }
        if let Some(day) = self.member_on {
            let members = alliance_membership::Entity::find()
                .select_only()
                .column(Member::MerchantId)
                .filter(holding_on(Member::StartedOn, Member::EndedOn, day.0));
            own = own.add(Column::Id.in_subquery(members.into_query()));
        }
        if let Some(closed) = self.closed {
            own = own.add(if closed { Column::ClosedOn.is_not_null() } else { Column::ClosedOn.is_null() });
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What merchants are ordered by; ties are settled by id (商户排序).
    pub enum MerchantOrder of merchant {
        /// By name, code point by code point (名称升序).
        NameAsc => Name asc,
        /// By name, backwards (名称降序).
        NameDesc => Name desc,
        /// Longest on file first (登记时间升序).
        RegisteredAtAsc => RegisteredAt asc,
        /// Latest on file first (登记时间降序).
        RegisteredAtDesc => RegisteredAt desc,
    }
}

impl Listed for Merchant {
    type Filter = MerchantFilter;
    type Order = MerchantOrder;
}

roots! {
    MerchantQueries;
    /// One merchant; null if there is none or it is not within your reach (九小商户).
    merchant,
    /// Merchants within your reach, in the order of registration unless you say otherwise (九小商户列表).
    merchants: Merchant;
}

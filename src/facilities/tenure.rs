//! The terms on which assets are here, and what their lists are filtered and ordered by.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use chrono::NaiveDate;
use entity::{asset, asset_tenure};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, sea_query::ExprTrait,
};

use super::{Asset, edges, scope};
use crate::{
    access::Resource,
    enum_filter,
    error::Result,
    object, orders,
    partners::PartnerUnit,
    relay::{
        Listed,
        filter::{Asking, Filter, combine, reference},
        id,
    },
    scalars::Date,
};

object! {
    AssetTenure("asset_tenure") of asset_tenure as Resource::Asset;
    community = |row| Some(row.community_id);
    scope = scope::of_tenures;
    edges = edges::of_tenure;
}

/// On what terms an asset is here (权属).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::asset_tenure::Tenure")]
pub enum Tenure {
    /// The community bought it (自有).
    Owned,
    /// A partner unit lends it and gets it back (借用).
    Lent,
    /// A partner unit gave it for good (移交).
    Transferred,
}

enum_filter!(TenureFilter, Tenure, entity::asset_tenure::Tenure, "权属");

/// The terms on which an asset is here for a time (权属记录).
#[Object]
impl AssetTenure {
    /// Id of the tenure (编号).
    pub async fn id(&self) -> ID {
        id::encode("asset_tenure", self.0.id).into()
    }

    /// The asset (资产).
    async fn asset(&self, ctx: &Context<'_>) -> Result<Option<Asset>> {
        self.0.edge(ctx)
    }

    /// The terms (权属).
    async fn tenure(&self) -> Tenure {
        self.0.tenure.into()
    }

    /// Who lends it or gave it; null exactly where the community bought it (出借或移交单位).
    async fn partner_unit(&self, ctx: &Context<'_>) -> Result<Option<PartnerUnit>> {
        self.0.edge(ctx)
    }

    /// The first day (起始日).
    async fn started_on(&self) -> Date {
        Date(self.0.started_on)
    }

    /// The last day; null while it lasts (终止日).
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// A remark (备注).
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// Which tenures are wanted; all parts given must hold (权属筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct AssetTenureFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// Of this asset (资产).
    pub asset_id: Option<ID>,
    /// Lent or given by this unit (出借或移交单位).
    pub partner_unit_id: Option<ID>,
    /// By the terms (权属).
    pub tenure: Option<TenureFilter>,
    /// Those that hold today, or those that do not (是否有效).
    pub current: Option<bool>,
    /// All of these (且).
    pub and: Option<Vec<AssetTenureFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<AssetTenureFilter>>,
    /// Not this (非).
    pub not: Option<Box<AssetTenureFilter>>,
}

impl Filter for AssetTenureFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use asset_tenure::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::facilities::Asset>(Column::AssetId, "assetId", &self.asset_id)?)
            .add_option(asking.reference::<crate::partners::PartnerUnit>(
                Column::PartnerUnitId,
                "partnerUnitId",
                &self.partner_unit_id,
            )?);
        if let Some(tenure) = &self.tenure {
            own = own.add(tenure.condition(Column::Tenure));
        }
        if let Some(current) = self.current {
            let holds = holding_on(asking.today());
            own = own.add(if current { holds } else { holds.not() });
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

pub(super) fn holding_on(day: NaiveDate) -> Condition {
    Condition::all()
        .add(asset_tenure::Column::StartedOn.lte(day))
        .add(asset_tenure::Column::EndedOn.is_null().or(asset_tenure::Column::EndedOn.gte(day)))
}

orders! {
    /// What tenures are ordered by; ties are settled by id (权属排序).
    pub enum AssetTenureOrder of asset_tenure {
        /// Earliest first (起始日升序).
        StartedOnAsc => StartedOn asc,
        /// Latest first (起始日降序).
        StartedOnDesc => StartedOn desc,
    }
}

impl Listed for AssetTenure {
    type Filter = AssetTenureFilter;
    type Order = AssetTenureOrder;

    /// Without those of assets that are on file by mistake.
    fn listed(select: Select<asset_tenure::Entity>) -> Select<asset_tenure::Entity> {
        let assets = asset::Entity::find()
            .select_only()
            .column(asset::Column::Id)
            .filter(asset::Column::VoidedAt.is_null())
            .into_query();
        select.filter(asset_tenure::Column::AssetId.in_subquery(assets))
    }
}

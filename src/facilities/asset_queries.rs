//! `asset`, `assets`, and what their lists are filtered and ordered by.

use async_graphql::{ID, InputObject};
use entity::{asset, asset_tenure};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select};

use super::{
    asset::{Asset, AssetKindFilter},
    tenure::{AssetTenure, TenureFilter, holding_on},
};
use crate::{
    access::policy::Action,
    error::Result,
    orders,
    relay::{
        Listed,
        filter::{Asking, Filter, TextFilter, combine, reference},
        reading::scope_of,
    },
    roots,
};

/// Which assets are wanted; all parts given must hold (资产筛选).
#[derive(InputObject, Clone, Debug, Default)]
pub struct AssetFilter {
    /// Of this community (社区).
    pub community_id: Option<ID>,
    /// Standing in this facility (所在设施).
    pub facility_id: Option<ID>,
    /// That came with this contribution (资源投入).
    pub contribution_id: Option<ID>,
    /// By name (名称).
    pub name: Option<TextFilter>,
    /// By inventory number or number plate (资产编号, 车牌号).
    pub tag: Option<TextFilter>,
    /// By kind (资产类型).
    pub kind: Option<AssetKindFilter>,
    /// Here on these terms today (现权属).
    pub tenure: Option<TenureFilter>,
    /// Lent or given by this unit, on terms that hold today (现出借或移交单位).
    pub partner_unit_id: Option<ID>,
    /// All of these (且).
    pub and: Option<Vec<AssetFilter>>,
    /// At least one of these (或).
    pub or: Option<Vec<AssetFilter>>,
    /// Not this (非).
    pub not: Option<Box<AssetFilter>>,
}

impl Filter for AssetFilter {
    fn community(&self) -> Option<&ID> {
        self.community_id.as_ref()
    }

    fn condition(&self, asking: &Asking<'_>) -> Result<Condition> {
        use asset::Column;
        let mut own = Condition::all()
            .add_option(reference(Column::CommunityId, "communityId", "community", &self.community_id)?)
            .add_option(asking.reference::<crate::facilities::Facility>(
                Column::FacilityId,
                "facilityId",
                &self.facility_id,
            )?)
            .add_option(asking.reference::<crate::contributions::Contribution>(
                Column::ContributionId,
                "contributionId",
                &self.contribution_id,
            )?);
        if let Some(name) = &self.name {
            own = own.add(name.condition(Column::Name)?);
        }
        if let Some(tag) = &self.tag {
            own = own.add(tag.condition(Column::Tag)?);
        }
        if let Some(kind) = &self.kind {
            own = own.add(kind.condition(Column::Kind));
        }
        let by = asking.reference::<crate::partners::PartnerUnit>(
            asset_tenure::Column::PartnerUnitId,
            "partnerUnitId",
            &self.partner_unit_id,
        )?;
        if self.tenure.is_some() || by.is_some() {
            let terms = self.tenure.as_ref().map(|tenure| tenure.condition(asset_tenure::Column::Tenure));
            let here = asset_tenure::Entity::find()
                .select_only()
                .column(asset_tenure::Column::AssetId)
                .filter(scope_of::<AssetTenure>(asking.viewer, Action::Read))
                .filter(holding_on(asking.today()))
                .filter(Condition::all().add_option(terms).add_option(by));
            own = own.add(Column::Id.in_subquery(here.into_query()));
        }
        combine(own, &self.and, &self.or, self.not.as_deref(), asking)
    }
}

orders! {
    /// What assets are ordered by; ties are settled by id (资产排序).
    pub enum AssetOrder of asset {
        /// By name, code point by code point (名称升序).
        NameAsc => Name asc,
        /// By name, backwards (名称降序).
        NameDesc => Name desc,
        /// Longest on file first (登记时间升序).
        RecordedAtAsc => RecordedAt asc,
        /// Newest on file first (登记时间降序).
        RecordedAtDesc => RecordedAt desc,
    }
}

impl Listed for Asset {
    type Filter = AssetFilter;
    type Order = AssetOrder;

    fn listed(select: Select<asset::Entity>) -> Select<asset::Entity> {
        select.filter(asset::Column::VoidedAt.is_null())
    }
}

roots! {
    AssetQueries;
    /// One asset; null if there is none or it is not within your reach (资产).
    asset,
    /// Assets within your reach, in the order of registration unless you say otherwise (资产列表).
    assets: Asset;
    /// The terms of one asset for a time; null if there are none or they are not within your reach (权属记录).
    asset_tenure,
    /// The terms on which assets are and were here, within your reach (权属记录列表).
    asset_tenures: AssetTenure;
}

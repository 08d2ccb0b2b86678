//! How the edges of facilities and assets are loaded, and the edges that lead to them.

use entity::{asset, asset_tenure, facility};
use sea_orm::QueryOrder;

use super::{Asset, AssetTenure, Facility};
use crate::{
    activities,
    communities::{Building, Community},
    contributions::Contribution,
    partners::PartnerUnit,
    projects::Project,
    relay::Edge,
};

pub fn of_facility(field: &str) -> Option<Edge<Facility>> {
    Some(match field {
        "community" => Edge::<Facility>::one::<Community>(|row| Some(row.community_id)),
        "building" => Edge::<Facility>::one::<Building>(|row| row.building_id),
        "project" => Edge::<Facility>::one::<Project>(|row| row.project_id),
        "sessions" => activities::edges::of_facilities(),
        "assets" => Edge::many::<Asset>(asset::Column::FacilityId),
        _ => return None,
    })
}

pub fn of_asset(field: &str) -> Option<Edge<Asset>> {
    Some(match field {
        "community" => Edge::<Asset>::one::<Community>(|row| Some(row.community_id)),
        "facility" => Edge::<Asset>::one::<Facility>(|row| row.facility_id),
        "contribution" => Edge::<Asset>::one::<Contribution>(|row| row.contribution_id),
        "tenures" => Edge::<Asset>::all::<AssetTenure>(
            asset_tenure::Column::AssetId,
            |row| Some(row.asset_id),
            |select, _| {
                Ok(select.order_by_desc(asset_tenure::Column::StartedOn).order_by_desc(asset_tenure::Column::Id))
            },
        ),
        _ => return None,
    })
}

pub fn of_tenure(field: &str) -> Option<Edge<AssetTenure>> {
    Some(match field {
        "asset" => Edge::<AssetTenure>::one::<Asset>(|row| Some(row.asset_id)),
        "partnerUnit" => Edge::<AssetTenure>::one::<PartnerUnit>(|row| row.partner_unit_id),
        _ => return None,
    })
}

/// Facilities of communities: `Community.facilities`.
pub(crate) fn of_communities() -> Edge<Community> {
    Edge::many::<Facility>(facility::Column::CommunityId)
}

/// Assets of communities: `Community.assets`.
pub(crate) fn assets_of_communities() -> Edge<Community> {
    Edge::many::<Asset>(asset::Column::CommunityId)
}

/// Facilities in buildings: `Building.facilities`.
pub(crate) fn of_buildings() -> Edge<Building> {
    Edge::many::<Facility>(facility::Column::BuildingId)
}

/// What projects made: `Project.facilities`.
pub(crate) fn of_projects() -> Edge<Project> {
    Edge::many::<Facility>(facility::Column::ProjectId)
}

/// What came with contributions: `Contribution.assets`.
pub(crate) fn of_contributions() -> Edge<Contribution> {
    Edge::many::<Asset>(asset::Column::ContributionId)
}

/// What units lend and gave: `PartnerUnit.assetTenures`.
pub(crate) fn of_partner_units() -> Edge<PartnerUnit> {
    Edge::many::<AssetTenure>(asset_tenure::Column::PartnerUnitId)
}

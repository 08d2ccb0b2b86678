//! How the edges of places are loaded.

use entity::{building, community, grid};

use super::{Building, Community, Grid, SubDistrict};
use crate::{
    activities, contributions, facilities, households, partners, projects, relay::Edge, residents, sponsorships, staff,
    volunteers,
};

pub fn of_sub_district(field: &str) -> Option<Edge<SubDistrict>> {
    (field == "communities").then(|| Edge::many::<Community>(community::Column::SubDistrictId))
}

pub fn of_community(field: &str) -> Option<Edge<Community>> {
    Some(match field {
        "subDistrict" => Edge::<Community>::one::<SubDistrict>(|row| Some(row.sub_district_id)),
        "grids" => Edge::many::<Grid>(grid::Column::CommunityId),
        "buildings" => Edge::many::<Building>(building::Column::CommunityId),
        "pairings" => partners::edges::pairings_of_communities(),
        "projects" => projects::edges::of_communities(),
        "contributions" => contributions::edges::of_communities(),
        "sponsorships" => sponsorships::edges::of_communities(),
        "volunteers" => volunteers::edges::of_communities(),
        "teams" => volunteers::edges::teams_of_communities(),
        "staffMembers" => staff::edges::of_communities(),
        "facilities" => facilities::edges::of_communities(),
        "campaigns" => activities::edges::campaigns_of_communities(),
        "activities" => activities::edges::of_communities(),
        "assets" => facilities::edges::assets_of_communities(),
        _ => return None,
    })
}

pub fn of_grid(field: &str) -> Option<Edge<Grid>> {
    Some(match field {
        "community" => Edge::<Grid>::one::<Community>(|row| Some(row.community_id)),
        "buildings" => Edge::many::<Building>(building::Column::GridId),
        "mergedInto" => Edge::<Grid>::one::<Grid>(|row| row.merged_into),
        "postings" => staff::edges::postings_of_grids(),
        _ => return None,
    })
}

pub fn of_building(field: &str) -> Option<Edge<Building>> {
    Some(match field {
        "community" => Edge::<Building>::one::<Community>(|row| Some(row.community_id)),
        "grid" => Edge::<Building>::one::<Grid>(|row| row.grid_id),
        "households" => households::edges::of_buildings(),
        "residents" => residents::edges::of_buildings(),
        "facilities" => facilities::edges::of_buildings(),
        _ => return None,
    })
}

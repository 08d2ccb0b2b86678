//! A sub-district and its communities, grids and buildings.

use chrono::{DateTime, Utc};
use entity::{building, community, grid, sub_district};
use uuid::Uuid;

use super::{
    calendar::{day, moment},
    ids::Ids,
    rows::Rows,
};

/// When the places were set up: before anybody was put on file.
pub(super) fn founded() -> DateTime<Utc> {
    moment(day(2020, 2, 10), 9 * 60)
}

/// What a house of this place is like: its staircases have so many floors and doors a floor.
#[derive(Clone, Copy)]
pub(super) struct Houses {
    pub(super) floors: usize,
    pub(super) doors: usize,
    /// Households in a building.
    pub(super) households: usize,
}

/// Where the households of a community live.
pub(super) struct Place {
    pub(super) community_id: Uuid,
    pub(super) grids: Vec<Uuid>,
    pub(super) buildings: Vec<Uuid>,
    houses: Houses,
}

impl Place {
    /// The building, staircase and room of a household; neighbours have successive numbers.
    pub(super) fn door(&self, household: usize) -> (Uuid, String, String) {
        let Houses { floors, doors, households } = self.houses;
        let building = self.buildings[(household / households).min(self.buildings.len() - 1)];
        let within = household % households;
        let (unit, within) = (within / (floors * doors) + 1, within % (floors * doors));
        (building, format!("{unit}单元"), format!("{}{:02}", within / doors + 1, within % doors + 1))
    }
}

pub(super) fn sub_district(rows: &mut Rows, ids: &mut Ids, code: &str, name: &str) -> Uuid {
    let id = ids.next();
    rows.sub_districts.push(sub_district::Model {
        id,
        code: code.into(),
        name: name.into(),
        version: 1,
        created_at: founded(),
    });
    id
}

/// A community with room for so many households, in so many grids.
pub(super) fn community(
    rows: &mut Rows,
    ids: &mut Ids,
    (sub_district_id, code, name, street): (Uuid, &str, &str, &str),
    (households, grids): (usize, usize),
    houses: Houses,
) -> Place {
    let community_id = ids.next();
    rows.communities.push(community::Model {
        id: community_id,
        sub_district_id,
        code: code.into(),
        name: name.into(),
        time_zone: "Asia/Shanghai".into(),
        version: 1,
        created_at: founded(),
    });
    let buildings = households.div_ceil(houses.households).max(1);
    let grids: Vec<Uuid> = (1..=grids.min(buildings))
        .map(|number| {
            let id = ids.next();
            let name = format!("第{}网格", numeral(number));
            rows.grids.push(grid::Model {
                id,
                community_id,
                name,
                version: 1,
                created_at: founded(),
                closed_on: None,
                merged_into: None,
            });
            id
        })
        .collect();
    let buildings: Vec<Uuid> = (0..buildings)
        .map(|number| {
            let id = ids.next();
            rows.buildings.push(building::Model {
                id,
                community_id,
                grid_id: Some(grids[number * grids.len() / buildings]),
                name: format!("{}号楼", number + 1),
                address: Some(format!("{street}{}号", 2 * number + 1)),
                version: 1,
                created_at: founded(),
            });
            id
        })
        .collect();
    Place { community_id, grids, buildings, houses }
}

/// Small numbers as names spell them; others in digits.
fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    DIGITS.get(number - 1).map_or_else(|| number.to_string(), ToString::to_string)
}

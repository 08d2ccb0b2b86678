//! The rows of [`super::bulk`]: facilities and assets.

use entity::{
    asset::{self, AssetKind},
    asset_tenure::{self, Tenure},
    facility::{self, FacilityKind},
};
use sea_orm::Iterable;
use tongxin::context::App;

use super::{
    bulk::{Bulk, Size, at, day},
    bulk_rows::days,
};

const NAMES: [&str; 5] = ["低保慰问", "助听器", "楼顶", "Cash 100%", "cash"];

pub fn things(bulk: &mut Bulk, app: &App, size: Size) {
    let (new_id, community_id) = (|| app.clock.new_id(), bulk.community);
    for i in 0..size.projects {
        bulk.facilities.push(facility::Model {
            id: new_id(),
            community_id,
            kind: FacilityKind::iter().cycle().nth(i).unwrap(),
            // Unique among those in use only.
            name: if i % 3 == 0 { format!("{}{i}", NAMES[i % 5]) } else { NAMES[i % 5].into() },
            building_id: i.is_multiple_of(2).then(|| bulk.buildings[i % 4].id),
            project_id: (i % 3 != 1).then(|| bulk.projects[i / 2].id),
            place: (i % 2 == 1).then(|| "南侧".into()),
            started_on: days(i),
            ended_on: (i % 3 != 0)
                .then(|| day(2190, 1, 1))
                .map(|end| if i % 3 == 1 { end } else { days(i).max(day(2021, 1, 1)) }),
            ended_reason: (i % 3 != 0).then(|| "迁建".into()),
            voided_at: None,
            void_reason: None,
            version: 1,
            recorded_at: at(i / 3),
        });
    }
    for i in 0..size.projects * 3 {
        let asset = asset::Model {
            id: new_id(),
            community_id,
            kind: AssetKind::iter().cycle().nth(i).unwrap(),
            name: NAMES[i % 5].into(),
            tag: i.is_multiple_of(2).then(|| format!("助听-{i}")),
            facility_id: (i % 4 != 3).then(|| bulk.facilities[i / 4].id),
            contribution_id: i.is_multiple_of(3).then(|| bulk.contributions[i].id),
            note: None,
            voided_at: None,
            void_reason: None,
            version: 1,
            recorded_at: at(i / 4),
        };
        // Lent for a while, then given for good, then gone; each third is still there.
        let tenure = |tenure, from: usize, ended_on| asset_tenure::Model {
            id: new_id(),
            community_id,
            asset_id: asset.id,
            tenure,
            partner_unit_id: (tenure != Tenure::Owned).then(|| bulk.units[i % size.units.min(3)].id),
            started_on: days(from),
            ended_on,
            note: None,
        };
        let first = Tenure::iter().cycle().nth(i + 1).unwrap();
        let (early, late) = (i % 5, i % 5 + 1);
        let end = days(late).max(days(early));
        bulk.tenures.push(tenure(first, early, Some(end)));
        if i % 3 != 0 {
            bulk.tenures.push(tenure(Tenure::iter().cycle().nth(i / 3).unwrap(), late, None));
        }
        bulk.assets.push(asset);
    }
}

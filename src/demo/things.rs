//! What the community has (F1, F5–F7, F9): rooms, a pool and a public toilet that projects made, books, and two vehicles that a car maker lends.
//! How many televisions and cameras came is not on record, so there is no record a piece; see the contribution.

use chrono::NaiveDate;
use entity::{
    asset::{self, AssetKind},
    asset_tenure::{self, Tenure},
    facility::{self, FacilityKind},
};
use uuid::Uuid;

use super::{
    calendar::{day, moment},
    ids::Ids,
    partners::{CAR_MAKER, DEVELOPMENT_BUREAU, Units},
    rows::Rows,
};

/// After `facts.rs`, whose projects and contributions made and brought them.
pub(super) fn things(rows: &mut Rows, ids: &mut Ids, community: Uuid, units: &Units) {
    use FacilityKind::{ActivityRoom, CounsellingRoom, FireWaterPool, ParentsSchool, PublicToilet, ReadingRoom};
    let mut reading_room = None;
    for (kind, name, project, opened_on) in [
        (ActivityRoom, "党员活动室", "党员活动室建设", day(2020, 9, 28)),
        (CounsellingRoom, "心理咨询室", "心理咨询室", day(2021, 1, 15)),
        (ParentsSchool, "家长学堂", "家长学堂", day(2021, 5, 28)),
        (ReadingRoom, "社区书屋", "社区书屋", day(2021, 4, 23)),
        (FireWaterPool, "消防水池", "消防水池与公共厕所建设", day(2020, 12, 18)),
        (PublicToilet, "公共厕所", "消防水池与公共厕所建设", day(2021, 6, 30)),
    ] {
        let project = rows.projects.iter().find(|row| row.community_id == community && row.title == project);
        let project = project.map(|row| row.id);
        let id = facility(rows, ids, community, (kind, name, project, opened_on));
        if kind == ReadingRoom {
            reading_room = Some(id);
        }
    }
    for (name, tag) in [("办公车辆", "公务车 1"), ("办公车辆", "公务车 2")] {
        let lent = Thing { kind: AssetKind::Vehicle, name, tag, facility: None, contribution: Some("办公车辆") };
        asset(rows, ids, community, &lent, (Tenure::Lent, Some(units[CAR_MAKER]), day(2020, 9, 7)));
    }
    let name = "图书（450 册）";
    let books =
        Thing { kind: AssetKind::Books, name, tag: "图书 1", facility: reading_room, contribution: Some("图书") };
    asset(rows, ids, community, &books, (Tenure::Transferred, Some(units[DEVELOPMENT_BUREAU]), day(2021, 4, 16)));
}

pub(super) fn facility(
    rows: &mut Rows,
    ids: &mut Ids,
    community_id: Uuid,
    (kind, name, project_id, started_on): (FacilityKind, &str, Option<Uuid>, NaiveDate),
) -> Uuid {
    let id = ids.next();
    rows.facilities.push(facility::Model {
        id,
        community_id,
        kind,
        name: name.to_owned(),
        building_id: None,
        project_id,
        place: None,
        started_on,
        ended_on: None,
        ended_reason: None,
        voided_at: None,
        void_reason: None,
        version: 1,
        recorded_at: moment(started_on, 10 * 60),
    });
    id
}

pub(super) struct Thing<'a> {
    pub(super) kind: AssetKind,
    pub(super) name: &'a str,
    pub(super) tag: &'a str,
    /// Where it stands.
    pub(super) facility: Option<Uuid>,
    /// The title of the contribution that it came with.
    pub(super) contribution: Option<&'a str>,
}

/// On terms that still last.
pub(super) fn asset(
    rows: &mut Rows,
    ids: &mut Ids,
    community_id: Uuid,
    of: &Thing<'_>,
    (tenure, partner_unit_id, started_on): (Tenure, Option<Uuid>, NaiveDate),
) {
    let asset_id = ids.next();
    let came_with = |title: &str| {
        rows.contributions.iter().find(|row| row.community_id == community_id && row.title == title).map(|row| row.id)
    };
    rows.assets.push(asset::Model {
        id: asset_id,
        community_id,
        kind: of.kind,
        name: of.name.to_owned(),
        tag: Some(of.tag.to_owned()),
        facility_id: of.facility,
        contribution_id: of.contribution.and_then(came_with),
        note: None,
        voided_at: None,
        void_reason: None,
        version: 1,
        recorded_at: moment(started_on, 10 * 60),
    });
    let id = ids.next();
    let row = asset_tenure::Model {
        id,
        community_id,
        asset_id,
        tenure,
        partner_unit_id,
        started_on,
        ended_on: None,
        note: None,
    };
    rows.asset_tenures.push(row);
}

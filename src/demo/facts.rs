//! What one community really did from May 2020 to March 2022, as a newspaper reported it: who paid, built and gave what (F1, F5–F9, F12, F13,
//! F15). Reports find its figures in these records and nowhere else. Where the report says "more than" the record says AT_LEAST, where it says
//! "a batch" UNKNOWN. Days are made up within the two years; people always are.
//!
//! What the community has because of it is in `things.rs` (F1, F5–F7, F9), its volunteers in `volunteers.rs` (F3), what they and others did together in
//! `activities.rs` (F3, F4, F11, F16, F17), sponsorships in `sponsorships.rs` (F14), who works for it in `staff.rs` (F18), the small
//! businesses and their problems in `requests.rs` (F2). Not kept yet: what is announced to them (F2).

use entity::{
    figures::AidKind::{Cash, Goods, Loan, Places, Works},
    project::ProjectStatus::{Completed, UnderWay},
    project_participation_role::ParticipationRole::{Coordinator, Funder, Supplier},
};
use uuid::Uuid;

use super::{
    calendar::day,
    ids::Ids,
    partners::{
        BANK, CAR_MAKER, CHARITY, COLLECTIVE, DEVELOPMENT_BUREAU, DISABLED_FEDERATION, LIBRARY, RAILWAY_BUILDERS,
        SUB_DISTRICT_OFFICE, TELECOM, UNNAMED, Units,
    },
    projects::{Given, Project, contribution, project},
    rows::Rows,
    staff::Staff,
};
use crate::figures::Figure;

/// Fen of a yuan, and thousandths of a unit.
pub(super) const YUAN: i64 = 100;
pub(super) const UNIT: i64 = 1000;

/// What aid is given out of, and the projects that it belongs to.
pub(super) struct Sources {
    pub(super) insurance: (Uuid, Uuid),
    pub(super) devices: (Uuid, Uuid),
    pub(super) parcels: (Uuid, Uuid),
}

pub(super) fn facts(rows: &mut Rows, ids: &mut Ids, community: Uuid, units: &Units, staff: &Staff) -> Sources {
    rooms(rows, ids, community, units, staff);
    works_and_goods(rows, ids, community, units, staff);
    for_residents(rows, ids, community, units, staff)
}

/// F5–F8: rooms, walls and cameras.
fn rooms(rows: &mut Rows, ids: &mut Ids, community: Uuid, units: &Units, staff: &Staff) {
    let (secretary, worker) = (Some(staff.secretary), Some(staff.worker));
    let activity_room = project(
        rows,
        ids,
        community,
        Project {
            title: "党员活动室建设",
            description: "改造党员活动室，由辛安经合社独家出资。",
            status: Completed,
            budget: Figure::at_least(30_000 * YUAN),
            responsible: secretary,
            term: (day(2020, 6, 15), Some(day(2020, 9, 28))),
            partners: &[(units[COLLECTIVE], &[Funder], Some(30_000 * YUAN))],
            milestones: &[("签订共建协议", day(2020, 6, 20)), ("活动室启用", day(2020, 9, 28))],
        },
    );
    contribution(
        rows,
        ids,
        community,
        cash("党员活动室建设资金", 30_000, (2020, 6, 22), &[units[COLLECTIVE]], activity_room),
    );

    // F6: no money is on record for these.
    for (title, description, term) in [
        ("办公环境改造与文化墙", "粉刷办公场所，制作墙面展板。", (day(2020, 7, 6), day(2020, 10, 23))),
        ("心理咨询室", "设立心理咨询室，供居民预约使用。", (day(2020, 10, 12), day(2021, 1, 15))),
        ("家长学堂", "设立家长学堂。", (day(2021, 3, 8), day(2021, 5, 28))),
    ] {
        project(
            rows,
            ids,
            community,
            Project {
                title,
                description,
                status: Completed,
                budget: Figure::UNKNOWN,
                responsible: worker,
                term: (term.0, Some(term.1)),
                partners: &[(units[SUB_DISTRICT_OFFICE], &[Coordinator], None)],
                milestones: &[("建成启用", term.1)],
            },
        );
    }

    // F7: three gave, and nobody wrote down who gave how much. So there are no shares, never thirds.
    let funders = [units[RAILWAY_BUILDERS], units[BANK], units[LIBRARY]];
    let reading_room = project(
        rows,
        ids,
        community,
        Project {
            title: "社区书屋",
            description: "与中铁建工、渤海银行、区图书馆共同筹资建设，各方出资比例未载。",
            status: Completed,
            budget: Figure::at_least(50_000 * YUAN),
            responsible: secretary,
            term: (day(2020, 11, 2), Some(day(2021, 4, 23))),
            partners: &funders.map(|unit| (unit, &[Funder][..], None)),
            milestones: &[
                ("签订共建协议", day(2020, 11, 10)),
                ("书架到位", day(2021, 3, 12)),
                ("世界读书日开放", day(2021, 4, 23)),
            ],
        },
    );
    contribution(rows, ids, community, cash("社区书屋共建资金", 50_000, (2020, 12, 4), &funders, reading_room));

    let digital = project(
        rows,
        ids,
        community,
        Project {
            title: "数字乡村与安防设备",
            description: "中国移动出资建设数字乡村平台与安防设备。",
            status: Completed,
            budget: Figure::at_least(100_000 * YUAN),
            responsible: secretary,
            term: (day(2021, 5, 10), Some(day(2021, 11, 19))),
            partners: &[(units[TELECOM], &[Funder], Some(100_000 * YUAN))],
            milestones: &[("设备安装", day(2021, 8, 31)), ("平台上线", day(2021, 11, 19))],
        },
    );
    contribution(
        rows,
        ids,
        community,
        cash("数字乡村与安防设备资金", 100_000, (2021, 5, 20), &[units[TELECOM]], digital),
    );
}

fn cash<'a>(title: &'a str, at_least: i64, (y, m, d): (i32, u32, u32), by: &'a [Uuid], project: Uuid) -> Given<'a> {
    let value = Figure::at_least(at_least * YUAN);
    let project_id = Some(project);
    Given { kind: Cash, title, unit: "yuan", quantity: Figure::UNKNOWN, value, on: day(y, m, d), by, project_id }
}

/// F9 and F1: what was built, handed over and lent.
fn works_and_goods(rows: &mut Rows, ids: &mut Ids, community: Uuid, units: &Units, staff: &Staff) {
    let bureau = [units[DEVELOPMENT_BUREAU]];
    let works = project(
        rows,
        ids,
        community,
        Project {
            title: "消防水池与公共厕所建设",
            description: "派出单位区发展和改革局援建。",
            status: Completed,
            budget: Figure::UNKNOWN,
            responsible: Some(staff.secretary),
            term: (day(2020, 8, 17), Some(day(2021, 6, 30))),
            partners: &[(bureau[0], &[Funder], None)],
            milestones: &[("消防水池完工", day(2020, 12, 18)), ("公共厕所完工", day(2021, 6, 30))],
        },
    );
    let unknown = Figure::UNKNOWN;
    for (kind, title, unit, quantity, value, on, project_id) in [
        (Works, "消防水池", "piece", Figure::exact(UNIT), unknown, day(2020, 12, 18), Some(works)),
        (Works, "公共厕所", "piece", Figure::exact(UNIT), unknown, day(2021, 6, 30), Some(works)),
        (Goods, "图书", "volume", Figure::exact(450 * UNIT), unknown, day(2021, 4, 16), None),
        (Goods, "防疫物资（一批）", "item", unknown, unknown, day(2021, 1, 25), None),
        (Goods, "电视机与监控摄像头", "item", unknown, Figure::at_least(10_000 * YUAN), day(2021, 9, 13), None),
    ] {
        contribution(rows, ids, community, Given { kind, title, unit, quantity, value, on, by: &bureau, project_id });
    }
    // Free of charge; that they changed hands for good is not said. So they are lent, and no aid ever takes from them.
    contribution(
        rows,
        ids,
        community,
        Given {
            kind: Loan,
            title: "办公车辆",
            unit: "vehicle",
            quantity: Figure::exact(2 * UNIT),
            value: unknown,
            on: day(2020, 9, 7),
            by: &[units[CAR_MAKER]],
            project_id: None,
        },
    );
}

/// F12, F13 and F15: what residents receive.
fn for_residents(rows: &mut Rows, ids: &mut Ids, community: Uuid, units: &Units, staff: &Staff) -> Sources {
    let mut give = |title, description, status, term, unit: &str, given: Given<'_>| {
        let project_id = project(
            rows,
            ids,
            community,
            Project {
                title,
                description,
                status,
                budget: Figure::UNKNOWN,
                responsible: Some(staff.worker),
                term,
                partners: &[(units[unit], &[Supplier], None)],
                milestones: &[],
            },
        );
        let by = [units[unit]];
        let given = Given { by: &by, project_id: Some(project_id), ..given };
        (contribution(rows, ids, community, given), project_id)
    };
    let given = |kind, title, unit, quantity, value, on| {
        let quantity = Figure::exact(quantity * UNIT);
        Given { kind, title, unit, quantity, value, on, by: &[], project_id: None }
    };
    // The report does not say who gave the insurance; one of the two paired units without a name stands for the giver.
    let places = given(Places, "居民意外伤害保险名额", "place", 2_000, Figure::UNKNOWN, day(2020, 9, 1));
    let insurance =
        give("居民意外伤害保险", "为居民免费办理意外伤害保险。", UnderWay, (day(2020, 9, 1), None), UNNAMED, places);
    let devices = given(Goods, "辅助器具", "item", 145, Figure::exact(56_000 * YUAN), day(2021, 5, 10));
    let term = (day(2021, 5, 10), Some(day(2021, 12, 3)));
    let devices = give("残疾人辅助器具捐赠", "市残联捐赠辅助器具。", Completed, term, DISABLED_FEDERATION, devices);
    // One parcel a recipient.
    let parcels = given(Goods, "帮困物资", "parcel", 27, Figure::exact(16_000 * YUAN), day(2022, 1, 14));
    let term = (day(2022, 1, 10), Some(day(2022, 1, 28)));
    let parcels = give("低保户与困难学生帮扶", "慈善总会书画院分会捐赠物资。", Completed, term, CHARITY, parcels);
    Sources { insurance, devices, parcels }
}

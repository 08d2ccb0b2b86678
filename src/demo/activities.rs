//! What the community and its partners did together: theme days of the team (F3), the clean-up (F4), free clinics (F11), culture, sport and Party history
//! (F16), city inspections (F17). Their number is what the report says; days, titles and who came are made up.
//!
//! Where the report has no figures nobody is named and nobody was counted: how many came is not on record, which is not 0.

use chrono::NaiveDate;
use entity::{
    activity::ActivityKind::{CityInspection, CleanUp, CultureSport, FreeClinic, PartyStudy, ThemeDay},
    attendance::AttendeeCategory as As,
    circumstance::CircumstanceKind,
};
use rand::{RngExt, seq::SliceRandom};
use uuid::Uuid;

use super::{
    calendar::{LAST_DAY, day},
    facts::UNIT,
    gatherings::{Activity, Attendee, Campaign, Host, achieved, activity, attend, campaign, counted},
    homes::{Living, Registrar},
    partners::{CLINIC, HOSPITAL, NEW_ECONOMY, RAILWAY_BUILDERS, TELECOM, Units},
    rows::Rows,
};
use crate::figures::Figure;

/// A theme day a month.
const THEME_DAYS: [(NaiveDate, &str); 20] = [
    (day(2020, 7, 11), "清洁家园"),
    (day(2020, 8, 8), "垃圾分类引导"),
    (day(2020, 9, 12), "清洁家园"),
    (day(2020, 10, 17), "敬老爱老"),
    (day(2020, 11, 14), "垃圾分类引导"),
    (day(2020, 12, 5), "志愿者日"),
    (day(2021, 1, 16), "疫情防控宣传"),
    (day(2021, 2, 6), "清洁家园迎新春"),
    (day(2021, 3, 5), "学雷锋"),
    (day(2021, 4, 24), "垃圾分类引导"),
    (day(2021, 5, 15), "助残日"),
    (day(2021, 6, 26), "清洁家园"),
    (day(2021, 7, 1), "向党献礼"),
    (day(2021, 8, 14), "垃圾分类引导"),
    (day(2021, 9, 11), "清洁家园"),
    (day(2021, 10, 9), "敬老爱老"),
    (day(2021, 11, 20), "消防安全宣传"),
    (day(2021, 12, 4), "志愿者日"),
    (day(2022, 1, 15), "垃圾分类引导"),
    (day(2022, 2, 12), "清洁家园"),
];

const CLEARED_ON: NaiveDate = day(2021, 4, 17);

/// After `volunteers.rs` and `things.rs`.
pub(super) fn activities(rows: &mut Rows, by: &mut Registrar<'_>, community: Uuid, units: &Units, people: &[Living]) {
    let team = rows.teams.iter().find(|team| team.community_id == community).map(|team| team.id);
    let hosts: Vec<Host> = team.map(Host::Team).into_iter().chain([Host::Community]).collect();
    for (on, theme) in THEME_DAYS {
        let title = &format!("志愿服务主题日：{theme}");
        let of = Activity { kind: ThemeDay, title, campaign: None, hosts: &hosts, place: "社区广场", days: &[on] };
        let session = activity(rows, &mut by.ids, community, of)[0];
        let most = by.rng.random_range(12..=34);
        for (who, category) in members(rows, by, community, on).into_iter().take(most) {
            attend(rows, &mut by.ids, (community, session, on), who, category);
        }
    }
    clean_up(rows, by, community, &hosts, people);
    inspections(rows, by, community, &hosts);

    let of_medicine = [
        (day(2020, 10, 24), HOSPITAL),
        (day(2021, 3, 20), CLINIC),
        (day(2021, 7, 10), HOSPITAL),
        (day(2021, 10, 14), CLINIC),
    ];
    for (on, unit) in of_medicine {
        let hosts = [Host::Community, Host::Unit(units[unit])];
        let of = Activity {
            kind: FreeClinic,
            title: "义诊进社区",
            campaign: None,
            hosts: &hosts,
            place: "社区广场",
            days: &[on],
        };
        activity(rows, &mut by.ids, community, of);
    }

    let with = |names: &[&str]| -> Vec<Host> {
        [Host::Community].into_iter().chain(names.iter().map(|name| Host::Unit(units[*name]))).collect()
    };
    let room = "党员活动室";
    for (kind, title, hosts, place, days) in [
        (
            CultureSport,
            "迎新春文艺汇演",
            with(&[RAILWAY_BUILDERS, TELECOM, NEW_ECONOMY]),
            "社区广场",
            &[day(2021, 2, 3)][..],
        ),
        (
            CultureSport,
            "邻里趣味运动会",
            with(&[RAILWAY_BUILDERS, NEW_ECONOMY]),
            "社区广场",
            &[day(2020, 9, 26), day(2021, 9, 25)],
        ),
        (CultureSport, "书画与太极健身课", with(&[TELECOM, NEW_ECONOMY]), room, &[day(2021, 5, 8), day(2021, 11, 6)]),
        (
            PartyStudy,
            "党史学习教育",
            with(&[RAILWAY_BUILDERS, TELECOM]),
            room,
            &[day(2021, 4, 28), day(2021, 6, 29), day(2021, 9, 24)],
        ),
    ] {
        let of = Activity { kind, title, campaign: None, hosts: &hosts, place, days };
        activity(rows, &mut by.ids, community, of);
    }
}

/// F4: at least 160 came to two places on one day, of whom some are named; and 12 tonnes in all, which belong to neither place alone.
fn clean_up(rows: &mut Rows, by: &mut Registrar<'_>, community: Uuid, hosts: &[Host], people: &[Living]) {
    let of = campaign(
        rows,
        &mut by.ids,
        community,
        Campaign {
            kind: CleanUp,
            title: "卫生死角清理专项行动",
            description: "集中清理辛安邮政楼、辛明园两处卫生死角。",
            term: (day(2021, 4, 12), day(2021, 4, 18)),
        },
    );
    let gathering = Activity {
        kind: CleanUp,
        title: "辛安邮政楼、辛明园卫生死角清理",
        campaign: Some(of),
        hosts,
        place: "辛安邮政楼、辛明园",
        days: &[CLEARED_ON],
    };
    let session = activity(rows, &mut by.ids, community, gathering)[0];
    let at = (community, session, CLEARED_ON);
    counted(rows, &mut by.ids, at, Figure::at_least(160), "社区工作简报");
    achieved(rows, &mut by.ids, (community, of, CLEARED_ON), ("清运垃圾", Figure::exact(12 * UNIT), "tonne"));
    let mut came = Vec::new();
    for (who, category) in members(rows, by, community, CLEARED_ON) {
        came.push(who);
        attend(rows, &mut by.ids, at, who, category);
    }
    let staff: Vec<Uuid> =
        rows.staff.iter().filter(|row| row.community_id == community).map(|row| row.id).take(6).collect();
    for staff_member in staff {
        // Some of them are in the team, and came once.
        if came.iter().all(|who| who.staff_member != Some(staff_member)) {
            let who = Attendee { staff_member: Some(staff_member), ..Attendee::default() };
            attend(rows, &mut by.ids, at, who, As::CommunityWorker);
        }
    }
    let grown_up = |person: &&Living| {
        let age = LAST_DAY.years_since(person.birth_date).unwrap_or_default();
        person.here() && (20..40).contains(&age) && !person.is(CircumstanceKind::PartyMember, CLEARED_ON)
    };
    let in_team = |person: &&Living| came.iter().any(|who| who.resident == Some(person.id));
    let mut applicants: Vec<&Living> = people.iter().filter(grown_up).filter(|person| !in_team(person)).collect();
    applicants.shuffle(&mut by.rng);
    for person in applicants.into_iter().take(14) {
        let who = Attendee { resident: Some(person.id), ..Attendee::default() };
        attend(rows, &mut by.ids, at, who, As::PartyApplicant);
    }
}

/// F17: two campaigns for the inspection of the city, volunteers in the front line.
fn inspections(rows: &mut Rows, by: &mut Registrar<'_>, community: Uuid, hosts: &[Host]) {
    for (title, description, term, activities) in [
        (
            "迎接国家卫生城市复审",
            "整治环境卫生，劝导不文明行为。",
            (day(2020, 9, 1), day(2020, 11, 20)),
            [
                ("沿街门店环境整治", "黄河中路", [day(2020, 9, 19), day(2020, 10, 10)]),
                ("楼道杂物清理", "各楼栋", [day(2020, 10, 31), day(2020, 11, 7)]),
            ],
        ),
        (
            "创建全国文明典范城市",
            "文明交通与文明养犬引导。",
            (day(2021, 6, 1), day(2021, 12, 31)),
            [
                ("路口文明交通引导", "黄河中路路口", [day(2021, 6, 19), day(2021, 10, 23)]),
                ("文明养犬宣传", "社区广场", [day(2021, 7, 24), day(2021, 11, 13)]),
            ],
        ),
    ] {
        let of = Campaign { kind: CityInspection, title, description, term };
        let campaign = Some(campaign(rows, &mut by.ids, community, of));
        for (title, place, days) in activities {
            let of = Activity { kind: CityInspection, title, campaign, hosts, place, days: &days };
            activity(rows, &mut by.ids, community, of);
        }
    }
}

/// What the second community did: no figure of the first has any of it.
pub(super) fn neighbours(rows: &mut Rows, by: &mut Registrar<'_>, community: Uuid, unit: Uuid) {
    let ids = &mut by.ids;
    let of = campaign(
        rows,
        ids,
        community,
        Campaign {
            kind: CleanUp,
            title: "海岸清洁行动",
            description: "清理海岸线漂浮垃圾。",
            term: (day(2021, 5, 1), day(2021, 5, 31)),
        },
    );
    let hosts = [Host::Community, Host::Unit(unit)];
    for (kind, title, campaign, on, persons) in [
        (CleanUp, "海岸线清洁", Some(of), day(2021, 5, 22), Figure::exact(35)),
        (ThemeDay, "邻里互助主题日", None, day(2021, 9, 18), Figure::about(20)),
        (FreeClinic, "义诊进社区", None, day(2021, 10, 16), Figure::UNKNOWN),
    ] {
        let place = "海晏书屋";
        let of = Activity { kind, title, campaign, hosts: &hosts, place, days: &[on] };
        let session = activity(rows, ids, community, of)[0];
        counted(rows, ids, (community, session, on), persons, "现场清点");
    }
    achieved(rows, ids, (community, of, day(2021, 5, 22)), ("清运垃圾", Figure::exact(3 * UNIT), "tonne"));
    let who = rows.volunteers.iter().find(|row| row.community_id == community).map(|row| Attendee {
        resident: row.resident_id,
        staff_member: row.staff_member_id,
        volunteer: Some(row.id),
        team: None,
    });
    let session = rows.sessions.iter().find(|row| row.community_id == community).map(|row| (row.id, row.held_on));
    if let (Some(who), Some((session, on))) = (who, session) {
        attend(rows, ids, (community, session, on), who, As::Resident);
    }
}

/// The members of the team on a day, in any order.
fn members(rows: &Rows, by: &mut Registrar<'_>, community: Uuid, on: NaiveDate) -> Vec<(Attendee, As)> {
    let mut members: Vec<(Attendee, As)> = Vec::new();
    for membership in rows.team_memberships.iter().filter(|row| row.community_id == community && row.started_on <= on) {
        let Some(volunteer) = rows.volunteers.iter().find(|row| row.id == membership.volunteer_id) else { continue };
        let who = Attendee {
            resident: volunteer.resident_id,
            staff_member: volunteer.staff_member_id,
            volunteer: Some(volunteer.id),
            team: Some(membership.team_id),
        };
        members.push((who, As::TeamMember));
    }
    members.shuffle(&mut by.rng);
    members
}

//! Walks through lists page by page, held against the rows sorted in Rust.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};
use tongxin::relay::id;

use crate::harness::{
    Actor, World,
    bulk::{self, Bulk, Size},
    listing::{Entry, Key, List, Page, sorted},
};

const SIZES: [usize; 8] = [1, 2, 3, 4, 5, 6, 7, 100];
const FEW: Size = Size { residents: 30, projects: 6, units: 8 };

/// A list, a filter of it, and the rows that it should have.
struct Course {
    list: List,
    filter: Value,
    entries: Vec<Entry>,
}

fn text(of: &str) -> Option<Key> {
    Some(Key::Text(of.to_owned()))
}

fn entry<const N: usize>(prefix: &'static str, key: uuid::Uuid, keys: [(&'static str, Option<Key>); N]) -> Entry {
    Entry { id: id::encode(prefix, key), keys: keys.into() }
}

/// Lists of which every order and every pair of orders is walked.
fn main_courses(bulk: &Bulk) -> Vec<Course> {
    let resident = |row: &entity::resident::Model| {
        let keys = [
            ("NAME", text(&row.full_name)),
            ("BIRTH_DATE", row.birth_date.map(Key::Day)),
            ("REGISTERED_AT", Some(Key::Instant(row.registered_at))),
        ];
        entry("resident", row.id, keys)
    };
    let aid =
        |row: &entity::aid_record::Model| entry("aid_record", row.id, [("GIVEN_ON", Some(Key::Day(row.given_on)))]);
    let project = |row: &entity::project::Model| {
        entry("project", row.id, [("TITLE", text(&row.title)), ("PROPOSED_AT", Some(Key::Instant(row.proposed_at)))])
    };
    let contribution = |row: &entity::contribution::Model| {
        let keys = [
            ("TITLE", text(&row.title)),
            ("RECEIVED_ON", row.received_on.map(Key::Day)),
            ("RECORDED_AT", Some(Key::Instant(row.recorded_at))),
        ];
        entry("contribution", row.id, keys)
    };
    let course = |field, of, filter, entries| Course { list: List::new(field, of), filter, entries };
    let from = bulk::day(2020, 2, 1);
    vec![
        course("residents", "Resident", Value::Null, bulk.residents.iter().map(resident).collect()),
        course(
            "residents",
            "Resident",
            json!({ "lifeStatus": { "eq": "LIVING_HERE" } }),
            bulk.residents
                .iter()
                .filter(|row| row.life_status == entity::resident::LifeStatus::LivingHere)
                .map(resident)
                .collect(),
        ),
        course(
            "aidRecords",
            "AidRecord",
            json!({ "givenOn": { "from": "2020-02-01" } }),
            bulk.aid.iter().filter(|row| row.given_on >= from).map(aid).collect(),
        ),
        course("projects", "Project", Value::Null, bulk.projects.iter().map(project).collect()),
        course(
            "contributions",
            "Contribution",
            json!({ "title": { "contains": "CASH" } }),
            bulk.contributions
                .iter()
                .filter(|row| row.title.to_lowercase().contains("cash"))
                .map(contribution)
                .collect(),
        ),
    ]
}

/// Lists of which every order is walked.
fn side_courses(bulk: &Bulk) -> Vec<Course> {
    let course = |field, of, entries| Course { list: List::new(field, of), filter: Value::Null, entries };
    let instant = |at| Some(Key::Instant(at));
    let households = bulk.households.iter().map(|row| {
        entry("household", row.id, [("ROOM", text(&row.room)), ("REGISTERED_AT", instant(row.registered_at))])
    });
    let units = bulk.units.iter().map(|row| {
        entry("partner_unit", row.id, [("NAME", text(&row.name)), ("REGISTERED_AT", instant(row.registered_at))])
    });
    let pairings =
        bulk.pairings.iter().map(|row| entry("pairing", row.id, [("STARTED_ON", Some(Key::Day(row.started_on)))]));
    let staff = bulk.staff.iter().map(|row| {
        entry("staff_member", row.id, [("NAME", text(&row.full_name)), ("REGISTERED_AT", instant(row.registered_at))])
    });
    let programmes = bulk.programmes.iter().map(|row| {
        entry("aid_programme", row.id, [("NAME", text(&row.name)), ("CREATED_AT", instant(row.created_at))])
    });
    let grids = bulk.grids.iter().map(|row| entry("grid", row.id, [("NAME", text(&row.name))]));
    let buildings = bulk.buildings.iter().map(|row| entry("building", row.id, [("NAME", text(&row.name))]));
    let pledges = bulk
        .sponsorships
        .iter()
        .map(|row| entry("sponsorship", row.id, [("STARTED_ON", Some(Key::Day(row.started_on)))]));
    let instalments = bulk.instalments.iter().map(|row| {
        entry("instalment", row.id, [("DUE_ON", Some(Key::Day(row.due_on))), ("PAID_ON", row.paid_on.map(Key::Day))])
    });
    let volunteers = bulk.volunteers.iter().map(|row| {
        entry("volunteer", row.id, [("NAME", text(&row.full_name)), ("STARTED_ON", Some(Key::Day(row.started_on)))])
    });
    let teams = bulk
        .teams
        .iter()
        .map(|row| entry("team", row.id, [("NAME", text(&row.name)), ("STARTED_ON", Some(Key::Day(row.started_on)))]));
    let members = bulk
        .team_memberships
        .iter()
        .map(|row| entry("team_membership", row.id, [("STARTED_ON", Some(Key::Day(row.started_on)))]));
    let standings = bulk
        .standings
        .iter()
        .map(|row| entry("party_membership", row.id, [("STARTED_ON", Some(Key::Day(row.started_on)))]));
    let consents = bulk.consents.iter().map(|row| {
        entry(
            "consent",
            row.id,
            [("GIVEN_ON", Some(Key::Day(row.given_on))), ("EXPIRES_ON", row.expires_on.map(Key::Day))],
        )
    });
    let merchants = bulk.merchants.iter().map(|row| {
        entry("merchant", row.id, [("NAME", text(&row.name)), ("REGISTERED_AT", instant(row.registered_at))])
    });
    let requests = bulk.requests.iter().map(|row| {
        entry("request", row.id, [("SUBMITTED_AT", instant(row.submitted_at)), ("DUE_ON", row.due_on.map(Key::Day))])
    });
    let visits = bulk.visits.iter().map(|row| {
        entry("visit", row.id, [("PLANNED_ON", row.planned_on.map(Key::Day)), ("HELD_ON", row.held_on.map(Key::Day))])
    });
    let reported = bulk
        .attendance_errors
        .iter()
        .map(|row| entry("attendance_error", row.id, [("REPORTED_AT", instant(row.reported_at))]));
    vec![
        course("attendanceErrors", "AttendanceError", reported.collect()),
        course("visits", "Visit", visits.collect()),
        course("merchants", "Merchant", merchants.collect()),
        course("requests", "Request", requests.collect()),
        course("consents", "Consent", consents.collect()),
        course("sponsorships", "Sponsorship", pledges.collect()),
        course("instalments", "Instalment", instalments.collect()),
        course("volunteers", "Volunteer", volunteers.collect()),
        course("teams", "Team", teams.collect()),
        course("teamMemberships", "TeamMembership", members.collect()),
        course("partyMemberships", "PartyMembership", standings.collect()),
        course("households", "Household", households.collect()),
        course("partnerUnits", "PartnerUnit", units.collect()),
        course("pairings", "Pairing", pairings.collect()),
        course("staffMembers", "StaffMember", staff.collect()),
        course("aidProgrammes", "AidProgramme", programmes.collect()),
        course("grids", "Grid", grids.collect()),
        course("buildings", "Building", buildings.collect()),
    ]
}

/// From one end to the other in pages of this size; every page must be the next part of `expected`.
async fn walk(actor: &Actor, course: &Course, orders: &[String], size: usize, forward: bool) {
    let mut expected = sorted(&course.entries, orders);
    let total = expected.len();
    let case = format!("{} {orders:?} of {size}, forward: {forward}, filter {}", course.list.field, course.filter);
    let mut cursor: Option<String> = None;
    loop {
        let given = cursor.is_some();
        let mut arguments = json!({ "filter": course.filter, "orderBy": orders });
        let (count, place) = if forward { ("first", "after") } else { ("last", "before") };
        arguments[count] = json!(size);
        arguments[place] = json!(cursor);
        let page = course.list.page(actor, arguments).await;
        let length = size.min(expected.len());
        let wanted =
            if forward { expected.drain(..length).collect() } else { expected.split_off(expected.len() - length) };
        assert_eq!(page.ids, wanted, "{case}");
        assert_eq!(page.total, total, "{case}");
        let (more, behind) =
            if forward { (page.has_next, page.has_previous) } else { (page.has_previous, page.has_next) };
        assert_eq!((more, behind), (!expected.is_empty(), given), "{case}");
        cursor = if forward { page.cursors.last() } else { page.cursors.first() }.cloned();
        if !more {
            return;
        }
    }
}

async fn orders_of(actor: &Actor, course: &Course) -> Vec<String> {
    let orders = course.list.orders(actor).await;
    assert!(!orders.is_empty());
    orders
}

crate::on_both! {
    async fn every_order_gives_each_row_once_in_pages_of_any_size_both_ways(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        for (number, course) in main_courses(&bulk).iter().chain(&side_courses(&bulk)).enumerate() {
            let orders = orders_of(&world.staff, course).await;
            for size in SIZES {
                walk(&world.staff, course, &[], size, size % 2 == number % 2).await;
            }
            for (place, order) in orders.iter().enumerate() {
                for (i, size) in SIZES.into_iter().enumerate() {
                    walk(&world.staff, course, std::slice::from_ref(order), size, (place + i) % 2 == 0).await;
                }
                // Both ways in pages of the same size.
                walk(&world.staff, course, std::slice::from_ref(order), 3, true).await;
                walk(&world.staff, course, std::slice::from_ref(order), 3, false).await;
            }
        }
    }

    async fn any_two_orders_give_each_row_once_both_ways(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        for course in main_courses(&bulk) {
            let orders = orders_of(&world.staff, &course).await;
            for (i, first) in orders.iter().enumerate() {
                for (j, second) in orders.iter().enumerate() {
                    let both = [first.clone(), second.clone()];
                    walk(&world.staff, &course, &both, 2 + (i + j) % 6, true).await;
                    walk(&world.staff, &course, &both, 2 + (i * 5 + j) % 6, false).await;
                }
            }
        }
    }

    async fn any_part_of_any_list_is_cut_where_its_cursors_say(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let courses = main_courses(&bulk);
        let mut runner = TestRunner::deterministic();
        for _ in 0..64 {
            let draw = (0..courses.len(), proptest::collection::vec(any::<prop::sample::Index>(), 0..4), any::<[prop::sample::Index; 2]>(), 0..9_usize, any::<bool>(), 0..4);
            let (course, picks, ends, size, forward, given) = draw.new_tree(&mut runner).unwrap().current();
            let course = &courses[course];
            let values = orders_of(&world.staff, course).await;
            let orders: Vec<String> = picks.iter().map(|pick| pick.get(&values).clone()).collect();
            let all = sorted(&course.entries, &orders);
            // Every row's cursor, from pages of 100.
            let mut cursors: Vec<String> = Vec::new();
            while cursors.len() < all.len() {
                let arguments = json!({ "first": 100, "after": cursors.last(), "filter": course.filter, "orderBy": orders });
                cursors.extend(course.list.page(&world.staff, arguments).await.cursors);
            }
            let (after, before) = ((given % 2 == 0).then(|| ends[0].index(all.len())), (given < 2).then(|| ends[1].index(all.len())));
            let from = after.map_or(0, |after| after + 1);
            let part = all.get(from..before.unwrap_or(all.len())).unwrap_or_default();
            let length = size.min(part.len());
            let wanted = if forward { &part[..length] } else { &part[part.len() - length..] };
            let cursor = |place: Option<usize>| place.map(|place| cursors[place].clone());
            let mut arguments = json!({ "after": cursor(after), "before": cursor(before), "filter": course.filter, "orderBy": orders });
            arguments[if forward { "first" } else { "last" }] = json!(size);
            let page = course.list.page(&world.staff, arguments).await;
            let case = format!("{} {orders:?} {after:?}..{before:?} {size} {forward}", course.list.field);
            assert_eq!(page.ids, wanted, "{case}");
            assert_eq!(page.total, all.len(), "{case}");
            let more = length < part.len();
            let ends = if forward { (more, after.is_some()) } else { (before.is_some(), more) };
            assert_eq!((page.has_next, page.has_previous), ends, "{case}");
        }
    }

    async fn rows_that_arrive_during_a_walk_shift_none_of_the_others(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let orders = ["NAME_ASC".to_owned()];
        let course = &main_courses(&bulk)[0];
        let expected = sorted(&course.entries, &orders);
        let (mut seen, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let page: Page = course.list.page(&world.staff, json!({ "first": 4, "after": cursor, "orderBy": orders })).await;
            seen.extend(page.ids);
            if !page.has_next {
                break;
            }
            cursor = json!(page.cursors.last());
            for name in ["!先", "张三", "王小明"] {
                crate::harness::make::resident(&world.staff, &world.community, name).await;
            }
        }
        let old: Vec<&String> = seen.iter().filter(|id| expected.contains(id)).collect();
        assert_eq!(old, expected.iter().collect::<Vec<_>>());
        let distinct: std::collections::HashSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "no row came twice");
    }
}

//! Connections under several parents at once, held against the rows sorted in Rust.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};
use tongxin::{access::accounts::Role, relay::id};
use uuid::Uuid;

use crate::{
    harness::{
        World,
        bulk::{self, Bulk, Size, key_of},
        listing::{Entry, Key, List, Page, sorted},
        roles::Who,
    },
    role_scopes::{LISTS, Scene},
};

/// For what is asked as everybody.
const FEW: Size = Size { residents: 24, projects: 4, units: 8 };
const SOME: Size = Size { residents: 40, projects: 5, units: 8 };

/// A field of a type that lists rows of another.
struct Nested {
    list: List,
    parent: &'static str,
    /// Each parent's id, and what it has.
    families: Vec<(String, Vec<Entry>)>,
    filter: Value,
}

fn families<P, C>(
    (prefix, parents, key): (&'static str, &[P], fn(&P) -> Uuid),
    (children, belongs): (&[C], impl Fn(&C, Uuid) -> bool),
    entry: impl Fn(&C) -> Entry,
) -> Vec<(String, Vec<Entry>)> {
    let of = |key: Uuid| children.iter().filter(|child| belongs(child, key)).map(&entry).collect();
    parents.iter().map(|parent| (id::encode(prefix, key(parent)), of(key(parent)))).collect()
}

fn entry<const N: usize>(prefix: &'static str, key: Uuid, keys: [(&'static str, Option<Key>); N]) -> Entry {
    Entry { id: id::encode(prefix, key), keys: keys.into() }
}

/// Does somebody see this row? Participations are in no list of the root: a unit sees its own.
fn sees(scene: &Scene, seen: &Lists, who: &Who, (kind, row): (&str, &str)) -> bool {
    if kind != "ProjectParticipation" {
        let (list, _) = LISTS.iter().find(|(_, of)| *of == kind).unwrap_or_else(|| panic!("no list of {kind}"));
        return seen.get(list).is_some_and(|ids| ids.contains(row));
    }
    let row = scene.here.participations.iter().find(|own| own.id == key_of(row)).unwrap();
    let keeps = matches!(who.role, Role::Operator | Role::Secretary | Role::Staff | Role::Auditor);
    keeps || who.unit == Some(row.partner_unit_id)
}

type Lists = BTreeMap<&'static str, BTreeSet<String>>;

fn all(bulk: &Bulk) -> Vec<Nested> {
    let aid =
        |row: &entity::aid_record::Model| entry("aid_record", row.id, [("GIVEN_ON", Some(Key::Day(row.given_on)))]);
    let text = |of: &str| Some(Key::Text(of.to_owned()));
    let contribution = |row: &entity::contribution::Model| {
        let keys = [
            ("TITLE", text(&row.title)),
            ("RECEIVED_ON", row.received_on.map(Key::Day)),
            ("RECORDED_AT", Some(Key::Instant(row.recorded_at))),
        ];
        entry("contribution", row.id, keys)
    };
    let participation = |row: &entity::project_participation::Model| {
        entry("project_participation", row.id, [("SHARE", row.share_fen.map(Key::Number))])
    };
    let resident = |row: &entity::resident::Model| {
        let keys = [
            ("NAME", text(&row.full_name)),
            ("BIRTH_DATE", row.birth_date.map(Key::Day)),
            ("REGISTERED_AT", Some(Key::Instant(row.registered_at))),
        ];
        entry("resident", row.id, keys)
    };
    let household = |row: &entity::household::Model| {
        entry(
            "household",
            row.id,
            [("ROOM", text(&row.room)), ("REGISTERED_AT", Some(Key::Instant(row.registered_at)))],
        )
    };
    let residents = ("resident", &bulk.residents[..], (|row| row.id) as fn(&entity::resident::Model) -> Uuid);
    let households = ("household", &bulk.households[..], (|row| row.id) as fn(&entity::household::Model) -> Uuid);
    let projects = ("project", &bulk.projects[..], (|row| row.id) as fn(&entity::project::Model) -> Uuid);
    let buildings = ("building", &bulk.buildings[..], (|row| row.id) as fn(&entity::building::Model) -> Uuid);
    let units = ("partner_unit", &bulk.units[..], (|row| row.id) as fn(&entity::partner_unit::Model) -> Uuid);
    let sources = ("contribution", &bulk.contributions[..], (|row| row.id) as fn(&entity::contribution::Model) -> Uuid);
    let programmes =
        ("aid_programme", &bulk.programmes[..], (|row| row.id) as fn(&entity::aid_programme::Model) -> Uuid);
    let batches = ("aid_batch", &bulk.batches[..], (|row| row.id) as fn(&entity::aid_batch::Model) -> Uuid);
    let nested = |parent, field, of, filter, families| Nested { list: List::new(field, of), parent, families, filter };
    let put_in = |row: &entity::contribution::Model, unit| {
        bulk.contributors.iter().any(|by| by.contribution_id == row.id && by.partner_unit_id == unit)
    };
    let planned = json!({ "status": { "in": ["PLANNED", "DELIVERED"] } });
    let is_planned = |row: &entity::aid_record::Model| {
        matches!(row.status, entity::aid_record::AidStatus::Planned | entity::aid_record::AidStatus::Delivered)
    };
    let instalment = |row: &entity::instalment::Model| {
        let keys = [("DUE_ON", Some(Key::Day(row.due_on))), ("PAID_ON", row.paid_on.map(Key::Day))];
        entry("instalment", row.id, keys)
    };
    let pledge = |row: &entity::sponsorship::Model| {
        entry("sponsorship", row.id, [("STARTED_ON", Some(Key::Day(row.started_on)))])
    };
    let pledges = ("sponsorship", &bulk.sponsorships[..], (|row| row.id) as fn(&entity::sponsorship::Model) -> Uuid);
    let membership = |row: &entity::team_membership::Model| {
        entry("team_membership", row.id, [("STARTED_ON", Some(Key::Day(row.started_on)))])
    };
    let volunteer = |row: &entity::volunteer::Model| {
        let keys = [("NAME", text(&row.full_name)), ("STARTED_ON", Some(Key::Day(row.started_on)))];
        entry("volunteer", row.id, keys)
    };
    let teams = ("team", &bulk.teams[..], (|row| row.id) as fn(&entity::team::Model) -> Uuid);
    let volunteers = ("volunteer", &bulk.volunteers[..], (|row| row.id) as fn(&entity::volunteer::Model) -> Uuid);
    let request = |row: &entity::request::Model| {
        let keys = [("SUBMITTED_AT", Some(Key::Instant(row.submitted_at))), ("DUE_ON", row.due_on.map(Key::Day))];
        entry("request", row.id, keys)
    };
    let merchants = ("merchant", &bulk.merchants[..], (|row| row.id) as fn(&entity::merchant::Model) -> Uuid);
    let visit = |row: &entity::visit::Model| {
        let keys = [("PLANNED_ON", row.planned_on.map(Key::Day)), ("HELD_ON", row.held_on.map(Key::Day))];
        entry("visit", row.id, keys)
    };
    let visits = ("visit", &bulk.visits[..], (|row| row.id) as fn(&entity::visit::Model) -> Uuid);
    vec![
        nested(
            "Visit",
            "requests",
            "Request",
            Value::Null,
            families(visits, (&bulk.requests, |row, key| row.visit_id == Some(key)), request),
        ),
        nested(
            "Household",
            "visits",
            "Visit",
            Value::Null,
            families(households, (&bulk.visits, |row, key| row.household_id == Some(key)), visit),
        ),
        nested(
            "Merchant",
            "visits",
            "Visit",
            Value::Null,
            families(merchants, (&bulk.visits, |row, key| row.merchant_id == Some(key)), visit),
        ),
        nested(
            "Resident",
            "requests",
            "Request",
            Value::Null,
            families(residents, (&bulk.requests, |row, key| row.resident_id == Some(key)), request),
        ),
        nested(
            "Merchant",
            "requests",
            "Request",
            Value::Null,
            families(merchants, (&bulk.requests, |row, key| row.merchant_id == Some(key)), request),
        ),
        nested(
            "Sponsorship",
            "instalments",
            "Instalment",
            Value::Null,
            families(pledges, (&bulk.instalments, |row, key| row.sponsorship_id == key), instalment),
        ),
        nested(
            "Resident",
            "sponsorships",
            "Sponsorship",
            Value::Null,
            families(residents, (&bulk.sponsorships, |row, key| row.resident_id == key), pledge),
        ),
        nested(
            "PartnerUnit",
            "sponsorships",
            "Sponsorship",
            json!({ "purpose": { "contains": "学" } }),
            families(
                units,
                (&bulk.sponsorships, |row: &entity::sponsorship::Model, key| {
                    row.partner_unit_id == key && row.purpose.contains('学')
                }),
                pledge,
            ),
        ),
        nested(
            "Team",
            "memberships",
            "TeamMembership",
            json!({ "role": { "eq": "MEMBER" } }),
            families(
                teams,
                (&bulk.team_memberships, |row: &entity::team_membership::Model, key| {
                    row.team_id == key && row.role == entity::team_membership::TeamRole::Member
                }),
                membership,
            ),
        ),
        nested(
            "Volunteer",
            "memberships",
            "TeamMembership",
            Value::Null,
            families(volunteers, (&bulk.team_memberships, |row, key| row.volunteer_id == key), membership),
        ),
        nested(
            "PartnerUnit",
            "volunteers",
            "Volunteer",
            Value::Null,
            families(
                units,
                (&bulk.volunteers, |row: &entity::volunteer::Model, key| row.partner_unit_id == Some(key)),
                volunteer,
            ),
        ),
        nested(
            "Resident",
            "aidRecords",
            "AidRecord",
            Value::Null,
            families(residents, (&bulk.aid, |row, key| row.resident_id == Some(key)), aid),
        ),
        nested(
            "Household",
            "aidRecords",
            "AidRecord",
            Value::Null,
            families(households, (&bulk.aid, |row, key| row.household_id == Some(key)), aid),
        ),
        nested(
            "Project",
            "aidRecords",
            "AidRecord",
            planned,
            families(
                projects,
                (&bulk.aid, |row: &entity::aid_record::Model, key| row.project_id == Some(key) && is_planned(row)),
                aid,
            ),
        ),
        nested(
            "Contribution",
            "aidRecords",
            "AidRecord",
            Value::Null,
            families(sources, (&bulk.aid, |row, key| row.contribution_id == Some(key)), aid),
        ),
        nested(
            "AidProgramme",
            "aidRecords",
            "AidRecord",
            Value::Null,
            families(programmes, (&bulk.aid, |row, key| row.programme_id == Some(key)), aid),
        ),
        nested(
            "AidBatch",
            "aidRecords",
            "AidRecord",
            Value::Null,
            families(batches, (&bulk.aid, |row, key| row.batch_id == Some(key)), aid),
        ),
        nested(
            "Project",
            "contributions",
            "Contribution",
            Value::Null,
            families(projects, (&bulk.contributions, |row, key| row.project_id == Some(key)), contribution),
        ),
        // Through a table between.
        nested(
            "PartnerUnit",
            "contributions",
            "Contribution",
            json!({ "title": { "contains": "Cash" } }),
            families(
                units,
                (&bulk.contributions, |row: &entity::contribution::Model, key| {
                    row.title.to_lowercase().contains("cash") && put_in(row, key)
                }),
                contribution,
            ),
        ),
        nested(
            "Project",
            "participations",
            "ProjectParticipation",
            Value::Null,
            families(projects, (&bulk.participations, |row, key| row.project_id == key), participation),
        ),
        nested(
            "PartnerUnit",
            "participations",
            "ProjectParticipation",
            Value::Null,
            families(units, (&bulk.participations, |row, key| row.partner_unit_id == key), participation),
        ),
        nested(
            "Building",
            "residents",
            "Resident",
            Value::Null,
            families(buildings, (&bulk.residents, |row, key| row.building_id == Some(key)), resident),
        ),
        nested(
            "Building",
            "households",
            "Household",
            Value::Null,
            families(buildings, (&bulk.households, |row, key| row.building_id == key), household),
        ),
    ]
}

crate::on_both! {
    async fn every_parent_has_its_own_page_of_the_same_cut(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, SOME).await;
        let mut runner = TestRunner::deterministic();
        for nested in all(&bulk) {
            let values = nested.list.orders(&world.staff).await;
            assert!(nested.families.iter().any(|(_, children)| children.len() > 2), "{} has lists to cut", nested.list.field);
            let around = format!("nodes(ids: $ids) {{ ... on {} {{ id LIST }} }}", nested.parent);
            let document = nested.list.document(&around).replacen("query(", "query($ids: [ID!]!, ", 1);
            for round in 0..24 {
                let draw = (proptest::collection::vec(any::<prop::sample::Index>(), 0..3), any::<[prop::sample::Index; 9]>(), 0..7_usize, any::<bool>());
                let (picks, parents, size, forward) = draw.new_tree(&mut runner).unwrap().current();
                let orders: Vec<String> = picks.iter().map(|pick| pick.get(&values).clone()).collect();
                // Several parents, one of them twice perhaps.
                let families: Vec<_> = parents[..8].iter().map(|pick| pick.get(&nested.families)).collect();
                let ids: Vec<&str> = families.iter().map(|(id, _)| id.as_str()).collect();
                let mut arguments = json!({ "ids": ids, "filter": nested.filter, "orderBy": orders });
                // A place in one parent's list cuts every parent's.
                let from = families.iter().find(|(_, children)| round % 3 != 0 && !children.is_empty());
                let mut cut = None;
                if let Some((id, children)) = from {
                    let sorted = sorted(children, &orders);
                    let place = parents[8].index(sorted.len().min(20));
                    let around = format!("node(id: \"{id}\") {{ ... on {} {{ LIST }} }}", nested.parent);
                    let whole = world.staff.gql(&nested.list.document(&around), json!({ "filter": nested.filter, "orderBy": orders })).await;
                    let page = Page::read(&whole.data()["node"][nested.list.field]);
                    arguments[if forward { "after" } else { "before" }] = json!(page.cursors[place]);
                    cut = Some(children.iter().find(|child| child.id == sorted[place]).unwrap());
                }
                arguments[if forward { "first" } else { "last" }] = json!(size);
                let answer = world.staff.gql(&document, arguments.clone()).await;
                for ((id, children), found) in families.iter().zip(answer.data()["nodes"].as_array().unwrap()) {
                    assert_eq!(found["id"], id.as_str());
                    let page = Page::read(&found[nested.list.field]);
                    let case = format!("{}.{} {arguments}", nested.parent, nested.list.field);
                    // Where the cut row would stand among this parent's.
                    let mut part = children.clone();
                    part.extend(cut.filter(|cut| children.iter().all(|child| child.id != cut.id)).cloned());
                    let mut part = sorted(&part, &orders);
                    if let Some(place) = cut.and_then(|cut| part.iter().position(|id| *id == cut.id)) {
                        part = if forward { part.split_off(place + 1) } else { part[..place].to_vec() };
                    }
                    let length = size.min(part.len());
                    let wanted = if forward { &part[..length] } else { &part[part.len() - length..] };
                    assert_eq!(page.ids, wanted, "{case}");
                    assert_eq!(page.total, children.len(), "{case}");
                    let (more, given) = (length < part.len(), cut.is_some());
                    let ends = if forward { (more, given) } else { (given, more) };
                    assert_eq!((page.has_next, page.has_previous), ends, "{case}");
                }
            }
        }
    }

    async fn every_role_has_counts_and_pages_of_what_it_sees_under_each_parent(app: TestApp) {
        let scene = Scene::of(&app, FEW).await;
        let lists = all(&scene.here);
        let (mut compared, mut in_part) = (0, 0);
        for (place, who) in scene.cast().iter().enumerate() {
            let actor = scene.account(&app, &format!("nested-{place}"), std::slice::from_ref(who)).await;
            let seen = scene.seen(who);
            for nested in &lists {
                let around = format!("nodes(ids: $ids) {{ ... on {} {{ id LIST }} }}", nested.parent);
                let document = nested.list.document(&around).replacen("query(", "query($ids: [ID!]!, ", 1);
                let what = format!("{who:?}: {}.{}", nested.parent, nested.list.field);
                for families in nested.families.chunks(20) {
                    let ids: Vec<&str> = families.iter().map(|(id, _)| id.as_str()).collect();
                    // The first page, and what follows the place where one of them ends. Where no order is asked for, rows come by their ids.
                    let mut cut: Option<(String, String)> = None;
                    for _ in 0..2 {
                        let after = cut.as_ref().map(|(cursor, _)| cursor);
                        let arguments = json!({ "ids": ids, "filter": nested.filter, "first": 2, "after": after });
                        let answer = actor.gql(&document, arguments).await;
                        // What a filter by a masked field lets through would tell the field.
                        if nested.filter.get("purpose").is_some() && matches!(who.role, Role::Partner | Role::Auditor) {
                            assert_eq!(answer.code(), "FORBIDDEN_FIELD", "{what}");
                            break;
                        }
                        let mut next = None;
                        for ((id, children), found) in families.iter().zip(answer.data()["nodes"].as_array().unwrap()) {
                            assert_eq!(!found.is_null(), sees(&scene, &seen, who, (nested.parent, id)), "{what} of {id}");
                            if found.is_null() {
                                continue;
                            }
                            let page = Page::read(&found[nested.list.field]);
                            let theirs = |child: &&Entry| sees(&scene, &seen, who, (nested.list.of, &child.id));
                            let mut own: Vec<Entry> = children.iter().filter(theirs).cloned().collect();
                            // The first unit works in the other community, too.
                            let there = (nested.parent, nested.list.field) == ("PartnerUnit", "participations")
                                && who.role == Role::Operator && key_of(id) == scene.here.units[0].id;
                            own.extend(there.then(|| entry("project_participation", scene.part_elsewhere, [])));
                            assert_eq!(page.total, own.len(), "{what} of {id}");
                            let follows = |child: &String| cut.as_ref().is_none_or(|(_, last)| child > last);
                            let rest: Vec<String> = sorted(&own, &[]).into_iter().filter(follows).collect();
                            assert_eq!(page.ids, rest[..rest.len().min(2)], "{what} of {id}");
                            assert_eq!(page.has_next, rest.len() > 2, "{what} of {id}");
                            if page.has_next && next.is_none() {
                                next = page.cursors.last().cloned().zip(page.ids.last().cloned());
                            }
                            compared += 1;
                            in_part += usize::from(!own.is_empty() && own.len() < children.len());
                        }
                        if next.is_none() {
                            break;
                        }
                        cut = next;
                    }
                }
            }
        }
        assert!(compared > 1000 && in_part > 20, "{compared} lists, {in_part} in part");
    }

    async fn a_nested_list_is_walked_by_its_own_cursors(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, SOME).await;
        for nested in all(&bulk) {
            let (parent, children) = nested.families.iter().max_by_key(|(_, children)| children.len()).unwrap();
            let document = nested.list.document(&format!("node(id: \"{parent}\") {{ ... on {} {{ LIST }} }}", nested.parent));
            for (place, order) in nested.list.orders(&world.staff).await.into_iter().enumerate() {
                let expected = sorted(children, std::slice::from_ref(&order));
                let (mut seen, mut cursor) = (Vec::new(), Value::Null);
                loop {
                    let arguments = json!({ "first": 1 + place, "after": cursor, "orderBy": [order], "filter": nested.filter });
                    let answer = world.staff.gql(&document, arguments).await;
                    let page = Page::read(&answer.data()["node"][nested.list.field]);
                    seen.extend(page.ids);
                    if !page.has_next {
                        break;
                    }
                    cursor = json!(page.cursors.last());
                }
                assert_eq!(seen, expected, "{}.{} {order}", nested.parent, nested.list.field);
            }
        }
    }
}

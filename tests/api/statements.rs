//! What a document costs: statements counted at the driver, the same number for one row and for a hundred.
//!
//! The clock is held, so that a token that was seen once is trusted throughout and no statement is spent on who is asking.

use serde_json::{Value, json};
use tongxin::relay::id::encode;

use crate::harness::{
    Actor, TestApp, World,
    bulk::{self, Bulk, Size},
};

const NUMBERS: [usize; 4] = [1, 7, 50, 100];
pub const MANY: Size = Size { residents: 120, projects: 105, units: 105 };

/// Households, grants and where these come from, with the statements that each line costs.
const OF_RESIDENT: &str = "
    fullName
    household { room }                          # 1: households by id
    aidRecords(first: 5) { edges { node {       # 2: grants, ranked within their resident
        givenOn
        project { title }                       # 3: projects by id
        contribution {                          # 4: contributions by id
            title
            partnerUnit { name }                # 5 and 6: who contributed, and the units of those who did so alone
        }
    } } }";
const UNDER_RESIDENT: u64 = 6;

/// The Ns of 1+N+N on the side of communities.
const OF_COMMUNITY: &str = "
    name
    pairings(first: 5) { nodes {                # 1: pairings, ranked within their community
        startedOn
        partnerUnit { name }                    # 2: units by id
    } }";
const UNDER_COMMUNITY: u64 = 2;

const OF_PROJECT: &str = "
    title
    participations(first: 5) { nodes {          # 1: participations, ranked within their project
        roles                                   # 2: roles of all participations
        share { yuan }
        partnerUnit { name }                    # 3: units by id
    } }
    contributions(first: 5) { nodes {           # 4: contributions, ranked within their project
        title
        partnerUnit { name }                    # 5 and 6: who contributed, and the units of those who did so alone
    } }
    funding { budget { yuan } received { kind value { yuan } } sharedOut { yuan } unallocated { yuan } } # 7 and 8: sums received, shares
";
const UNDER_PROJECT: u64 = 8;

/// The scene: a full community, a hundred others, and people whose tokens were just read.
pub async fn scene(app: &TestApp) -> (World, Bulk) {
    let world = World::new(app).await;
    let bulk = bulk::fill(app, &world.community, MANY).await;
    bulk::communities(app, 105, &bulk.units).await;
    app.app.clock.hold(app.app.clock.now());
    for actor in [&world.staff, &world.operator] {
        actor.ask("{ viewer { name } }").await.data();
    }
    (world, bulk)
}

/// The statements that one request costs, and its data.
pub async fn cost(app: &TestApp, actor: &Actor, query: &str, variables: Value) -> (u64, Value) {
    let before = app.statements();
    let answer = actor.gql(query, variables).await;
    (app.statements() - before, answer.data().clone())
}

/// Holds a query of `$n` rows to its price: cold, and again warm, as staff and as the operator, for any number of rows. `rows` says how many came.
/// A level without any row would cost nothing, so a query must begin with a row that has something on every level.
pub async fn assert_cost(
    app: &TestApp,
    world: &World,
    query: &str,
    price: u64,
    rows: impl Fn(&Value) -> usize,
    limit: impl Fn(&Actor, usize) -> usize,
) {
    for (who, actor) in [("staff", &world.staff), ("operator", &world.operator)] {
        for n in NUMBERS {
            // Another text for every number, so that each is new to the server once.
            let query = format!("{query} # {who} {n}");
            for state in ["cold", "warm"] {
                let (found, data) = cost(app, actor, &query, json!({ "n": n })).await;
                assert_eq!(rows(&data), limit(actor, n), "{who}, {n}");
                assert_eq!(found, price, "{who}, {n} rows, {state}: {query}");
            }
        }
    }
}

pub fn length(data: &Value, path: &str) -> usize {
    data.pointer(path).unwrap_or_else(|| panic!("no {path} in {data}")).as_array().unwrap().len()
}

fn residents(bulk: &Bulk, n: usize) -> Vec<String> {
    bulk.residents.iter().take(n).map(|row| encode("resident", row.id)).collect()
}

crate::on_both! {
    async fn residents_with_household_and_aid_cost_seven_statements(app: TestApp) {
        let (world, _) = scene(&app).await;
        // 1: residents.
        let query = format!("query($n: Int!) {{ residents(first: $n) {{ edges {{ node {{ {OF_RESIDENT} }} }} }} }}");
        assert_cost(&app, &world, &query, 1 + UNDER_RESIDENT, |data| length(data, "/residents/edges"), |_, n| n).await;
        let (_, data) = cost(&app, &world.staff, &query, json!({ "n": 100 })).await;
        let aid = |row: &Value| length(row, "/node/aidRecords/edges");
        let given: Vec<usize> = data["residents"]["edges"].as_array().unwrap().iter().map(aid).collect();
        assert!(given.contains(&0) && given.contains(&5), "some have no aid, and of some it is cut: {given:?}");
    }

    async fn a_count_and_a_page_are_two_statements_and_what_is_not_selected_is_not_read(app: TestApp) {
        let (world, bulk) = scene(&app).await;
        let resident = encode("resident", bulk.residents[0].id);
        let one = |fields: &str| format!("{{ resident(id: {resident:?}) {{ {fields} }} }}");
        for (query, price) in [
            ("{ __typename }".to_owned(), 0),
            ("{ viewer { name roles { role } } }".to_owned(), 0),
            ("{ viewer { roles { community { name } } } }".to_owned(), 1),
            ("{ residents { totalCount } }".to_owned(), 1),
            ("{ residents { pageInfo { hasNextPage } } }".to_owned(), 1),
            ("{ residents { totalCount nodes { id } edges { cursor } pageInfo { endCursor } } }".to_owned(), 2),
            (one("fullName"), 1),
            (one("aidRecords { totalCount }"), 2),
            (one("aidRecords { totalCount nodes { id } }"), 3),
            // The key of the person, for both sealed values alone and together.
            (one("phone"), 2),
            (one("idDocument { masked }"), 2),
            (one("circumstances { kind resident { id } }"), 3),
        ] {
            let (found, _) = cost(&app, &world.staff, &query, json!({})).await;
            assert_eq!(found, price, "{query}");
        }
    }

    async fn communities_with_their_partners_cost_three_statements(app: TestApp) {
        let (world, _) = scene(&app).await;
        // 1: communities, those with pairings first. Staff see their own.
        let query = format!("query($n: Int!) {{ communities(first: $n, orderBy: [CODE_ASC]) {{ nodes {{ {OF_COMMUNITY} }} }} }}");
        let seen = |actor: &Actor, n| if actor.token == world.staff.token { 1 } else { n };
        assert_cost(&app, &world, &query, 1 + UNDER_COMMUNITY, |data| length(data, "/communities/nodes"), seen).await;
        // And as many pairings of one community as one likes.
        let query = "query($n: Int!) { communities(filter: { code: { eq: \"379999001001\" } }) { nodes { pairings(first: $n) { nodes { partnerUnit { name } } } } } }";
        assert_cost(&app, &world, query, 3, |data| length(data, "/communities/nodes/0/pairings/nodes"), |_, n| n).await;
    }

    async fn projects_with_partners_contributions_and_funding_cost_nine_statements(app: TestApp) {
        let (world, _) = scene(&app).await;
        // 1: projects.
        let query = format!("query($n: Int!) {{ projects(first: $n) {{ nodes {{ {OF_PROJECT} }} }} }}");
        assert_cost(&app, &world, &query, 1 + UNDER_PROJECT, |data| length(data, "/projects/nodes"), |_, n| n).await;
    }

    async fn other_arguments_cost_another_time_and_the_same_nothing(app: TestApp) {
        let (world, bulk) = scene(&app).await;
        let aid = |alias: &str, arguments: &str| {
            format!("{alias}: aidRecords({arguments}) {{ nodes {{ project {{ title }} contribution {{ partnerUnit {{ name }} }} }} }}")
        };
        // Grants, projects, contributions, contributors and units, for each set of arguments.
        let each = 5;
        for (number, fields) in [
            (1, aid("a", "first: 5")),
            (1, aid("a", "first: 5") + &aid("b", "first: 5")),
            (1, aid("a", "first: 5") + &aid("b", "first: $five") + &aid("c", "orderBy: null, first: 5")),
            (2, aid("a", "first: 5") + &aid("b", "first: 2, orderBy: [GIVEN_ON_DESC]")),
            (3, aid("a", "first: 5") + &aid("b", "last: 5") + &aid("c", "filter: { kind: { eq: GOODS } }")),
        ] {
            let fields = if fields.contains("$five") { fields } else { fields + " again: aidRecords(first: $five) { totalCount }" };
            // The count of those that are loaded already is one more.
            let counted = u64::from(fields.contains("totalCount"));
            let query = format!("query($n: Int!, $five: Int = 5) {{ residents(first: $n) {{ nodes {{ fullName {fields} }} }} }}");
            assert_cost(&app, &world, &query, 1 + number * each + counted, |data| length(data, "/residents/nodes"), |_, n| n).await;
        }
        // Two lists under two aliases are two pages.
        let query = format!("query($n: Int!) {{ a: residents(first: $n) {{ nodes {{ {OF_RESIDENT} }} }} b: residents(first: $n, orderBy: [NAME_ASC]) {{ nodes {{ {OF_RESIDENT} }} }} }}");
        assert_cost(&app, &world, &query, 2 * (1 + UNDER_RESIDENT), |data| length(data, "/b/nodes"), |_, n| n).await;
        assert_eq!(bulk.residents.len(), MANY.residents);
    }

    async fn fragments_cost_nothing_of_their_own(app: TestApp) {
        let (world, _) = scene(&app).await;
        for query in [
            format!("query($n: Int!) {{ residents(first: $n) {{ nodes {{ ...R }} }} }} fragment R on Resident {{ {OF_RESIDENT} }}"),
            format!("query($n: Int!) {{ residents(first: $n) {{ nodes {{ ... on Resident {{ {OF_RESIDENT} }} }} }} }}"),
            format!("query($n: Int!) {{ residents(first: $n) {{ nodes {{ ... on Node {{ ... on Resident {{ {OF_RESIDENT} }} }} }} }} }}"),
            format!("query($n: Int!) {{ residents(first: $n) {{ ...C }} }} fragment C on ResidentConnection {{ nodes {{ ...R }} }} fragment R on Resident {{ {OF_RESIDENT} }}"),
            // Said twice, and once through `edges`.
            format!("query($n: Int!) {{ residents(first: $n) {{ nodes {{ ...R ...R {OF_RESIDENT} }} edges {{ node {{ ...R }} }} }} }} fragment R on Resident {{ {OF_RESIDENT} }}"),
            // The same list in two halves: what is selected under both is loaded once.
            "query($n: Int!) { residents(first: $n) { nodes {
                household { room } aidRecords(first: 5) { nodes { givenOn project { title } } }
                ... { aidRecords(first: 5) { nodes { contribution { title partnerUnit { name } } } } }
            } } }".to_owned(),
        ] {
            assert_cost(&app, &world, &query, 1 + UNDER_RESIDENT, |data| length(data, "/residents/nodes"), |_, n| n).await;
        }
    }

    async fn objects_by_their_ids_cost_what_a_list_of_them_costs(app: TestApp) {
        let (world, bulk) = scene(&app).await;
        let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Resident {{ {OF_RESIDENT} }} ... on Project {{ {OF_PROJECT} }} }} }}");
        for actor in [&world.staff, &world.operator] {
            for n in NUMBERS {
                let (found, data) = cost(&app, actor, &query, json!({ "ids": residents(&bulk, n) })).await;
                assert_eq!((found, length(&data, "/nodes")), (1 + UNDER_RESIDENT, n));
            }
            // Of two types: once for each.
            for n in [1, 7, 50] {
                let projects = bulk.projects.iter().take(n).map(|row| encode("project", row.id));
                let ids: Vec<String> = residents(&bulk, n).into_iter().zip(projects).flat_map(<[String; 2]>::from).collect();
                let (found, data) = cost(&app, actor, &query, json!({ "ids": ids })).await;
                assert_eq!((found, length(&data, "/nodes")), (1 + UNDER_RESIDENT + 1 + UNDER_PROJECT, 2 * n));
            }
        }
    }

    async fn the_object_of_a_payload_costs_what_it_costs_in_a_query(app: TestApp) {
        let (world, bulk) = scene(&app).await;
        let (unit, resident) = (encode("partner_unit", bulk.units[0].id), encode("resident", bulk.residents[0].id));
        // Nothing of the object, the object alone, and with all that hangs on it.
        let input = |i: usize| json!({ "input": { "id": resident, "expectedVersion": i, "fullName": format!("王{i}") } });
        let amend = |fields: &str| format!("mutation($input: AmendResidentInput!) {{ amendResident(input: $input) {{ {fields} userErrors {{ code field }} }} }}");
        let mut found = Vec::new();
        for (i, fields) in ["", "resident { fullName }", &format!("resident {{ {OF_RESIDENT} }}"), &format!("resident {{ {OF_RESIDENT} }}")].into_iter().enumerate() {
            let (price, data) = cost(&app, &world.staff, &amend(fields), input(i + 1)).await;
            assert_eq!(data["amendResident"]["userErrors"], json!([]));
            found.push(price);
        }
        let writing = found[0];
        assert_eq!(found, [writing, writing + 1, writing + 1 + UNDER_RESIDENT, writing + 1 + UNDER_RESIDENT]);
        // A payload with a hundred rows below its object costs what one with a single row costs.
        let pay = |n: usize| format!("mutation($input: AmendPartnerUnitInput!) {{ amendPartnerUnit(input: $input) {{
            partnerUnit {{ participations(first: {n}) {{ nodes {{ roles project {{ title contributions(first: 5) {{ nodes {{ title }} }} }} }} }} }} userErrors {{ code field }} }} }}");
        let mut found = Vec::new();
        for (i, n) in NUMBERS.into_iter().enumerate() {
            let input = json!({ "input": { "id": unit, "expectedVersion": i + 1, "name": format!("单位{i}") } });
            let (price, data) = cost(&app, &world.staff, &pay(n), input).await;
            assert_eq!(data["amendPartnerUnit"]["userErrors"], json!([]));
            found.push(price);
        }
        assert!(found.iter().all(|price| *price == found[0]), "{found:?}");
    }

    async fn a_token_costs_two_statements_a_second(app: TestApp) {
        let world = World::new(&app).await;
        let now = app.app.clock.now();
        let mut found = Vec::new();
        for millis in [5_000, 5_000, 5_500, 5_999, 6_000, 6_001, 9_000] {
            app.app.clock.hold(now + chrono::TimeDelta::milliseconds(millis));
            found.push(cost(&app, &world.staff, "{ viewer { name } }", json!({})).await.0);
        }
        assert_eq!(found, [2, 0, 0, 0, 2, 0, 2]);
        assert_eq!(cost(&app, &app.anonymous(), "{ viewer { name } }", json!({})).await.0, 0);
    }
}

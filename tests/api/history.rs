//! `history`: the events about an object, on every object that changes, for those who read events.

use entity::event;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tongxin::{access::accounts::Role, relay::id};
use uuid::Uuid;

use crate::{
    harness::{
        Actor, Engine, TestApp, World,
        bulk::{self, Size, key_of},
        listing::{List, Page},
        make,
        roles::{self, Who},
        told::tell_of,
        types::Types,
        world::HERE,
    },
    specimens::SPECIMENS,
    statements::{assert_cost, cost, length, scene},
};

const OF_RESIDENT: &str = "query($id: ID!) { resident(id: $id) { history { totalCount nodes { action actor fields subjectId subject { id } } } } }";

/// What is changed under the version of what it is a part of, with events of its own.
const WITH_THE_VERSION_OF_ANOTHER: [&str; 1] = ["ContributionItem"];

fn actions(history: &Value) -> Vec<&str> {
    history["nodes"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect()
}

async fn amended(actor: &Actor, resident: &str, version: i32, name: &str) {
    let input = json!({ "id": resident, "expectedVersion": version, "fullName": name });
    make::created(actor, "amendResident", "resident", input).await;
}

/// Keys of the events about an object, in the order in which they happened.
async fn about(app: &TestApp, subject: &str) -> Vec<String> {
    let (kind, key) = id::parse(subject).unwrap();
    let select = event::Entity::find().filter(event::Column::SubjectKind.eq(kind));
    let rows = select.filter(event::Column::SubjectId.eq(key)).order_by_asc(event::Column::Seq);
    rows.all(app.app.db.writer()).await.unwrap().into_iter().map(|row| id::encode("event", row.id)).collect()
}

#[tokio::test]
async fn every_type_that_changes_has_a_history_and_no_other() {
    let app = TestApp::new(Engine::Sqlite).await;
    let types = Types::read(&app.operator().await).await;
    let has = |of: &str, name: &str| types.fields(of).iter().any(|field| field.name == name);
    let (with, without): (Vec<&String>, Vec<_>) = types.nodes.iter().partition(|of| has(of, "version"));
    assert!(with.len() > 30, "{with:?}");
    for of in with {
        assert!(has(of, "history"), "{of} has a version and no history: let it flatten `History`");
        assert_eq!(types.field(of, "history").of, "EventConnection", "{of}");
    }
    let changes: Vec<&String> = without.into_iter().filter(|of| has(of, "history")).collect();
    assert_eq!(changes, WITH_THE_VERSION_OF_ANOTHER, "has a history and no version");
    assert!(!tongxin::schema::sdl().contains("ResidentHistory"), "what is flattened is no type of its own");
}

crate::on_both! {
    async fn an_object_tells_what_became_of_it_and_who_did_it(app: TestApp) {
        let world = World::new(&app).await;
        let resident = make::resident(&world.staff, &world.community, "王小明").await;
        make::resident(&world.staff, &world.community, "另一人").await;
        amended(&world.staff, &resident, 1, "王大明").await;
        amended(&world.operator, &resident, 2, "王明").await;
        let answer = world.staff.gql(OF_RESIDENT, json!({ "id": resident })).await;
        let history = &answer.data()["resident"]["history"];
        assert_eq!(actions(history), ["registerResident", "amendResident", "amendResident"]);
        assert_eq!(history["totalCount"], 3);
        let actors: Vec<_> = history["nodes"].as_array().unwrap().iter().map(|event| event["actor"].clone()).collect();
        let staff = format!("staff-{HERE}");
        assert_eq!(actors, [json!(staff), json!(staff), json!("operator")]);
        for event in history["nodes"].as_array().unwrap() {
            assert_eq!((&event["subjectId"], &event["subject"]["id"]), (&json!(resident), &json!(resident)));
        }
        // It is a list like others: the latest, the next page, a filter.
        let list = List::new("history", "Event");
        let document = list.document(&format!("resident(id: {resident:?}) {{ LIST }}"));
        let page = async |arguments: Value| Page::read(&world.staff.gql(&document, arguments).await.data()["resident"]["history"]);
        let all = about(&app, &resident).await;
        assert_eq!(page(json!({ "last": 1 })).await.ids, all[2..]);
        let first = page(json!({ "first": 2 })).await;
        assert_eq!((&first.ids[..], first.has_next), (&all[..2], true));
        assert_eq!(page(json!({ "first": 2, "after": first.cursors[1] })).await.ids, all[2..]);
        let by = page(json!({ "filter": { "actor": { "eq": "operator" } } })).await;
        assert_eq!((by.ids, by.total), (vec![all[2].clone()], 1));
    }

    async fn a_mutation_answers_with_the_event_that_it_just_left(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let input = json!({ "id": resident, "expectedVersion": 1, "fullName": "王明" });
        let payload = world.staff.mutate("amendResident", "resident", "history(last: 1) { nodes { action fields } }", input).await;
        assert_eq!(payload["resident"]["history"]["nodes"], json!([{ "action": "amendResident", "fields": ["fullName"] }]));
    }

    async fn every_mutation_is_in_the_history_of_the_object_that_it_answers_with(app: TestApp) {
        let world = World::new(&app).await;
        let types = Types::read(&world.operator).await;
        let mut told = 0;
        for specimen in SPECIMENS {
            let payload = types.fields("Mutation").iter().find(|field| field.name == specimen.mutation).unwrap();
            let object = types.fields(&payload.of).iter().find(|field| types.nodes.contains(&field.of)).unwrap();
            if !types.fields(&object.of).iter().any(|field| field.name == "history") {
                continue;
            }
            let input = specimen.input(&world).await;
            let written = specimen.actor(&world).mutate(specimen.mutation, &object.name, "id", input).await;
            let id = &make::id_of(&written, &object.name);
            let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on {} {{ history(last: 50) {{ nodes {{ id action }} }} }} }} }}", object.of);
            let answer = world.operator.gql(&query, json!({ "id": id })).await;
            let history = &answer.data()["node"]["history"];
            let shown: Vec<&str> = history["nodes"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap()).collect();
            assert_eq!(shown, about(&app, id).await, "{}", specimen.mutation);
            // Some are told of a row beside the object that they answer with.
            told += usize::from(actions(history).contains(&specimen.mutation));
        }
        assert!(told > 60, "{told} mutations are told by their objects");
    }

    async fn who_reads_no_events_sees_the_object_without_its_history(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let unit = world.unit().await;
        let (community, resident_key) = (key_of(&world.community), key_of(&resident));
        let own = roles::account(&app, "own", community, &[Who::resident(resident_key)]).await;
        let partner = roles::account(&app, "partner", community, &[Who::partner(key_of(&unit))]).await;
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
        let none = json!({ "totalCount": 0, "nodes": [] });
        assert_eq!(own.gql(OF_RESIDENT, json!({ "id": resident })).await.data()["resident"]["history"], none);
        for actor in [&world.staff, &world.operator, &secretary, &auditor] {
            let answer = actor.gql(OF_RESIDENT, json!({ "id": resident })).await;
            assert_eq!(actions(&answer.data()["resident"]["history"]), ["registerResident"]);
        }
        let of_unit = "query($id: ID!) { partnerUnit(id: $id) { name history { totalCount nodes { action } } pairings { nodes { history { totalCount nodes { action } } } } } }";
        let answer = partner.gql(of_unit, json!({ "id": unit })).await;
        assert_eq!((&answer.data()["partnerUnit"]["history"], &answer.data()["partnerUnit"]["pairings"]["nodes"][0]["history"]), (&none, &none));
        // The directory belongs to no community: what became of a unit is the operator's to read, its pairing the community's.
        let answer = world.staff.gql(of_unit, json!({ "id": unit })).await;
        assert_eq!(answer.data()["partnerUnit"]["history"], none);
        assert_eq!(actions(&answer.data()["partnerUnit"]["pairings"]["nodes"][0]["history"]), ["pairPartnerUnit"]);
        let answer = world.operator.gql(of_unit, json!({ "id": unit })).await;
        assert_eq!(actions(&answer.data()["partnerUnit"]["history"]), ["registerPartnerUnit"]);
    }

    async fn the_history_of_a_page_costs_one_statement(app: TestApp) {
        let (world, bulk) = scene(&app).await;
        for (field, prefix, keys) in [
            ("residents", "resident", bulk.residents.iter().map(|row| row.id).collect::<Vec<Uuid>>()),
            ("projects", "project", bulk.projects.iter().map(|row| row.id).collect()),
        ] {
            let ids: Vec<String> = keys.into_iter().map(|key| id::encode(prefix, key)).collect();
            tell_of(&app, bulk.community, bulk.account, &ids, 3).await;
            let rows = |data: &Value| length(data, &format!("/{field}/nodes"));
            let query = |history: &str| format!("query($n: Int!) {{ {field}(first: $n) {{ nodes {{ id {history} }} }} }}");
            assert_cost(&app, &world, &query("history(last: 2) { nodes { action fields } pageInfo { hasPreviousPage } }"), 2, rows, |_, n| n).await;
            assert_cost(&app, &world, &query("history { totalCount }"), 2, rows, |_, n| n).await;
            // Who did it, for all events together; and the community.
            assert_cost(&app, &world, &query("history(first: 2) { totalCount nodes { actor community { name } } }"), 5, rows, |_, n| n).await;
        }
        let (_, data) = cost(&app, &world.staff, "{ residents(first: 100) { nodes { history(last: 2) { totalCount nodes { id } } } } }", json!({})).await;
        for row in data["residents"]["nodes"].as_array().unwrap() {
            assert_eq!((length(row, "/history/nodes"), &row["history"]["totalCount"]), (2, &json!(3)));
        }
    }

    async fn an_object_of_another_type_with_the_same_key_has_a_history_of_its_own(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, Size { residents: 7, projects: 1, units: 7 }).await;
        let (resident, twin) = (id::encode("resident", bulk.residents[0].id), id::encode("household", bulk.residents[0].id));
        tell_of(&app, bulk.community, bulk.account, &[resident.clone(), twin], 2).await;
        let answer = world.staff.gql(OF_RESIDENT, json!({ "id": resident })).await;
        assert_eq!(answer.data()["resident"]["history"]["totalCount"], 2);
    }
}

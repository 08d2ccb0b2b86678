//! Any object by its id, through `node`, `nodes` and its own query.

use serde_json::{Value, json};
use tongxin::{relay::id::encode, schema::TYPES};
use uuid::Uuid;

use crate::{
    harness::{
        Actor, World,
        bulk::{self, Size, key_of},
        types::{Kind, Types},
    },
    prefetch::samples,
};

const FEW: Size = Size { residents: 12, projects: 3, units: 7 };

async fn by_id(actor: &Actor, id: &str, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ id __typename {fields} }} }}");
    actor.gql(&query, json!({ "id": id })).await.data()["node"].clone()
}

crate::on_both! {
    async fn every_type_is_found_by_its_id_and_shows_the_same_through_every_door(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let types = Types::read(&world.staff).await;
        let samples = samples(&world, &bulk).await;
        let known: Vec<&str> = TYPES.iter().map(|(of, _)| *of).collect();
        assert_eq!(types.nodes.len(), known.len());
        for (of, prefix) in TYPES {
            assert!(types.nodes.contains(*of), "{of} implements Node");
            let leaves = types.fields(of).iter().filter(|field| field.kind == Kind::Leaf).map(|field| field.name.as_str());
            let leaves = leaves.collect::<Vec<_>>().join(" ");
            let own: Vec<&str> = samples.iter().filter(|(_, known)| known == of).map(|(id, _)| id.as_str()).collect();
            assert!(!own.is_empty(), "a sample of {of} is missing");
            let root = of[..1].to_lowercase() + &of[1..];
            let named = types.fields("Query").iter().any(|field| field.name == root);
            let all = world.operator.gql(&format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {of} {{ {leaves} }} }} }}"), json!({ "ids": own })).await;
            for (id, found) in own.iter().zip(all.data()["nodes"].as_array().unwrap()) {
                assert!(id.starts_with(&format!("{prefix}_")), "{id}");
                let alone = by_id(&world.operator, id, &format!("... on {of} {{ {leaves} }}")).await;
                assert_eq!((&alone["id"], &alone["__typename"]), (&json!(id), &json!(of)));
                assert_eq!(alone["id"], found["id"]);
                let mut alone = alone.as_object().unwrap().clone();
                alone.remove("__typename");
                assert_eq!(Value::from(alone), *found, "{of}");
                if named {
                    let answer = world.operator.gql(&format!("query($id: ID!) {{ {root}(id: $id) {{ {leaves} }} }}"), json!({ "id": id })).await;
                    assert_eq!(answer.data()[&root], *found, "{of}");
                }
            }
        }
    }

    async fn what_is_elsewhere_and_what_is_nowhere_look_alike(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let types = Types::read(&world.staff).await;
        for (of, prefix) in TYPES {
            let nowhere = encode(prefix, app.app.clock.new_id());
            let foreign = samples(&world, &bulk).await.into_iter().filter(|(id, known)| {
                // The sub-district and the other community are the neighbours' too.
                known == of && !matches!(*of, "SubDistrict") && *id != world.elsewhere
            });
            let foreign: Vec<String> = foreign.map(|(id, _)| id).collect();
            let root = of[..1].to_lowercase() + &of[1..];
            let named = types.fields("Query").iter().any(|field| field.name == root);
            for id in foreign.iter().chain([&nowhere]) {
                assert_eq!(by_id(&world.stranger, id, "").await, Value::Null, "{id}");
                let both = world.stranger.gql("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": [id, world.elsewhere, id] })).await;
                assert_eq!(both.data()["nodes"], json!([null, { "id": world.elsewhere }, null]));
                if named {
                    let answer = world.stranger.gql(&format!("query($id: ID!) {{ {root}(id: $id) {{ id }} }}"), json!({ "id": id })).await;
                    assert_eq!(answer.data(), &json!({ root.as_str(): null }));
                }
            }
            assert!(*of == "SubDistrict" || !foreign.is_empty(), "{of}");
        }
    }

    async fn nodes_answer_in_the_order_of_the_ids_with_each_as_often_as_it_is_asked_for(app: TestApp) {
        let world = World::new(&app).await;
        let bulk = bulk::fill(&app, &world.community, FEW).await;
        let (resident, household) = (encode("resident", bulk.residents[0].id), encode("household", bulk.households[0].id));
        // The same key under another prefix is another object.
        let twin = encode("household", bulk.residents[0].id);
        let ids = json!([household, resident, twin, resident, world.community, household]);
        let answer = world.staff.gql("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", json!({ "ids": ids })).await;
        let found: Vec<Value> = answer.data()["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect();
        assert_eq!(json!(found), json!([household, resident, null, resident, world.community, household]));
        let answer = world.staff.ask("{ nodes(ids: []) { id } }").await;
        assert_eq!(answer.data()["nodes"], json!([]));
    }

    async fn a_hundred_ids_are_answered_and_one_more_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let answer = world.staff.gql(query, json!({ "ids": vec![&resident; 100] })).await;
        assert_eq!(answer.data()["nodes"].as_array().unwrap().len(), 100);
        for number in [101, 10_000] {
            let answer = world.staff.gql(query, json!({ "ids": vec![&resident; number] })).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT");
            assert!(answer.message().contains(&format!("ids: {number} are too many")), "{}", answer.message());
        }
    }

    async fn an_id_that_cannot_be_is_refused_by_the_name_of_its_argument(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let suffix = resident.rsplit_once('_').unwrap().1;
        let mut wrong: Vec<String> = ["", " ", "x", "resident", "resident_", "_", "居民_1", "a\0b", "resident_01h455vb4pex5vsknk084sn02", "resident_81h455vb4pex5vsknk084sn02q", "resident_01h455vb4pex5vsknk084sn0lu", "1", "null", "../resident"]
            .map(str::to_owned).into();
        // No prefix, another case, a blank, the plain UUID, a prefix of no type, and ten thousand characters.
        wrong.extend([suffix.to_owned(), resident.to_uppercase(), format!("{resident} "), key_of(&resident).to_string(), "a".repeat(10_000)]);
        for wrong in &wrong {
            for (query, variables) in [
                ("query($id: ID!) { node(id: $id) { id } }", json!({ "id": wrong })),
                ("query($id: ID!) { resident(id: $id) { id } }", json!({ "id": wrong })),
                ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": [resident, wrong] })),
            ] {
                let answer = world.staff.gql(query, variables).await;
                assert_eq!(answer.code(), "BAD_USER_INPUT", "{wrong:.60}: {:#}", answer.body);
                let argument = if query.contains("nodes") { "ids: " } else { "id: " };
                assert!(answer.message().starts_with(argument) && answer.message().len() < 300, "{wrong:.60}: {}", answer.message());
            }
        }
        for prefix in ["account", "token", "data_key", "colour"] {
            let answer = world.staff.gql("query($id: ID!) { node(id: $id) { id } }", json!({ "id": format!("{prefix}_{suffix}") })).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT", "{prefix}: {:#}", answer.body);
        }
    }

    async fn the_id_of_another_type_is_refused_with_both_types_named(app: TestApp) {
        let world = World::new(&app).await;
        let types = Types::read(&world.staff).await;
        let mut asked = 0;
        for (of, prefix) in TYPES {
            let root = of[..1].to_lowercase() + &of[1..];
            if !types.fields("Query").iter().any(|field| field.name == root) {
                continue;
            }
            let other = if *prefix == "resident" { "household" } else { "resident" };
            let id = encode(if other == "resident" { "resident" } else { "household" }, Uuid::from_u128(5));
            let answer = world.staff.gql(&format!("query($id: ID!) {{ {root}(id: $id) {{ id }} }}"), json!({ "id": id })).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT", "{root}");
            let message = answer.message();
            assert!(message.starts_with("id: ") && message.contains(&format!("`{other}`")) && message.contains(&format!("`{prefix}`")), "{root}: {message}");
            asked += 1;
        }
        assert!(asked >= 12, "{asked} named queries");
    }

    async fn nobody_learns_nothing_by_an_id(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        for id in [resident.as_str(), "resident_01h455vb4pex5vsknk084sn02q", "x"] {
            for query in ["query($id: ID!) { node(id: $id) { id } }", "query($id: ID!) { nodes(ids: [$id]) { id } }", "query($id: ID!) { resident(id: $id) { id } }"] {
                let answer = app.anonymous().gql(query, json!({ "id": id })).await;
                assert_eq!(answer.code(), "UNAUTHENTICATED", "{query} {id}: {:#}", answer.body);
            }
        }
    }
}

//! Who was given aid under several programmes: persons by their own grants, households by all that reached them.

use serde_json::{Value, json};

use crate::{
    aid::decide,
    harness::{Actor, World, make},
};

const QUERY: &str = "query($c: ID!, $from: Date!, $to: Date!, $by: OverlapBy! = PERSON, $first: Int, $after: String) {
    beneficiaryOverlap(communityId: $c, from: $from, to: $to, by: $by, first: $first, after: $after) {
        totalCount beneficiaries { resident { id } household { id } programmes { id } records value { yuan precision } } hasNextPage endCursor
    } }";

async fn ask(actor: &Actor, community: &str, more: Value) -> Value {
    let mut variables = json!({ "c": community, "from": "2022-01-01", "to": "2022-12-31" });
    variables.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    actor.gql(QUERY, variables).await.data()["beneficiaryOverlap"].clone()
}

/// Recipients with the number of their grants.
fn told(found: &Value) -> Vec<(String, i64)> {
    let of = |one: &Value| {
        let id = one["resident"]["id"].as_str().or(one["household"]["id"].as_str()).expect("a person or a household");
        (id.to_owned(), one["records"].as_i64().unwrap())
    };
    found["beneficiaries"].as_array().unwrap().iter().map(of).collect()
}

/// A grant that was handed over.
async fn given(world: &World, to: &str, from: &str, programme: &str, more: Value) -> String {
    let mut input = json!({ "quantity": "1", "value": "10.01", "programmeId": programme });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let aid = make::aid(&world.staff, &world.community, to, from, input).await;
    decide(&world.staff, "approveAid", &aid).await;
    decide(&world.staff, "deliverAid", &aid).await;
    aid
}

crate::on_both! {
    async fn who_got_from_two_programmes_is_told_and_nobody_else(app: TestApp) {
        let world = World::new(&app).await;
        let goods = world.goods().await;
        let programme = async |scope: &str| make::programme(&world.staff, &world.community, &world.name("项目"), scope).await;
        let (meals, heating, homes) = (programme("PERSON").await, programme("PERSON").await, programme("HOUSEHOLD").await);
        let (household, head) = world.household().await;
        let (both, twice, other) = (world.resident().await, world.resident().await, world.resident().await);
        for (to, under) in [(&both, &meals), (&both, &heating), (&both, &heating), (&twice, &meals), (&twice, &meals), (&head, &meals)] {
            given(&world, to, &goods, under, json!({})).await;
        }
        // Promised, given in another year, given and returned: none of these was received in the period.
        make::aid(&world.staff, &world.community, &twice, &goods, json!({ "quantity": "1", "programmeId": heating })).await;
        given(&world, &other, &goods, &meals, json!({})).await;
        given(&world, &other, &goods, &heating, json!({ "givenOn": "2021-12-31" })).await;
        let returned = given(&world, &other, &goods, &heating, json!({})).await;
        decide(&world.staff, "returnAid", &returned).await;

        let found = ask(&world.staff, &world.community, json!({})).await;
        assert_eq!(found["totalCount"], 1, "those who keep the records are told of few as well");
        assert_eq!(told(&found), [(both.clone(), 3)]);
        let one = &found["beneficiaries"][0];
        assert_eq!(one["programmes"], json!([{ "id": meals }, { "id": heating }]), "as they came on record");
        assert_eq!(one["value"], json!({ "yuan": "30.03", "precision": "EXACT" }));
        assert_eq!(told(&ask(&world.staff, &world.community, json!({ "from": "2021-01-01" })).await).len(), 2);

        // The household and whoever lives in it are one family.
        assert_eq!(told(&ask(&world.staff, &world.community, json!({ "by": "HOUSEHOLD" })).await), []);
        let to_all = json!({ "residentId": null, "householdId": household });
        given(&world, &head, &goods, &homes, to_all).await;
        assert_eq!(told(&ask(&world.staff, &world.community, json!({ "by": "HOUSEHOLD" })).await), [(household, 2)]);
        assert_eq!(told(&ask(&world.staff, &world.community, json!({})).await), [(both, 3)], "the head's own grants are under one");
    }

    async fn its_pages_give_everybody_once_in_as_many_statements_for_many(app: TestApp) {
        let world = World::new(&app).await;
        let goods = world.goods().await;
        let mut everybody = Vec::new();
        let programmes = [
            make::programme(&world.staff, &world.community, "助餐", "PERSON").await,
            make::programme(&world.staff, &world.community, "助浴", "PERSON").await,
        ];
        for _ in 0..7 {
            let resident = world.resident().await;
            for programme in &programmes {
                given(&world, &resident, &goods, programme, json!({})).await;
            }
            everybody.push(resident);
        }
        let mut costs = Vec::new();
        for size in [1, 3, 7] {
            let (mut walked, mut after) = (Vec::new(), Value::Null);
            loop {
                let before = app.statements();
                let found = ask(&world.staff, &world.community, json!({ "first": size, "after": after })).await;
                costs.push(app.statements() - before);
                walked.extend(told(&found).into_iter().map(|(id, _)| id));
                after = found["endCursor"].clone();
                if found["hasNextPage"] == false {
                    break;
                }
            }
            everybody.sort();
            walked.sort();
            assert_eq!(walked, everybody, "in pages of {size}");
        }
        costs.dedup();
        assert_eq!(costs.len(), 1, "{costs:?}");
        // An auditor sees masked rows, and is told no number of few.
        let auditor = app.account("auditor", tongxin::access::accounts::Role::Auditor, Some(crate::harness::world::HERE)).await;
        assert_eq!(ask(&auditor, &world.community, json!({})).await["totalCount"], 7);
        for resident in &everybody[..3] {
            let query = "query($r: ID!) { aidRecords(filter: { residentId: $r }) { nodes { id } } }";
            let grants = world.staff.gql(query, json!({ "r": resident })).await;
            let first = grants.data()["aidRecords"]["nodes"][0]["id"].as_str().unwrap().to_owned();
            decide(&world.staff, "returnAid", &first).await;
        }
        assert_eq!(ask(&auditor, &world.community, json!({})).await["totalCount"], Value::Null, "of four");
        assert_eq!(ask(&world.staff, &world.community, json!({})).await["totalCount"], 4);
        let foreign = world.staff.gql(QUERY, json!({ "c": world.community, "from": "2022-01-01", "to": "2022-12-31", "after": "x" })).await;
        assert!(foreign.message().starts_with("`after` is not a cursor"), "{}", foreign.message());
    }

    async fn nobody_is_told_of_another_community(app: TestApp) {
        let world = World::new(&app).await;
        let answer = world.stranger.gql(QUERY, json!({ "c": world.community, "from": "2022-01-01", "to": "2022-12-31" })).await;
        assert_eq!(answer.code(), "BAD_USER_INPUT");
        assert!(answer.message().contains("communityId"), "{}", answer.message());
        assert_eq!(app.anonymous().gql(QUERY, json!({ "c": world.community, "from": "2022-01-01", "to": "2022-12-31" })).await.code(), "UNAUTHENTICATED");
    }
}

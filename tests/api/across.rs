//! Who is aided in several communities: told to an operator, and to nobody else.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::harness::{Actor, World, make, world::HERE};

const QUERY: &str = "query($filter: AidAcrossCommunitiesFilter!, $first: Int, $after: String) {
    aidAcrossCommunities(filter: $filter, first: $first, after: $after) {
        persons { residents { id community { code } fullName } aidRecords { id status resident { id } } } hasNextPage endCursor
    } }";

async fn ask(actor: &Actor, filter: Value, first: i32, after: Value) -> Value {
    let answer = actor.gql(QUERY, json!({ "filter": filter, "first": first, "after": after })).await;
    answer.data()["aidAcrossCommunities"].clone()
}

fn year() -> Value {
    json!({ "from": "2022-01-01", "to": "2022-12-31" })
}

/// A resident with this passport.
async fn resident(staff: &Actor, community: &str, passport: &str) -> String {
    let input = json!({ "communityId": community, "fullName": format!("持照{passport}"), "idDocument": { "kind": "PASSPORT", "number": passport } });
    make::created(staff, "registerResident", "resident", input).await
}

async fn goods(staff: &Actor, community: &str, unit: &str) -> String {
    let input = json!({
        "communityId": community, "kind": "GOODS", "title": "物资", "contributors": [{ "partnerUnitId": unit }], "received": { "quantity": "100000" }, "receivedOn": "2022-01-01",
    });
    make::created(staff, "recordContribution", "contribution", input).await
}

/// What both communities give out of.
async fn sources(world: &World) -> (String, String) {
    let unit = world.unit().await;
    make::paired(&world.operator, &world.elsewhere, &unit).await;
    (goods(&world.staff, &world.community, &unit).await, goods(&world.stranger, &world.elsewhere, &unit).await)
}

async fn persons(actor: &Actor, filter: Value) -> Vec<Vec<String>> {
    let found = ask(actor, filter, 50, Value::Null).await;
    let persons = found["persons"].as_array().unwrap();
    let ids = |person: &Value| {
        let mut ids: Vec<String> =
            person["residents"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    let mut all: Vec<_> = persons.iter().map(ids).collect();
    all.sort();
    all
}

crate::on_both! {
    async fn an_operator_sees_who_is_aided_in_two_communities(app: TestApp) {
        let world = World::new(&app).await;
        let (here, there) = sources(&world).await;
        // In both; in both but given once; without a document, in both; in one.
        let both = (resident(&world.staff, &world.community, "E12345678").await, resident(&world.stranger, &world.elsewhere, "E12345678").await);
        let once = (resident(&world.staff, &world.community, "E12345679").await, resident(&world.stranger, &world.elsewhere, "E12345679").await);
        let nobody = (world.resident().await, make::resident(&world.stranger, &world.elsewhere, "无证").await);
        let alone = resident(&world.staff, &world.community, "E12345670").await;
        let quantity = || json!({ "quantity": "1" });
        for resident in [&both.0, &once.0, &nobody.0, &alone, &alone] {
            make::aid(&world.staff, &world.community, resident, &here, quantity()).await;
        }
        let mut given = Vec::new();
        for resident in [&both.1, &nobody.1] {
            given.push(make::aid(&world.stranger, &world.elsewhere, resident, &there, quantity()).await);
        }
        let mut expected = vec![both.0.clone(), both.1.clone()];
        expected.sort();
        assert_eq!(persons(&world.operator, year()).await, [expected.clone()]);
        let found = ask(&world.operator, year(), 20, Value::Null).await;
        assert_eq!((found["persons"][0]["aidRecords"].as_array().unwrap().len(), &found["hasNextPage"]), (2, &json!(false)));

        // Only what stands, only in the period, only of the kind, only under the programme.
        assert_eq!(persons(&world.operator, json!({ "from": "2021-01-01", "to": "2021-12-31" })).await, Vec::<Vec<String>>::new());
        let with = |field: &str, value: &str| { let mut filter = year(); filter[field] = json!(value); filter };
        assert_eq!(persons(&world.operator, with("kind", "GOODS")).await, [expected.clone()]);
        assert_eq!(persons(&world.operator, with("kind", "CASH")).await, Vec::<Vec<String>>::new());
        assert_eq!(persons(&world.operator, with("programmeName", "助学")).await, Vec::<Vec<String>>::new());
        let cancelled = json!({ "id": given[0], "expectedVersion": 1, "reason": "重复" });
        make::id_of(&world.stranger.mutate("cancelAid", "aidRecord", "id", cancelled).await, "aidRecord");
        assert_eq!(persons(&world.operator, year()).await, Vec::<Vec<String>>::new());
    }

    async fn the_programme_is_told_by_its_name_in_each_community(app: TestApp) {
        let world = World::new(&app).await;
        let (here, there) = sources(&world).await;
        let passport = "E22345678";
        let (one, other) = (resident(&world.staff, &world.community, passport).await, resident(&world.stranger, &world.elsewhere, passport).await);
        let programmes = (make::programme(&world.staff, &world.community, "助学", "PERSON").await, make::programme(&world.stranger, &world.elsewhere, "助学", "PERSON").await);
        make::aid(&world.staff, &world.community, &one, &here, json!({ "quantity": "1", "programmeId": programmes.0 })).await;
        make::aid(&world.stranger, &world.elsewhere, &other, &there, json!({ "quantity": "1", "programmeId": programmes.1 })).await;
        for (name, found) in [("助学", 1), ("助残", 0)] {
            let filter = json!({ "from": "2022-01-01", "to": "2022-12-31", "programmeName": name });
            assert_eq!(persons(&world.operator, filter).await.len(), found, "{name}");
        }
    }

    async fn its_pages_give_everybody_once_in_as_many_statements_for_many(app: TestApp) {
        let world = World::new(&app).await;
        let (here, there) = sources(&world).await;
        for n in 0..7 {
            let passport = format!("E3234567{n}");
            let (one, other) = (resident(&world.staff, &world.community, &passport).await, resident(&world.stranger, &world.elsewhere, &passport).await);
            make::aid(&world.staff, &world.community, &one, &here, json!({ "quantity": "1" })).await;
            make::aid(&world.stranger, &world.elsewhere, &other, &there, json!({ "quantity": "1" })).await;
        }
        let (mut seen, mut after, mut pages) = (Vec::new(), Value::Null, 0);
        loop {
            let page = ask(&world.operator, year(), 3, after).await;
            seen.extend(page["persons"].as_array().unwrap().iter().map(|person| person["residents"][0]["fullName"].as_str().unwrap().to_owned()));
            pages += 1;
            after = page["endCursor"].clone();
            if page["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!((seen.len(), pages), (7, 3));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 7, "everybody once");
        let cost = async |first: i32| {
            let before = app.statements();
            ask(&world.operator, year(), first, Value::Null).await;
            app.statements() - before
        };
        // The token is known by now.
        cost(1).await;
        assert_eq!(cost(1).await, cost(7).await);
        // A cursor is good for its own filter, and says nothing.
        let cursor = ask(&world.operator, year(), 1, Value::Null).await["endCursor"].clone();
        for (filter, after) in [(json!({ "from": "2022-01-01", "to": "2022-12-30" }), cursor), (year(), json!("x"))] {
            let answer = world.operator.gql(QUERY, json!({ "filter": filter, "after": after })).await;
            assert_eq!(answer.code(), "BAD_USER_INPUT");
            assert!(answer.message().starts_with("`after` is not a cursor"), "{}", answer.message());
        }
        for first in [-1, 101] {
            let answer = world.operator.gql(QUERY, json!({ "filter": year(), "first": first })).await;
            assert!(answer.message().contains(&first.to_string()), "{}", answer.message());
        }
    }

    async fn nobody_else_may_ask(app: TestApp) {
        let world = World::new(&app).await;
        let secretary = app.account("secretary", Role::Secretary, Some(HERE)).await;
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        for actor in [&world.staff, &secretary, &auditor] {
            let answer = actor.gql(QUERY, json!({ "filter": year() })).await;
            assert_eq!(answer.code(), "FORBIDDEN", "{:#}", answer.body);
        }
        assert_eq!(app.anonymous().gql(QUERY, json!({ "filter": year() })).await.code(), "UNAUTHENTICATED");
        let refused = "SELECT action FROM audit_entry WHERE kind = 'REFUSAL' AND action = 'aidAcrossCommunities'";
        assert_eq!(app.texts(refused, "action").await.len(), 3, "each is on record");
    }
}

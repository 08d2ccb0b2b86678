//! What programmes ask for: `eligibility` tells it rule by rule, and the same rules decide when a grant is recorded.

use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::{
    aid::{decide, received},
    harness::{Actor, World, actor::refusals, make, mutate_together, world::HERE},
};

const ELIGIBILITY: &str = "query($p: ID!, $r: ID!, $on: Date, $yuan: Decimal, $e: String) { eligibility(programmeId: $p, residentId: $r, on: $on, yuan: $yuan, occasion: $e) {
    eligible on documents rules { rule met explanation aidRecordId } } }";

pub async fn programme(world: &World, scope: &str, once_per: Option<&str>, rules: Value) -> String {
    let input = json!({ "communityId": world.community, "name": world.name("项目"), "scope": scope, "oncePer": once_per, "rules": rules });
    make::created(&world.staff, "establishAidProgramme", "aidProgramme", input).await
}

async fn ask(actor: &Actor, programme: &str, resident: &str, on: &str) -> Value {
    let asked = json!({ "p": programme, "r": resident, "on": on });
    actor.gql(ELIGIBILITY, asked).await.data()["eligibility"].clone()
}

/// The rules that are not met.
fn broken(eligibility: &Value) -> Vec<String> {
    let rules = eligibility["rules"].as_array().unwrap_or_else(|| panic!("{eligibility:#}"));
    rules.iter().filter(|rule| rule["met"] == false).map(|rule| rule["rule"].as_str().unwrap().to_owned()).collect()
}

/// The rules that a grant is refused by.
fn told(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().unwrap();
    errors.iter().filter_map(|error| Some(error["details"]["rule"].as_str()?.to_owned())).collect()
}

async fn give(world: &World, programme: &str, resident: &str, from: &str, more: Value) -> Value {
    let mut input = json!({
        "communityId": world.community, "programmeId": programme, "residentId": resident, "contributionId": from, "quantity": "1", "givenOn": "2022-03-01",
    });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.staff.mutate("recordAid", "aidRecord", "id occasion", input).await
}

/// A resident born on this day, with these circumstances and since when.
async fn person(world: &World, born: Option<&str>, circumstances: &[(&str, &str, Option<&str>)]) -> String {
    let input = json!({ "communityId": world.community, "fullName": world.name("居民"), "birthDate": born });
    let resident = make::created(&world.staff, "registerResident", "resident", input).await;
    make::consent(&world.staff, &resident).await;
    for (kind, from, to) in circumstances {
        let input = json!({ "residentId": resident, "kind": kind, "startedOn": from, "endedOn": to });
        make::created(&world.staff, "recordCircumstance", "circumstance", input).await;
    }
    resident
}

crate::on_both! {
    async fn the_same_rules_explain_and_decide(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "100", "yuan": "100000" })).await;
        let rules = json!({ "circumstances": ["LOW_INCOME", "PUPIL"], "ageFrom": 18, "ageTo": 59, "opensOn": "2022-01-01", "closesOn": "2022-12-31",
            "documents": ["低保证", "身份证"] });
        let programme = programme(&world, "PERSON", None, rules).await;
        let low = [("LOW_INCOME", "2021-01-01", Some("2022-06-30"))];
        for (resident, on, expected) in [
            (person(&world, Some("1980-05-01"), &low).await, "2022-03-01", vec![]),
            // On the aid's own day, the ends included.
            (person(&world, Some("1980-05-01"), &low).await, "2022-06-30", vec![]),
            (person(&world, Some("1980-05-01"), &low).await, "2022-07-01", vec!["CIRCUMSTANCES"]),
            (person(&world, Some("1980-05-01"), &low).await, "2021-12-31", vec!["OPENING"]),
            (person(&world, Some("1962-03-01"), &low).await, "2022-03-01", vec!["AGE"]),
            (person(&world, Some("1962-03-02"), &low).await, "2022-03-01", vec![]),
            (person(&world, None, &[("VETERAN", "2001-01-01", None)]).await, "2020-01-01", vec!["OPENING", "CIRCUMSTANCES", "AGE"]),
            (person(&world, Some("2004-06-01"), &[("PUPIL", "2015-01-01", None)]).await, "2022-03-01", vec!["AGE"]),
        ] {
            let found = ask(&world.staff, &programme, &resident, on).await;
            assert_eq!(broken(&found), expected, "{on} {found:#}");
            assert_eq!((&found["eligible"], &found["on"], &found["documents"]), (&json!(expected.is_empty()), &json!(on), &json!(["低保证", "身份证"])));
            assert_eq!(found["rules"].as_array().unwrap().len(), 4, "each rule is told, met or not");
            let before = app.tables().await;
            let payload = give(&world, &programme, &resident, &goods, json!({ "givenOn": on })).await;
            assert_eq!(told(&payload), expected, "{payload:#}");
            assert!(refusals(&payload).iter().all(|refusal| refusal.starts_with("NOT_ELIGIBLE ")), "{payload:#}");
            assert_eq!(before.changes_to(&app.tables().await).is_empty(), !expected.is_empty());
        }
    }

    async fn grids_ceilings_and_budgets_bound_a_programme(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "100", "yuan": "100000" })).await;
        let other = received(&world, "GOODS", json!({ "quantity": "100", "yuan": "100000" })).await;
        let (grid, far) = (make::grid(&world.staff, &world.community, "东格").await, make::grid(&world.staff, &world.community, "西格").await);
        let home = async |grid: &str| {
            let building = json!({ "communityId": world.community, "gridId": grid, "name": world.name("楼") });
            let building = make::created(&world.staff, "registerBuilding", "building", building).await;
            let head = world.resident().await;
            make::household(&world.staff, &world.community, &building, "101", &head).await;
            head
        };
        let rules = json!({ "gridIds": [grid], "contributionIds": [goods], "ceiling": { "yuan": "100.50", "times": 2, "per": "YEAR" } });
        let programme = programme(&world, "PERSON", None, rules).await;
        let (near, away, nowhere) = (home(&grid).await, home(&far).await, world.resident().await);
        for resident in [&away, &nowhere] {
            assert_eq!(told(&give(&world, &programme, resident, &goods, json!({ "value": "1" })).await), ["GRIDS"]);
        }
        assert_eq!(refusals(&give(&world, &programme, &near, &other, json!({ "value": "1" })).await), ["INVALID contributionId"]);
        assert_eq!(refusals(&give(&world, &programme, &near, &goods, json!({})).await), ["REQUIRED value"]);
        assert_eq!(told(&give(&world, &programme, &near, &goods, json!({ "value": "100.51" })).await), ["VALUE"]);
        let first = make::id_of(&give(&world, &programme, &near, &goods, json!({ "value": "60" })).await, "aidRecord");
        assert_eq!(told(&give(&world, &programme, &near, &goods, json!({ "value": "40.51" })).await), ["VALUE"]);
        make::id_of(&give(&world, &programme, &near, &goods, json!({ "value": "40.50" })).await, "aidRecord");
        let third = give(&world, &programme, &near, &goods, json!({ "value": "0.01" })).await;
        assert_eq!((told(&third), refusals(&third)), (vec!["TIMES".to_owned(), "VALUE".to_owned()], vec!["NOT_ELIGIBLE residentId".to_owned(), "NOT_ELIGIBLE value".to_owned()]));
        assert_eq!(broken(&ask(&world.staff, &programme, &near, "2022-03-01").await), ["TIMES", "VALUE"]);
        // Another year is counted by itself, and what is given back does not count.
        make::id_of(&give(&world, &programme, &near, &goods, json!({ "value": "100.50", "givenOn": "2021-12-31" })).await, "aidRecord");
        decide(&world.staff, "cancelAid", &first).await;
        make::id_of(&give(&world, &programme, &near, &goods, json!({ "value": "60" })).await, "aidRecord");
    }

    async fn a_ceiling_holds_when_two_come_at_once(app: TestApp) {
        let world = World::new(&app).await;
        let cash = received(&world, "CASH", json!({ "yuan": "1000" })).await;
        let programme = programme(&world, "PERSON", None, json!({ "ceiling": { "yuan": "100" } })).await;
        let resident = world.resident().await;
        let input = json!({ "communityId": world.community, "programmeId": programme, "residentId": resident, "contributionId": cash, "value": "30", "givenOn": "2022-03-01" });
        let payloads = mutate_together(&world.staff, "recordAid", "aidRecord", vec![input; 16]).await;
        assert_eq!(payloads.iter().filter(|payload| refusals(payload).is_empty()).count(), 3, "{payloads:#?}");
        assert!(payloads.iter().all(|payload| refusals(payload).is_empty() || refusals(payload) == ["NOT_ELIGIBLE value"]), "{payloads:#?}");
        app.in_order().await;
    }

    async fn a_programme_by_the_event_aids_once_for_each(app: TestApp) {
        let world = World::new(&app).await;
        let (goods, resident) = (received(&world, "GOODS", json!({ "quantity": "10" })).await, world.resident().await);
        let programme = programme(&world, "PERSON", Some("EVENT"), json!({})).await;
        assert_eq!(refusals(&give(&world, &programme, &resident, &goods, json!({})).await), ["REQUIRED occasion"]);
        let first = make::id_of(&give(&world, &programme, &resident, &goods, json!({ "occasion": " 台风 " })).await, "aidRecord");
        let again = give(&world, &programme, &resident, &goods, json!({ "occasion": "台风", "givenOn": "2021-03-01" })).await;
        assert_eq!((refusals(&again), &again["aidRecord"]["id"]), (vec!["ALREADY_AIDED residentId".to_owned()], &json!(first)));
        make::id_of(&give(&world, &programme, &resident, &goods, json!({ "occasion": "暴雨" })).await, "aidRecord");
        let asked = json!({ "p": programme, "r": resident, "on": "2022-03-01", "e": "台风" });
        let found = world.staff.gql(ELIGIBILITY, asked).await.data()["eligibility"].clone();
        assert_eq!(found["rules"][1]["aidRecordId"], first.as_str(), "{found:#}");
        let plain = self::programme(&world, "PERSON", Some("YEAR"), json!({})).await;
        assert_eq!(refusals(&give(&world, &plain, &resident, &goods, json!({ "occasion": "台风" })).await), ["INVALID occasion"]);
        app.in_order().await;
    }

    async fn rules_are_amended_part_by_part(app: TestApp) {
        let world = World::new(&app).await;
        let goods = world.goods().await;
        let programme = programme(&world, "PERSON", None, json!({ "ageFrom": 60, "ageTo": 79, "documents": ["低保证"], "contributionIds": [goods] })).await;
        let fields = "version rules { circumstances ageFrom ageTo ceiling { value { yuan } times per } opensOn closesOn documents } budgets { id } grids { id }";
        let amend = async |version: i64, rules: Value| world.staff.mutate("amendAidProgramme", "aidProgramme", fields, json!({ "id": programme, "expectedVersion": version, "rules": rules })).await;
        let amended = amend(1, json!({ "ageTo": null, "ceiling": { "times": 3 }, "circumstances": ["PUPIL", "PUPIL"], "contributionIds": [] })).await;
        assert_eq!(amended["aidProgramme"], json!({ "version": 2, "budgets": [], "grids": [], "rules": {
            "circumstances": ["PUPIL"], "ageFrom": 60, "ageTo": null, "ceiling": { "value": null, "times": 3, "per": "EVER" }, "opensOn": null, "closesOn": null, "documents": ["低保证"],
        } }), "{amended:#}");
        for (rules, refusal) in [
            (json!({ "ageTo": 59 }), "OUT_OF_RANGE rules.ageTo"),
            (json!({ "ageFrom": -1 }), "OUT_OF_RANGE rules.ageFrom"),
            (json!({ "ceiling": {} }), "REQUIRED rules.ceiling"),
            (json!({ "ceiling": { "times": 0 } }), "OUT_OF_RANGE rules.ceiling.times"),
            (json!({ "ceiling": { "yuan": "0" } }), "OUT_OF_RANGE rules.ceiling.yuan"),
            (json!({ "ceiling": { "times": 1, "per": "EVENT" } }), "INVALID rules.ceiling.per"),
            (json!({ "opensOn": "2022-02-01", "closesOn": "2022-01-31" }), "OUT_OF_RANGE rules.closesOn"),
            (json!({ "gridIds": ["grid_01h455vb4pex5vsknk084sn02q"] }), "NOT_FOUND rules.gridIds.0"),
            (json!({ "documents": [" "] }), "REQUIRED rules.documents.0"),
        ] {
            assert_eq!(refusals(&amend(2, rules.clone()).await), [refusal], "{rules}");
        }
    }

    async fn only_who_records_aid_is_told_who_may_have_it(app: TestApp) {
        let world = World::new(&app).await;
        let (programme, resident) = (programme(&world, "PERSON", None, json!({ "ageFrom": 60 })).await, world.resident().await);
        let there = make::resident(&world.stranger, &world.elsewhere, "邻居").await;
        let asked = json!({ "p": programme, "r": resident });
        assert_eq!(world.staff.gql(ELIGIBILITY, asked.clone()).await.data()["eligibility"]["eligible"], false);
        assert_eq!(world.stranger.gql(ELIGIBILITY, asked.clone()).await.data()["eligibility"], Value::Null);
        assert_eq!(world.operator.gql(ELIGIBILITY, json!({ "p": programme, "r": there })).await.data()["eligibility"], Value::Null);
        for role in [Role::Auditor, Role::Merchant] {
            let actor = app.account(&format!("{role:?}"), role, Some(HERE)).await;
            assert_eq!(actor.gql(ELIGIBILITY, asked.clone()).await.code(), "FORBIDDEN", "{role:?}");
        }
    }

    async fn who_was_not_aided_yet_is_the_difference_of_two_lists(app: TestApp) {
        let world = World::new(&app).await;
        let goods = received(&world, "GOODS", json!({ "quantity": "100" })).await;
        let yearly = programme(&world, "PERSON", Some("YEAR"), json!({})).await;
        let mut people = Vec::new();
        for _ in 0..6 {
            people.push(world.resident().await);
        }
        for (who, on) in [(0, "2022-03-01"), (1, "2022-12-31"), (2, "2021-12-31"), (3, "2022-01-01")] {
            let aid = make::id_of(&give(&world, &yearly, &people[who], &goods, json!({ "givenOn": on })).await, "aidRecord");
            if who == 3 {
                decide(&world.staff, "cancelAid", &aid).await;
            }
        }
        let query = "query($p: ID!, $on: Date, $f: ResidentFilter, $n: Int, $after: String) { notYetAided(programmeId: $p, on: $on, filter: $f, first: $n, after: $after) {
            totalCount nodes { id } pageInfo { endCursor hasNextPage } } }";
        let list = async |actor: &Actor, on: &str, filter: Value| actor.gql(query, json!({ "p": yearly, "on": on, "f": filter, "n": 100 })).await;
        let ids = |answer: &crate::harness::Answer| -> Vec<String> {
            answer.data()["notYetAided"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
        };
        for (on, left) in [("2022-06-01", vec![2, 3, 4, 5]), ("2021-06-01", vec![0, 1, 3, 4, 5]), ("2020-06-01", vec![0, 1, 2, 3, 4, 5])] {
            let answer = list(&world.staff, on, Value::Null).await;
            assert_eq!(ids(&answer), left.iter().map(|who| people[*who].clone()).collect::<Vec<_>>(), "{on}");
            assert_eq!(answer.data()["notYetAided"]["totalCount"], left.len());
        }
        let first = world.staff.gql(query, json!({ "p": yearly, "on": "2022-06-01", "n": 3 })).await;
        assert_eq!(ids(&first), people[2..5]);
        let cursor = &first.data()["notYetAided"]["pageInfo"]["endCursor"];
        assert_eq!(ids(&world.staff.gql(query, json!({ "p": yearly, "on": "2022-06-01", "n": 3, "after": cursor })).await), people[5..]);
        let none = list(&world.staff, "2022-06-01", json!({ "not": { "lifeStatus": { "eq": "LIVING_HERE" } } })).await;
        assert_eq!(ids(&none), Vec::<String>::new());
        let auditor = app.account("auditor", Role::Auditor, Some(HERE)).await;
        assert_eq!(list(&auditor, "2022-06-01", Value::Null).await.code(), "FORBIDDEN");
        assert_eq!(list(&world.stranger, "2022-06-01", Value::Null).await.code(), "BAD_USER_INPUT");

        let homes = programme(&world, "HOUSEHOLD", None, json!({})).await;
        let ((aided, _), (left, _)) = (world.household().await, world.household().await);
        let grant = json!({ "communityId": world.community, "programmeId": homes, "householdId": aided, "contributionId": goods, "quantity": "1", "givenOn": "2022-03-01" });
        make::created(&world.staff, "recordAid", "aidRecord", grant).await;
        let of_homes = "query($p: ID!) { householdsNotYetAided(programmeId: $p) { totalCount nodes { id } } }";
        let answer = world.staff.gql(of_homes, json!({ "p": homes })).await;
        assert_eq!(answer.data()["householdsNotYetAided"], json!({ "totalCount": 1, "nodes": [{ "id": left }] }));
        assert_eq!(world.staff.gql(of_homes, json!({ "p": yearly })).await.code(), "BAD_USER_INPUT");
    }

    async fn today_is_the_day_where_the_community_is(app: TestApp) {
        let world = World::new(&app).await;
        let (goods, monthly) = (received(&world, "GOODS", json!({ "quantity": "9" })).await, programme(&world, "PERSON", Some("MONTH"), json!({})).await);
        let resident = world.resident().await;
        app.run("UPDATE community SET time_zone = 'Asia/Urumqi'").await;
        // Ten past ten in the evening of the last day of August in Urumqi; in Beijing it is September.
        app.app.clock.hold("2021-08-31T16:10:00Z".parse().unwrap());
        let given = give(&world, &monthly, &resident, &goods, json!({ "givenOn": "2021-08-31" })).await;
        assert_eq!(refusals(&given), Vec::<String>::new());
        let asked = world.staff.gql(ELIGIBILITY, json!({ "p": monthly, "r": resident })).await.data()["eligibility"].clone();
        assert_eq!((&asked["on"], broken(&asked)), (&json!("2021-08-31"), vec!["PERIOD".to_owned()]));
        let missing = "query($p: ID!) { notYetAided(programmeId: $p) { totalCount } }";
        let missing = async || world.staff.gql(missing, json!({ "p": monthly })).await.data()["notYetAided"]["totalCount"].clone();
        assert_eq!(missing().await, 0);
        app.app.clock.hold("2021-08-31T18:10:00Z".parse().unwrap());
        assert_eq!(missing().await, 1);
    }
}

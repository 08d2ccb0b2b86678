//! More than a server can do, or than one caller may ask for: it says so, at once and in words that programs understand, and goes on with the rest.

use std::{sync::Arc, time::Duration};

use axum::Router;
use http::StatusCode;
use serde_json::json;
use tongxin::{
    http::{HttpSettings, Web, defence::cost, defence::rate::Rates, router},
    schema,
};

use crate::harness::{Actor, Answer, TestApp, World, make, together};

fn with(app: &TestApp, settings: HttpSettings) -> Router {
    router(Arc::new(Web { schema: schema::build(app.app.clone()), app: app.app.clone(), settings }))
}

async fn register(staff: &Actor, community: &str, number: u64) -> serde_json::Value {
    let input = json!({ "communityId": community, "fullName": format!("居民{number}") });
    staff.mutate("registerResident", "resident", "id", input).await
}

crate::on_both! {
    async fn every_answer_says_what_it_may_have_cost(app: TestApp) {
        let world = World::new(&app).await;
        let cost = |answer: &Answer| answer.body["extensions"]["cost"].clone();
        let page = world.staff.ask("{ residents(first: 50) { nodes { fullName household { room } } } }").await;
        page.data();
        assert_eq!(cost(&page), json!({ "requested": 1 + 50 * 2, "limit": cost::MOST }));
        let report = "{ impactReport(communityId: $id, from: \"2020-05-01\", to: \"2022-03-04\") { partnerUnits } }";
        let report = world.staff.ask(&report.replace("$id", &json!(world.community).to_string())).await;
        report.data();
        assert_eq!(cost(&report)["requested"], 200);
        let refused = app.anonymous().ask("{ residents { nodes { fullName } } }").await;
        assert_eq!((refused.code(), cost(&refused)["requested"].clone()), ("UNAUTHENTICATED", json!(21)));
    }

    async fn what_is_too_dear_is_refused_before_anything_is_asked_of_the_database(app: TestApp) {
        let world = World::new(&app).await;
        let before = app.statements();
        let query = "query($n: Int) { communities(first: $n) { nodes { projects(first: $n) { nodes { contributions(first: $n) { nodes { title } } } } } } }";
        let answer = world.operator.gql(query, json!({ "n": 100 })).await;
        assert_eq!(answer.code(), "QUERY_TOO_COMPLEX", "{:#}", answer.body);
        assert!(answer.message().contains("`communities.nodes.projects.nodes"), "{}", answer.message());
        assert!(answer.body["extensions"]["cost"]["requested"].as_u64() > Some(cost::MOST));
        assert_eq!(app.statements(), before);
        world.operator.gql(query, json!({ "n": 5 })).await.data();
    }

    async fn whoever_asks_for_too_much_is_told_when_to_come_back_and_others_are_served(app: TestApp) {
        let world = World::new(&app).await;
        // As little as there can be: a bucket holds the dearest request all the same.
        let rates = Rates { account: 60.try_into().unwrap(), address: 60.try_into().unwrap() };
        let settings = HttpSettings { rates, ..HttpSettings::default() };
        let server = with(&app, settings);
        let staff = Actor::new(server.clone(), world.staff.token.clone());
        let dear = "{ communities(first: 5) { nodes { projects(first: 100) { nodes { contributions(first: 40) { nodes { title } } } } } } }";
        let first = staff.ask(dear).await;
        first.data();
        let left: u64 = first.headers["ratelimit-remaining"].to_str().unwrap().parse().unwrap();
        assert_eq!(first.headers["ratelimit-limit"], cost::MOST.to_string());
        assert_eq!(left, cost::MOST - first.body["extensions"]["cost"]["requested"].as_u64().unwrap());
        let mut refused = staff.ask(dear).await;
        for _ in 0..3 {
            if refused.status == StatusCode::OK {
                refused = staff.ask(dear).await;
            }
        }
        assert_eq!((refused.status, refused.code()), (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"), "{:#}", refused.body);
        let seconds: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=cost::MOST).contains(&seconds), "{seconds}");
        // By the same server, somebody else.
        let operator = Actor::new(server, world.operator.token.clone());
        operator.ask("{ viewer { name } }").await.data();
    }

    async fn a_full_server_refuses_at_once_and_serves_whoever_waits(app: TestApp) {
        let world = World::new(&app).await;
        let settings = HttpSettings { concurrent_requests: 2, ..HttpSettings::default() };
        let staff = Actor::new(with(&app, settings), world.staff.token.clone());
        let asked: Vec<_> = (0..40).map(|_| {
            let staff = staff.clone();
            tokio::spawn(async move { staff.ask("{ residents { totalCount } communities { totalCount } }").await })
        }).collect();
        let mut served = 0;
        for answer in asked {
            let answer = answer.await.unwrap();
            if answer.status == StatusCode::SERVICE_UNAVAILABLE {
                assert_eq!((answer.code(), answer.headers["retry-after"].to_str().unwrap()), ("SERVICE_UNAVAILABLE", "1"));
            } else {
                answer.data();
                served += 1;
            }
        }
        assert!(served >= 4, "two run and two wait, at least: {served}");
        staff.ask("{ residents { totalCount } }").await.data();
    }

    async fn requests_that_are_broken_off_anywhere_leave_every_connection_in_order(app: TestApp) {
        let world = World::new(&app).await;
        let resident = world.resident().await;
        let mut runs = tokio::task::JoinSet::new();
        for number in 0..500_u64 {
            let (staff, community, resident) = (world.staff.clone(), world.community.clone(), resident.clone());
            let run = async move {
                match number % 4 {
                    0 => drop(register(&staff, &community, number).await),
                    1 => drop(staff.gql("query($id: ID!) { resident(id: $id) { fullName } }", json!({ "id": resident })).await),
                    2 => drop(staff.ask("{ residents(first: 100) { totalCount nodes { fullName aidRecords { nodes { givenOn } } } } }").await),
                    _ => drop(staff.ask("{ households { nodes { room } } events(first: 50) { nodes { id } } }").await),
                }
            };
            // From before its first statement to after its last.
            runs.spawn(tokio::time::timeout(Duration::from_micros(number * number % 9_973), run));
        }
        let mut broken_off = 0;
        while let Some(run) = runs.join_next().await {
            broken_off += u32::from(run.unwrap().is_err());
        }
        assert!(broken_off > 50, "some were broken off: {broken_off}");
        // More than there are connections, so that each is used again.
        let counted = together((0..12).map(|_| {
            let staff = world.staff.clone();
            async move { staff.ask("{ residents { totalCount } }").await.data()["residents"]["totalCount"].clone() }
        })).await;
        assert!(counted.iter().all(|count| *count == counted[0]), "all read the same: {counted:?}");
        let made = together((0..8).map(|number| {
            let (staff, community) = (world.staff.clone(), world.community.clone());
            async move { register(&staff, &community, 1_000 + number).await }
        })).await;
        for payload in &made {
            make::id_of(payload, "resident");
        }
        let after = world.staff.ask("{ residents { totalCount } }").await.data()["residents"]["totalCount"].as_u64().unwrap();
        assert_eq!(after, counted[0].as_u64().unwrap() + 8);
        app.in_order().await;
    }
}

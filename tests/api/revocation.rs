//! What is taken away is gone within a second on every node that shares the database, whichever node it was taken away on.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::{Value, json};
use tongxin::access::accounts::Role;

use crate::{
    harness::{Actor, TestApp, World, door::who, world::HERE},
    sign_in::node,
};

async fn staff_members(actor: &Actor) -> Value {
    actor.ask("{ staffMembers { totalCount } }").await.data()["staffMembers"]["totalCount"].clone()
}

/// Somebody who works here, by both nodes; the role's id and version.
async fn worker(app: &TestApp, world: &World, elsewhere: &axum::Router) -> (Actor, Actor, Value) {
    let query = "mutation($input: CreateAccountInput!) { createAccount(input: $input) { accountRole { id version account } userErrors { code } } }";
    let input = json!({ "communityId": world.community, "name": world.name("li"), "role": "STAFF" });
    let role =
        world.operator.gql(query, json!({ "input": input })).await.data()["createAccount"]["accountRole"].clone();
    let token = "mutation($input: CreateTokenInput!) { createToken(input: $input) { secret userErrors { code } } }";
    let input = json!({
        "communityId": world.community, "account": role["account"], "name": role["account"], "scopes": ["READ_COMMUNITY"], "expiresOn": "2026-12-31",
    });
    let secret = world.operator.gql(token, json!({ "input": input })).await.data()["createToken"]["secret"].clone();
    let secret = secret.as_str().expect("a token is made").to_owned();
    let there = Actor::new(elsewhere.clone(), Some(secret.clone()));
    (Actor::new(app.router.clone(), Some(secret)), there, role)
}

async fn end_role(actor: &Actor, role: &Value) {
    let input = json!({ "id": role["id"], "expectedVersion": role["version"] });
    let ended = actor.mutate("endRole", "accountRole", "revokedAt", input).await;
    assert!(ended["accountRole"]["revokedAt"].is_string(), "{ended:#}");
}

async fn revoke_token(actor: &Actor, community: &str, role: &Value) {
    let query = "mutation($input: RevokeTokenInput!) { revokeToken(input: $input) { userErrors { code } } }";
    let input = json!({ "communityId": community, "name": role["account"] });
    assert_eq!(actor.gql(query, json!({ "input": input })).await.data()["revokeToken"]["userErrors"], json!([]));
}

crate::on_both! {
    async fn a_role_and_a_token_are_gone_at_once_where_it_was_done_and_a_second_later_elsewhere(app: TestApp) {
        let start = "2026-06-01T04:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let (other, elsewhere) = node(&app).await;
        let hold = |milliseconds| [&app.app, &other].map(|node| node.clock.hold(start + TimeDelta::milliseconds(milliseconds)));
        hold(0);
        let world = World::new(&app).await;
        crate::harness::make::staff_member(&world.staff, &world.community, "张三").await;

        let (here, there, role) = worker(&app, &world, &elsewhere).await;
        assert_eq!((staff_members(&here).await, staff_members(&there).await), (json!(1), json!(1)));
        end_role(&world.operator, &role).await;
        assert_eq!(staff_members(&here).await, 0, "at once where it was done");
        hold(999);
        assert_eq!(staff_members(&there).await, 1, "known for a second still, so that this test sees what it says");
        hold(1000);
        assert_eq!(staff_members(&there).await, 0);

        let (here, there, token) = worker(&app, &world, &elsewhere).await;
        assert_eq!((staff_members(&here).await, staff_members(&there).await), (json!(1), json!(1)));
        revoke_token(&world.operator, &world.community, &token).await;
        assert_eq!(who(&here).await, "UNAUTHENTICATED");
        hold(1999);
        assert_eq!(staff_members(&there).await, 1);
        hold(2000);
        assert_eq!(who(&there).await, "UNAUTHENTICATED");

        // And given on the other node, a role is good here a second later.
        let auditor = app.account("zhang", Role::Auditor, Some(HERE)).await;
        let reads = async || auditor.ask("{ residents { totalCount } consents { totalCount } viewer { roles { role } } }").await.data()["viewer"]["roles"].as_array().unwrap().len();
        assert_eq!(reads().await, 1);
        let by_other = Actor::new(elsewhere.clone(), world.operator.token.clone());
        let input = json!({ "communityId": world.community, "account": "zhang", "role": "STAFF" });
        crate::harness::make::created(&by_other, "grantRole", "accountRole", input).await;
        hold(3000);
        assert_eq!(reads().await, 2);
    }

    async fn by_the_clock_on_the_wall_no_request_that_begins_a_second_later_is_answered(app: TestApp) {
        let (_, elsewhere) = node(&app).await;
        let world = World::new(&app).await;
        crate::harness::make::staff_member(&world.staff, &world.community, "张三").await;
        for by_role in [true, false] {
            let (_, there, role) = worker(&app, &world, &elsewhere).await;
            // In use all the time: what the other node trusts is as fresh as can be.
            let asking = there.clone();
            let busy = tokio::spawn(async move {
                let mut asked = Vec::new();
                let until = Instant::now() + Duration::from_millis(2500);
                while Instant::now() < until {
                    let began = Instant::now();
                    let answer = asking.ask("{ staffMembers { totalCount } }").await;
                    asked.push((began, answer.body["data"]["staffMembers"]["totalCount"] == json!(1)));
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                asked
            });
            tokio::time::sleep(Duration::from_millis(300)).await;
            match by_role {
                true => end_role(&world.operator, &role).await,
                false => revoke_token(&world.operator, &world.community, &role).await,
            }
            let done = Instant::now();
            let asked = busy.await.unwrap();
            let (before, after): (Vec<_>, Vec<_>) = asked.into_iter().partition(|(began, _)| *began < done + Duration::from_secs(1));
            assert!(before.iter().any(|(_, answered)| *answered), "it was good at first");
            assert!(!after.is_empty(), "nothing was asked later");
            let late = after.iter().filter(|(_, answered)| *answered).count();
            assert_eq!(late, 0, "by role: {by_role}");
        }
    }
}

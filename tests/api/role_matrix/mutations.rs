//! The fields of `Mutation`: whether somebody may, with records of their own community and of another.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tongxin::{access::accounts::Role, relay::id::encode};

use super::Line;
use crate::{
    harness::{
        Answer, Contract, TestApp,
        actor::refusals,
        contract::AT_THE_DOOR,
        door,
        stage::{Column, Stage},
        world::{ELSEWHERE, HERE},
    },
    specimens::SPECIMENS,
};

/// An account in either community.
const CLERKS: [&str; 2] = ["clerk", "clerk-elsewhere"];

/// Done, or the codes of what was said against it.
fn outcome(answer: &Answer, mutation: &str) -> String {
    if answer.body.get("errors").is_some() {
        return answer.code().to_owned();
    }
    let codes = refusals(&answer.data()[mutation]);
    let codes: BTreeSet<&str> = codes.iter().filter_map(|refusal| refusal.split(' ').next()).collect();
    if codes.is_empty() { "done".to_owned() } else { codes.into_iter().collect::<Vec<_>>().join("+") }
}

pub async fn lines(app: &TestApp, stage: &Stage) -> Vec<Line> {
    let contract = Contract::read(&stage.world.operator).await;
    let worlds = [&stage.world, &stage.world.turned()];
    let mut lines = Vec::new();
    for mutation in contract.mutations.values() {
        let specimen = SPECIMENS.iter().find(|specimen| specimen.mutation == mutation.name);
        let specimen =
            specimen.unwrap_or_else(|| panic!("write a specimen of {} in tests/api/specimens.rs", mutation.name));
        let mut cells = vec![Vec::new(); stage.columns.len()];
        for world in worlds {
            let mut input = specimen.input(world).await;
            for (cells, column) in cells.iter_mut().zip(&stage.columns) {
                let answer = column.ask(&mutation.document(), json!({ "input": input })).await;
                let outcome = outcome(&answer, &mutation.name);
                if outcome == "done" {
                    input = specimen.input(world).await;
                }
                cells.push(outcome);
            }
        }
        let join = |mut cells: Vec<String>| {
            cells.dedup();
            cells.join("/")
        };
        lines.push(Line::new(format!("mutation {}", mutation.name), cells.into_iter().map(join).collect()));
    }
    lines.extend(at_the_door(app, stage).await);
    lines
}

/// Those that change no record, each with an input for one's own community and one for another.
async fn at_the_door(app: &TestApp, stage: &Stage) -> Vec<Line> {
    door::person(app, "somebody").await;
    for (name, code) in CLERKS.into_iter().zip([HERE, ELSEWHERE]) {
        app.account(name, Role::Merchant, Some(code)).await;
    }
    let residents = [&stage.here, &stage.elsewhere].map(|bulk| encode("resident", bulk.residents[0].id));
    let communities = [&stage.world.community, &stage.world.elsewhere];
    let mut lines = Vec::new();
    for name in AT_THE_DOOR {
        let mut cells = Vec::new();
        for column in &stage.columns {
            let mut parts = Vec::new();
            for place in 0..2 {
                let input = match name {
                    "signIn" => json!({ "name": "somebody", "password": door::PASSWORD }),
                    "signOut" => json!({}),
                    "changePassword" => {
                        json!({ "currentPassword": door::PASSWORD, "newPassword": "海晏路 121 号的狗" })
                    }
                    "revokeSessions" => json!({ "account": CLERKS[place] }),
                    "createToken" => json!({
                        "communityId": communities[place], "account": CLERKS[place], "name": stage.world.name("程序"), "scopes": ["READ_COMMUNITY"],
                        "expiresOn": tomorrow(app),
                    }),
                    "revokeToken" => {
                        json!({ "communityId": communities[place], "name": fresh_token(app, stage, place).await })
                    }
                    "revealIdDocument" => json!({ "residentId": residents[place], "reason": "核对" }),
                    "revealPhone" => json!({ "id": residents[place], "reason": "核对" }),
                    _ => panic!("write in tests/api/role_matrix/mutations.rs what `{name}` is given"),
                };
                parts.push(ask(column, name, input).await);
            }
            parts.dedup();
            cells.push(parts.join("/"));
        }
        lines.push(Line::new(format!("mutation {name}"), cells));
    }
    lines
}

async fn ask(column: &Column, mutation: &str, input: Value) -> String {
    let kind = mutation[..1].to_uppercase() + &mutation[1..];
    let query = format!(
        "mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ userErrors {{ field code message }} }} }}"
    );
    outcome(&column.ask(&query, json!({ "input": input })).await, mutation)
}

fn tomorrow(app: &TestApp) -> String {
    let day = app.app.clock.now() + chrono::TimeDelta::days(2);
    day.format("%Y-%m-%d").to_string()
}

/// A token of a clerk, to be revoked.
async fn fresh_token(app: &TestApp, stage: &Stage, place: usize) -> String {
    let communities = [&stage.world.community, &stage.world.elsewhere];
    let name = stage.world.name("程序");
    let input = json!({
        "communityId": communities[place], "account": CLERKS[place], "name": name, "scopes": ["READ_COMMUNITY"],
        "expiresOn": tomorrow(app),
    });
    let payload = stage.world.operator.mutate("createToken", "token", "name", input).await;
    assert_eq!(refusals(&payload), Vec::<String>::new());
    name
}

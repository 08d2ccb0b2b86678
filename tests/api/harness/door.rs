//! People at the door: accounts with passwords, and signing in from somewhere.

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo};
use http::{Request, header};
use secrecy::SecretString;
use serde_json::{Value, json};
use tongxin::access::accounts::{self, Given, Role};

use super::{Actor, Answer, TestApp};

pub const PASSWORD: &str = "海晏路 120 号的猫";

const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { session { token name expiresAt idleSeconds } userErrors { field code message details } } }";

/// An operator with the password of all tests.
pub async fn person(app: &TestApp, name: &str) {
    accounts::add_with(&app.app, name, Role::Operator, None, Some(&chosen(PASSWORD))).await.unwrap();
}

pub fn chosen(password: &str) -> Given {
    Given::Chosen(SecretString::from(password))
}

pub fn one_time(password: &str) -> Given {
    Given::OneTime(SecretString::from(password))
}

/// A request with a body, these headers, and the address that it comes from.
pub fn request(body: &Value, headers: &[(&str, &str)], from: &str) -> Request<Body> {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let mut request = request.body(Body::from(body.to_string())).unwrap();
    let from: SocketAddr = format!("{from}:50000").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(from));
    request
}

pub async fn sign_in_with(app: &TestApp, input: Value, headers: &[(&str, &str)], from: &str) -> Answer {
    let body = json!({ "query": SIGN_IN, "variables": { "input": input } });
    app.anonymous().send(request(&body, headers, from)).await
}

/// Somebody about to sign in, for whoever starts many at once; gives the payload.
pub fn attempt(app: &TestApp, input: Value, from: &str) -> impl Future<Output = Value> + Send + use<> {
    let body = json!({ "query": SIGN_IN, "variables": { "input": input } });
    let (actor, request) = (app.anonymous(), request(&body, &[], from));
    async move { actor.send(request).await.data()["signIn"].clone() }
}

/// The payload of signing in from an address.
pub async fn sign_in_from(app: &TestApp, name: &str, password: &str, from: &str) -> Value {
    let answer = sign_in_with(app, json!({ "name": name, "password": password }), &[], from).await;
    answer.data()["signIn"].clone()
}

pub async fn sign_in(app: &TestApp, name: &str, password: &str) -> Value {
    sign_in_from(app, name, password, "192.0.2.1").await
}

/// Somebody who signed in.
pub async fn signed_in(app: &TestApp, name: &str, password: &str) -> Actor {
    let payload = sign_in(app, name, password).await;
    let token = payload["session"]["token"].as_str().unwrap_or_else(|| panic!("{payload:#}")).to_owned();
    Actor::new(app.router.clone(), Some(token))
}

/// Who the server thinks is asking.
pub async fn who(actor: &Actor) -> Value {
    let answer = actor.ask("{ viewer { name } }").await;
    if answer.status == http::StatusCode::UNAUTHORIZED {
        return json!(answer.code());
    }
    answer.data()["viewer"]["name"].clone()
}

//! Somebody who asks over HTTP, through the whole router.

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

#[derive(Clone)]
pub struct Actor {
    router: Router,
    pub token: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Actor {
    pub fn new(router: Router, token: Option<String>) -> Self {
        Self { router, token }
    }

    pub async fn gql(&self, query: &str, variables: Value) -> Answer {
        self.post(json!({ "query": query, "variables": variables }).to_string()).await
    }

    pub async fn ask(&self, query: &str) -> Answer {
        self.gql(query, json!({})).await
    }

    /// A mutation by its name and input; the payload's object is selected by `fields`. Gives the payload.
    pub async fn mutate(&self, mutation: &str, object: &str, fields: &str, input: Value) -> Value {
        let kind = mutation[..1].to_uppercase() + &mutation[1..] + "Input";
        let query = format!(
            "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {object} {{ {fields} }} userErrors {{ field code message details }} }} }}"
        );
        self.gql(&query, json!({ "input": input })).await.data()[mutation].clone()
    }

    pub async fn post(&self, body: impl Into<Body>) -> Answer {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json");
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        if let Some(token) = &self.token {
            request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into());
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Answer {
    /// The data, when nothing went wrong.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.body.get("errors").is_none(), "unexpected errors: {:#}", self.body);
        &self.body["data"]
    }

    /// The code of the first error.
    #[track_caller]
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no error in {:#}", self.body))
    }

    pub fn message(&self) -> &str {
        self.body["errors"][0]["message"].as_str().unwrap_or_default()
    }
}

/// The codes of a payload's `userErrors` with their fields: `["QUOTA_EXHAUSTED quantity"]`.
pub fn refusals(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().unwrap_or_else(|| panic!("no payload: {payload:#}"));
    let path = |error: &Value| {
        let path: Vec<&str> = error["field"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        path.join(".")
    };
    errors.iter().map(|error| format!("{} {}", error["code"].as_str().unwrap(), path(error))).collect()
}

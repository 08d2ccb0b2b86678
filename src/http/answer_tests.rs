use async_graphql::{EmptySubscription, InputObject, Object, Request, Schema};
use serde_json::{Value as Json, json};

use super::*;

struct Query;
struct Mutation;

#[derive(InputObject)]
struct Wish {
    amount: i32,
}

#[Object]
impl Query {
    async fn echo(&self, number: i32) -> i32 {
        number
    }

    async fn wish(&self, wish: Wish) -> i32 {
        wish.amount
    }

    async fn checked(&self, #[graphql(validator(maximum = 3))] number: i32) -> i32 {
        number
    }

    async fn refused(&self) -> async_graphql::Result<Option<i32>> {
        Err(Error::forbidden(say!("Not yours.", "不属于您。")).into())
    }

    async fn broken(&self) -> async_graphql::Result<Option<i32>> {
        Err(Error::internal("no such table: secrets").into())
    }

    async fn foreign(&self) -> async_graphql::Result<Option<i32>> {
        Ok(Some("x".parse::<i32>()?))
    }

    async fn careless(&self) -> async_graphql::Result<i32> {
        Err(async_graphql::Error::new("password = hunter2"))
    }
}

#[Object]
impl Mutation {
    async fn nothing(&self) -> bool {
        true
    }
}

fn caller(language: Language) -> Caller {
    Caller { language, request_id: "request-1".into(), ..Caller::default() }
}

async fn outcome(request: impl Into<Request>) -> Outcome {
    Schema::build(Query, Mutation, EmptySubscription).limit_directives(2).finish().execute(request).await
}

async fn told(media: Media, language: Language, request: impl Into<Request>) -> (u16, Json) {
    let response = answer(outcome(request).await, media, &caller(language));
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

async fn code(request: impl Into<Request>) -> String {
    let (_, body) = told(Media::GraphqlResponse, Language::English, request).await;
    body["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_error_of_ours_speaks_the_callers_language() {
    let (status, body) = told(Media::GraphqlResponse, Language::Chinese, "{ refused echo(number: 1) }").await;
    assert_eq!(status, 200);
    assert_eq!(
        body,
        json!({
            // `shape` will put the null in.
            "data": { "echo": 1 },
            "errors": [{
                "message": "不属于您。",
                "locations": [{ "line": 1, "column": 3 }],
                "path": ["refused"],
                "extensions": { "code": "FORBIDDEN" },
            }],
        })
    );
}

#[tokio::test]
async fn what_went_wrong_inside_stays_inside() {
    for field in ["broken", "foreign", "careless"] {
        let (status, body) = told(Media::GraphqlResponse, Language::English, format!("{{ {field} }}")).await;
        assert_eq!(status, 200, "it was executed");
        let text = body.to_string();
        assert!(!["secrets", "digit", "hunter2"].iter().any(|inside| text.contains(inside)), "{text}");
        assert_eq!(
            body["errors"][0]["extensions"],
            json!({ "code": "INTERNAL_SERVER_ERROR", "requestId": "request-1" })
        );
    }
}

#[tokio::test]
async fn the_librarys_errors_have_codes() {
    for (document, expected) in [
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ echo }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...F }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($unused: Int) { echo(number: 1) }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ echo(number: \"a\") }", "BAD_USER_INPUT"),
        ("{ echo(number: 3000000000) }", "BAD_USER_INPUT"),
        ("{ wish(wish: {amount: null}) }", "BAD_USER_INPUT"),
        ("query($number: Int!) { echo(number: $number) }", "BAD_USER_INPUT"),
        ("{ checked(number: 4) }", "BAD_USER_INPUT"),
        ("query A { echo(number: 1) } query B { echo(number: 1) }", "OPERATION_RESOLUTION_FAILURE"),
        ("{ echo(number: 1) @skip(if: true) @skip(if: true) @skip(if: true) }", "QUERY_TOO_COMPLEX"),
    ] {
        assert_eq!(code(document).await, expected, "{document}");
    }
    assert_eq!(
        code(Request::new("query A { echo(number: 1) }").operation_name("B")).await,
        "OPERATION_RESOLUTION_FAILURE"
    );
}

#[tokio::test]
async fn the_status_tells_what_the_media_type_allows() {
    let unknown = told(Media::GraphqlResponse, Language::English, "{ nope }").await;
    assert_eq!((unknown.0, unknown.1.get("data")), (400, None));
    let unknown = told(Media::Json, Language::English, "{ nope }").await;
    assert_eq!((unknown.0, unknown.1.get("data")), (200, None));
    let executed = told(Media::GraphqlResponse, Language::English, "{ careless }").await;
    assert_eq!((executed.0, executed.1.get("data")), (200, Some(&Json::Null)));
    let panic = || Outcome::from_errors(vec![without_place(panicked(Box::new("boom")))]);
    assert_eq!(answer(panic(), Media::GraphqlResponse, &caller(Language::English)).status(), 500);
    assert_eq!(answer(panic(), Media::Json, &caller(Language::English)).status(), 200);
}

#[tokio::test]
async fn ten_thousand_mistakes_get_twenty_errors() {
    let (_, body) = told(Media::Json, Language::English, format!("{{ {} }}", "nope ".repeat(1_000))).await;
    assert_eq!(body["errors"].as_array().unwrap().len(), ERRORS);
    assert_eq!(body["extensions"], json!({ "errorsOmitted": 980 }));
}

#[tokio::test]
async fn a_long_message_is_shortened() {
    let text = format!("{{ {} }}", "x".repeat(1_200));
    let (_, body) = told(Media::Json, Language::English, text).await;
    assert!(body["errors"][0]["message"].as_str().unwrap().chars().count() <= MESSAGE_CHARS + 2);
}

//! The transport as a whole, through the router and over a socket; what is pure in it has its tests beside it in `src/http`.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tongxin::{
    http::{self as transport, HttpSettings, Web, router},
    schema,
};
use tower::ServiceExt;

use crate::harness::{Actor, Answer, Engine, TestApp, make, process};

const NEW: &str = "application/graphql-response+json";
const OLD: &str = "application/json";

pub(crate) fn request(method: Method, uri: &str) -> http::request::Builder {
    Request::builder().method(method).uri(uri)
}

async fn post(app: &TestApp, content_type: Option<&str>, accept: &str, body: impl Into<Body>) -> Answer {
    let mut request = request(Method::POST, "/graphql").header(header::ACCEPT, accept);
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    app.anonymous().send(request.body(body.into()).unwrap()).await
}

async fn get(app: &TestApp, uri: &str) -> Answer {
    app.anonymous().send(request(Method::GET, uri).body(Body::empty()).unwrap()).await
}

/// Status, headers and bytes as they are.
pub(crate) async fn raw(router: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
}

fn with(app: &TestApp, settings: HttpSettings) -> Router {
    router(Arc::new(Web { schema: schema::build(app.app.clone()), app: app.app.clone(), settings }))
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// Percent-encoded for a query string.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

crate::on_both! {
    async fn a_mutation_is_made_by_post_alone(app: TestApp) {
        let operator = app.operator().await;
        let mutation = r#"mutation M { registerSubDistrict(input: { code: "379999001", name: "街道" }) { userErrors { code } } }"#;
        let uri = format!("/graphql?query={}", encoded(mutation));
        let answer = operator.send(request(Method::GET, &uri).body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"));
        assert_eq!(answer.headers["allow"], "POST");
        // Nor does the name of the operation choose one out of a mixed document.
        let uri = format!("/graphql?query={}&operationName=M", encoded(&format!("query Q {{ __typename }} {mutation}")));
        assert_eq!(operator.send(request(Method::GET, &uri).body(Body::empty()).unwrap()).await.status, StatusCode::METHOD_NOT_ALLOWED);
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/graphql", ""] {
            let request = request(Method::POST, "/graphql").header(header::CONTENT_TYPE, content_type).body(json!({ "query": mutation }).to_string().into()).unwrap();
            let answer = operator.send(request).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE"), "{content_type}");
        }
        assert_eq!(operator.ask("{ subDistricts { totalCount } }").await.data()["subDistricts"]["totalCount"], 0, "none was made");
        operator.ask(mutation).await.data();
        assert_eq!(operator.ask("{ subDistricts { totalCount } }").await.data()["subDistricts"]["totalCount"], 1);
    }

    async fn methods_and_media_types_are_negotiated(app: TestApp) {
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let answer = app.anonymous().send(request(method.clone(), "/graphql").body(Body::empty()).unwrap()).await;
            assert_eq!((answer.status, header(&answer.headers, "allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, POST"), "{method}");
        }
        let question = json!({ "query": "{ __typename }" }).to_string();
        let wrong = json!({ "query": "{ nothing }" }).to_string();
        for (accept, content_type, refused) in [(NEW, "application/graphql-response+json; charset=utf-8", 400), (OLD, "application/json; charset=utf-8", 200), ("*/*", "application/json; charset=utf-8", 200)] {
            let answer = post(&app, Some(OLD), accept, question.clone()).await;
            assert_eq!((answer.status.as_u16(), header(&answer.headers, "content-type")), (200, content_type));
            assert_eq!((header(&answer.headers, "cache-control"), header(&answer.headers, "x-content-type-options")), ("no-store", "nosniff"));
            let answer = post(&app, Some(OLD), accept, wrong.clone()).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (refused, "GRAPHQL_VALIDATION_FAILED"), "{accept}");
        }
        let answer = post(&app, Some(OLD), "text/html", question.clone()).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE"));
        assert_eq!(post(&app, None, NEW, question.clone()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let answer = get(&app, &format!("/graphql?query={}&variables={}", encoded("query($id: Boolean!) { a: viewer @include(if: $id) { name } }"), encoded(r#"{"id":true}"#))).await;
        assert_eq!(answer.data(), &json!({ "a": null }));
    }

    async fn a_body_that_is_no_request_says_what_is_wrong_with_it(app: TestApp) {
        for (body, says) in [
            ("", "not JSON"),
            ("{", "not JSON"),
            ("[]", "Batches"),
            (r#"[{"query":"{ __typename }"}]"#, "Batches"),
            ("7", "JSON object"),
            ("{}", "`query` is missing"),
            (r#"{"query":7}"#, "`query` must be a string"),
            (r#"{"query":"{ __typename }","variables":[1]}"#, "`variables` must be an object"),
            (r#"{"query":"{ __typename }","operationName":1}"#, "`operationName` must be a string"),
            (r#"{"query":"{ __typename }","extensions":1}"#, "`extensions` must be an object"),
        ] {
            let answer = post(&app, Some(OLD), NEW, body).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, "BAD_REQUEST"), "{body}");
            assert!(answer.message().contains(says), "{body}: {}", answer.message());
        }
        for (query, code) in [("{", "GRAPHQL_PARSE_FAILED"), ("", "GRAPHQL_PARSE_FAILED"), ("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE")] {
            let answer = post(&app, Some(OLD), NEW, json!({ "query": query }).to_string()).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, code), "{query}");
        }
    }

    async fn a_body_of_a_mebibyte_is_read_and_one_byte_more_is_not(app: TestApp) {
        const LIMIT: usize = 1024 * 1024;
        let sized = |size: usize| {
            let mut body = json!({ "query": "{ __typename }" }).to_string();
            body.push_str(&" ".repeat(size - body.len()));
            body
        };
        assert_eq!(post(&app, Some(OLD), NEW, sized(LIMIT)).await.data(), &json!({ "__typename": "Query" }));
        let answer = post(&app, Some(OLD), NEW, sized(LIMIT + 1)).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"));
        // Without a length in front, too.
        let pieces = (0..20).map(|_| Ok::<_, std::io::Error>(vec![b' '; 100 * 1024]));
        let answer = post(&app, Some(OLD), NEW, Body::from_stream(futures_util::stream::iter(pieces))).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE"));
    }

    async fn health_has_two_answers(app: TestApp) {
        let answer = get(&app, "/healthz").await;
        assert_eq!((answer.status, answer.body), (StatusCode::OK, json!("ok")));
        let answer = get(&app, "/readyz").await;
        assert_eq!((answer.status, answer.body), (StatusCode::OK, json!({ "status": "ready" })));
        app.app.db.writer().execute_unprepared("ALTER TABLE seaql_migrations RENAME TO elsewhere").await.unwrap();
        let answer = get(&app, "/readyz").await;
        assert_eq!((answer.status, answer.body["status"].clone()), (StatusCode::SERVICE_UNAVAILABLE, json!("not ready")));
        assert_eq!(get(&app, "/healthz").await.status, StatusCode::OK, "the process lives all the same");
    }

    async fn a_fault_inside_is_a_fixed_sentence_with_the_id_of_the_request(app: TestApp) {
        let operator = app.operator().await;
        make::community(&operator, "379999001001").await;
        app.app.db.writer().execute_unprepared("ALTER TABLE grid RENAME TO cabinet").await.unwrap();
        let ask = async |language: &str| {
            let body = json!({ "query": "{ communities { nodes { name grids { totalCount } } } }" }).to_string();
            let request = request(Method::POST, "/graphql").header(header::CONTENT_TYPE, OLD).header("x-request-id", "quote-me_1.2").header(header::ACCEPT_LANGUAGE, language);
            operator.send(request.body(body.into()).unwrap()).await
        };
        let answer = ask("en").await;
        assert_eq!((answer.status, answer.code()), (StatusCode::OK, "INTERNAL_SERVER_ERROR"));
        assert_eq!(answer.body["errors"][0]["extensions"], json!({ "code": "INTERNAL_SERVER_ERROR", "requestId": "quote-me_1.2" }));
        assert_eq!(header(&answer.headers, "x-request-id"), "quote-me_1.2");
        assert_eq!(answer.message(), "Something went wrong on the server. Quote the request id when you report it.");
        assert_eq!(ask("zh-CN,zh;q=0.9").await.message(), "服务器内部出错。反馈时请提供请求编号。");
        let told = answer.body.to_string().to_lowercase();
        for inside in ["cabinet", "no such table", "relation", "select", "sqlx", "sqlite", "postgres", "src/"] {
            assert!(!told.contains(inside), "{inside} in {told}");
        }
        app.app.db.writer().execute_unprepared("ALTER TABLE cabinet RENAME TO grid").await.unwrap();
        assert!(operator.ask("{ communities { nodes { grids { totalCount } } } }").await.body.get("errors").is_none());
    }

    async fn a_panic_is_the_fault_of_one_request(app: TestApp) {
        let operator = app.operator().await;
        operator.ask("{ viewer { name } }").await.data();
        // A time that no civil date stands for: whoever asks for today's date panics.
        let now = app.app.clock.now();
        app.app.clock.hold(chrono::DateTime::<chrono::Utc>::MAX_UTC);
        let answer = operator.ask("{ residents(filter: { circumstance: { eq: LOW_INCOME } }) { totalCount } }").await;
        assert_eq!((answer.status, answer.code()), (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR"), "{:#}", answer.body);
        assert_eq!(answer.body["errors"][0]["extensions"]["requestId"], header(&answer.headers, "x-request-id"));
        assert!(!answer.body.to_string().contains("out of range"));
        app.app.clock.hold(now);
        assert_eq!(operator.ask("{ residents(filter: { circumstance: { eq: LOW_INCOME } }) { totalCount } }").await.data()["residents"]["totalCount"], 0);
    }

    async fn sentences_follow_the_language_and_codes_do_not(app: TestApp) {
        let operator = app.operator().await;
        let ask = async |language: &str, query: &str| {
            let request = request(Method::POST, "/graphql").header(header::CONTENT_TYPE, OLD).header(header::ACCEPT_LANGUAGE, language);
            operator.send(request.body(json!({ "query": query }).to_string().into()).unwrap()).await
        };
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let refused = r#"mutation { registerSubDistrict(input: { code: "1", name: "" }) { userErrors { code message } } }"#;
        for query in ["{ residents(first: 101) { totalCount } }", "{ resident(id: \"x\") { id } }", "{ nothing }", "{"] {
            let (zh, en) = (ask("zh-CN", query).await, ask("en-GB,zh;q=0.5", query).await);
            assert!(chinese(zh.message()) && !chinese(en.message()), "{query}: {} / {}", zh.message(), en.message());
            assert_eq!(zh.code(), en.code());
        }
        let errors = async |language: &str| ask(language, refused).await.data()["registerSubDistrict"]["userErrors"].as_array().unwrap().clone();
        let (zh, en) = (errors("zh").await, errors("fr").await);
        assert_eq!(zh.len(), 2);
        for (zh, en) in zh.iter().zip(&en) {
            assert_eq!(zh["code"], en["code"]);
            assert!(chinese(zh["message"].as_str().unwrap()) && !chinese(en["message"].as_str().unwrap()));
        }
    }

    async fn a_request_that_runs_too_long_is_stopped(app: TestApp) {
        let operator = app.operator().await;
        make::community(&operator, "379999001001").await;
        let short = with(&app, HttpSettings { request_timeout: Duration::from_millis(300), ..HttpSettings::default() });
        let impatient = Actor::new(short, operator.token.clone());
        // Nobody else can write meanwhile, so the change waits.
        let other = tongxin::database::Databases::open(&app.options).await.unwrap();
        let lock = if app.engine == Engine::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN; LOCK TABLE sub_district" };
        let pool = other.writer();
        let mutation = r#"mutation { registerSubDistrict(input: { code: "379999002", name: "街道" }) { userErrors { code } } }"#;
        let holding = match app.engine {
            Engine::Sqlite => {
                pool.execute_unprepared(lock).await.unwrap();
                None
            }
            Engine::Postgres => {
                let mut holder = pool.get_postgres_connection_pool().acquire().await.unwrap();
                sea_orm::sqlx::raw_sql(lock).execute(&mut *holder).await.unwrap();
                Some(holder)
            }
        };
        let answer = impatient.ask(mutation).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::GATEWAY_TIMEOUT, "TIMEOUT"));
        match holding {
            None => drop(pool.execute_unprepared("ROLLBACK").await.unwrap()),
            Some(mut holder) => drop(sea_orm::sqlx::raw_sql("ROLLBACK").execute(&mut *holder).await.unwrap()),
        }
        assert_eq!(operator.ask("{ subDistricts { totalCount } }").await.data()["subDistricts"]["totalCount"], 1, "what was stopped was not done");
        assert_eq!(operator.ask(mutation).await.data()["registerSubDistrict"]["userErrors"], json!([]));
    }
}

#[tokio::test]
async fn every_answer_has_the_id_of_its_request() {
    let app = TestApp::new(Engine::Sqlite).await;
    for uri in [
        "/graphql?query=%7B__typename%7D",
        "/graphql",
        "/healthz",
        "/readyz",
        "/graphiql",
        "/overview",
        "/nowhere",
        "/",
    ] {
        for (given, kept) in
            [(Some("abc-123_x.y"), true), (Some("with blank"), false), (Some(""), false), (None, false)]
        {
            let mut request = request(Method::GET, uri);
            if let Some(given) = given {
                request = request.header("x-request-id", given);
            }
            let (_, headers, _) = raw(&app.router, request.body(Body::empty()).unwrap()).await;
            let id = header(&headers, "x-request-id");
            assert!(
                if kept { Some(id) == given } else { id.len() == 36 && Some(id) != given },
                "{uri}: {given:?} became {id}"
            );
        }
    }
    let (status, _, body) = raw(&app.router, request(Method::GET, "/nowhere").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(String::from_utf8(body).unwrap().contains("/graphql"));
}

#[tokio::test]
async fn other_sites_may_ask_only_where_they_are_named() {
    let app = TestApp::new(Engine::Sqlite).await;
    let preflight = |origin: &str| {
        let request = request(Method::OPTIONS, "/graphql")
            .header(header::ORIGIN, origin)
            .header("access-control-request-method", "POST");
        request.header("access-control-request-headers", "authorization,content-type").body(Body::empty()).unwrap()
    };
    let allowed = async |router: &Router, origin: &str| {
        header(&raw(router, preflight(origin)).await.1, "access-control-allow-origin").to_owned()
    };
    let (site, other) = ("https://console.example.org", "https://elsewhere.example.org");
    assert_eq!(allowed(&app.router, site).await, "", "nobody by default");
    let open = with(&app, HttpSettings { cors_origins: vec![site.to_owned()], ..HttpSettings::default() });
    assert_eq!(allowed(&open, site).await, site);
    assert_eq!(allowed(&open, other).await, "");
    let (status, headers, _) = raw(&open, preflight(site)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(header(&headers, "access-control-allow-headers").contains("authorization"));
    assert!(headers.get("access-control-allow-credentials").is_none(), "tokens travel in a header, never in a cookie");
    let any = with(&app, HttpSettings { cors_origins: vec!["*".to_owned()], ..HttpSettings::default() });
    assert_eq!(allowed(&any, other).await, "*");
}

#[tokio::test]
async fn a_server_that_keeps_its_schema_to_itself_answers_everything_else() {
    let app = TestApp::new(Engine::Sqlite).await;
    let operator = app.operator().await;
    let settings = HttpSettings { introspection: false, ..HttpSettings::default() };
    let web = Web { schema: schema::build_reticent(app.app.clone()), app: app.app.clone(), settings };
    let reticent = Actor::new(router(Arc::new(web)), operator.token.clone());
    for query in [
        "{ __schema { queryType { name } } }",
        "{ __type(name: \"Resident\") { fields { name } } }",
        "{ viewer { name } x: __schema { types { name } } }",
        "query Q { ...f } fragment f on Query { ... on Query { __schema { types { name } } } }",
        "mutation M { __typename } query Q { __schema { types { name } } }",
    ] {
        let answer = reticent.gql(query, json!({})).await;
        assert_eq!(answer.code(), "GRAPHQL_VALIDATION_FAILED", "{query}: {:#}", answer.body);
        assert!(!answer.body.to_string().contains("Resident"), "{query}: {:#}", answer.body);
    }
    let answer = reticent.ask("{ __typename viewer { __typename name } communities { nodes { __typename } } }").await;
    assert_eq!(answer.data()["viewer"], json!({ "__typename": "Viewer", "name": "operator" }));
    assert_eq!(answer.data()["__typename"], "Query");
    // A misspelt name is wrong, and no more is said; a server that tells its schema helps on.
    let misspelt = "{ resident(id: \"x\") { fulName } residnts { totalCount } }";
    let guesses = |answer: &Answer| answer.body.to_string().to_lowercase().contains("did you mean");
    let (quiet, open) = (reticent.ask(misspelt).await, operator.ask(misspelt).await);
    assert_eq!((quiet.code(), open.code()), ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_VALIDATION_FAILED"));
    assert!(!guesses(&quiet) && guesses(&open), "{:#} {:#}", quiet.body, open.body);
    operator.ask("{ __schema { queryType { name } } }").await.data();
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_take_it() {
    let app = TestApp::new(Engine::Sqlite).await;
    let ask = async |query: &str, encoding: &str| {
        let request = request(Method::POST, "/graphql")
            .header(header::CONTENT_TYPE, OLD)
            .header(header::ACCEPT_ENCODING, encoding);
        raw(&app.router, request.body(json!({ "query": query }).to_string().into()).unwrap()).await
    };
    let long = "{ __schema { types { name description fields { name description } } } }";
    let (_, plain_headers, plain) = ask(long, "identity").await;
    assert!(plain_headers.get("content-encoding").is_none() && plain.len() > 20_000);
    for encoding in ["gzip", "br"] {
        let (_, headers, body) = ask(long, encoding).await;
        assert_eq!(header(&headers, "content-encoding"), encoding);
        assert!(
            headers.get_all("vary").iter().any(|vary| vary
                .to_str()
                .unwrap()
                .to_lowercase()
                .contains("accept-encoding"))
        );
        assert!(body.len() * 3 < plain.len(), "{} of {} bytes", body.len(), plain.len());
    }
    let (_, headers, _) = ask("{ __typename }", "gzip").await;
    assert!(headers.get("content-encoding").is_none(), "a short answer fits one packet anyway");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_it_works_over_a_socket() {
    let app = TestApp::new(Engine::Sqlite).await;
    let operator = app.operator().await;
    make::community(&operator, "379999001001").await;
    let listener = transport::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let web = Web { schema: schema::build(app.app.clone()), app: app.app.clone(), settings: HttpSettings::default() };
    let server = tokio::spawn(transport::serve(listener, Arc::new(web)));

    let taken = transport::bind(address).await.expect_err("the port is in use");
    assert!(
        taken.message.en.contains("TONGXIN_LISTEN") && taken.message.en.contains(&address.to_string()),
        "{taken:?}"
    );

    let client = process::http_client();
    let url = format!("http://{address}/graphql");
    let ask = async |query: String| {
        let request =
            client.post(&url).bearer_auth(operator.token.as_deref().unwrap()).json(&json!({ "query": query }));
        request.send().await.unwrap()
    };
    let answer: Value = ask("{ communities { totalCount } }".into()).await.json().await.unwrap();
    assert_eq!(answer["data"], json!({ "communities": { "totalCount": 1 } }));
    assert_eq!(client.get(format!("http://{address}/healthz")).send().await.unwrap().text().await.unwrap(), "ok");
    // Far over the limit: the client gets the answer rather than a broken connection, and the next request is served.
    let large = client.post(&url).header("content-type", OLD).body(vec![b' '; 20 * 1024 * 1024]).send().await.unwrap();
    assert_eq!(large.status().as_u16(), 413);
    for hostile in ["[".repeat(60_000), "{a:".repeat(20_000), format!("{{ a(x: {}", "[".repeat(3000))] {
        let answer: Value = ask(hostile).await.json().await.unwrap();
        assert!(answer["errors"][0]["extensions"]["code"].is_string());
    }
    let mut together = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let request = client
            .post(&url)
            .bearer_auth(operator.token.as_deref().unwrap())
            .json(&json!({ "query": "{ communities { totalCount } }" }));
        together.spawn(async move { request.send().await.unwrap().json::<Value>().await.unwrap() });
    }
    while let Some(answer) = together.join_next().await {
        assert_eq!(answer.unwrap()["data"]["communities"]["totalCount"], 1);
    }
    server.abort();
}

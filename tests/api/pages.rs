//! The pages out of the binary: whole, offline, and each held to its policy.

use axum::body::Body;
use http::{HeaderMap, Method, StatusCode, header};

use crate::{
    harness::{Engine, TestApp},
    http::{header, raw, request},
};

async fn fetch(app: &TestApp, uri: &str, encoding: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = request(Method::GET, uri).header(header::ACCEPT_ENCODING, encoding);
    raw(&app.router, request.body(Body::empty()).unwrap()).await
}

/// The page and what it names of its own; each of that is there, compressed, and kept for good.
async fn page_with_assets(app: &TestApp, uri: &str) -> (HeaderMap, Vec<String>) {
    let (status, headers, page) = fetch(app, uri, "gzip").await;
    let page = String::from_utf8(page).unwrap();
    assert_eq!((status, header(&headers, "content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(!page.contains("https://") && !page.contains("http://"), "{page}");
    assert!(!page.contains("<script>") && !page.contains("<style"), "{page}");
    assert_eq!((header(&headers, "cache-control"), header(&headers, "referrer-policy")), ("no-cache", "no-referrer"));
    let tag = header(&headers, "etag").to_owned();
    let known = request(Method::GET, uri).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    assert_eq!(raw(&app.router, known).await.0, StatusCode::NOT_MODIFIED, "{uri}");

    let assets: Vec<String> =
        page.split('"').filter(|part| part.starts_with("/graphiql/")).map(str::to_owned).collect();
    assert!(
        assets.iter().any(|asset| asset.ends_with(".js")) && assets.iter().any(|asset| asset.ends_with(".css")),
        "{assets:?}"
    );
    for asset in &assets {
        let (status, headers, body) = fetch(app, asset, "gzip, br").await;
        assert_eq!(status, StatusCode::OK, "{asset}");
        assert!(!body.is_empty() && header(&headers, "content-type") != "application/octet-stream", "{asset}");
        if asset.contains("/assets/") {
            assert_eq!(header(&headers, "content-encoding"), "gzip", "{asset}");
            assert!(header(&headers, "cache-control").contains("immutable"), "{asset}");
            let (_, plain_headers, plain) = fetch(app, asset, "identity").await;
            assert!(plain_headers.get("content-encoding").is_none() && plain.len() > body.len(), "{asset}");
            let tag = header(&headers, "etag").to_owned();
            let known = request(Method::GET, asset).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
            assert_eq!(raw(&app.router, known).await.0, StatusCode::NOT_MODIFIED, "{asset}");
        }
    }
    (headers, assets)
}

#[tokio::test]
async fn graphiql_is_served_whole_and_forbids_every_other_host() {
    let app = TestApp::new(Engine::Sqlite).await;
    for (uri, leads) in
        [("/", "/graphiql"), ("/?query=%7Bviewer%7Bname%7D%7D", "/graphiql?query=%7Bviewer%7Bname%7D%7D")]
    {
        let (status, headers, _) = fetch(&app, uri, "").await;
        assert!(status.is_redirection());
        assert_eq!(header(&headers, "location"), leads);
    }
    let (headers, _) = page_with_assets(&app, "/graphiql").await;
    let policy = header(&headers, "content-security-policy");
    for part in ["default-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(!policy.contains("http") && !policy.contains("unsafe-eval") && !policy.contains("script-src"), "{policy}");
    for missing in
        ["/graphiql/assets/nothing.js", "/graphiql/assets/../index.html", "/graphiql/assets/%2e%2e/index.html"]
    {
        assert_eq!(fetch(&app, missing, "").await.0, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn the_overview_is_served_under_a_policy_without_exceptions_and_is_light() {
    let app = TestApp::new(Engine::Sqlite).await;
    for uri in ["/overview", "/overview/", "/overview?from=2020-05-01&to=2022-03-04"] {
        let (headers, assets) = page_with_assets(&app, uri).await;
        let policy = header(&headers, "content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"] {
            assert!(policy.contains(part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("data:"), "{policy}");
        let mut sent = 0;
        for asset in &assets {
            sent += fetch(&app, asset, "gzip").await.2.len();
        }
        assert!(sent < 200_000, "{sent} bytes: the overview carries more than itself and React: {assets:?}");
    }
}

//! The pages, whole and offline: GraphiQL for exploring, and the overview of what a community did. `web/dist` is in the binary, its assets
//! compressed beforehand. Names of assets carry a hash of their content, so a browser keeps them for good; a page itself is asked for each
//! time. The policies forbid every other host.

use std::io::Read;

use axum::{
    extract::{Path, RawQuery},
    response::{IntoResponse, Redirect, Response},
};
use flate2::read::GzDecoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "web/dist"]
struct Page;

/// Monaco writes style elements of its own. Assets carry this one too: the editor's workers are held to what came with their script.
const GRAPHIQL: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; \
    connect-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// Nothing but what the page is made of, and no style outside its sheet.
const OVERVIEW: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// `/` leads to the page, and takes a shared query along.
pub async fn root(RawQuery(query): RawQuery) -> Redirect {
    match query {
        Some(query) => Redirect::to(&format!("/graphiql?{query}")),
        None => Redirect::to("/graphiql"),
    }
}

pub async fn graphiql(headers: HeaderMap) -> Response {
    page(&headers, "index.html", GRAPHIQL)
}

pub async fn overview(headers: HeaderMap) -> Response {
    page(&headers, "overview.html", OVERVIEW)
}

fn page(asked: &HeaderMap, name: &str, policy: &'static str) -> Response {
    match Page::get(name) {
        Some(file) => respond(asked, name, file, Terms { cache: "no-cache", policy, encoding: None }),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub async fn favicon(headers: HeaderMap) -> Response {
    match Page::get("favicon.svg") {
        Some(file) => {
            let terms = Terms { cache: "public, max-age=86400", policy: GRAPHIQL, encoding: None };
            respond(&headers, "favicon.svg", file, terms)
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(mut file) = Page::get(&format!("assets/{name}.gz")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let terms = Terms { cache: FOR_GOOD, policy: GRAPHIQL, encoding: None };
    if takes_gzip(&headers) {
        return respond(&headers, &name, file, Terms { encoding: Some("gzip"), ..terms });
    }
    let mut plain = Vec::new();
    match GzDecoder::new(&*file.data).read_to_end(&mut plain) {
        Ok(_) => {
            file.data = plain.into();
            respond(&headers, &name, file, terms)
        }
        Err(error) => {
            tracing::error!(name, %error, "an embedded asset is not gzip");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// How a file goes out.
#[derive(Clone, Copy)]
struct Terms {
    cache: &'static str,
    policy: &'static str,
    encoding: Option<&'static str>,
}

fn respond(asked: &HeaderMap, name: &str, file: EmbeddedFile, terms: Terms) -> Response {
    let Terms { cache, policy, encoding } = terms;
    let hash: String = file.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    // Weak, since the same file goes out compressed and plain.
    let etag = format!("W/\"{hash}\"");
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = match known {
        Some(tags) if tags.split(',').any(|tag| tag.trim() == etag) => StatusCode::NOT_MODIFIED.into_response(),
        _ => ([(header::CONTENT_TYPE, content_type(name))], file.data).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::from_str(&etag).expect("hexadecimal"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    // The address holds what is being shared: a query, or whose figures.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Some(encoding) = encoding.filter(|_| response.status() == StatusCode::OK) {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()) == Some(0.0);
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("ttf") => "font/ttf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let takes = |value: &'static str| {
            takes_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert!(takes("gzip, deflate, br"));
        assert!(takes("br;q=1, GZIP;q=0.5"));
        assert!(!takes("gzip;q=0, br"));
        assert!(!takes("identity"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn every_embedded_asset_has_a_type_that_browsers_run() {
        for name in Page::iter().filter(|name| name.ends_with(".gz")) {
            assert_ne!(content_type(name.trim_end_matches(".gz")), "application/octet-stream", "{name}");
        }
    }
}

//! Around every request: its id, its language, a line in the access log, and a last net for panics. The log holds no query, variable,
//! token, address or name of a person.

use std::{net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, StatusCode, header};
use tracing::Instrument;

use super::{
    Http,
    answer::{self, Refusal},
    cookies,
    graphql::OperationName,
    negotiate::{self, Media},
    peer,
};
use crate::context::Caller;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub async fn envelope(State(http): State<Arc<Http>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| is_sane(id, "-_."));
    let request_id = given.map_or_else(|| http.web.app.clock.new_id().to_string(), str::to_owned);
    let socket = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let caller = Caller {
        viewer: None,
        address: peer::address(socket, request.headers(), &http.web.settings.trusted_proxies),
        own_page: cookies::is_own_page(request.headers()),
        language: negotiate::language(request.headers()),
        request_id,
    };
    let method = request.method().clone();
    // The route, not the address: an address may be anything.
    let path = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(caller.clone());

    let span = tracing::info_span!("request", id = %caller.request_id);
    let mut response = match AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span).await {
        Ok(response) => response,
        Err(panic) => {
            let refusal = Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, answer::panicked(panic));
            refusal.into_response(Media::Json, &caller)
        }
    };

    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, HeaderValue::from_str(&caller.request_id).expect("letters, digits and -_."));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let (route, took) = (path.as_ref().map_or("unknown", MatchedPath::as_str), started.elapsed());
    http.metrics.record(route, method.as_str(), response.status(), took, response.extensions());
    let operation = response.extensions().get::<OperationName>().map(|name| name.0.as_str());
    tracing::info!(
        method = method.as_str(),
        path = route,
        status = response.status().as_u16(),
        ms = took.as_millis() as u64,
        request_id = %caller.request_id,
        operation = operation.filter(|name| is_sane(name, "_")),
        "request"
    );
    response
}

/// Short, and of letters, digits and these signs: safe in a header and in a log.
fn is_sane(text: &str, signs: &str) -> bool {
    (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_plain_ids_are_taken_over() {
        assert!(is_sane("0198-abc_D.9", "-_."));
        for wrong in ["", "a b", "a\"b", "a\nb", "é", &"a".repeat(65)] {
            assert!(!is_sane(wrong, "-_."), "{wrong}");
        }
        assert!(!is_sane("a-b", "_"));
    }
}

//! Pages and papers that show what the schema answers: the notice to post, certificates to print. Each is one question, asked under the bounds of any other
//! question, so that nobody is told more here than there.

use std::sync::Arc;

use async_graphql::{Request as GraphqlRequest, Variables, parser::types::OperationType};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value as Json;

use super::{
    Http, cookies,
    defence::{self, cost::Cost, rate::Payer},
    graphql,
    places::Full,
};
use crate::{
    access::Viewer,
    context::Caller,
    error::{Code, Error, Message, Result},
    say,
};

/// A question that this server asks by itself.
pub(super) struct Question<'q> {
    pub(super) query: &'q str,
    pub(super) variables: Json,
    /// What is done with the answer, in points: on top of what the question costs.
    pub(super) work: u64,
}

/// Who asks: anybody, or whoever these headers say.
pub(super) enum Whom<'h> {
    Anybody,
    Signed(&'h HeaderMap),
}

/// The answer, `data` of it. Values that the schema does not take, such as a day that is none, are ValidationFailed.
pub(super) async fn answer(http: &Http, caller: &Caller, whom: Whom<'_>, question: Question<'_>) -> Result<Json> {
    let _place = http.places.take().await.map_err(|Full| {
        let message = say!("The server is doing as much as it can: try again in a moment.", "服务器正忙：请稍后重试。");
        Error::new(Code::Unavailable, message)
    })?;
    let viewer = match whom {
        Whom::Anybody => None,
        Whom::Signed(headers) => Some(viewer(http, headers).await?),
    };
    let variables = Variables::from_json(question.variables);
    let wrong = |_| Error::internal("the question of a page is not admitted");
    let admitted = defence::admit(&http.documents, question.query, 0).map_err(wrong)?;
    let (_, operation) = admitted.operation(None).map_err(wrong)?;
    debug_assert!(operation.ty == OperationType::Query, "it changes nothing");
    let cost = http.prices.reckon(&admitted.document, operation, &variables);
    let Cost(asking) = cost.map_err(|_| Error::internal("the question of a page costs too much"))?;
    let payer = viewer.as_ref().map_or(Payer::Address(caller.address), |own| Payer::Account(own.account_id));
    http.meter.charge(payer, Cost(asking + question.work)).map_err(|empty| empty.error)?;
    let caller = Caller { viewer, ..caller.clone() };
    let mut prepared =
        GraphqlRequest::new(question.query).variables(variables).data(caller).data(http.web.settings.sign_in);
    prepared.set_parsed_query(admitted.document.clone());
    let outcome = graphql::execute(http, prepared).await;
    if let Some(error) = outcome.errors.first() {
        let words = &error.message;
        let own = error.source::<Error>().cloned();
        return Err(own.unwrap_or_else(|| Error::new(Code::ValidationFailed, say!("{words}", "{words}"))));
    }
    outcome.data.into_json().map_err(Error::internal)
}

/// Whoever sends a token, or a browser that came here by itself with the session's cookie: from a page of this server, or since somebody typed the address.
/// What another site's page leads to opens nothing.
async fn viewer(http: &Http, headers: &HeaderMap) -> Result<Arc<Viewer>> {
    let found = if cookies::is_navigation(headers) {
        let mut own = headers.clone();
        own.insert(cookies::OWN_PAGE, HeaderValue::from_static("navigation"));
        graphql::viewer(http, &own).await?
    } else {
        graphql::viewer(http, headers).await?
    };
    found.ok_or_else(Error::unauthenticated)
}

/// What people are told who are not shown what they asked for. What went wrong inside is for the log.
pub(super) fn refusal(error: &Error, caller: &Caller) -> (StatusCode, Message) {
    let status = match error.code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::ForbiddenField => StatusCode::FORBIDDEN,
        Code::BadUserInput | Code::ValidationFailed => StatusCode::BAD_REQUEST,
        // Nothing is at this address.
        Code::BadRequest => StatusCode::NOT_FOUND,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if status != StatusCode::INTERNAL_SERVER_ERROR {
        return (status, error.message.clone());
    }
    let request_id = &caller.request_id;
    tracing::error!(%request_id, cause = error.cause.as_deref(), "a page could not be made");
    (status, say!("Something went wrong. Quote {request_id}.", "服务内部错误，请提供编号 {request_id}。"))
}

pub(super) fn html(status: StatusCode, body: String, policy: &str) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    guarded(response, policy)
}

/// What it says is somebody's answer and the next day another, and stays with whoever asked: kept by no cache, shown in no frame, told to no other page.
pub(super) fn guarded(mut response: Response, policy: &str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language, Authorization, Cookie"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

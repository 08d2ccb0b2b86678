//! `/graphql`: queries by GET or POST, mutations by POST alone. In order: method, media types, body, a place among the requests that run, the defence in front of
//! the parser, the cost, who is asking and whether they may ask for so much, execution under a time limit, and the answer. Nothing touches the database before the document is admitted.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{
    PathSegment, Request as GraphqlRequest, Response as Outcome, ServerError, Variables,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
};
use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::{
    Http,
    answer::{self, Refusal},
    cookies,
    defence::{self, cost::TooDear, limits::without_place, rate::Payer},
    negotiate::{self, Media},
    places::Full,
    request,
};
use crate::{
    access::{self, Viewer, token::SESSION},
    audit::{self, AuditKind, Entry},
    context::Caller,
    error::{Code, Error},
    say,
};

/// The name of the operation that ran, for the access log.
#[derive(Clone)]
pub struct OperationName(pub String);

pub async fn endpoint(
    State(http): State<Arc<Http>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let Some(media) = negotiate::media(request.headers()) else {
        let message = say!(
            "Accept `application/graphql-response+json` or `application/json`.",
            "请接受 `application/graphql-response+json` 或 `application/json`。"
        );
        let refusal = Refusal::new(StatusCode::NOT_ACCEPTABLE, Error::new(Code::NotAcceptable, message));
        return refusal.into_response(Media::Json, &caller);
    };
    match serve(&http, &caller, media, request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(media, &caller),
    }
}

async fn serve(http: &Http, caller: &Caller, media: Media, request: Request) -> Result<Response, Refusal> {
    let settings = &http.web.settings;
    let (parts, body) = request.into_parts();
    let by_get = matches!(parts.method, Method::GET | Method::HEAD);
    let asked = match parts.method {
        Method::GET | Method::HEAD => request::from_query(&parts.uri)?,
        Method::POST => request::from_body(&parts.headers, body, settings.body_limit, settings.request_timeout).await?,
        _ => {
            let message = say!("Use POST, or GET for queries.", "请使用 POST；查询也可用 GET。");
            return Err(Refusal::method("GET, POST", Error::new(Code::MethodNotAllowed, message)));
        }
    };

    let _place = http.places.take().await.map_err(|Full| {
        let message = say!("The server is doing as much as it can: try again in a moment.", "服务器正忙：请稍后重试。");
        Refusal::later(StatusCode::SERVICE_UNAVAILABLE, Error::new(Code::Unavailable, message), 1)
    })?;
    let admitted = defence::admit(&http.documents, &asked.query, asked.weight)?;
    if !settings.introspection && admitted.introspects() {
        let message = say!(
            "Introspection is switched off on this server. The schema is in its documentation.",
            "本服务已关闭内省。架构请见文档。"
        );
        return Err(without_place(Error::new(Code::ValidationFailed, message)).into());
    }
    let (name, operation) = admitted.operation(asked.operation_name.as_deref())?;
    match operation.ty {
        OperationType::Mutation if by_get => {
            let message = say!("A mutation needs POST.", "变更操作须用 POST。");
            return Err(Refusal::method("POST", Error::new(Code::MethodNotAllowed, message)));
        }
        OperationType::Subscription => {
            let message = say!("Subscriptions are not served here.", "此处不提供订阅。");
            return Err(Refusal::new(StatusCode::BAD_REQUEST, Error::new(Code::BadRequest, message)));
        }
        OperationType::Query | OperationType::Mutation => {}
    }

    let variables = with_defaults(asked.variables, operation);
    let cost = http
        .prices
        .reckon(&admitted.document, operation, &variables)
        .map_err(|TooDear { cost, error }| Refusal::from(*error).costing(cost))?;
    let viewer = viewer(http, &parts.headers).await.map_err(not_authenticated)?;
    let payer = viewer.as_ref().map_or(Payer::Address(caller.address), |viewer| Payer::Account(viewer.account_id));
    let standing = http.meter.charge(payer, cost).map_err(|empty| {
        Refusal::later(StatusCode::TOO_MANY_REQUESTS, empty.error, empty.retry_after)
            .with(empty.standing.headers())
            .costing(cost)
    })?;
    let caller = Caller { viewer, ..caller.clone() };

    let mut prepared =
        GraphqlRequest::new(asked.query).variables(variables).data(caller.clone()).data(settings.sign_in);
    prepared.operation_name = name.map(str::to_owned);
    prepared.set_parsed_query(admitted.document.clone());
    let mut outcome = execute(http, prepared).await;
    put_on_record(http, &caller, &admitted.document, operation, &outcome).await;
    http.types.restore(&admitted.document, operation, &mut outcome);
    cost.tell(&mut outcome);
    let cookies: Vec<HeaderValue> = outcome.http_headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    let mut response = answer::answer(outcome, media, &caller);
    response.headers_mut().extend(standing.headers());
    response.extensions_mut().insert(cost);
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if let Some(name) = name {
        response.extensions_mut().insert(OperationName(name.to_owned()));
    }
    Ok(response)
}

/// Who is asking: the bearer of the header, or else of the cookie. A cookie that is no longer good is nobody's, so that one can sign in again.
pub(super) async fn viewer(http: &Http, headers: &HeaderMap) -> Result<Option<Arc<Viewer>>, Error> {
    let app = &http.web.app;
    if let Some(bearer) = bearer(headers)? {
        return access::authenticate(app, Some(bearer)).await;
    }
    let Some(secret) = cookies::session(headers, &http.web.settings.sign_in)? else { return Ok(None) };
    match access::authenticate(app, Some(secret).filter(|secret| secret.starts_with(SESSION))).await {
        Err(error) if error.code == Code::Unauthenticated => Ok(None),
        found => found,
    }
}

/// Variables that were left out, by their defaults: the library itself forgets these in `@skip` and `@include`.
fn with_defaults(mut variables: Variables, operation: &OperationDefinition) -> Variables {
    for definition in &operation.variable_definitions {
        if let Some(default) = definition.node.default_value() {
            variables.entry(definition.node.name.node.clone()).or_insert_with(|| default.clone());
        }
    }
    variables
}

/// Runs it. A panic or a time-out is this request's error and nobody else's.
pub(super) async fn execute(http: &Http, request: GraphqlRequest) -> Outcome {
    let execution = AssertUnwindSafe(http.web.schema.execute(request)).catch_unwind();
    let error = match tokio::time::timeout(http.web.settings.request_timeout, execution).await {
        Ok(Ok(outcome)) => return outcome,
        Ok(Err(panic)) => answer::panicked(panic),
        Err(_) => {
            let seconds = http.web.settings.request_timeout.as_secs_f32();
            let message = say!(
                "The request took longer than {seconds} seconds and was stopped. Ask for less at a time.",
                "请求超过 {seconds} 秒，已中止。请减少一次请求的内容。"
            );
            Error::new(Code::Timeout, message)
        }
    };
    Outcome::from_errors(vec![without_place(error)])
}

/// That somebody asked by a field that is masked for them is on record, once a request, under the root field that it was asked of. What cannot be put on record
/// is refused all the same.
async fn put_on_record(
    http: &Http,
    caller: &Caller,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    outcome: &Outcome,
) {
    let refused = |error: &&ServerError| error.source::<Error>().is_some_and(|own| own.code == Code::ForbiddenField);
    let Some(error) = outcome.errors.iter().find(refused) else { return };
    let code = Code::ForbiddenField.as_str();
    let mut entry = Entry::of(AuditKind::Refusal).refused_with(code);
    if let Some(PathSegment::Field(key)) = error.path.first()
        && let Some(field) = root_field(document, &operation.selection_set.node, key)
    {
        entry = entry.by(field);
    }
    if let Err(error) = audit::note_apart(&http.web.app, caller.into(), entry).await {
        tracing::error!(request_id = %caller.request_id, %error, code, "a refusal could not be put on record");
    }
}

/// The name of the field that answers under this key, which may be an alias of the caller's making.
fn root_field<'d>(document: &'d ExecutableDocument, set: &'d SelectionSet, key: &str) -> Option<&'d str> {
    set.items.iter().find_map(|item| match &item.node {
        Selection::Field(field) => {
            (field.node.response_key().node.as_str() == key).then(|| field.node.name.node.as_str())
        }
        Selection::InlineFragment(inner) => root_field(document, &inner.node.selection_set.node, key),
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node)?;
            root_field(document, &fragment.node.selection_set.node, key)
        }
    })
}

/// The token of `Authorization: Bearer <token>`; anything else in that header is a wrong credential, not a missing one.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (given.next(), given.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value.to_str().map_err(|_| Error::unauthenticated())?,
        (Some(_), Some(_)) => return Err(Error::unauthenticated()),
    };
    match value.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(Error::unauthenticated()),
    }
}

pub(super) fn not_authenticated(error: Error) -> Refusal {
    let status = match error.code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Refusal::new(status, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_bearer_token_is_a_credential() {
        let with = |values: &[&'static str]| {
            let values = values.iter().map(|value| (header::AUTHORIZATION, HeaderValue::from_static(value)));
            let mut headers = HeaderMap::new();
            for (name, value) in values {
                headers.append(name, value);
            }
            bearer(&headers).map(|token| token.map(str::to_owned)).map_err(|error| error.code)
        };
        assert_eq!(with(&[]), Ok(None));
        assert_eq!(with(&["Bearer abc"]), Ok(Some("abc".into())));
        assert_eq!(with(&["bearer  abc"]), Ok(Some("abc".into())));
        for wrong in [&["Basic abc"][..], &["abc"], &["Bearer"], &[""], &["Bearer a", "Bearer b"]] {
            assert_eq!(with(wrong), Err(Code::Unauthenticated), "{wrong:?}");
        }
    }
}

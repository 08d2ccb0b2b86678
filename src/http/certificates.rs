//! Certificates to be printed: the page and the PDF for those whom the policy lets read the certificate, and the page on which anybody verifies one by its
//! code. What they show is asked of the schema, so nobody is told more here than there.

use std::sync::Arc;

use async_graphql::{Request as GraphqlRequest, Variables};
use axum::{
    Extension,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

use super::{
    Http, cookies,
    defence::{cost::Cost, rate::Payer},
    graphql::{bearer, execute},
    places::Full,
};
use crate::{
    access::{self, Viewer, token::SESSION},
    certificates::{
        page, pdf,
        printed::{FIELDS, Printed},
    },
    context::Caller,
    error::{Code, Error, Result},
    say,
};

/// What such a page costs, in points.
const PAGE: u64 = 50;
/// A PDF takes a while to write.
const PDF: u64 = 500;

pub async fn shown(
    State(http): State<Arc<Http>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let printing = &http.web.settings.printing;
    match to_print(&http, &caller, &headers, id, PAGE).await {
        Ok(of) => {
            let public_url = printing.public_url.as_deref();
            html(StatusCode::OK, page::certificate(&of, caller.language, public_url, printing.fonts.is_some()))
        }
        Err(error) => refused(error, &caller),
    }
}

pub async fn as_pdf(
    State(http): State<Arc<Http>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match written(&http, &caller, &headers, id).await {
        Ok((number, bytes)) => {
            let mut response = bytes.into_response();
            let own = response.headers_mut();
            own.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
            let name = format!("inline; filename=\"certificate-{number}.pdf\"");
            // A number is digits and hyphens.
            let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("inline"));
            own.insert(header::CONTENT_DISPOSITION, name);
            guarded(response, "default-src 'none'; frame-ancestors 'none'".to_owned())
        }
        Err(error) => refused(error, &caller),
    }
}

/// Verifies a certificate by its code: for anybody, without an account.
pub async fn verified(
    State(http): State<Arc<Http>>,
    Extension(caller): Extension<Caller>,
    Path(code): Path<String>,
) -> Response {
    let query = format!("query($code: String!) {{ found: verifyCertificate(code: $code) {{ {FIELDS} revokedOn }} }}");
    match asked(&http, &caller, (query, json!({ "code": code })), PAGE).await {
        Ok(Some(of)) => html(StatusCode::OK, page::verified(&of, caller.language)),
        Ok(None) => {
            let message = say!(
                "No certificate has this code. Look at it again: capital and small letters differ.",
                "没有使用该验证码的证明。请核对后重试，注意区分大小写。"
            );
            html(StatusCode::NOT_FOUND, page::said(&message, caller.language))
        }
        Err(error) => refused(error, &caller),
    }
}

async fn written(http: &Http, caller: &Caller, headers: &HeaderMap, id: String) -> Result<(String, Vec<u8>)> {
    let printing = &http.web.settings.printing;
    let Some(fonts) = printing.fonts.clone() else {
        return Err(Error::new(
            Code::Unavailable,
            say!(
                "This server makes no PDF: it was given no font (TONGXIN_CERTIFICATE_FONT). Print the page instead.",
                "本服务未配置字体（TONGXIN_CERTIFICATE_FONT），不能生成 PDF；请打印网页。"
            ),
        ));
    };
    let of = to_print(http, caller, headers, id, PDF).await?;
    if of.revoked.is_some() {
        let message = say!("This certificate was revoked; there is no PDF of it.", "本证明已撤销，不提供 PDF。");
        return Err(Error::new(Code::Forbidden, message));
    }
    let (language, public_url) = (caller.language, printing.public_url.clone());
    let number = of.number.clone();
    let writing = tokio::task::spawn_blocking(move || pdf::written(&fonts, &of, language, public_url.as_deref()));
    Ok((number, writing.await.map_err(Error::internal)??))
}

/// A certificate with all names in full, for whoever may read it so.
async fn to_print(http: &Http, caller: &Caller, headers: &HeaderMap, id: String, points: u64) -> Result<Printed> {
    let viewer = viewer(http, headers).await?.ok_or_else(Error::unauthenticated)?;
    let caller = Caller { viewer: Some(viewer), ..caller.clone() };
    let query = format!("query($id: ID!) {{ found: certificate(id: $id) {{ {FIELDS} revokedAt code }} }}");
    let found = asked(http, &caller, (query, json!({ "id": id })), points).await?;
    let of = found.ok_or_else(|| {
        let message =
            say!("There is no such certificate, or it is not within your reach.", "没有该证明，或不在您的权限范围内。");
        Error::new(Code::BadRequest, message)
    })?;
    if of.code.is_none() {
        let message = say!("Your role does not read what is printed on it.", "您的角色无权查看证明全文。");
        return Err(Error::new(Code::Forbidden, message));
    }
    Ok(of)
}

/// What the schema answers, under the same bounds as any other question.
async fn asked(
    http: &Http,
    caller: &Caller,
    (query, variables): (String, serde_json::Value),
    points: u64,
) -> Result<Option<Printed>> {
    let _place = http.places.take().await.map_err(|Full| {
        let message = say!("The server is doing as much as it can: try again in a moment.", "服务器正忙：请稍后重试。");
        Error::new(Code::Unavailable, message)
    })?;
    let payer = caller.viewer.as_ref().map_or(Payer::Address(caller.address), |own| Payer::Account(own.account_id));
    http.meter.charge(payer, Cost(points)).map_err(|empty| empty.error)?;
    let request = GraphqlRequest::new(query)
        .variables(Variables::from_json(variables))
        .data(caller.clone())
        .data(http.web.settings.sign_in);
    let outcome = execute(http, request).await;
    if let Some(error) = outcome.errors.first() {
        let own = error.source::<Error>().cloned();
        return Err(own.unwrap_or_else(|| Error::internal(error.message.clone())));
    }
    let data = outcome.data.into_json().map_err(Error::internal)?;
    serde_json::from_value(data["found"].clone()).map_err(Error::internal)
}

/// Who is asking. A browser that goes to an address sends the session's cookie, from this site alone (SameSite=Strict), and no header beside it: nothing is
/// changed here, and no other site's page can read the answer.
async fn viewer(http: &Http, headers: &HeaderMap) -> Result<Option<Arc<Viewer>>> {
    let app = &http.web.app;
    if let Some(bearer) = bearer(headers)? {
        return access::authenticate(app, Some(bearer)).await;
    }
    let secret = cookies::to_read(headers, &http.web.settings.sign_in);
    let Some(secret) = secret.filter(|secret| secret.starts_with(SESSION)) else { return Ok(None) };
    access::authenticate(app, Some(secret)).await
}

fn refused(error: Error, caller: &Caller) -> Response {
    let status = match error.code {
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::BadUserInput | Code::BadRequest => StatusCode::NOT_FOUND,
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut message = error.message.clone();
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        let request_id = &caller.request_id;
        tracing::error!(%request_id, cause = error.cause.as_deref(), "a certificate could not be printed");
        message = say!("Something went wrong. Quote {request_id}.", "服务内部错误，请提供编号 {request_id}。");
    }
    let mut response = html(status, page::said(&message, caller.language));
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn html(status: StatusCode, body: String) -> Response {
    let response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
    guarded(response, page::policy())
}

/// Whose certificate it is stays with whoever asked: kept by no cache, shown in no frame, told to no other page.
fn guarded(mut response: Response, policy: String) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language, Authorization, Cookie"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

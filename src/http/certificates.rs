//! Certificates to be printed: the page and the PDF for those whom the policy lets read the certificate, and the page on which anybody verifies one by its
//! code. What they show is asked of the schema, so nobody is told more here than there.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

use super::{
    Http,
    asked::{self, Question, Whom},
};
use crate::{
    certificates::{
        page, pdf,
        printed::{FIELDS, Printed},
    },
    context::Caller,
    error::{Code, Error, Result},
    say,
};

/// A PDF takes a while to write: so many points.
const PDF: u64 = 500;

pub async fn shown(
    State(http): State<Arc<Http>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let printing = &http.web.settings.printing;
    match to_print(&http, &caller, &headers, id, 0).await {
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
            asked::guarded(response, "default-src 'none'; frame-ancestors 'none'")
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
    let question = Question { query: &query, variables: json!({ "code": code }), work: 0 };
    match found(&http, &caller, Whom::Anybody, question).await {
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
async fn to_print(http: &Http, caller: &Caller, headers: &HeaderMap, id: String, work: u64) -> Result<Printed> {
    let query = format!("query($id: ID!) {{ found: certificate(id: $id) {{ {FIELDS} revokedAt code }} }}");
    let question = Question { query: &query, variables: json!({ "id": id }), work };
    let found = match found(http, caller, Whom::Signed(headers), question).await {
        // What is no id of a certificate leads nowhere either.
        Err(error) if error.code == Code::BadUserInput => None,
        answered => answered?,
    };
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

async fn found(http: &Http, caller: &Caller, whom: Whom<'_>, question: Question<'_>) -> Result<Option<Printed>> {
    let data = asked::answer(http, caller, whom, question).await?;
    serde_json::from_value(data["found"].clone()).map_err(Error::internal)
}

fn refused(error: Error, caller: &Caller) -> Response {
    let (status, message) = asked::refusal(&error, caller);
    html(status, page::said(&message, caller.language))
}

fn html(status: StatusCode, body: String) -> Response {
    asked::html(status, body, &page::policy())
}

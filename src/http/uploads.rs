//! `POST /uploads`: a photo or document as the raw body, on its own limit; and `GET /uploads/{id}`, by which it is got. What a file is called, by its name or by
//! its sender, decides nothing; what it is served as cannot run.

use std::{sync::Arc, time::Duration};

use async_graphql::ID;
use axum::{
    Extension,
    body::Body,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use entity::attachment::{self, AttachmentKind};
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

use super::{
    Http,
    answer::Refusal,
    graphql::{not_authenticated, viewer},
    negotiate::Media,
    request::{drain, too_large},
};
use crate::{
    access::Viewer,
    attachments::{self, LIMIT, Store, TELLING},
    audit,
    context::Caller,
    error::{Code, Error, Message},
    relay::id,
    say,
};

/// So long a file may take to arrive: phones are slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// So many files arrive at once; they are held in memory until they are checked.
pub const AT_ONCE: usize = 16;

/// The longest name of a file.
const NAME: usize = 100;

pub async fn receive(
    State(http): State<Arc<Http>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    match take(&http, &caller, request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(Media::Json, &caller),
    }
}

pub async fn send(
    State(http): State<Arc<Http>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match give(&http, &id, &headers).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(Media::Json, &caller),
    }
}

async fn who(http: &Http, headers: &HeaderMap) -> Result<Arc<Viewer>, Refusal> {
    let found = viewer(http, headers).await.map_err(not_authenticated)?;
    found.ok_or_else(|| not_authenticated(Error::unauthenticated()))
}

fn store(http: &Http) -> Result<&Store, Refusal> {
    http.web.settings.uploads.as_ref().ok_or_else(|| {
        let message = say!("This server keeps no files.", "本服务器不保存文件。");
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, Error::new(Code::Unavailable, message))
    })
}

fn refused(error: Error) -> Refusal {
    let status = match error.code {
        Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Refusal::new(status, error)
}

fn bad(message: Message) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, Error::bad_input(message))
}

fn wrong_type(message: Message) -> Refusal {
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Error::new(Code::UnsupportedMediaType, message))
}

async fn take(http: &Http, caller: &Caller, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let viewer = who(http, &parts.headers).await?;
    let (app, store) = (&http.web.app, store(http)?);
    if !attachments::may_upload(&viewer) {
        let caller = Caller { viewer: Some(viewer), ..caller.clone() };
        return Err(refused(audit::forbidden(app, &caller, "uploads").await));
    }
    let name = file_name(parts.uri.query().unwrap_or_default())?;
    attachments::refuse_hoard(app, &viewer).await.map_err(refused)?;
    let _place = http.uploads.try_acquire().map_err(|_| {
        let message = say!("Many files arrive at the moment: try again soon.", "当前上传较多：请稍后重试。");
        Refusal::later(StatusCode::SERVICE_UNAVAILABLE, Error::new(Code::Unavailable, message), 5)
    })?;
    let bytes = tokio::time::timeout(PATIENCE, read(&parts.headers, body)).await.map_err(|_| {
        let message = say!("The file did not arrive in time.", "文件未在规定时间内到达。");
        Refusal::new(StatusCode::REQUEST_TIMEOUT, Error::new(Code::Timeout, message))
    })??;
    let checked = tokio::task::spawn_blocking(move || attachments::check(bytes.into())).await;
    let checked = checked.map_err(|error| refused(Error::internal(error)))?.map_err(bad)?;
    let row = attachments::put(app, store, &viewer, name, checked).await.map_err(refused)?;
    let told = json!({ "upload": {
        "id": id::encode("upload", row.id), "kind": row.kind, "fileName": row.file_name, "bytes": row.bytes,
        "width": row.width, "height": row.height, "expiresAt": row.expires_at,
    } });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, headers, told.to_string()).into_response())
}

/// The name in `?fileName=`: for people to read, and no path.
fn file_name(query: &str) -> Result<Option<String>, Refusal> {
    let broken = || bad(say!("fileName: it is not UTF-8.", "fileName：不是 UTF-8 编码。"));
    let mut given = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("fileName", value)) => given = Some(decoded(value).ok_or_else(broken)?),
            _ => return Err(bad(say!("Only `fileName` may be given.", "仅可填写 `fileName`。"))),
        }
    }
    let Some(name) = given.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()) else { return Ok(None) };
    let strange =
        |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if name.chars().count() > NAME || name.starts_with('.') || name.chars().any(strange) {
        return Err(bad(say!(
            "fileName: a name of at most {NAME} characters, without slashes, colons or control characters, that does not begin with a dot.",
            "fileName：最多 {NAME} 个字符，不含斜杠、冒号和控制字符，不以点开头。"
        )));
    }
    Ok(Some(name))
}

/// Percent-decoded.
fn decoded(text: &str) -> Option<String> {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%' {
            let digits = text.get(at + 1..at + 3)?;
            out.push(u8::from_str_radix(digits, 16).ok()?);
            at += 3;
        } else {
            out.push(if *byte == b'+' { b' ' } else { *byte });
            at += 1;
        }
    }
    String::from_utf8(out).ok()
}

/// The body, cut off as soon as it is too long, or known to be nothing that is kept.
async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Refusal> {
    let declared: Option<u64> = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let mut stream = body.into_data_stream();
    if declared.is_some_and(|length| length > LIMIT as u64) {
        if !headers.contains_key(header::EXPECT) {
            drain(stream).await;
        }
        return Err(too_large(LIMIT));
    }
    let (mut bytes, mut told) = (Vec::new(), false);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| bad(say!("The file broke off.", "文件传输中断。")))?;
        if bytes.len() + chunk.len() > LIMIT {
            drain(stream).await;
            return Err(too_large(LIMIT));
        }
        bytes.extend_from_slice(&chunk);
        if !told && bytes.len() >= TELLING {
            told = true;
            if attachments::kind_of(&bytes).is_none() {
                drain(stream).await;
                return Err(wrong_type(attachments::not_kept()));
            }
        }
    }
    match attachments::kind_of(&bytes) {
        Some(_) => Ok(bytes),
        None => Err(wrong_type(attachments::not_kept())),
    }
}

async fn give(http: &Http, id: &str, headers: &HeaderMap) -> Result<Response, Refusal> {
    let viewer = who(http, headers).await?;
    let (app, store) = (&http.web.app, store(http)?);
    // What is malformed, not there and not theirs reads alike.
    let nothing = || {
        let message =
            say!("There is no such file, or it is not within your reach.", "没有该文件，或不在您的权限范围内。");
        Refusal::new(StatusCode::NOT_FOUND, Error::new(Code::BadRequest, message))
    };
    let key = id::decode("upload", &ID::from(id)).map_err(|_| nothing())?;
    let row = attachments::readable(app, &viewer, key).await.map_err(refused)?.ok_or_else(nothing)?;
    let bytes = store.get(key).await.map_err(|error| refused(Error::internal(error)))?;
    let bytes = bytes.ok_or_else(|| refused(Error::internal(format!("the file of upload {key} is gone"))))?;
    Ok(harmless(&row, bytes))
}

/// A file as something to be saved, of the type that it was found to be, without leave to do anything in a browser.
fn harmless(row: &attachment::Model, bytes: Vec<u8>) -> Response {
    let (kind, extension) = match row.kind {
        AttachmentKind::Jpeg => ("image/jpeg", "jpg"),
        AttachmentKind::Png => ("image/png", "png"),
        AttachmentKind::Pdf => ("application/pdf", "pdf"),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.{extension}\"", row.id.simple())),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::VARY, "Authorization, Cookie".to_owned()),
    ];
    (headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_for_people_and_no_path() {
        let name = |query: &str| file_name(query).ok();
        assert_eq!(name(""), Some(None));
        assert_eq!(name("fileName=%E7%81%AF+1.jpg"), Some(Some("灯 1.jpg".to_owned())));
        for tricky in [
            "..%2F..%2Fetc%2Fpasswd",
            "..",
            ".htaccess",
            "a%00.png",
            "C%3A%5Cwindows",
            "a%2Fb.png",
            "a%0D%0Ab.png",
            "%FF",
            "%zz",
            "%E2%80%AEgnp.exe",
        ] {
            assert_eq!(name(&format!("fileName={tricky}")), None, "{tricky}");
        }
        assert_eq!(name("path=x"), None);
        assert_eq!(name(&format!("fileName={}", "a".repeat(101))), None);
    }
}

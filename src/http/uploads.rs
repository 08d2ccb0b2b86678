//! `POST /uploads`: a photo or document as the raw body, on its own limit; and `GET /uploads/{id}`, by which it is got. What a file is called, by its name or by
//! its sender, decides nothing; what it is served as cannot run.

mod bill;
mod name;

use std::{sync::Arc, time::Duration};

use async_graphql::ID;
use axum::{
    Extension,
    body::Body,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
};
use entity::attachment::{self, AttachmentKind};
use futures_util::{StreamExt, TryStreamExt};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

use self::{bill::Bill, name::file_name};
use super::{
    Http,
    answer::Refusal,
    graphql::{not_authenticated, viewer},
    negotiate::Media,
    request::{drain, too_large},
};
use crate::{
    access::Viewer,
    attachments::{self, Arrived, Arriving, Found, LIMIT, Stopped, Store},
    audit,
    context::Caller,
    error::{Code, Error, Message},
    relay::id,
    say,
};

/// So long a file may take to arrive: phones are slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// So many files arrive at once.
pub const AT_ONCE: usize = 16;

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
        Code::BadUserInput => StatusCode::BAD_REQUEST,
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
    let mut bill = Bill::open(http, &viewer)?;
    if !attachments::may_upload(&viewer) {
        let caller = Caller { viewer: Some(viewer), ..caller.clone() };
        return Err(refused(audit::forbidden(app, &caller, "uploads").await));
    }
    let name = file_name(parts.uri.query().unwrap_or_default())?;
    attachments::refuse_hoard(app, &viewer).await.map_err(refused)?;
    let place = http.uploads.clone().try_acquire_owned().map_err(|_| {
        let message = say!("Many files arrive at the moment: try again soon.", "当前上传较多：请稍后重试。");
        Refusal::later(StatusCode::SERVICE_UNAVAILABLE, Error::new(Code::Unavailable, message), 5)
    })?;
    let arrived =
        tokio::time::timeout(PATIENCE, read(store, &parts.headers, body, &mut bill)).await.map_err(|_| {
            let message = say!("The file did not arrive in time.", "文件未在规定时间内到达。");
            Refusal::new(StatusCode::REQUEST_TIMEOUT, Error::new(Code::Timeout, message))
        })??;
    let (app, store) = (app.clone(), store.clone());
    // In a task of its own: a client that goes away now leaves nothing half done.
    let keeping = tokio::spawn(async move {
        let _place = place;
        attachments::keep_file(&app, &store, &viewer, name, arrived).await
    });
    let row = keeping.await.map_err(|error| refused(Error::internal(error)))?.map_err(refused)?;
    let told = json!({ "upload": {
        "id": id::encode("upload", row.id), "kind": row.kind, "fileName": row.file_name, "bytes": row.bytes,
        "width": row.width, "height": row.height, "expiresAt": row.expires_at,
    } });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    let mut response = (StatusCode::CREATED, headers, told.to_string()).into_response();
    response.headers_mut().extend(bill.standing.headers());
    Ok(response)
}

/// The body, on disk; cut off as soon as it is too long, known to be nothing that is kept, or more than the account may send in a while.
async fn read(store: &Store, headers: &HeaderMap, body: Body, bill: &mut Bill<'_>) -> Result<Arrived, Refusal> {
    let declared: Option<u64> = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let mut stream = body.into_data_stream();
    if declared.is_some_and(|length| length > LIMIT as u64) {
        if !headers.contains_key(header::EXPECT) {
            drain(stream).await;
        }
        return Err(too_large(LIMIT));
    }
    let mut file = Arriving::new(store).map_err(|error| refused(attachments::no_disk(error)))?;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| bad(say!("The file broke off.", "文件传输中断。")))?;
        let added = file.add(&chunk).await.map_err(stopped).and_then(|()| bill.pay(file.bytes()));
        if let Err(refusal) = added {
            drain(stream).await;
            return Err(refusal);
        }
    }
    file.whole().await.map_err(stopped)
}

fn stopped(why: Stopped) -> Refusal {
    match why {
        Stopped::TooLong => too_large(LIMIT),
        Stopped::NotKept => wrong_type(attachments::not_kept()),
        Stopped::Disk(error) => refused(attachments::no_disk(error)),
    }
}

async fn give(http: &Http, id: &str, headers: &HeaderMap) -> Result<Response, Refusal> {
    let viewer = who(http, headers).await?;
    let (app, store) = (&http.web.app, store(http)?);
    let mut bill = Bill::open(http, &viewer)?;
    // What is malformed, not there and not theirs reads alike.
    let nothing = || {
        let message =
            say!("There is no such file, or it is not within your reach.", "没有该文件，或不在您的权限范围内。");
        Refusal::new(StatusCode::NOT_FOUND, Error::new(Code::BadRequest, message))
    };
    let key = id::decode("upload", &ID::from(id)).map_err(|_| nothing())?;
    let row = attachments::readable(app, &viewer, key).await.map_err(refused)?.ok_or_else(nothing)?;
    bill.pay(usize::try_from(row.bytes).unwrap_or(LIMIT))?;
    let found = store.get(key).await.map_err(|error| refused(attachments::no_disk(error.into())))?;
    let found = found.ok_or_else(|| refused(Error::internal(format!("the file of upload {key} is gone"))))?;
    let mut response = harmless(&row, found);
    response.headers_mut().extend(bill.standing.headers());
    Ok(response)
}

/// A file as something to be saved, of the type that it was found to be, without leave to do anything in a browser.
fn harmless(row: &attachment::Model, Found { bytes, stream }: Found) -> Response {
    let (kind, extension) = match row.kind {
        AttachmentKind::Jpeg => ("image/jpeg", "jpg"),
        AttachmentKind::Png => ("image/png", "png"),
        AttachmentKind::Pdf => ("application/pdf", "pdf"),
    };
    let id = row.id.simple();
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.{extension}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::VARY, "Authorization, Cookie".to_owned()),
    ];
    let id = row.id;
    let stream =
        stream.inspect_err(move |error| tracing::error!(%error, upload = %id, "a file broke off while it was sent"));
    (headers, Body::from_stream(stream)).into_response()
}

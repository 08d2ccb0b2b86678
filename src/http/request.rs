//! From an HTTP request to what it asks: the parameters of a GET, the JSON body of a POST, each checked so that whoever sent nonsense
//! learns which part of it. Nothing beyond the limit is ever held in memory.

use std::time::Duration;

use async_graphql::Variables;
use axum::{
    body::{Body, BodyDataStream},
    extract::Query,
};
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode, Uri, header};
use serde_json::{Map, Value as Json};

use super::{
    answer::Refusal,
    defence::{expand, limits},
    negotiate,
};
use crate::{
    error::{Code, Error, Message},
    say,
};

/// After a body that is too long, so much more is read and thrown away (for so long at most): a client that is cut off while it sends
/// would see a broken connection instead of the answer.
const DRAINED: usize = 32 * 1024 * 1024;
const DRAINED_FOR: Duration = Duration::from_secs(5);

/// What is asked.
pub struct Asked {
    pub query: String,
    pub operation_name: Option<String>,
    pub variables: Variables,
    /// About how much memory the variables take.
    pub weight: u64,
}

/// `GET /graphql?query=…&variables=…&operationName=…&extensions=…`
pub fn from_query(uri: &Uri) -> Result<Asked, Refusal> {
    let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
        return Err(bad(say!("The query string cannot be read.", "无法读取查询字符串。")));
    };
    let mut parameters = Map::new();
    for (name, text) in pairs {
        let value = match name.as_str() {
            "query" => Json::String(text),
            // A form leaves the fields empty that were not filled in.
            "operationName" | "variables" | "extensions" if text.is_empty() => Json::Null,
            "operationName" => Json::String(text),
            "variables" | "extensions" => serde_json::from_str(&text)
                .map_err(|error| bad(say!("`{name}` is not JSON: {error}.", "`{name}` 不是合法的 JSON：{error}。")))?,
            _ => continue,
        };
        if parameters.contains_key(&name) {
            return Err(bad(say!("`{name}` is given twice.", "`{name}` 出现了两次。")));
        }
        parameters.insert(name, value);
    }
    asked(parameters)
}

/// `POST /graphql` with a body of `application/json`.
pub async fn from_body(headers: &HeaderMap, body: Body, limit: usize, patience: Duration) -> Result<Asked, Refusal> {
    media_type(headers)?;
    let bytes = tokio::time::timeout(patience, read(headers, body, limit)).await.map_err(|_| {
        let message = say!("The body did not arrive in time.", "请求体未在规定时间内到达。");
        Refusal::new(StatusCode::REQUEST_TIMEOUT, Error::new(Code::Timeout, message))
    })??;
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(bad(say!("The body is not UTF-8.", "请求体不是 UTF-8 编码。")));
    };
    match serde_json::from_str(text) {
        Ok(Json::Object(parameters)) => asked(parameters),
        Ok(Json::Array(_)) => {
            Err(bad(say!("Batches are not served: send one request at a time.", "不支持批量请求：请逐个发送。")))
        }
        Ok(_) => Err(bad(say!("The body must be a JSON object.", "请求体须为 JSON 对象。"))),
        Err(error) => Err(bad(say!("The body is not JSON: {error}.", "请求体不是合法的 JSON：{error}。"))),
    }
}

/// Only JSON: a browser sends any other type across sites without asking first, and JSON in it would be a forged request.
fn media_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    let json = match (given.next().map(|value| value.to_str()), given.next()) {
        (Some(Ok(value)), None) => {
            let mut parts = value.split(';').map(str::trim);
            let essence = parts.next().unwrap_or_default();
            let charsets =
                parts.filter_map(|part| part.split_once('=')).filter(|(key, _)| key.eq_ignore_ascii_case("charset"));
            essence.eq_ignore_ascii_case("application/json") && { charsets }.all(|(_, value)| negotiate::is_utf8(value))
        }
        _ => false,
    };
    let plain = headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if json && plain {
        return Ok(());
    }
    let message = say!(
        "Send `Content-Type: application/json` in UTF-8, not compressed.",
        "请以 UTF-8 编码、未压缩的 `Content-Type: application/json` 发送。"
    );
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Error::new(Code::UnsupportedMediaType, message)))
}

async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
    let declared: Option<u64> = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let mut stream = body.into_data_stream();
    if declared.is_some_and(|length| length > limit as u64) {
        // Who waits for "100 Continue" has sent nothing yet.
        if !headers.contains_key(header::EXPECT) {
            drain(stream).await;
        }
        return Err(too_large(limit));
    }
    let mut bytes = Vec::with_capacity(declared.unwrap_or(0) as usize);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| bad(say!("The body broke off.", "请求体中断。")))?;
        if bytes.len() + chunk.len() > limit {
            drain(stream).await;
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

pub(super) async fn drain(mut stream: BodyDataStream) {
    let discard = async {
        let mut left = DRAINED;
        while let Some(Ok(chunk)) = stream.next().await {
            match left.checked_sub(chunk.len()) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    };
    let _ = tokio::time::timeout(DRAINED_FOR, discard).await;
}

fn asked(mut parameters: Map<String, Json>) -> Result<Asked, Refusal> {
    let query = match parameters.remove("query") {
        Some(Json::String(query)) => query,
        None => return Err(bad(say!("`query` is missing.", "缺少 `query`。"))),
        Some(_) => return Err(bad(say!("`query` must be a string.", "`query` 须为字符串。"))),
    };
    let operation_name = match parameters.remove("operationName") {
        None | Some(Json::Null) => None,
        Some(Json::String(name)) => Some(name).filter(|name| !name.is_empty()),
        Some(_) => return Err(bad(say!("`operationName` must be a string.", "`operationName` 须为字符串。"))),
    };
    // Nothing is read from `extensions` yet.
    object(&mut parameters, "extensions")?;
    let variables = object(&mut parameters, "variables")?;
    if let Some(deep) = variables.values().map(nesting).max() {
        limits::VARIABLE_NESTING.check(deep)?;
    }
    let variables = Variables::from_json(Json::Object(variables));
    let weight = variables.values().map(expand::weight).sum();
    Ok(Asked { query, operation_name, variables, weight })
}

fn object(parameters: &mut Map<String, Json>, name: &'static str) -> Result<Map<String, Json>, Refusal> {
    match parameters.remove(name) {
        None | Some(Json::Null) => Ok(Map::new()),
        Some(Json::Object(object)) => Ok(object),
        Some(_) => Err(bad(say!("`{name}` must be an object.", "`{name}` 须为对象。"))),
    }
}

/// Lists and objects within one another; serde_json stopped at 128.
fn nesting(value: &Json) -> u64 {
    match value {
        Json::Array(values) => 1 + values.iter().map(nesting).max().unwrap_or(0),
        Json::Object(fields) => 1 + fields.values().map(nesting).max().unwrap_or(0),
        _ => 0,
    }
}

fn bad(message: Message) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, Error::new(Code::BadRequest, message))
}

pub(super) fn too_large(limit: usize) -> Refusal {
    let message = say!("The body is longer than {limit} bytes.", "请求体超过 {limit} 字节。");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Error::new(Code::PayloadTooLarge, message))
}

//! For whoever keeps the program running: is it alive, and can it do its work? The reason of a no goes to the log.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State};
use http::StatusCode;
use serde_json::{Value, json};

use super::Http;
use crate::{database, error::Code};

/// A balancer asks every few seconds; an answer that comes later is a no.
const PATIENCE: Duration = Duration::from_secs(2);

/// The program runs.
pub async fn alive() -> &'static str {
    "ok"
}

/// The database answers and its migrations are this program's.
pub async fn ready(State(http): State<Arc<Http>>) -> (StatusCode, Json<Value>) {
    match tokio::time::timeout(PATIENCE, database::ready(&http.web.app.db)).await {
        Ok(Ok(())) => (StatusCode::OK, Json(json!({ "status": "ready" }))),
        Ok(Err(error)) => {
            tracing::warn!(code = error.code.as_str(), message = %error.message.en, cause = error.cause.as_deref(), "not ready");
            unready(error.code)
        }
        Err(_) => {
            tracing::warn!("not ready: the database does not answer");
            unready(Code::Timeout)
        }
    }
}

fn unready(code: Code) -> (StatusCode, Json<Value>) {
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "not ready", "code": code.as_str() })))
}

//! What a monitoring system reads at `/metrics`: how much is asked, how long it takes, what it costs, what fails, and how the connections
//! stand. Labels are bounded: names of operations are the callers' to choose, so that only the first so many get a line of their own.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, State},
    response::{IntoResponse, Response},
};
use http::{Extensions, StatusCode, header};
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::{Http, defence::cost::Cost, graphql::OperationName, peer::Network};
use crate::{context::App, error::Code};

/// Operations that have a line of their own; all others are `other`.
const OPERATIONS: usize = 100;

const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
const POINTS: [f64; 9] = [1.0, 5.0, 25.0, 100.0, 500.0, 1_000.0, 5_000.0, 20_000.0, 50_000.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    route: String,
    method: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Operation {
    operation: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Failed {
    code: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
    state: &'static str,
}

/// The first error of an answer, for the count of errors.
#[derive(Clone, Copy)]
pub struct FirstError(pub Code);

pub struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    took: Family<Operation, Histogram, fn() -> Histogram>,
    failed: Family<Failed, Counter>,
    cost: Histogram,
    connections: Family<Pool, Gauge>,
    misses: Gauge,
    named: Mutex<HashSet<String>>,
}

impl Metrics {
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("tongxin"),
            answered: Family::default(),
            took: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            failed: Family::default(),
            cost: Histogram::new(POINTS),
            connections: Family::default(),
            misses: Gauge::default(),
            named: Mutex::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("requests", "Requests answered", metrics.answered.clone());
        let told = "How long GraphQL requests took, by the name of their operation";
        registry.register_with_unit("request", told, Unit::Seconds, metrics.took.clone());
        registry.register("errors", "Answers with errors, by the code of the first", metrics.failed.clone());
        registry.register("cost_points", "What GraphQL requests may have cost (extensions.cost)", metrics.cost.clone());
        registry.register("connections", "Connections to the database", metrics.connections.clone());
        registry.register(
            "prefetch_misses",
            "Edges that were not loaded ahead: always a fault",
            metrics.misses.clone(),
        );
        metrics
    }

    /// An answer went out.
    pub fn record(&self, route: &str, method: &str, status: StatusCode, took: Duration, told: &Extensions) {
        let answered = Answered { route: route.to_owned(), method: known(method), status: status.as_u16() };
        self.answered.get_or_create(&answered).inc();
        if let Some(FirstError(code)) = told.get() {
            self.failed.get_or_create(&Failed { code: code.as_str() }).inc();
        }
        if let Some(Cost(points)) = told.get() {
            self.cost.observe(*points as f64);
            let name = told.get::<OperationName>().map_or("", |name| &name.0);
            self.took.get_or_create(&Operation { operation: self.label(name) }).observe(took.as_secs_f64());
        }
    }

    fn label(&self, name: &str) -> String {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if named.contains(name) || (named.len() < OPERATIONS && named.insert(name.to_owned())) {
            name.to_owned()
        } else {
            "other".to_owned()
        }
    }

    fn text(&self, app: &App) -> Result<String, std::fmt::Error> {
        for (pool, state, number) in app.db.connections() {
            self.connections.get_or_create(&Pool { pool, state }).set(number.into());
        }
        let misses = app.metrics.prefetch_misses.load(Ordering::Relaxed);
        self.misses.set(misses.try_into().unwrap_or(i64::MAX));
        let mut text = String::new();
        text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Anything may be sent as a method.
fn known(method: &str) -> String {
    ["GET", "HEAD", "POST", "OPTIONS"].iter().find(|known| **known == method).map_or("other", |known| *known).to_owned()
}

/// For monitoring systems in the networks that the settings name; for everybody else nothing is here.
pub async fn endpoint(
    State(http): State<Arc<Http>>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
) -> Response {
    let from: &[Network] = &http.web.settings.metrics_from;
    let allowed = peer.is_some_and(|peer| from.iter().any(|network| network.holds(peer.0.0.ip().to_canonical())));
    if !allowed {
        return StatusCode::NOT_FOUND.into_response();
    }
    match http.metrics.text(&http.web.app) {
        Ok(text) => ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_callers_choose_do_not_make_lines_without_end() {
        let metrics = Metrics::new();
        let labels: HashSet<String> = (0..1_000).map(|number| metrics.label(&format!("Screen{number}"))).collect();
        assert_eq!(labels.len(), OPERATIONS + 1);
        assert_eq!(metrics.label("Screen0"), "Screen0");
        assert_eq!(metrics.label("Screen999"), "other");
        assert_eq!(known("GET"), "GET");
        assert_eq!(known("BREW"), "other");
    }
}

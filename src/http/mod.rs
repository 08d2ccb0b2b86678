//! The transport in front of the schema: GraphQL over HTTP by the letter of its audit, the pages out of the binary, health for whoever
//! runs the program. What a stock server lets through (forged mutations, bodies and documents without bounds, errors that tell too much)
//! ends here; `defence` is the part that other transports share.

pub mod answer;
mod asked;
mod certificates;
pub mod cookies;
pub mod defence;
mod envelope;
mod graphql;
mod health;
mod metrics;
pub mod negotiate;
mod notice;
mod pages;
pub mod peer;
mod places;
mod request;
pub mod shape;
mod uploads;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use async_graphql::parser::parse_schema;
use axum::{
    Extension, Router, middleware,
    response::Response,
    routing::{MethodRouter, any, get, post},
    serve::ListenerExt,
};
use http::{HeaderValue, Method, StatusCode, header};
use tokio::{net::TcpListener, sync::Semaphore};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, Predicate, predicate::NotForContentType, predicate::SizeAbove},
    cors::{AllowOrigin, CorsLayer},
};

use self::defence::rate::Rates;
use crate::{
    access::sessions::{self, Terms},
    attachments::{self, Store},
    certificates::Printing,
    context::{App, Caller},
    error::{Code, Error},
    privacy,
    requests::reminding,
    say,
    schema::Schema,
    write::keys,
};

/// How long running requests may go on after the program was told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(30);

/// An answer shorter than this fits one packet anyway.
const COMPRESSED_FROM: u64 = 1024;

/// What the server serves.
pub struct Web {
    pub app: Arc<App>,
    pub schema: Schema,
    pub settings: HttpSettings,
}

#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Sites whose pages may call the API, such as `https://console.example.org`; `*` for any. None by default.
    pub cors_origins: Vec<String>,
    /// How long a body may take to arrive, and how long a request may run.
    pub request_timeout: Duration,
    /// The longest body, in bytes.
    pub body_limit: usize,
    /// How many parsed documents of ordinary length are kept.
    pub document_cache: usize,
    /// How long sessions last, and how their cookie travels.
    pub sign_in: Terms,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<peer::Network>,
    /// How long idempotency keys are kept.
    pub keys_kept: Duration,
    /// May the schema be asked for?
    pub introspection: bool,
    /// How much may be asked for in a minute.
    pub rates: Rates,
    /// How many requests run at once; as many again wait.
    pub concurrent_requests: usize,
    /// Networks from which the figures at `/metrics` may be read.
    pub metrics_from: Vec<peer::Network>,
    /// Where the files of requests and visits are kept; none are where this is left out.
    pub uploads: Option<Store>,
    /// How certificates are printed.
    pub printing: Printing,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            cors_origins: Vec::new(),
            request_timeout: Duration::from_secs(30),
            body_limit: 1024 * 1024,
            document_cache: 1024,
            sign_in: Terms::default(),
            trusted_proxies: Vec::new(),
            keys_kept: Duration::from_secs(30 * 24 * 3600),
            introspection: true,
            rates: Rates::default(),
            concurrent_requests: 256,
            metrics_from: peer::Network::own_machine(),
            uploads: None,
            printing: Printing::default(),
        }
    }
}

/// What the handlers share.
struct Http {
    web: Arc<Web>,
    documents: defence::Documents,
    types: shape::Types,
    prices: defence::cost::Prices,
    meter: defence::rate::Meter,
    places: places::Places,
    uploads: Arc<Semaphore>,
    metrics: metrics::Metrics,
}

/// Everything that is served.
fn routes() -> [(&'static str, MethodRouter<Arc<Http>>); 17] {
    [
        ("/graphql", any(graphql::endpoint)),
        ("/", get(pages::root)),
        ("/graphiql", get(pages::graphiql)),
        ("/graphiql/", get(pages::graphiql)),
        ("/graphiql/favicon.svg", get(pages::favicon)),
        ("/graphiql/assets/{*name}", get(pages::asset)),
        ("/overview", get(pages::overview)),
        ("/overview/", get(pages::overview)),
        ("/uploads", post(uploads::receive)),
        ("/uploads/{id}", get(uploads::send)),
        ("/notice", get(notice::page)),
        ("/certificates/{id}/print", get(certificates::shown)),
        ("/certificates/{id}/pdf", get(certificates::as_pdf)),
        ("/verify/{code}", get(certificates::verified)),
        ("/healthz", get(health::alive)),
        ("/readyz", get(health::ready)),
        ("/metrics", get(metrics::endpoint)),
    ]
}

/// The addresses of all that is served, for whoever asks what can be reached.
pub fn paths() -> Vec<&'static str> {
    routes().into_iter().map(|(path, _)| path).collect()
}

pub fn router(web: Arc<Web>) -> Router {
    let settings = &web.settings;
    let cors = cors(&settings.cors_origins);
    let sdl = parse_schema(web.schema.sdl()).expect("the library reads what it wrote");
    let http = Arc::new(Http {
        documents: defence::Documents::with_room_for(settings.document_cache),
        types: shape::Types::of(&sdl),
        prices: defence::cost::Prices::of(&sdl),
        meter: defence::rate::Meter::new(settings.rates),
        places: places::Places::new(settings.concurrent_requests),
        uploads: Arc::new(Semaphore::new(uploads::AT_ONCE)),
        metrics: metrics::Metrics::new(),
        web,
    });
    // What is compressed already is sent as it is.
    let large = SizeAbove::new(COMPRESSED_FROM as _)
        .and(NotForContentType::const_new("font/"))
        .and(NotForContentType::const_new("image/jpeg"))
        .and(NotForContentType::const_new("image/png"))
        .and(NotForContentType::const_new("application/pdf"));
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(large);

    let served = routes().into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods));
    let routes = served.fallback(nothing_here).layer(compression);
    let routes = match cors {
        Some(cors) => routes.layer(cors),
        None => routes,
    };
    // Outermost, so that every answer has its id and its line in the log.
    routes.layer(middleware::from_fn_with_state(http.clone(), envelope::envelope)).with_state(http)
}

/// Takes the address, or says why not.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|error| {
        let (en, zh) = match error.kind() {
            io::ErrorKind::AddrInUse => (
                "another program listens there; stop it or choose another port",
                "该端口已被占用，请停止占用程序或改用其他端口",
            ),
            io::ErrorKind::PermissionDenied => (
                "this account may not use the port; choose one above 1023",
                "当前账号无权使用该端口，请选用 1023 以上的端口",
            ),
            _ => ("the address is not one of this machine", "该地址不属于本机"),
        };
        Error::bad_input(say!(
            "TONGXIN_LISTEN / --listen {address}: {en}.",
            "TONGXIN_LISTEN / --listen {address}：{zh}。"
        ))
    })
}

/// Serves until SIGTERM or Ctrl-C, then finishes what is running.
pub async fn serve(listener: TcpListener, web: Arc<Web>) -> io::Result<()> {
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    // Answers are small; waiting for more to send costs 40 ms.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
    });
    let (app, keys_kept, store) = (web.app.clone(), web.settings.keys_kept, web.settings.uploads.clone());
    let service = router(web).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        told_to_stop().await;
        tracing::info!("stopping: no new requests, finishing those that run");
        stopping.send_replace(true);
    });
    let overtime = async {
        // The sender lives in the server's task; that it is gone means the same.
        let _ = stopped.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(LAST_REQUESTS).await;
    };
    let served = tokio::select! {
        served = server => served,
        () = sessions::keep(&app) => Ok(()),
        () = keys::keep(&app, keys_kept) => Ok(()),
        () = privacy::keyring::keep(&app) => Ok(()),
        () = reminding::keep(&app) => Ok(()),
        () = attachments::keep(&app, store.as_ref()) => Ok(()),
        () = overtime => {
            tracing::warn!(seconds = LAST_REQUESTS.as_secs(), "stopped with requests still running");
            Ok(())
        }
    };
    if let Err(error) = app.uses.flush(&app).await {
        tracing::warn!(%error, "the last uses of sessions and tokens could not be written down");
    }
    served
}

async fn told_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

fn cors(origins: &[String]) -> Option<CorsLayer> {
    let named = origins.iter().map(|origin| origin.trim().trim_end_matches('/'));
    let allowed = if named.clone().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(named.filter_map(|origin| HeaderValue::from_str(origin).ok()).collect::<Vec<_>>())
    };
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::ACCEPT_LANGUAGE, header::AUTHORIZATION, header::CONTENT_TYPE, envelope::REQUEST_ID])
        .expose_headers([envelope::REQUEST_ID])
        .max_age(Duration::from_secs(3600));
    (!origins.is_empty()).then_some(layer)
}

async fn nothing_here(Extension(caller): Extension<Caller>) -> Response {
    let message = say!("Nothing is here. GraphQL is at /graphql.", "此处没有内容。GraphQL 位于 /graphql。");
    answer::Refusal::new(StatusCode::NOT_FOUND, Error::new(Code::BadRequest, message))
        .into_response(negotiate::Media::Json, &caller)
}

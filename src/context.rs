//! What a resolver may ask for: who is asking, the databases, the time, a new id.
//!
//! Time and ids come from here and nowhere else (clippy bans the others), so that a test can hold the clock.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use async_graphql::Context;
use chrono::{DateTime, NaiveDate, SubsecRound, TimeZone, Utc};
use uuid::Uuid;

use crate::{
    access::{self, Viewer},
    codes,
    database::Databases,
    error::{Error, Language, Result},
    privacy::Keyring,
};

/// What all requests share.
pub struct App {
    pub db: Databases,
    pub keys: Keyring,
    pub clock: Clock,
    pub metrics: Metrics,
    pub recent_tokens: access::token::Recent,
    pub uses: access::sessions::Uses,
    pub passwords: access::password::Hasher,
    pub code_tries: codes::Tries,
}

/// Counters that show a fault of the program itself.
#[derive(Default)]
pub struct Metrics {
    /// Edges that a resolver asked for and the read kit had not loaded: always a bug (tests panic on it).
    pub prefetch_misses: AtomicU64,
}

/// The one source of the time; a test may hold it.
#[derive(Default)]
pub struct Clock {
    /// Microseconds since the epoch; 0 lets the clock run.
    held: AtomicI64,
}

impl Clock {
    /// Now, in whole microseconds: what PostgreSQL can store.
    #[expect(clippy::disallowed_methods, reason = "the home of the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match self.held.load(Ordering::Relaxed) {
            0 => Utc::now().trunc_subsecs(6),
            micros => Utc.timestamp_micros(micros).single().unwrap_or_default(),
        }
    }

    pub fn hold(&self, at: DateTime<Utc>) {
        self.held.store(at.timestamp_micros(), Ordering::Relaxed);
    }

    /// Today in a community's time zone.
    pub fn today(&self, zone: chrono_tz::Tz) -> NaiveDate {
        self.now().with_timezone(&zone).date_naive()
    }

    /// A fresh UUIDv7.
    #[expect(clippy::disallowed_methods, reason = "the home of ids")]
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Who sent this request, and how they want to be answered.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    pub viewer: Option<Arc<Viewer>>,
    /// Where the request came from (`http::peer`); none where it came over no network.
    pub address: Option<IpAddr>,
    /// Did a page of this server send it, or a program: nobody whom a browser serves for another site (`http::cookies`)?
    pub own_page: bool,
    pub language: Language,
    /// From `x-request-id`, or made for the request; quoted in internal errors, logs and events.
    pub request_id: String,
}

impl Caller {
    /// The unit that the viewer speaks for in a community.
    pub fn unit_in(&self, community: Uuid) -> Option<Uuid> {
        self.viewer.as_ref().and_then(|viewer| viewer.unit_in(community))
    }
}

/// What every resolver can reach.
pub trait Ask<'a> {
    fn app(&self) -> &'a Arc<App>;
    fn caller(&self) -> &'a Caller;

    /// Who is asking; UNAUTHENTICATED for nobody.
    fn viewer(&self) -> Result<&'a Arc<Viewer>> {
        self.caller().viewer.as_ref().ok_or_else(Error::unauthenticated)
    }
}

impl<'a> Ask<'a> for Context<'a> {
    fn app(&self) -> &'a Arc<App> {
        self.data_unchecked::<Arc<App>>()
    }

    fn caller(&self) -> &'a Caller {
        self.data_unchecked::<Caller>()
    }
}

/// The language of this answer; English where a test asks without a caller.
pub fn language(ctx: &Context<'_>) -> Language {
    ctx.data_opt::<Caller>().map_or(Language::English, |caller| caller.language)
}

//! How much one account may ask for in a while, and how much comes from one network address without an account: buckets of points
//! ([`super::cost`]) that fill up steadily. Each node counts for itself; what must be counted together, failures to sign in, is counted in
//! the database (`access::throttle`).

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use http::{HeaderName, HeaderValue};
use uuid::Uuid;

use super::cost::{self, Cost};
use crate::{
    access::throttle,
    error::{Code, Error},
    say,
};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");

/// How many points a minute; a bucket holds what a minute brings, but never less than the dearest request costs.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// For each account.
    pub account: NonZeroU32,
    /// For each network address, of what comes without an account.
    pub address: NonZeroU32,
}

impl Default for Rates {
    /// So much that only a machine at full speed gets there: whoever serves many communities from one machine lowers it.
    fn default() -> Self {
        const MILLION: u32 = 1_000_000;
        let of = |millions: u32| NonZeroU32::new(millions * MILLION).unwrap_or(NonZeroU32::MAX);
        Self { account: of(100), address: of(10) }
    }
}

/// Buckets that are full again are forgotten, once there are so many.
const SWEPT_FROM: usize = 10_000;

type Buckets<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// The buckets of a server.
pub struct Meter {
    accounts: Buckets<Uuid>,
    addresses: Buckets<[u8; 16]>,
    rates: Rates,
}

/// Whose bucket it is.
#[derive(Clone, Copy, Debug)]
pub enum Payer {
    Account(Uuid),
    Address(Option<IpAddr>),
}

/// How a bucket stands after a request was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    limit: u32,
    remaining: u32,
}

/// A bucket that has too little.
#[derive(Debug)]
pub struct Empty {
    pub error: Error,
    /// When it would be enough, rounded up to whole seconds.
    pub retry_after: u64,
    pub standing: Standing,
}

impl Meter {
    pub fn new(rates: Rates) -> Self {
        Self { accounts: buckets(rates.account), addresses: buckets(rates.address), rates }
    }

    /// Takes what a request costs out of the payer's bucket, or nothing of it.
    pub fn charge(&self, payer: Payer, cost: Cost) -> Result<Standing, Empty> {
        match payer {
            Payer::Account(id) => take(&self.accounts, &id, self.rates.account, cost),
            // Without an address nobody came over a network: a program in the same process.
            Payer::Address(address) => {
                let network = address.map_or([0; 16], throttle::network);
                take(&self.addresses, &network, self.rates.address, cost)
            }
        }
    }
}

impl Standing {
    pub fn headers(self) -> [(HeaderName, HeaderValue); 2] {
        [(LIMIT, self.limit.into()), (REMAINING, self.remaining.into())]
    }
}

fn buckets<K: std::hash::Hash + Eq + Clone>(rate: NonZeroU32) -> Buckets<K> {
    RateLimiter::keyed(Quota::per_minute(rate).allow_burst(burst(rate))).with_middleware()
}

fn burst(rate: NonZeroU32) -> NonZeroU32 {
    let dearest = NonZeroU32::new(u32::try_from(cost::MOST).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MAX);
    rate.max(dearest)
}

fn take<K: std::hash::Hash + Eq + Clone>(
    buckets: &Buckets<K>,
    key: &K,
    rate: NonZeroU32,
    Cost(points): Cost,
) -> Result<Standing, Empty> {
    if buckets.len() > SWEPT_FROM {
        buckets.retain_recent();
    }
    let limit = burst(rate).get();
    // Whatever is asked costs something.
    let points = NonZeroU32::new(u32::try_from(points).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MIN);
    let (wait, remaining) = match buckets.check_key_n(key, points) {
        Ok(Ok(state)) => return Ok(Standing { limit, remaining: state.remaining_burst_capacity() }),
        Ok(Err(not_until)) => (not_until.wait_time_from(DefaultClock::default().now()), 0),
        // More than any bucket holds; no request that costs so much gets here.
        Err(_) => (Duration::from_secs(60), 0),
    };
    let retry_after = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let message = say!(
        "Too much was asked for in too short a time: try again in {retry_after} seconds.",
        "短时间内请求过多：请在 {retry_after} 秒后重试。"
    );
    Err(Empty { error: Error::new(Code::RateLimited, message), retry_after, standing: Standing { limit, remaining } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(account: u32, address: u32) -> Meter {
        Meter::new(Rates { account: account.try_into().unwrap(), address: address.try_into().unwrap() })
    }

    const SOMEBODY: Payer = Payer::Account(Uuid::from_u128(1));

    #[test]
    fn a_bucket_holds_at_least_the_dearest_request_and_then_says_when_to_come_back() {
        let meter = meter(60, 60);
        assert_eq!(meter.charge(SOMEBODY, Cost(cost::MOST)).unwrap().remaining, 0);
        let empty = meter.charge(SOMEBODY, Cost(10)).unwrap_err();
        assert_eq!(empty.error.code, Code::RateLimited);
        assert!((9..=10).contains(&empty.retry_after), "{}", empty.retry_after);
    }

    #[test]
    fn one_pays_for_oneself_alone() {
        let meter = meter(60, 60);
        meter.charge(SOMEBODY, Cost(cost::MOST)).unwrap();
        assert!(meter.charge(SOMEBODY, Cost(1_000)).is_err());
        assert!(meter.charge(Payer::Account(Uuid::from_u128(2)), Cost(1_000)).is_ok());
        assert!(meter.charge(Payer::Address("192.0.2.1".parse().ok()), Cost(cost::MOST)).is_ok());
        assert!(meter.charge(Payer::Address("192.0.2.1".parse().ok()), Cost(1_000)).is_err());
        assert!(meter.charge(Payer::Address("192.0.2.2".parse().ok()), Cost(1_000)).is_ok());
    }

    #[test]
    fn nothing_is_free() {
        let meter = meter(60_000, 60);
        let first = meter.charge(SOMEBODY, Cost(0)).unwrap();
        assert_eq!(first, Standing { limit: 60_000, remaining: 59_999 });
    }
}

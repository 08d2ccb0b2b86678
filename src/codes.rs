//! Codes that are given to people on paper: whoever holds one is shown what it stands for, without an account. A code has 128 random bits.
//!
//! Nobody guesses such a code. What is bounded is how often somebody tries: wrong codes by network address, on each node by itself.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::Mutex,
};

use async_graphql::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::{
    context::{App, Ask},
    error::{Code, Error, Result},
    say,
};

/// Bytes of randomness.
const BYTES: usize = 16;

/// So many unknown codes of an address are answered in each span; many people may share an address.
const FREE: u32 = 30;
const SPAN: TimeDelta = TimeDelta::minutes(10);
/// So many addresses are remembered at once; when there are more, all are forgotten.
const ADDRESSES: usize = 50_000;

/// A new code; it begins with a prefix, so that people recognise what it is of.
pub fn generate(prefix: &str) -> String {
    let mut bits = [0_u8; BYTES];
    getrandom::fill(&mut bits).expect("the operating system gives random bytes");
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bits))
}

/// What is kept of a code that is shown once. It has 128 bits: a plain hash cannot be tried out.
pub fn hash(code: &str) -> Vec<u8> {
    Sha256::digest(code.as_bytes()).to_vec()
}

/// How many unknown codes came from where lately.
#[derive(Default)]
pub struct Tries(Mutex<HashMap<IpAddr, (DateTime<Utc>, u32)>>);

impl Tries {
    /// Has this address tried too often?
    fn closed_to(&self, address: IpAddr, now: DateTime<Utc>) -> bool {
        let tries = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        tries.get(&address).is_some_and(|(since, count)| now - *since < SPAN && *count >= FREE)
    }

    fn note(&self, address: IpAddr, now: DateTime<Utc>) {
        let mut tries = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if tries.len() >= ADDRESSES {
            tries.clear();
        }
        let entry = tries.entry(address).or_insert((now, 0));
        if now - entry.0 >= SPAN {
            *entry = (now, 0);
        }
        entry.1 += 1;
    }
}

/// What a code that anybody gives stands for: nothing where it leads nowhere, and RATE_LIMITED where too many of those came from one place.
pub async fn looked_up<T>(ctx: &Context<'_>, found: impl Future<Output = Result<Option<T>>>) -> Result<Option<T>> {
    asked_from(ctx.app(), ctx.caller().address, found).await
}

/// As [`looked_up`], for what comes by another way than the schema.
pub async fn asked_from<T>(
    app: &App,
    address: Option<IpAddr>,
    found: impl Future<Output = Result<Option<T>>>,
) -> Result<Option<T>> {
    let (now, address) = (app.clock.now(), address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
    if app.code_tries.closed_to(address, now) {
        return Err(Error::new(
            Code::RateLimited,
            say!(
                "Too many unknown codes came from your network; try again in ten minutes.",
                "您所在网络查询无效编码过多，请十分钟后再试。"
            ),
        ));
    }
    let found = found.await?;
    if found.is_none() {
        app.code_tries.note(address, now);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_128_random_bits() {
        let (one, other) = (generate("TX-"), generate("TX-"));
        assert_ne!(one, other);
        let bits = URL_SAFE_NO_PAD.decode(one.strip_prefix("TX-").unwrap()).unwrap();
        assert_eq!((bits.len() * 8, hash(&one).len()), (128, 32));
    }

    #[test]
    fn an_address_is_let_in_again_after_a_while() {
        let (tries, address) = (Tries::default(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        let start = DateTime::UNIX_EPOCH;
        for _ in 0..FREE {
            assert!(!tries.closed_to(address, start));
            tries.note(address, start);
        }
        assert!(tries.closed_to(address, start) && !tries.closed_to(IpAddr::V4(Ipv4Addr::BROADCAST), start));
        assert!(!tries.closed_to(address, start + SPAN));
        tries.note(address, start + SPAN);
        assert!(!tries.closed_to(address, start + SPAN));
    }
}

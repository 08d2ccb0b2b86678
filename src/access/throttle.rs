//! What slows guessing down: tries to sign in are counted by account name and by network address, in the database, so that all nodes count together.
//!
//! A try is counted before the password is looked at, and taken back when it was right: however many guesses come at once, no more are looked at than
//! the count allows. After the free ones each further failure closes the name (or address) for twice as long as the one before. Names that belong to nobody
//! are counted alike. Only keyed digests of names and addresses are kept.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use entity::sign_in_throttle::{self, Column, Entity};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};

use crate::{
    context::App,
    error::{UserError, UserErrorCode, database},
    say,
    write::{self, Refused},
};

struct Limits {
    /// So many failures cost nothing.
    free: i32,
    /// After so long without a try, all is forgotten.
    forgotten_after: TimeDelta,
}

const ACCOUNT: Limits = Limits { free: 5, forgotten_after: TimeDelta::hours(24) };
/// Many people may share an address.
const ADDRESS: Limits = Limits { free: 30, forgotten_after: TimeDelta::hours(1) };

const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// How a key stands: failures, the last try, and until when it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    failures: i32,
    closed_until: Option<DateTime<Utc>>,
}

impl Limits {
    /// One more try, or the time from which one is let try again.
    fn charge(&self, row: &sign_in_throttle::Model, now: DateTime<Utc>) -> Result<Standing, DateTime<Utc>> {
        if let Some(until) = row.closed_until.filter(|until| *until > now) {
            return Err(until);
        }
        let forgotten = now - row.last_tried_at >= self.forgotten_after;
        let failures = if forgotten { 1 } else { row.failures.saturating_add(1) };
        Ok(Standing { failures, closed_until: self.wait(failures).map(|wait| now + wait) })
    }

    /// How long the next try has to wait after so many failures.
    fn wait(&self, failures: i32) -> Option<TimeDelta> {
        let beyond = failures - self.free;
        // Four doublings reach the longest.
        (beyond >= 0).then(|| (FIRST_WAIT * (1 << beyond.min(4))).min(LONGEST_WAIT))
    }
}

/// A try that was counted.
pub struct Attempt {
    account: Vec<u8>,
    address: Option<Vec<u8>>,
}

impl Attempt {
    fn new(app: &App, name: &str, address: Option<IpAddr>) -> Self {
        let key = |kind: &str, what: &[u8]| app.keys.digest(&[b"sign-in throttle", kind.as_bytes(), what]);
        Self { account: key("account", name.as_bytes()), address: address.map(|a| key("address", &network(a))) }
    }

    /// Counts a try; refused with the time to wait where there were too many.
    pub async fn begin(app: &App, name: &str, address: Option<IpAddr>) -> Result<Self, Refused> {
        let attempt = Self::new(app, name, address);
        let now = app.clock.now();
        // Whoever is refused anyway writes nothing and waits for no lock.
        let closed = Entity::find()
            .filter(Column::Key.is_in(attempt.keys().map(|(key, _)| key.clone())))
            .filter(Column::ClosedUntil.gt(now))
            .all(app.db.fresh())
            .await?;
        if let Some(until) = closed.iter().filter_map(|row| row.closed_until).max() {
            return Err(closed_until(until, now));
        }
        let tx = write::begin(&app.db).await?;
        for (key, limits) in attempt.keys() {
            let row = locked(&tx, key, now).await?;
            let standing = limits.charge(&row, now).map_err(|until| closed_until(until, now))?;
            let row = sign_in_throttle::ActiveModel {
                failures: Set(standing.failures),
                last_tried_at: Set(now),
                closed_until: Set(standing.closed_until),
                ..Default::default()
            };
            Entity::update_many().set(row).filter(Column::Key.eq(key.clone())).exec(&tx).await?;
        }
        tx.commit().await?;
        Ok(attempt)
    }

    /// The password was right: the name starts afresh, and the address gets this one try back, no more, or whoever has an account could wipe the count.
    pub async fn succeeded(&self, conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), DbErr> {
        if let Some(address) = &self.address {
            let row = locked(conn, address, now).await?;
            let failures = (row.failures - 1).max(0);
            let closed_until = if ADDRESS.wait(failures).is_some() { row.closed_until } else { None };
            let row = sign_in_throttle::ActiveModel {
                failures: Set(failures),
                closed_until: Set(closed_until),
                ..Default::default()
            };
            Entity::update_many().set(row).filter(Column::Key.eq(address.clone())).exec(conn).await?;
        }
        Entity::delete_by_id(self.account.clone()).exec(conn).await.map(|_| ())
    }

    /// The address first, always: so no two tries wait for each other.
    fn keys(&self) -> impl Iterator<Item = (&Vec<u8>, &'static Limits)> {
        self.address.iter().map(|key| (key, &ADDRESS)).chain([(&self.account, &ACCOUNT)])
    }
}

/// Lets an account be tried again at once.
pub async fn forget(conn: &impl ConnectionTrait, app: &App, name: &str) -> Result<(), DbErr> {
    Entity::delete_by_id(Attempt::new(app, name, None).account).exec(conn).await.map(|_| ())
}

/// Drops what is forgotten.
pub async fn sweep(app: &App) -> Result<(), DbErr> {
    let old = app.clock.now() - ACCOUNT.forgotten_after;
    Entity::delete_many().filter(Column::LastTriedAt.lt(old)).exec(app.db.writer()).await.map(|_| ())
}

/// The row of a key, made where there was none, and locked (SQLite has locked everything already).
async fn locked(conn: &impl ConnectionTrait, key: &[u8], now: DateTime<Utc>) -> Result<sign_in_throttle::Model, DbErr> {
    let new = sign_in_throttle::Model { key: key.to_vec(), failures: 0, last_tried_at: now, closed_until: None };
    let insert = Entity::insert(sign_in_throttle::ActiveModel::from(new.clone()))
        .on_conflict(OnConflict::column(Column::Key).do_nothing().to_owned());
    match insert.exec_without_returning(conn).await {
        // The library calls a row that was there already an error.
        Err(error) if database::kind(&error) != database::Kind::Other => return Err(error),
        _ => {}
    }
    let select = Entity::find_by_id(key.to_vec());
    let select = if conn.get_database_backend() == DbBackend::Postgres { select.lock_exclusive() } else { select };
    Ok(select.one(conn).await?.unwrap_or(new))
}

fn closed_until(until: DateTime<Utc>, now: DateTime<Utc>) -> Refused {
    // Rounded up: who comes back after so many seconds is let in.
    let seconds = ((until - now).num_milliseconds() + 999) / 1000;
    let message = say!(
        "Too many tries with this name or from this address. Try again in {seconds} seconds; an operator can lift it earlier with `tongxin account reset`.",
        "该账号或该网络地址尝试登录次数过多。请在 {seconds} 秒后再试；运维人员可用 `tongxin account reset` 提前解除。"
    );
    UserError::new(&["name"], UserErrorCode::RateLimited, message)
        .with(serde_json::json!({ "retryAfter": seconds }))
        .into()
}

/// What is counted as one address: of IPv6 a whole network of 64 bits, which is what one household or office gets.
pub(crate) fn network(address: IpAddr) -> [u8; 16] {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => {
            let mut octets = address.octets();
            octets[8..].fill(0);
            octets
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(365) + TimeDelta::seconds(seconds)
    }

    fn fresh() -> sign_in_throttle::Model {
        sign_in_throttle::Model { key: Vec::new(), failures: 0, last_tried_at: at(0), closed_until: None }
    }

    /// Failing tries at these seconds: which of them are let through.
    fn let_through(limits: &Limits, tries: &[i64]) -> Vec<i64> {
        let mut row = fresh();
        let mut through = Vec::new();
        for second in tries {
            if let Ok(standing) = limits.charge(&row, at(*second)) {
                (row.failures, row.closed_until, row.last_tried_at) =
                    (standing.failures, standing.closed_until, at(*second));
                through.push(*second);
            }
        }
        through
    }

    #[test]
    fn five_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let every_second: Vec<i64> = (0..5000).collect();
        let through = let_through(&ACCOUNT, &every_second);
        assert_eq!(through[..10], [0, 1, 2, 3, 4, 64, 184, 424, 904, 1804]);
        assert_eq!(through[10..], [2704, 3604, 4504]);
    }

    #[test]
    fn a_day_without_a_try_is_a_fresh_start() {
        let day = 24 * 3600;
        let tries: Vec<i64> = (0..10).chain(day + 4..day + 14).collect();
        assert_eq!(let_through(&ACCOUNT, &tries).len(), 10);
    }

    #[test]
    fn an_address_of_ipv6_is_its_network() {
        let same = |a: &str, b: &str| network(a.parse().unwrap()) == network(b.parse().unwrap());
        assert!(same("2001:db8::1", "2001:db8::2:3"));
        assert!(!same("2001:db8::1", "2001:db8:0:1::1"));
        assert!(same("::ffff:192.0.2.1", "192.0.2.1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
    }

    proptest! {
        #[test]
        fn no_rhythm_of_guessing_gets_more_than_a_hundred_and_ten_tries_a_day(steps in prop::collection::vec(0i64..2000, 1..400)) {
            let mut second = 0;
            let tries: Vec<i64> = steps.iter().map(|step| { second += step; second }).collect();
            let through = let_through(&ACCOUNT, &tries);
            for (index, first) in through.iter().enumerate() {
                let within = through[index..].iter().take_while(|second| **second < first + 24 * 3600).count();
                prop_assert!(within <= 110, "{within} in a day");
            }
        }
    }
}

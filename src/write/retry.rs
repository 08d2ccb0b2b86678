//! Running a transaction again when another one stood in its way.

use std::time::Duration;

use super::Refused;
use crate::error::database::{Kind, kind};

/// So many times is a change tried in all. Conflicts are between a few transactions on the same rows; after this many the database is overloaded,
/// and trying on would make it worse.
const ATTEMPTS: u32 = 6;

/// Waits and says true if the attempt of this number failed for a reason that may be gone next time.
pub(super) async fn worth_another<T>(attempt: u32, outcome: &Result<T, Refused>) -> bool {
    match outcome {
        Err(Refused::Database(error)) if attempt < ATTEMPTS && kind(error) == Kind::Retry => {
            // Spread, so that two which collided do not collide again.
            let jitter = 0.5 + rand::random::<f64>();
            tokio::time::sleep(Duration::from_millis(5).mul_f64(f64::from(1 << attempt) * jitter)).await;
            true
        }
        _ => false,
    }
}
